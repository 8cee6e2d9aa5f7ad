"""Repair how lines join: zero-length lines go, loose ends and crossings are joined, repeated lines go.

Islands are reported and kept, for people live on them.
"""

from typing import Final

import numpy as np
import shapely

from dss.arrays import IntArray
from dss.roads.drawing import DrawnRoads, Find, RepairReport, RepairRules, merge_nodes, node_count
from dss.roads.noding import join_crossings, join_ends

ZERO_LENGTH_M: Final = 0.001
COURSE_STEP_M: Final = 0.01
"""Lines whose points agree within this are the same line drawn twice."""


def repair_roads(
    drawn: DrawnRoads, height: IntArray, one_way: IntArray, rules: RepairRules
) -> tuple[DrawnRoads, RepairReport]:
    """Repair the topology of a road layer.

    Parameters
    ----------
    height
        What tells roads above each other apart, by road feature, shape (n features, 2): 0 on the ground, 1
        bridge, 2 tunnel, 3 both; and the level. Roads that differ in either are not joined where they cross.
    one_way
        1 along the line, -1 against it, 0 both ways, by road feature, shape (n features,).
    """
    drawn, empty = _without_zero_length(drawn)
    drawn, dangles = join_ends(drawn, height, rules)
    drawn, crossings = join_crossings(drawn, height, rules)
    drawn, twice = _without_duplicates(drawn, height, one_way)
    return drawn, RepairReport((*empty, *dangles, *crossings, *twice, *_islands(drawn)))


def _without_zero_length(drawn: DrawnRoads) -> tuple[DrawnRoads, list[Find]]:
    length_m = shapely.length(drawn.line)
    gone = np.flatnonzero(length_m < ZERO_LENGTH_M)
    if gone.size in (0, length_m.size):
        return drawn, []
    code = merge_nodes(node_count(drawn), drawn.tail[gone], drawn.head[gone])
    places = shapely.get_coordinates(shapely.get_point(drawn.line[gone], 0))
    finds = [
        Find("zero_length", int(row), None, float(length), float(x), float(y))
        for row, length, (x, y) in zip(drawn.row[gone], length_m[gone], places, strict=True)
    ]
    return drawn.take(np.flatnonzero(length_m >= ZERO_LENGTH_M)).renamed(code), finds


def _without_duplicates(
    drawn: DrawnRoads, height: IntArray, one_way: IntArray
) -> tuple[DrawnRoads, list[Find]]:
    """Drop lines that repeat an earlier one: same nodes, course, height and direction."""
    turned = drawn.tail > drawn.head
    course = np.where(turned, shapely.reverse(drawn.line), drawn.line)
    sense = one_way[drawn.row] * np.where(turned, -1, 1)
    points, owner = shapely.get_coordinates(course, return_index=True)
    steps = np.round(points / COURSE_STEP_M).astype(np.int64)
    cuts = np.cumsum(np.bincount(owner, minlength=course.size))[:-1]
    first: dict[tuple[object, ...], int] = {}
    kept, finds = [], []
    for k, path in enumerate(np.split(steps, cuts)):
        ends = sorted((int(drawn.tail[k]), int(drawn.head[k])))
        key = (*ends, path.tobytes(), int(sense[k]), *height[drawn.row[k]].tolist())
        if first.setdefault(key, k) == k:
            kept.append(k)
        else:
            x, y = points[owner.searchsorted(k)]
            finds.append(_duplicate(drawn, k, first[key], (float(x), float(y))))
    return drawn.take(np.array(kept, dtype=np.int64)), finds


def _duplicate(drawn: DrawnRoads, k: int, first: int, place: tuple[float, float]) -> Find:
    length_m = float(shapely.length(drawn.line[k]))
    return Find("duplicate", int(drawn.row[k]), int(drawn.row[first]), length_m, *place)


def _islands(drawn: DrawnRoads) -> list[Find]:
    """Return every part that no road joins to the longest part, longest first; directions do not count."""
    part = merge_nodes(node_count(drawn), drawn.tail, drawn.head)[drawn.tail]
    length_m = np.bincount(part, weights=shapely.length(drawn.line))
    first = np.full(length_m.size, drawn.line.size)
    np.minimum.at(first, part, np.arange(part.size))
    islands = np.argsort(-length_m, kind="stable")[1:]
    finds = []
    for p in islands[length_m[islands] > 0]:
        x, y = shapely.get_coordinates(drawn.line[first[p]])[0]
        finds.append(Find("island", int(drawn.row[first[p]]), None, float(length_m[p]), float(x), float(y)))
    return finds
