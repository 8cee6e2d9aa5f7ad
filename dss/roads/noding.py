"""Give crossings and loose ends their junctions by cutting the lines there.

Index names: ``k`` lines, ``c`` node codes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from scipy.spatial import cKDTree

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.roads.drawing import DrawnRoads, Find, Kind, Lines, RepairRules, merge_nodes, node_count

ON_LINE_M: Final = 0.1
"""An end this near to a line lies on it; cuts of a line this near to its end are at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class _Cuts:
    """Where lines are to be cut: line, distance along it, the node that the cut becomes; shapes (n,)."""

    line: IntArray
    along_m: FloatArray
    node: IntArray


def join_ends(drawn: DrawnRoads, height: IntArray, rules: RepairRules) -> tuple[DrawnRoads, list[Find]]:
    """Join nodes to lines that pass within reach: a loose end within the rule, any node that lies on a line.

    See :func:`dss.roads.repair.repair_roads` for the arguments.
    """
    place, owner, uses = _nodes(drawn)
    meets = _meetings(drawn, height, rules, _Nodes(place, owner, uses))
    node, line, goal = meets.node, meets.line, shapely.get_coordinates(meets.goal)
    finds = _finds("dangle", (drawn.row[owner[node]], drawn.row[line]), meets.gap_m, place[node])
    loose = (uses[node] == 1) & (meets.gap_m > 0)
    drawn = _extended(drawn, node[loose], owner[node[loose]], goal[loose])
    along_m = shapely.line_locate_point(drawn.line[line], meets.goal)
    end = _end_at(drawn, line, along_m)
    inside = end < 0
    cut = _cut(drawn, _Cuts(line[inside], along_m[inside], node[inside]))
    return cut.renamed(merge_nodes(node_count(cut), node[~inside], end[~inside])), finds


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """Place of each node, one line that ends there, number of line ends there."""

    place: FloatArray
    owner: IntArray
    uses: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Meetings:
    """Which node is joined to which line, at which point of it, over which gap; shapes (n,)."""

    node: IntArray
    line: IntArray
    goal: Lines
    gap_m: FloatArray


def _meetings(drawn: DrawnRoads, height: IntArray, rules: RepairRules, nodes: _Nodes) -> _Meetings:
    used = np.flatnonzero(nodes.uses > 0)
    points = shapely.points(nodes.place)
    reach_m = np.where(nodes.uses[used] == 1, max(rules.dangle_m, ON_LINE_M), ON_LINE_M)
    found, line = shapely.STRtree(drawn.line).query(points[used], predicate="dwithin", distance=reach_m)
    node = used[found]
    gap_m = shapely.distance(points[node], drawn.line[line])
    kept = _eligible(drawn, height, nodes.owner, node, line)
    kept &= (gap_m <= ON_LINE_M) | ~_loops_back(drawn, nodes.owner, node, line)
    node, line, gap_m = node[kept], line[kept], gap_m[kept]
    # a node joins every line that it lies on; a loose end that lies on none joins the nearest
    chosen = (gap_m <= ON_LINE_M) | _nearest_of_each(node, gap_m)
    node, line, gap_m = node[chosen], line[chosen], gap_m[chosen]
    along_m = shapely.line_locate_point(drawn.line[line], points[node])
    end = _end_at(drawn, line, along_m)
    pairs = set(zip(node.tolist(), end.tolist(), strict=True))
    # two loose ends that face each other: one of them is drawn on
    kept = np.array(
        [c < e or (e, c) not in pairs for c, e in zip(node.tolist(), end.tolist(), strict=True)], np.bool_
    )
    goal = shapely.line_interpolate_point(drawn.line[line], along_m)
    return _Meetings(node[kept], line[kept], goal[kept], gap_m[kept])


def _end_at(drawn: DrawnRoads, line: IntArray, along_m: FloatArray) -> IntArray:
    """Return the node at which a line is met; negative where it is met between its ends."""
    at_head = along_m > shapely.length(drawn.line[line]) - ON_LINE_M
    return np.where(along_m < ON_LINE_M, drawn.tail[line], np.where(at_head, drawn.head[line], -1))


def _nodes(drawn: DrawnRoads) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the place of each node, one line that ends there, and how many line ends there are."""
    n = node_count(drawn)
    place, owner = np.full((n, 2), np.nan), np.zeros(n, dtype=np.int64)
    for code, end in ((drawn.head, -1), (drawn.tail, 0)):
        place[code] = shapely.get_coordinates(shapely.get_point(drawn.line, end))
        owner[code] = np.arange(code.size)
    return place, owner, np.bincount(np.concatenate([drawn.tail, drawn.head]), minlength=n)


def _eligible(
    drawn: DrawnRoads, height: IntArray, owner: IntArray, node: IntArray, line: IntArray
) -> BoolArray:
    """Tell which pairs of a node and a line are not joined yet and not on different levels."""
    apart = (drawn.tail[line] != node) & (drawn.head[line] != node)
    on, own = height[drawn.row[line]], height[drawn.row[owner[node]]]
    return apart & ((on == own).all(axis=1) | (on == 0).all(axis=1))


def _loops_back(drawn: DrawnRoads, owner: IntArray, node: IntArray, line: IntArray) -> BoolArray:
    """Tell where a line starts at the other end of the node's own line: a short stub beside its own road."""
    other_end = drawn.tail[owner[node]] + drawn.head[owner[node]] - node
    return (drawn.tail[line] == other_end) | (drawn.head[line] == other_end)


def _nearest_of_each(node: IntArray, gap_m: FloatArray) -> BoolArray:
    order = np.lexsort((gap_m, node))
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = node[order][1:] != node[order][:-1]
    chosen = np.zeros(order.size, dtype=np.bool_)
    chosen[order[first]] = True
    return chosen


