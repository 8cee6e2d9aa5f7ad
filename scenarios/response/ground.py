"""The roads of a response and who lives where: what planning again needs of the map, kept with the run.

Road f is edges 2 f along its line and 2 f + 1 against it. Index names: ``e`` edges, ``f`` roads, ``c`` cells.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from dss import columns as col
from dss.access import Access, join_roads
from dss.arrays import FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing import Router
from dss.trips import TripTable, find_trips, open_router
from scenarios.relief.travel import Legs, Travel
from scenarios.situation import Situation

LINES = "roads.parquet"
ARRAYS = "ground.npz"
KEPT = ("tail", "head", "node_x_m", "node_y_m", "edge_s", "free_s", "x_m", "y_m", "persons")


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Roads as the hazard leaves them, and people.

    Parameters
    ----------
    crs
        Of all coordinates.
    tail, head, edge_s, free_s
        Of each edge, its ends, its seconds for emergency vehicles now, inf while closed, and without the
        hazard, shape (e,).
    node_x_m, node_y_m
        Where the nodes are.
    name, road_class, line
        Of each road, shape (f,).
    x_m, y_m, persons
        Cells where people live, shape (c,).
    """

    crs: str
    tail: IntArray
    head: IntArray
    node_x_m: FloatArray
    node_y_m: FloatArray
    edge_s: FloatArray
    free_s: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    persons: IntArray
    name: NDArray[np.object_]
    road_class: NDArray[np.object_]
    line: NDArray[np.object_]

    @property
    def length_m(self) -> FloatArray:
        """Length of each road, shape (f,)."""
        return np.array([line.length for line in self.line], dtype=np.float64)

    def network(self) -> RoadNetwork:
        """Return the roads as a network with the seconds that they take without the hazard."""
        ends = self.tail.astype(np.int32), self.head.astype(np.int32)
        return RoadNetwork(*ends, self.free_s, x_m=self.node_x_m, y_m=self.node_y_m)

    def closing(self, edges: IntArray) -> "Ground":
        """Return the same with edges that are closed."""
        edge_s = self.edge_s.copy()
        edge_s[edges] = np.inf
        return replace(self, edge_s=edge_s)

    def opening(self, roads: IntArray) -> "Ground":
        """Return the same with roads that are open again, both ways."""
        edge_s = self.edge_s.copy()
        for e in np.concatenate([2 * roads, 2 * roads + 1]).tolist():
            edge_s[e] = min(self.free_s[e], self.free_s[e ^ 1])
        return replace(self, edge_s=edge_s)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Drives of emergency vehicles on the roads of a ground.

    Parameters
    ----------
    reach_m
        Metres that a place may be from an open road.
    """

    ground: Ground
    router: Router
    reach_m: float

    @classmethod
    def fresh(cls, ground: Ground, reach_m: float) -> "Ways":
        """Return drives on a ground that has no map any more."""
        return cls(ground, Router(ground.network()).customise(ground.edge_s), reach_m)

    @classmethod
    def of(cls, situation: Situation, ground: Ground, reach_m: float) -> "Ways":
        """Return drives with the router that the map keeps."""
        router = open_router(situation.roads.network, situation.onemap.folder)
        return cls(ground, router.customise(ground.edge_s), reach_m)

    def join(self, x_m: FloatArray, y_m: FloatArray) -> Access:
        """Return where places join the open roads."""
        return join_roads(self.ground.line, self.ground.edge_s, x_m, y_m, limit_m=self.reach_m)

    def between(self, origin: Access, destination: Access) -> TripTable:
        """Return the fastest drives from every origin to every destination."""
        return find_trips(self.ground.network(), self.ground.edge_s, self.router, origin, destination)


def legs_of(table: TripTable, i: IntArray, j: IntArray) -> Legs:
    """Return the edges of drives that exist, and which part of each is driven."""
    return Travel((table,)).legs(np.zeros(i.size, dtype=np.int64), i, j)


def ground_of(situation: Situation) -> Ground:
    """Return the ground of a situation."""
    roads, cells, network = situation.roads, situation.cells, situation.roads.network
    assert network.x_m is not None
    assert network.y_m is not None
    lived = np.flatnonzero(cells.persons > 0)
    names = roads.features[col.NAME].astype(object).where(roads.features[col.NAME].notna(), "")
    return Ground(
        crs=str(situation.onemap.crs),
        tail=network.tail.astype(np.int64),
        head=network.head.astype(np.int64),
        node_x_m=network.x_m,
        node_y_m=network.y_m,
        edge_s=situation.impact.roads.edge_s["emergency"],
        free_s=roads.emergency_s,
        x_m=cells.x_m[lived],
        y_m=cells.y_m[lived],
        persons=cells.persons[lived].astype(np.int64),
        name=names.astype(str).to_numpy(object),
        road_class=roads.features[col.ROAD_CLASS].astype(str).to_numpy(object),
        line=np.asarray(roads.features.geometry.array, dtype=object),
    )


def write_ground(home: Path, ground: Ground) -> None:
    """Write a ground into a folder."""
    np.savez_compressed(home / ARRAYS, **{name: getattr(ground, name) for name in KEPT})
    frame = {col.NAME: ground.name, col.ROAD_CLASS: ground.road_class}
    gpd.GeoDataFrame(frame, geometry=ground.line, crs=ground.crs).to_parquet(home / LINES, compression="zstd")


def read_ground(home: Path, lines: Path) -> Ground:
    """Read a ground back; ``lines`` is the folder that has its lines."""
    frame = gpd.read_parquet(lines / LINES)
    with np.load(home / ARRAYS, allow_pickle=False) as packed:
        arrays = {name: packed[name] for name in KEPT}
    return Ground(
        crs=str(frame.crs),
        name=frame[col.NAME].to_numpy(object),
        road_class=frame[col.ROAD_CLASS].to_numpy(object),
        line=frame.geometry.to_numpy(object),
        **arrays,
    )
