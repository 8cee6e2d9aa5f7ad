"""From the road layer to a network: which way, how fast by car, on foot and for emergency vehicles.

Every road feature becomes two directed edges: row f gives edge 2f along the line and edge 2f + 1 against it.
A car may not use an edge against a one-way street (its time is inf), neither may an emergency vehicle; a
walker may.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray, Int32Array, IntArray
from dss.errors import MapError
from dss.network import RoadNetwork
from dss.onemap import OneMap, read_vector
from dss.roads.attributes import RoadFacts, by_class, directions, is_true, levels, road_facts
from dss.roads.drawing import DrawnRoads, RepairReport, RepairRules
from dss.roads.junctions import drawn_ends, named_ends, names_nodes, placed_ends
from dss.roads.repair import repair_roads
from dss.standards import StandardsReader


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """The road layer as a network with a time per edge for each way of travelling.

    Parameters
    ----------
    network
        Directed edges; its own time is the free driving time.
    walk_s, emergency_s
        Free time of each edge on foot and for emergency vehicles, shape (n edges,); inf where one may not go.
    features
        One row per road feature: name, road_class, bridge, tunnel, level, length_m, geometry (map CRS).
    without_geometry, unknown_class
        Features left out because they have no line, and features taken as ``unclassified``.
    assumed_two_way
        Features whose layer does not say whether they are one-way.
    assumed_speed, assumed_lanes, assumed_width
        Features with the speed, lanes or width of their class.
    repair
        What the repair did; None where the layer's own nodes were taken as they are.
    """

    network: RoadNetwork
    walk_s: FloatArray
    emergency_s: FloatArray
    features: gpd.GeoDataFrame
    without_geometry: int
    unknown_class: int
    assumed_two_way: int
    assumed_speed: int
    assumed_lanes: int
    assumed_width: int
    repair: RepairReport | None

    @property
    def drive_s(self) -> FloatArray:
        """Free driving time of each edge, shape (n edges,)."""
        return self.network.travel_time_s


def build_roads(onemap: OneMap, standards: StandardsReader, repair: RepairRules | None = None) -> Roads:
    """Build the network from the map's road layers.

    Parameters
    ----------
    repair
        How to repair the topology. None leaves the choice to the layer: where it names the nodes of every
        road, whoever made it has said what is joined, and nothing is changed. Where it names none, joints
        are guessed from the drawing anyway, so the drawing is repaired; crossings become junctions only if
        the layer binds bridges, tunnels or levels, for else every flyover would become a crossroads.

    Raises
    ------
    MapError
        If the map has no road layer, or no feature of it has a line.
    """
    layers = onemap.require_role("roads")
    frame = pd.concat([read_vector(onemap, layer) for layer in layers], ignore_index=True)
    lines, dropped = _single_lines(frame)
    if lines.empty:
        raise MapError("roads_empty", layer=", ".join(layer.key for layer in layers))
    drawn, report = _joined(lines, repair)
    lines = lines.iloc[drawn.row].set_geometry(list(drawn.line), crs=onemap.crs).reset_index(drop=True)
    facts = road_facts(lines, standards)
    length_m = lines.length.to_numpy()
    times = _edge_times(length_m, facts, standards)
    return Roads(
        network=_network(drawn, facts, times.drive, length_m),
        walk_s=times.walk,
        emergency_s=times.emergency,
        features=_features(lines, facts, length_m),
        without_geometry=dropped,
        unknown_class=facts.unknown_class,
        assumed_two_way=facts.assumed_two_way,
        assumed_speed=facts.assumed_speed,
        assumed_lanes=facts.assumed_lanes,
        assumed_width=facts.assumed_width,
        repair=report,
    )


def _single_lines(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    missing = frame.geometry.isna() | frame.geometry.is_empty
    lines = frame[~missing].explode(ignore_index=True)
    if len(lines) > len(frame) - missing.sum():
        # a line in parts has more ends than the two nodes that the layer names
        lines = lines.assign(**{col.FROM_NODE: None, col.TO_NODE: None})
    return lines, int(missing.sum())


def _joined(lines: gpd.GeoDataFrame, rules: RepairRules | None) -> tuple[DrawnRoads, RepairReport | None]:
    geometry, named = np.asarray(lines.geometry.array), names_nodes(lines)
    tail, head = named_ends(lines) if named else placed_ends(geometry)
    drawn = DrawnRoads(geometry, tail, head, np.arange(len(lines)))
    if rules is None:
        if named:
            return drawn, None
        told = bool(lines[[col.BRIDGE, col.TUNNEL, col.LEVEL]].notna().any(axis=None))
        rules = RepairRules(join_crossings=told)
    structure = is_true(lines[col.BRIDGE]) + 2 * is_true(lines[col.TUNNEL])
    height = np.column_stack([structure, levels(lines[col.LEVEL])])
    return repair_roads(drawn, height, directions(lines[col.ONE_WAY]), rules)


@dataclass(frozen=True, slots=True, eq=False)
class _Times:
    drive: FloatArray
    walk: FloatArray
    emergency: FloatArray


def _edge_times(length_m: FloatArray, facts: RoadFacts, standards: StandardsReader) -> _Times:
    drive_s = length_m / (facts.speed_kph / 3.6)
    walk_s = length_m / standards.number("pedestrian.adult_speed_mps")
    emergency_s = drive_s / standards.number("roads.emergency_speed_factor")
    both_ways = np.zeros_like(facts.one_way)
    return _Times(
        drive=_on_edges(_where_allowed(drive_s, facts, "roads.drivable", standards), facts.one_way),
        walk=_on_edges(_where_allowed(walk_s, facts, "roads.walkable", standards), both_ways),
        emergency=_on_edges(_where_allowed(emergency_s, facts, "roads.emergency", standards), facts.one_way),
    )


def _where_allowed(
    times_s: FloatArray, facts: RoadFacts, column: str, standards: StandardsReader
) -> FloatArray:
    return np.where(by_class(facts.road_class, column, standards) > 0, times_s, np.inf)


def _on_edges(values: FloatArray, one_way: IntArray, closed: float = np.inf) -> FloatArray:
    """Return a feature's value on the edges along and against it; ``closed`` against a one-way street."""
    along = np.where(one_way >= 0, values, closed)
    against = np.where(one_way <= 0, values, closed)
    return np.column_stack([along, against]).ravel()


