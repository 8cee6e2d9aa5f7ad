"""A drawing is repaired where lines fail to join, and the report says where.

Metres; features are numbered in the order of the drawing.
"""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString
from town import CRS, BuildTown, at, town_layers

from dss.errors import NetworkError
from dss.roads import RepairReport, RepairRules, build_roads
from dss.roads.drawing import DrawnRoads, merge_nodes
from dss.roads.repair import repair_roads
from dss.standards import StandardsReader

Line = list[tuple[float, float]]


def drawing(*lines: Line) -> DrawnRoads:
    ends = [line[i] for i in (0, -1) for line in lines]
    codes = np.unique(np.array(ends, dtype=float), axis=0, return_inverse=True)[1].ravel()
    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = [LineString(line) for line in lines]
    return DrawnRoads(shapes, *np.split(codes, 2), np.arange(len(lines)))


def repair(
    *lines: Line,
    rules: RepairRules | None = None,
    bridges: tuple[int, ...] = (),
    one_way: dict[int, int] | None = None,
) -> tuple[DrawnRoads, RepairReport]:
    height = np.zeros((len(lines), 2), dtype=np.int64)
    height[list(bridges)] = [1, 1]
    direction = np.zeros(len(lines), dtype=np.int64)
    for row, way in (one_way or {}).items():
        direction[row] = way
    return repair_roads(drawing(*lines), height, direction, rules or RepairRules())


def found(report: RepairReport) -> dict[str, int]:
    return {kind: count for kind, count in report.counts().items() if count}


def parts(drawn: DrawnRoads) -> int:
    codes = np.concatenate([drawn.tail, drawn.head])
    return len(np.unique(merge_nodes(int(codes.max()) + 1, drawn.tail, drawn.head)[codes]))


def test_a_sound_drawing_stays_as_it_is():
    drawn, report = repair([(0, 0), (100, 0)], [(100, 0), (100, 100)])
    assert (drawn.line.size, found(report)) == (2, {})


def test_lines_that_cross_at_grade_get_a_junction():
    drawn, report = repair([(0, 0), (100, 0)], [(40, -50), (40, 50)])
    assert found(report) == {"crossing": 1}
    assert (report.finds[0].x_m, report.finds[0].y_m) == (40, 0)
    assert drawn.row.tolist() == [0, 0, 1, 1]
    assert shapely.length(drawn.line).tolist() == [40, 60, 50, 50]
    assert len({*drawn.head[[0, 2]], *drawn.tail[[1, 3]]}) == 1


def test_a_bridge_and_the_road_below_it_stay_apart():
    drawn, report = repair([(0, 0), (100, 0)], [(40, -50), (40, 50)], bridges=(1,))
    assert found(report) == {"crossing_apart": 1, "island": 1}
    assert drawn.line.size == 2


def test_crossings_are_only_reported_where_they_are_not_to_be_joined():
    rules = RepairRules(join_crossings=False)
    drawn, report = repair([(0, 0), (100, 0)], [(40, -50), (40, 50)], rules=rules)
    assert report.count("crossing_apart") == 1
    assert drawn.line.size == 2


def test_three_roads_through_one_point_make_one_junction():
    drawn, report = repair([(-50, 0), (50, 0)], [(0, -50), (0, 50)], [(-50, -50), (50, 50)])
    assert report.count("crossing") == 3  # each pair
    assert drawn.line.size == 6
    assert len(np.unique(np.concatenate([drawn.tail, drawn.head]))) == 7  # six ends and the middle


def test_a_loose_end_is_joined_to_the_line_it_nearly_reaches():
    # the second road stops 1.5 m short of the first, at 30 m along it
    drawn, report = repair([(0, 0), (100, 0)], [(30, 80), (30, 1.5)])
    assert found(report) == {"dangle": 1}
    assert report.finds[0].size_m == 1.5
    assert shapely.length(drawn.line).tolist() == [30, 70, 80]  # drawn on to the first road
    assert drawn.head[2] == drawn.head[0] == drawn.tail[1]


def test_a_loose_end_beyond_the_distance_stays_loose():
    _, report = repair([(0, 0), (100, 0)], [(30, 80), (30, 2.5)])
    assert found(report) == {"island": 1}
    assert report.finds[0].size_m == 77.5


def test_two_loose_ends_that_face_each_other_become_one_node():
    drawn, report = repair([(0, 0), (100, 0)], [(101, 0), (200, 0)])
    assert found(report) == {"dangle": 1}
    assert drawn.head[0] == drawn.tail[1]
    assert shapely.length(drawn.line).sum() == 200


def test_an_end_on_a_line_is_joined_without_a_gap():
    drawn, report = repair([(0, 0), (100, 0)], [(30, 80), (30, 0)], rules=RepairRules(dangle_m=0))
    assert found(report) == {"dangle": 1}
    assert (drawn.line.size, parts(drawn)) == (3, 1)


