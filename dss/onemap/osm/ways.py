"""Ways of OpenStreetMap as a road layer: cut at junctions, so that every line runs from node to node."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap.osm.tags import is_road, road_facts

OSM_WAY: Final = "osm_way"
COLUMNS: Final = tuple(road_facts({"highway": "road"}))
"""What is known of every road, besides its nodes."""
NUMBERS: Final = dict.fromkeys((col.ONE_WAY, col.LANES, col.SPEED_KPH, col.WIDTH_M), "float64")
"""Columns that may be empty throughout: their type does not depend on the file."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way: its number, its nodes in order, its tags."""

    way: int
    nodes: Sequence[int]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class OsmExtract:
    """What a file holds of roads.

    Parameters
    ----------
    node
        Node numbers, shape (n,), ascending, each once.
    lng_deg, lat_deg
        Where they are, WGS 84, shape (n,).
    ways
        All ways of the file that carry the tag ``highway``.
    """

    node: IntArray
    lng_deg: FloatArray
    lat_deg: FloatArray
    ways: Sequence[Way]


def road_layer(extract: OsmExtract) -> gpd.GeoDataFrame:
    """Return the roads of an extract, one row per piece between junctions, in EPSG:4326.

    A node is a junction where two ways meet, where a way meets itself, or where a way ends. Nodes that a
    way names but the file does not hold (a clipped file) are left out: the way is cut there.

    Returns
    -------
    Columns of the role ``roads`` and ``osm_way``; lines run as the ways are drawn.
    """
    ways = [way for way in extract.ways if is_road(way.tags)]
    owner = np.repeat(np.arange(len(ways)), [len(way.nodes) for way in ways])
    named = np.fromiter(chain.from_iterable(way.nodes for way in ways), np.int64, owner.size)
    place = np.searchsorted(extract.node, named)
    known = (
        extract.node[np.minimum(place, extract.node.size - 1)] == named if extract.node.size else named < 0
    )
    start, stop = _pieces(owner, named, known)
    facts = (
        pd.DataFrame([road_facts(way.tags) for way in ways], columns=list(COLUMNS))
        .iloc[owner[start]]
        .reset_index(drop=True)
    )
    facts[col.FROM_NODE], facts[col.TO_NODE] = named[start], named[stop]
    facts = facts.astype(NUMBERS)
    facts[OSM_WAY] = np.array([way.way for way in ways], dtype=np.int64)[owner[start]]
    return gpd.GeoDataFrame(facts, geometry=_lines(extract, place, start, stop), crs="EPSG:4326")


def _pieces(owner: IntArray, named: IntArray, known: BoolArray) -> tuple[IntArray, IntArray]:
    """Return where each piece starts and stops in the run of all ways' nodes, both ends included."""
    joined = np.zeros(named.size, dtype=np.bool_)  # whether a position is joined to the next one
    joined[:-1] = (owner[:-1] == owner[1:]) & known[:-1] & known[1:] & (named[:-1] != named[1:])
    _, code, uses = np.unique(named[known], return_inverse=True, return_counts=True)
    junction = np.zeros(named.size, dtype=np.bool_)
    junction[known] = uses[code] > 1
    before = np.concatenate([[False], joined[:-1]])
    start = np.flatnonzero(joined & (~before | junction))
    stop = np.flatnonzero(before & (~joined | junction))
    return start, stop


def _lines(extract: OsmExtract, place: IntArray, start: IntArray, stop: IntArray) -> list[shapely.LineString]:
    count = stop - start + 1
    line = np.repeat(np.arange(start.size), count)
    position = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count) + np.repeat(start, count)
    points = np.column_stack([extract.lng_deg[place[position]], extract.lat_deg[place[position]]])
    return list(shapely.linestrings(points, indices=line))
