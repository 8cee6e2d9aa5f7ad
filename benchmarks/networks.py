"""Networks of the benchmarks: Wuhan's roads where they are beside the project, else a made grid.

Row f of a network gives edges 2f and 2f + 1, as :mod:`dss.roads` lays them out.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.network import RoadNetwork
from dss.roads.junctions import drawn_ends, named_ends

WUHAN = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "wuhan" / "roads_original.parquet"
SPEEDS_KPH = {"motorway": 90, "trunk": 60, "primary": 50, "secondary": 40, "tertiary": 30}


def city_network(side: int, seed: int) -> tuple[str, RoadNetwork]:
    """Return Wuhan, or a grid of ``side`` by ``side`` nodes, with its name."""
    return ("wuhan", wuhan()) if WUHAN.is_file() else ("grid", grid(side, seed))


def wuhan() -> RoadNetwork:
    """Read Wuhan's roads, both ways, at an assumed speed for each class."""
    roads = gpd.read_parquet(WUHAN).to_crs(4547)
    roads[col.FROM_NODE], roads[col.TO_NODE] = roads["u"], roads["v"]
    tail, head = named_ends(roads)
    start, end = drawn_ends(np.asarray(roads.geometry.array))
    place = np.empty((int(max(tail.max(), head.max())) + 1, 2))
    place[head], place[tail] = end, start
    speed_kph = roads["highway"].astype(str).str.removesuffix("_link").map(SPEEDS_KPH).fillna(20).to_numpy()
    return two_way(tail, head, shapely.length(roads.geometry.array) / (speed_kph / 3.6), place)


def grid(side: int, seed: int) -> RoadNetwork:
    """Make a perturbed grid with a third of its streets missing."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    kept = rng.random(tail.size) < 0.67
    place = np.column_stack(np.divmod(np.arange(side * side), side)) * 100.0 + rng.uniform(
        -30, 30, (side**2, 2)
    )
    length_m = np.hypot(*(place[tail] - place[head]).T)
    time_s = length_m / (rng.choice([20.0, 30.0, 40.0, 60.0], tail.size) / 3.6)
    return two_way(tail[kept], head[kept], time_s[kept], place)


def two_way(tail: IntArray, head: IntArray, time_s: FloatArray, place: FloatArray) -> RoadNetwork:
    """Lay out roads as pairs of edges."""
    return RoadNetwork(
        np.column_stack([tail, head]).ravel(),
        np.column_stack([head, tail]).ravel(),
        np.repeat(time_s, 2),
        x_m=place[:, 0],
        y_m=place[:, 1],
    )


def district(network: RoadNetwork, roads: int) -> RoadNetwork:
    """Cut out the roads nearest to the middle of a network and number their nodes anew."""
    assert network.x_m is not None
    assert network.y_m is not None
    middle = np.array([np.median(network.x_m), np.median(network.y_m)])
    place = np.column_stack([network.x_m, network.y_m])
    away_m = np.hypot(*((place[network.tail[::2]] + place[network.head[::2]]) / 2 - middle).T)
    row = np.sort(np.argsort(away_m, kind="stable")[:roads])
    nodes, ends = np.unique(
        np.concatenate([network.tail[2 * row], network.head[2 * row]]), return_inverse=True
    )
    tail, head = np.split(ends.ravel(), 2)
    return two_way(tail, head, network.travel_time_s[2 * row], place[nodes])
