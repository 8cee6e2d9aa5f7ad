"""Geometry: is there one, does it keep the rules of its kind, is it there twice."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd
import shapely

from dss.arrays import BoolArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, rows_where
from dss.onemap.audit.layer import AuditLayer, GeometryArray, name_of
from dss.onemap.audit.rule import Rule
from dss.onemap.catalogue import Layer

SAME_M: Final = 0.001
"""Geometries whose points lie closer than this are the same."""
PLACE: Final = re.compile(r"\[(.*)\]")


def find_empty(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records without geometry."""
    yield RecordHits(rows_where(city.open(layer).is_empty))


def find_invalid(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find geometries that break the rules of simple features, with GEOS's reason and place."""
    found = city.open(layer)
    rows = rows_where(~found.is_valid & ~found.is_empty)
    reasons = [str(shapely.is_valid_reason(shape)) for shape in found.stored[rows]]
    yield RecordHits(
        rows,
        {
            "reason": [reason.split("[")[0].strip() for reason in reasons],
            "place": [match.group(1) if (match := PLACE.search(reason)) else "" for reason in reasons],
        },
    )


def find_duplicates(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find geometries that an earlier record of the layer has too.

    Notes
    -----
    Candidates have the same bounds to the millimetre; of two near a rounding step one may be missed. A line
    drawn the other way round is another line: two carriageways are often drawn so.
    """
    found = city.open(layer)
    later, first = _repeats(found)
    yield RecordHits(
        later,
        {"other": [name_of(found, int(row)) for row in first]},
        others=tuple((int(row),) for row in first),
    )


def _repeats(found: AuditLayer) -> tuple[np.ndarray, np.ndarray]:
    """Return rows whose geometry an earlier row has, and that row."""
    rows = rows_where(~found.is_empty & ~shapely.is_missing(found.geometry))
    bounds = np.round(shapely.bounds(found.geometry[rows]) / SAME_M).astype(np.int64)
    group = pd.DataFrame(bounds).groupby(list(range(4)), sort=False).ngroup().to_numpy()
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    pairs: list[tuple[int, int]] = []
    for start, end in pairwise([*starts, order.size]):
        if end - start > 1:
            members = rows[order[start:end]]
            pairs += _same(members, _comparable(found.geometry[members]))
    found_pairs = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found_pairs[:, 1], found_pairs[:, 0]


def _comparable(shapes: GeometryArray) -> GeometryArray:
    """Return polygons and point sets in one order of their points, lines as drawn."""
    is_line: BoolArray = np.isin(shapely.get_type_id(shapes), (1, 2, 5))
    return np.where(is_line, shapes, shapely.normalize(shapes))


def _same(members: np.ndarray, shapes: GeometryArray) -> Iterator[tuple[int, int]]:
    """Yield (first, later) among records with the same bounds."""
    left = np.arange(members.size)
    while left.size > 1:
        same = shapely.equals_exact(shapes[left[0]], shapes[left[1:]], SAME_M)
        for later in left[1:][same]:
            yield int(members[left[0]]), int(members[later])
        left = left[1:][~same]


GEOMETRY_RULES: Final = (
    Rule("GEOM_EMPTY", "error", find_empty),
    Rule("GEOM_INVALID", "error", find_invalid),
    Rule("GEOM_DUPLICATE", "warning", find_duplicates),
)