def _network(drawn: DrawnRoads, facts: RoadFacts, drive_s: FloatArray, length_m: FloatArray) -> RoadNetwork:
    codes, ends = np.unique(np.concatenate([drawn.tail, drawn.head]), return_inverse=True)
    tail, head = np.split(ends.ravel().astype(np.int32), 2)
    x_m, y_m = np.empty(codes.size), np.empty(codes.size)
    starts, stops = drawn_ends(drawn.line)
    x_m[head], y_m[head] = stops.T
    x_m[tail], y_m[tail] = starts.T
    return RoadNetwork(
        tail=_both(tail, head),
        head=_both(head, tail),
        travel_time_s=drive_s,
        x_m=x_m,
        y_m=y_m,
        length_m=np.repeat(length_m, 2),
        feature=np.repeat(np.arange(tail.size, dtype=np.int32), 2),
        lanes=_on_edges(facts.lanes, facts.one_way, 0.0),
        capacity_pcu_h=_on_edges(facts.capacity_pcu_h, facts.one_way, 0.0),
        width_m=np.repeat(facts.width_m, 2),
    )


def _both(along: Int32Array, against: Int32Array) -> Int32Array:
    return np.column_stack([along, against]).ravel()


def _features(lines: gpd.GeoDataFrame, facts: RoadFacts, length_m: FloatArray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            col.NAME: lines[col.NAME],
            col.ROAD_CLASS: facts.road_class,
            col.BRIDGE: is_true(lines[col.BRIDGE]),
            col.TUNNEL: is_true(lines[col.TUNNEL]),
            col.LEVEL: levels(lines[col.LEVEL]),
            "length_m": length_m,
        },
        geometry=lines.geometry.array,
        crs=lines.crs,
    )
