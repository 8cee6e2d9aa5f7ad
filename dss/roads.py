"""From the road layer to a network: which way, how fast by car and on foot.

Every road feature becomes two directed edges: row f gives edge 2f along the line and edge 2f + 1 against it.
A car may not use an edge against a one-way street (its time is inf); a walker may.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.errors import MapError
from dss.network import RoadNetwork
from dss.onemap import OneMap, read_vector
from dss.standards import StandardsReader

# Ends of lines closer than this are the same junction, where the layer names no nodes.
JUNCTION_TOLERANCE_M: Final = 0.1
FORWARD: Final = frozenset({"1", "1.0", "yes", "true", "ft", "f", "是"})
BACKWARD: Final = frozenset({"-1", "-1.0", "reverse", "tf", "t"})
UNKNOWN_CLASS: Final = "unclassified"


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """The road layer as a network with two times per edge.

    Parameters
    ----------
    network
        Directed edges; its own time is the free driving time.
    walk_s
        Free walking time of each edge, shape (n edges,); inf where one may not walk.
    features
        One row per road feature: name, road_class, bridge, length_m, geometry (map CRS).
    without_geometry, unknown_class
        Features left out because they have no line, and features taken as ``unclassified``.
    assumed_two_way
        Features whose layer does not say whether they are one-way.
    assumed_speed
        Features driven at the design speed of their class.
    """

    network: RoadNetwork
    walk_s: FloatArray
    features: gpd.GeoDataFrame
    without_geometry: int
    unknown_class: int
    assumed_two_way: int
    assumed_speed: int

    @property
    def drive_s(self) -> FloatArray:
        """Free driving time of each edge, shape (n edges,)."""
        return self.network.travel_time_s


def build_roads(onemap: OneMap, standards: StandardsReader) -> Roads:
    """Build the network from the map's road layers.

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
    road_class, unknown = _known_classes(lines[col.ROAD_CLASS], standards)
    one_way = _one_way(lines[col.ONE_WAY])
    speed_kph, assumed_speed = _speeds(lines, road_class, standards)
    length_m = lines.length.to_numpy()
    walk_s, drive_s = _edge_times(length_m, speed_kph, road_class, one_way, standards)
    features = gpd.GeoDataFrame(
        {
            col.NAME: lines[col.NAME],
            col.ROAD_CLASS: road_class,
            col.BRIDGE: _is_true(lines[col.BRIDGE]),
            "length_m": length_m,
        },
        geometry=lines.geometry.array,
        crs=onemap.crs,
    )
    return Roads(
        network=_network(lines, drive_s, length_m),
        walk_s=walk_s,
        features=features,
        without_geometry=dropped,
        unknown_class=unknown,
        assumed_two_way=int(lines[col.ONE_WAY].isna().sum()),
        assumed_speed=assumed_speed,
    )


def _single_lines(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    missing = frame.geometry.isna() | frame.geometry.is_empty
    lines = frame[~missing].explode(ignore_index=True)
    if len(lines) > len(frame) - missing.sum():
        # a line in parts has more ends than the two nodes that the layer names
        lines = lines.assign(**{col.FROM_NODE: None, col.TO_NODE: None})
    return lines, int(missing.sum())


def _known_classes(local: pd.Series, standards: StandardsReader) -> tuple[pd.Series, int]:
    known = standards.column("roads.design_speed_kmh")
    road_class = local.astype("string").fillna("")
    base = road_class.str.removesuffix("_link")
    unknown = ~base.isin(list(known))
    return road_class.mask(unknown, UNKNOWN_CLASS), int(unknown.sum())


def _one_way(values: pd.Series) -> IntArray:
    """Return 1 along the line, -1 against it, 0 both ways."""
    words = values.astype("string").str.strip().str.lower()
    forward, backward = words.isin(FORWARD), words.isin(BACKWARD)
    return forward.to_numpy(np.int64) - backward.to_numpy(np.int64)


def _is_true(values: pd.Series) -> BoolArray:
    words = values.astype("string").str.strip().str.lower()
    return words.isin(FORWARD).to_numpy(np.bool_)


def _speeds(
    lines: gpd.GeoDataFrame, road_class: pd.Series, standards: StandardsReader
) -> tuple[FloatArray, int]:
    stated = pd.to_numeric(lines[col.SPEED_KPH], errors="coerce")
    stated = stated.where(stated > 0)
    design = _by_class(road_class, "roads.design_speed_kmh", standards)
    link = road_class.str.endswith("_link").to_numpy(np.bool_)
    design = np.where(link, design * standards.number("roads.link_speed_factor"), design)
    return stated.fillna(pd.Series(design, index=lines.index)).to_numpy(), int(stated.isna().sum())


def _by_class(road_class: pd.Series, column: str, standards: StandardsReader) -> FloatArray:
    return road_class.str.removesuffix("_link").map(dict(standards.column(column))).to_numpy(np.float64)


def _edge_times(
    length_m: FloatArray,
    speed_kph: FloatArray,
    road_class: pd.Series,
    one_way: IntArray,
    standards: StandardsReader,
) -> tuple[FloatArray, FloatArray]:
    drivable = _by_class(road_class, "roads.drivable", standards) > 0
    walkable = _by_class(road_class, "roads.walkable", standards) > 0
    drive = np.where(drivable, length_m / (speed_kph / 3.6), np.inf)
    walk = np.where(walkable, length_m / standards.number("pedestrian.adult_speed_mps"), np.inf)
    along = np.where(one_way >= 0, drive, np.inf)
    against = np.where(one_way <= 0, drive, np.inf)
    return _interleave(walk, walk), _interleave(along, against)


def _interleave(along: FloatArray, against: FloatArray) -> FloatArray:
    return np.column_stack([along, against]).ravel()


def _network(lines: gpd.GeoDataFrame, drive_s: FloatArray, length_m: FloatArray) -> RoadNetwork:
    starts = shapely.get_coordinates(shapely.get_point(lines.geometry.array, 0))
    ends = shapely.get_coordinates(shapely.get_point(lines.geometry.array, -1))
    tail, head = _junctions(lines, starts, ends)
    n_nodes = int(max(tail.max(), head.max())) + 1
    x_m, y_m = np.empty(n_nodes), np.empty(n_nodes)
    x_m[head], y_m[head] = ends.T
    x_m[tail], y_m[tail] = starts.T
    return RoadNetwork(
        tail=np.column_stack([tail, head]).ravel(),
        head=np.column_stack([head, tail]).ravel(),
        travel_time_s=drive_s,
        x_m=x_m,
        y_m=y_m,
        length_m=np.repeat(length_m, 2),
        feature=np.repeat(np.arange(len(lines), dtype=np.int32), 2),
    )


def _junctions(
    lines: gpd.GeoDataFrame, starts: FloatArray, ends: FloatArray
) -> tuple[Int32Array, Int32Array]:
    named = lines[[col.FROM_NODE, col.TO_NODE]]
    if named.notna().all(axis=None):
        codes = pd.factorize(np.concatenate([named[col.FROM_NODE], named[col.TO_NODE]]))[0]
    else:
        places = np.round(np.concatenate([starts, ends]) / JUNCTION_TOLERANCE_M).astype(np.int64)
        codes = np.unique(places, axis=0, return_inverse=True)[1].ravel()
    tail, head = np.split(codes.astype(np.int32), 2)
    return tail, head
