"""Which line ends are one node: as the layer names them, else where they lie."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.roads.drawing import Lines

JUNCTION_TOLERANCE_M: Final = 0.1
"""Ends of lines closer than this are the same junction, where the layer names no nodes."""


def names_nodes(lines: gpd.GeoDataFrame) -> bool:
    """Tell whether a layer names both nodes of every road."""
    return bool(lines[[col.FROM_NODE, col.TO_NODE]].notna().all(axis=None))


def named_ends(lines: gpd.GeoDataFrame) -> tuple[IntArray, IntArray]:
    """Return the node codes of each line's first and last point as the layer names them, shapes (n,).

    A layer may name its nodes in another sense than its lines are drawn (graphs without directions do): names
    only say who meets whom. So a line's names are swapped where its ends lie at each other's nodes.
    """
    names = np.concatenate([lines[col.FROM_NODE], lines[col.TO_NODE]])
    start_code, end_code = np.split(pd.factorize(names)[0].astype(np.int64), 2)
    start, end = drawn_ends(np.asarray(lines.geometry.array))
    place, certain = _agreed_places(start_code, end_code, start, end)
    as_named_m = _apart_m(place, certain, start_code, start) + _apart_m(place, certain, end_code, end)
    swapped_m = _apart_m(place, certain, end_code, start) + _apart_m(place, certain, start_code, end)
    swapped = swapped_m < as_named_m
    return np.where(swapped, end_code, start_code), np.where(swapped, start_code, end_code)


def placed_ends(line: Lines) -> tuple[IntArray, IntArray]:
    """Return the node codes of each line's first and last point by where they lie, shapes (n,)."""
    steps = np.round(np.concatenate(drawn_ends(line)) / JUNCTION_TOLERANCE_M).astype(np.int64)
    codes = np.unique(steps, axis=0, return_inverse=True)[1].ravel().astype(np.int64)
    tail, head = np.split(codes, 2)
    return tail, head


def drawn_ends(line: Lines) -> tuple[FloatArray, FloatArray]:
    """Return each line's first and last point, shapes (n, 2)."""
    first, last = (shapely.get_coordinates(shapely.get_point(line, i)) for i in (0, -1))
    return first, last


def _agreed_places(
    start_code: IntArray, end_code: IntArray, start: FloatArray, end: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return where most line ends put each node, (n nodes, 2), and 1 where no other place is as common."""
    code = np.concatenate([start_code, end_code, start_code, end_code])
    place = np.concatenate([start, end, end, start])
    steps = np.round(place / JUNCTION_TOLERANCE_M).astype(np.int64)
    keys, first, votes = np.unique(
        np.column_stack([code, steps]), axis=0, return_index=True, return_counts=True
    )
    order = np.lexsort((-votes, keys[:, 0]))
    node, first, votes = keys[order, 0], first[order], votes[order]
    best = np.flatnonzero(np.concatenate([[True], node[1:] != node[:-1]]))
    second = np.minimum(best + 1, node.size - 1)
    rivalled = (node[second] == node[best]) & (second != best) & (votes[second] == votes[best])
    return place[first[best]], np.where(rivalled, 0.0, 1.0)


def _apart_m(place: FloatArray, certain: FloatArray, code: IntArray, point: FloatArray) -> FloatArray:
    """Return how far points lie from where their nodes are known to be; 0 where nobody knows."""
    return np.hypot(*(place[code] - point).T) * certain[code]