def test_two_roads_that_meet_on_a_third_are_joined_to_it():
    drawn, _ = repair([(0, 0), (100, 0)], [(30, 80), (30, 0)], [(30, 0), (30, -80)])
    assert (drawn.line.size, parts(drawn)) == (4, 1)


def test_a_loose_end_under_a_bridge_is_not_joined_to_it():
    drawn, report = repair([(0, 0), (100, 0)], [(30, 80), (30, 1)], bridges=(0,))
    assert report.count("dangle") == 0
    assert drawn.line.size == 2


def test_a_short_stub_is_not_bent_back_to_its_own_road():
    drawn, report = repair([(0, 0), (30, 0)], [(30, 0), (100, 0)], [(30, 0), (30, 1)])
    assert (drawn.line.size, found(report)) == (3, {})


def test_a_line_drawn_twice_counts_once_whichever_way_it_was_drawn():
    bent: Line = [(0, 0), (50, 20), (100, 0)]
    drawn, report = repair(bent, bent[::-1], [(0, 0), (100, 0)])
    assert found(report) == {"duplicate": 1}
    assert (report.finds[0].row, report.finds[0].other) == (1, 0)
    assert drawn.row.tolist() == [0, 2]


def test_the_two_directions_of_a_divided_road_on_one_line_are_both_kept():
    there: Line = [(0, 0), (100, 0)]
    assert repair(there, there[::-1], one_way={0: 1, 1: 1})[0].line.size == 2
    assert repair(there, there[::-1], one_way={0: 1, 1: -1})[0].line.size == 1


def test_a_line_without_length_goes_and_its_ends_become_one():
    drawn, report = repair([(0, 0), (100, 0)], [(100, 0), (100.0005, 0)], [(100.0005, 0), (200, 0)])
    assert found(report) == {"zero_length": 1}
    assert drawn.head[0] == drawn.tail[1]


def test_islands_are_reported_with_their_length_and_kept():
    drawn, report = repair([(0, 0), (100, 0)], [(0, 500), (30, 500)], [(0, 900), (60, 900)])
    assert [find.size_m for find in report.finds] == [60, 30]
    assert drawn.line.size == 3


def test_the_report_is_a_layer_of_places():
    _, report = repair([(0, 0), (100, 0)], [(40, -50), (40, 50)], [(0, 900), (60, 900)])
    places = report.places(CRS)
    assert places["kind"].tolist() == ["crossing", "island"]
    assert places["other"].isna().tolist() == [False, True]
    assert places.geometry.iloc[0].equals(shapely.Point(40, 0))


def test_nothing_wrong_gives_an_empty_layer():
    assert repair([(0, 0), (100, 0)])[1].places(CRS).empty


@pytest.mark.parametrize("distance_m", [-1.0, float("nan"), float("inf")])
def test_a_distance_that_is_none_is_refused(distance_m: float):
    with pytest.raises(NetworkError):
        RepairRules(dangle_m=distance_m)


coordinate = st.integers(0, 12).map(lambda value: value * 5.0)
point = st.tuples(coordinate, coordinate)
segment = st.tuples(point, point).filter(lambda ends: ends[0] != ends[1]).map(list)
street = segment.filter(lambda ends: ends[0][0] == ends[1][0] or ends[0][1] == ends[1][1])


@given(st.lists(street, min_size=1, max_size=8))
def test_a_repaired_street_grid_needs_no_second_repair(lines: list[Line]):
    drawn, _ = repair(*lines)
    flat = np.zeros((drawn.row.max() + 1, 2), dtype=np.int64)
    again, report = repair_roads(drawn, flat, flat[:, 0], RepairRules())
    assert {kind for kind, count in report.counts().items() if count} <= {"island"}
    assert again.line.size == drawn.line.size


@given(st.lists(segment, min_size=1, max_size=8))
def test_repair_joins_and_never_parts_and_keeps_what_is_drawn(lines: list[Line]):
    drawn, _ = repair(*lines)
    assert parts(drawn) <= parts(drawing(*lines))
    before, after = shapely.union_all([LineString(line) for line in lines]), shapely.union_all(drawn.line)
    assert before.hausdorff_distance(after) < 0.1


def test_a_layer_without_nodes_is_repaired_and_its_flyovers_are_not_guessed(build_town: BuildTown):
    layer = town_layers()["roads"]
    geometry = [LineString([at(-500, 0), at(500, 0)]), LineString([at(0, -500), at(0, 500)])]
    town = build_town(roads=layer.head(2).set_geometry(geometry, crs=CRS))
    roads = build_roads(town, StandardsReader())
    assert roads.repair is not None
    assert roads.repair.count("crossing") == 1  # the town's layer binds bridges
    assert build_roads(town, StandardsReader(), RepairRules(join_crossings=False)).network.n_nodes < (
        roads.network.n_nodes
    )