def _extended(drawn: DrawnRoads, node: IntArray, owner: IntArray, goal: FloatArray) -> DrawnRoads:
    """Draw lines on from their loose ends to where they are joined."""
    line = drawn.line.copy()
    for c, k, point in zip(node, owner, goal, strict=True):
        points = shapely.get_coordinates(line[k])
        parts = [point[None], points] if drawn.tail[k] == c else [points, point[None]]
        line[k] = shapely.LineString(np.concatenate(parts))
    return DrawnRoads(line, drawn.tail, drawn.head, drawn.row)


def join_crossings(drawn: DrawnRoads, height: IntArray, rules: RepairRules) -> tuple[DrawnRoads, list[Find]]:
    """Give lines that cross at grade a junction.

    See :func:`dss.roads.repair.repair_roads` for the arguments.
    """
    one, other, place = _crossings(drawn)
    same = (height[drawn.row[one]] == height[drawn.row[other]]).all(axis=1)
    joined = same & rules.join_crossings
    rows, none_m = np.stack([drawn.row[one], drawn.row[other]]), np.zeros(one.size)
    kinds: tuple[tuple[Kind, BoolArray], ...] = (("crossing", joined), ("crossing_apart", ~joined))
    finds = [
        find
        for kind, chosen in kinds
        for find in _finds(kind, (rows[0, chosen], rows[1, chosen]), none_m[chosen], place[chosen])
    ]
    one, other, place = one[joined], other[joined], place[joined]
    node = node_count(drawn) + _clusters(place)
    line = np.concatenate([one, other])
    along_m = shapely.line_locate_point(drawn.line[line], shapely.points(np.concatenate([place, place])))
    return _cut(drawn, _Cuts(line, along_m, np.concatenate([node, node]))), finds


def _crossings(drawn: DrawnRoads) -> tuple[IntArray, IntArray, FloatArray]:
    """Return pairs of lines and the points where they cross inside both."""
    one, other = shapely.STRtree(drawn.line).query(drawn.line, predicate="crosses")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(drawn.line[one], drawn.line[other])
    parts, pair = shapely.get_parts(shared, return_index=True)
    points = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    parts, pair = parts[points], pair[points]
    inside = _inside(drawn, one[pair], parts) & _inside(drawn, other[pair], parts)
    pair = pair[inside]
    return one[pair], other[pair], shapely.get_coordinates(parts[inside])


def _inside(drawn: DrawnRoads, line: IntArray, points: Lines) -> BoolArray:
    along_m = shapely.line_locate_point(drawn.line[line], points)
    return (along_m >= ON_LINE_M) & (along_m <= shapely.length(drawn.line[line]) - ON_LINE_M)


def _clusters(place: FloatArray) -> IntArray:
    """Return the number of each point's cluster: three roads through one point make one junction."""
    if not len(place):
        return np.zeros(0, dtype=np.int64)
    pairs = cKDTree(place).query_pairs(ON_LINE_M, output_type="ndarray")
    return merge_nodes(len(place), pairs[:, 0], pairs[:, 1])


def _cut(drawn: DrawnRoads, cuts: _Cuts) -> DrawnRoads:
    """Cut lines at distances along them; pieces follow each other where the line was."""
    if cuts.line.size == 0:
        return drawn
    order = np.lexsort((cuts.along_m, cuts.line))
    line, along_m, node = cuts.line[order], cuts.along_m[order], cuts.node[order]
    pieces: dict[int, list[tuple[shapely.LineString, int, int]]] = {}
    for k in np.unique(line):
        mine = slice(*np.searchsorted(line, [k, k + 1]))
        pieces[int(k)] = _cut_one(drawn, int(k), along_m[mine], node[mine])
    whole = [[(drawn.line[k], drawn.tail[k], drawn.head[k])] for k in range(drawn.line.size)]
    parts = [pieces.get(k, whole[k]) for k in range(drawn.line.size)]
    flat = [piece for part in parts for piece in part]
    lines = np.empty(len(flat), dtype=object)
    lines[:] = [piece[0] for piece in flat]
    tail, head = (np.array([piece[i] for piece in flat], dtype=np.int64) for i in (1, 2))
    return DrawnRoads(lines, tail, head, np.repeat(drawn.row, [len(part) for part in parts]))


def _cut_one(
    drawn: DrawnRoads, k: int, along_m: FloatArray, node: IntArray
) -> list[tuple[shapely.LineString, int, int]]:
    points = shapely.get_coordinates(drawn.line[k])
    at_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    stops_m = np.concatenate([[0.0], along_m, at_m[-1:]])
    nodes = [int(drawn.tail[k]), *node.tolist(), int(drawn.head[k])]
    cut_points = np.column_stack([np.interp(stops_m, at_m, points[:, i]) for i in (0, 1)])
    pieces = []
    for i in range(len(nodes) - 1):
        if stops_m[i + 1] - stops_m[i] < ON_LINE_M and nodes[i] == nodes[i + 1]:
            continue  # the same cut found twice
        between = points[(at_m > stops_m[i]) & (at_m < stops_m[i + 1])]
        course = np.concatenate([cut_points[i][None], between, cut_points[i + 1][None]])
        pieces.append((shapely.LineString(course), nodes[i], nodes[i + 1]))
    return pieces


def _finds(kind: Kind, rows: tuple[IntArray, IntArray], size_m: FloatArray, place: FloatArray) -> list[Find]:
    return [
        Find(kind, int(row), int(other), float(size), float(x), float(y))
        for row, other, size, (x, y) in zip(*rows, size_m, place, strict=True)
    ]
