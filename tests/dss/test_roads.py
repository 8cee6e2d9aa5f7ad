"""Roads become edges with the right direction, speed and closure."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString
from town import CRS, BuildTown, at, town_layers

from dss.errors import MapError, NetworkError
from dss.network import RoadNetwork
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.standards import StandardsReader


def roads_layer(**columns: list[object]) -> gpd.GeoDataFrame:
    return town_layers()["roads"].assign(**columns)


def bind_nodes(town: OneMap, **fields: str) -> OneMap:
    layers = [
        entry.model_copy(update={"fields": {**entry.fields, **fields}}) if entry.key == "roads" else entry
        for entry in town.layers
    ]
    return OneMap(town.folder, town.catalogue.model_copy(update={"layers": tuple(layers)}))


def test_arms_that_share_a_junction_share_a_node(town: OneMap):
    roads = build_roads(town, StandardsReader())
    assert (roads.network.n_nodes, roads.network.n_edges) == (5, 8)


def test_design_speed_of_the_class_gives_the_time(town: OneMap):
    roads = build_roads(town, StandardsReader())
    assert roads.drive_s[0] == pytest.approx(500 / (60 / 3.6))  # 500 m at the primary road's 60 km/h
    assert roads.walk_s[0] == pytest.approx(500 / 1.2)
    assert roads.assumed_speed == 4


def test_cars_keep_to_a_one_way_street_and_walkers_do_not(build_town: BuildTown):
    roads = build_roads(build_town(roads=roads_layer(DX=[1, -1, 0, 0])), StandardsReader())
    assert np.isfinite(roads.drive_s[[0, 1, 2, 3]]).tolist() == [True, False, False, True]
    assert np.isfinite(roads.walk_s).all()


def test_a_class_that_the_profile_does_not_list_is_refused(build_town: BuildTown):
    town = build_town(roads=roads_layer(DJ=["主干路", "缆车", "支路", "支路"]))
    with pytest.raises(MapError) as caught:
        build_roads(town, StandardsReader())
    assert (caught.value.code, caught.value.values["value"]) == ("code_unknown", "缆车")


def test_lines_in_parts_and_lines_without_shape_are_counted(build_town: BuildTown):
    layer = town_layers()["roads"]
    parts = MultiLineString([[at(0, 0), at(0, 250)], [at(0, 250), at(0, 500)]])
    geometry = [parts, None, *layer.geometry[2:]]
    roads = build_roads(build_town(roads=layer.set_geometry(geometry, crs=CRS)), StandardsReader())
    assert roads.without_geometry == 1
    assert roads.network.n_edges == 8  # two parts and two arms, both ways


def test_a_layer_of_one_road_is_a_network(build_town: BuildTown):
    layer = town_layers()["roads"].head(1).set_geometry([LineString([at(0, 0), at(0, 9)])], crs=CRS)
    assert build_roads(build_town(roads=layer), StandardsReader()).network.n_nodes == 2


@pytest.mark.parametrize("time_s", [float("nan"), -1.0])
def test_a_network_refuses_impossible_times(time_s: float):
    with pytest.raises(NetworkError):
        RoadNetwork(np.array([0]), np.array([1]), np.array([time_s]))


def test_a_network_refuses_no_edges_and_nodes_outside():
    nothing = np.array([], dtype=np.int32)
    with pytest.raises(NetworkError):
        RoadNetwork(nothing, nothing, np.array([]))
    with pytest.raises(NetworkError):
        RoadNetwork(np.array([0]), np.array([5]), np.array([1.0]), np.zeros(2), np.zeros(2))


def test_emergency_vehicles_are_faster_and_keep_to_one_way_streets(build_town: BuildTown):
    roads = build_roads(build_town(roads=roads_layer(DX=[1, 0, 0, 0])), StandardsReader())
    assert roads.emergency_s[0] == pytest.approx(roads.drive_s[0] / 1.1)
    assert np.isinf(roads.emergency_s[1])


def test_capacity_is_lanes_times_lane_capacity_times_what_intersections_leave(build_town: BuildTown):
    roads = build_roads(build_town(roads=roads_layer(DX=[1, 0, 0, 0])), StandardsReader())
    network = roads.network
    assert network.lanes is not None
    assert network.capacity_pcu_h is not None
    assert network.width_m is not None
    assert network.lanes[:4].tolist() == [3, 0, 2, 2]  # a one-way primary, a secondary both ways
    assert network.capacity_pcu_h[:4].tolist() == [3 * 1400 * 0.5, 0, 2 * 1300 * 0.5, 2 * 1300 * 0.5]
    assert network.width_m[:4].tolist() == [40, 40, 30, 30]
    assert (roads.assumed_lanes, roads.assumed_width) == (4, 4)


@pytest.mark.parametrize("name", ["length_m", "lanes", "capacity_pcu_h", "width_m"])
@pytest.mark.parametrize("amounts", [[-1.0], [float("nan")], [float("inf")], [1.0, 2.0]])
def test_a_network_refuses_impossible_amounts(name: str, amounts: list[float]):
    with pytest.raises(NetworkError):
        RoadNetwork(np.array([0]), np.array([1]), np.array([1.0]), **{name: np.array(amounts)})


def test_nodes_named_against_the_drawing_lie_where_the_lines_meet(build_town: BuildTown):
    # every arm is drawn from the middle M outwards; two of them name their nodes the other way round
    layer = roads_layer(QD=["M", "E", "M", "W"], ZD=["N", "M", "S", "M"])
    town = bind_nodes(build_town(roads=layer), from_node="QD", to_node="ZD")
    roads = build_roads(town, StandardsReader())
    assert roads.repair is None
    network = roads.network
    assert network.x_m is not None
    assert network.y_m is not None
    assert network.tail[::2].tolist() == [network.tail[0]] * 4
    ends = network.head[::2]
    assert np.column_stack([network.x_m[ends], network.y_m[ends]]).tolist() == [
        list(at(x, y)) for x, y in [(0, 500), (500, 0), (0, -500), (-500, 0)]
    ]
