"""From a map to its critical roads: which closure costs people most on their way to the nearest site."""

from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from dss import columns as col
from dss.access import join_roads
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.cells import CellFrame, index_population
from dss.criticality.closures import Losses, close_each
from dss.criticality.joining import Joined, join_people_and_sites
from dss.criticality.sampling import LossEstimate, estimate_losses
from dss.errors import MapError
from dss.network import RoadNetwork
from dss.onemap import OneMap, read_vector
from dss.roads import Roads, build_roads
from dss.standards import StandardsReader

Mode = Literal["drive", "walk", "emergency"]
Kind = Literal["all", "bridges", "tunnels"]

OUT_CRS: Final = "EPSG:4490"


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What is to be studied.

    Parameters
    ----------
    sites
        Role of the layers that people want to reach.
    mode
        How they go.
    roads
        Which roads are closed, one at a time.
    within
        Polygon layer outside of which no road is closed; None for the whole map. People and sites outside
        still count.
    resolution
        H3 resolution of the cells.
    cut_off_s
        What a person counts who reaches no site any more.
    reach_road_m
        A cell or site farther than this from an open road is outside the network.
    """

    sites: str = "shelters"
    mode: Mode = "drive"
    roads: Kind = "all"
    within: str | None = None
    resolution: int = 9
    cut_off_s: float = 7200.0
    reach_road_m: float = 800.0


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """People, roads and sites of a map, joined, and the roads to be closed.

    Parameters
    ----------
    joined
        People and sites on the roads.
    rows
        Road features to be closed one at a time, shape (closures,).
    """

    request: StudyRequest
    roads: Roads
    cells: CellFrame
    joined: Joined
    rows: IntArray

    @property
    def outside(self) -> BoolArray:
        """Cells that reach no site even with every road open, shape (n cells,)."""
        return ~np.isfinite(self.joined.access.now_s)

    def losses(self) -> Losses:
        """Close every road, each on its own."""
        return close_each(self.joined.access, self.joined.closures(self.rows))

    def estimate(self, draws: int, seed: int) -> LossEstimate:
        """Close some of the roads, drawn at random."""
        closures, cut_off_s = self.joined.closures(self.rows), self.request.cut_off_s
        return estimate_losses(self.joined.access, closures, draws=draws, seed=seed, cut_off_s=cut_off_s)

    def road_layer(self, losses: Losses) -> gpd.GeoDataFrame:
        """Return the roads whose closure costs anything, the costliest first: rank, row, name and losses."""
        lost_s = losses.lost_person_s(self.request.cut_off_s)
        order = losses.ranking(self.request.cut_off_s)
        order = order[lost_s[order] > 0]
        features = self.roads.features.iloc[self.rows[order]]
        frame = gpd.GeoDataFrame(
            {
                "rank": np.arange(1, order.size + 1),
                "road_row": self.rows[order],
                col.NAME: features[col.NAME].to_numpy(),
                col.ROAD_CLASS: features[col.ROAD_CLASS].to_numpy(),
                col.BRIDGE: features[col.BRIDGE].to_numpy(),
                col.TUNNEL: features[col.TUNNEL].to_numpy(),
                "lost_person_hours": np.round(lost_s[order] / 3600, 2),
                "extra_person_hours": np.round(losses.extra_person_s[order] / 3600, 2),
                "persons_delayed": losses.persons_delayed[order].astype(np.int64),
                "persons_cut_off": losses.persons_cut_off[order].astype(np.int64),
            },
            geometry=features.geometry.array,
            crs=self.roads.features.crs,
        )
        return frame.to_crs(OUT_CRS)

    def cell_layer(self, losses: Losses) -> gpd.GeoDataFrame:
        """Return the cells: persons, time to the nearest site, and which single road is their only way."""
        one_way_out = losses.cuts > 0
        worst = np.where(one_way_out, losses.worst, 0)
        only_road = pd.array(self.rows[worst] if self.rows.size else worst, dtype="Int64")
        only_road[~one_way_out] = pd.NA
        frame = gpd.GeoDataFrame(
            {
                col.CELL: pa.array(h3ronpy.cells_to_string(self.cells.cell)).to_pandas(),
                col.PERSONS: self.cells.persons,
                "site_s": np.where(self.outside, np.nan, np.round(self.joined.access.now_s, 1)),
                "one_way_out": one_way_out,
                "only_roads": losses.cuts,
                "road_row": only_road,
            },
            geometry=self.cells.polygons(),
        )
        return frame.to_crs(OUT_CRS)


def study_roads(onemap: OneMap, standards: StandardsReader, request: StudyRequest) -> Study:
    """Prepare a study of a map: count people, build roads, join both to each other and to the sites.

    Raises
    ------
    MapError
        If a layer is missing or unusable, or no road is to be closed.
    """
    cells = index_population(onemap, request.resolution)
    roads = build_roads(onemap, standards)
    time_s = {"drive": roads.drive_s, "walk": roads.walk_s, "emergency": roads.emergency_s}[request.mode]
    rows = _chosen_rows(onemap, roads, request)
    joined = _join(onemap, roads.network, time_s, cells, _Way(roads, standards, request))
    return Study(request, roads, cells, joined, rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """How points come to the roads."""

    roads: Roads
    standards: StandardsReader
    request: StudyRequest

    def on_foot_s(self, distance_m: FloatArray, reached: BoolArray) -> FloatArray:
        """Return the seconds on foot between points and their roads; inf beyond reach."""
        detour = self.standards.number("pedestrian.route_directness")
        walk_s = (
            np.where(reached, distance_m, 0.0) * detour / self.standards.number("pedestrian.adult_speed_mps")
        )
        return np.where(reached, walk_s, np.inf)


def _join(onemap: OneMap, network: RoadNetwork, time_s: FloatArray, cells: CellFrame, way: _Way) -> Joined:
    lines, limit_m = np.asarray(way.roads.features.geometry.array), way.request.reach_road_m
    frames = [read_vector(onemap, layer) for layer in onemap.require_role(way.request.sites)]
    shapes = np.concatenate([frame.geometry.dropna().to_numpy() for frame in frames])
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[~shapely.is_empty(shapes)]))
    home = join_roads(lines, time_s, cells.x_m, cells.y_m, limit_m=limit_m)
    goal = join_roads(lines, time_s, points[:, 0], points[:, 1], limit_m=limit_m)
    people = (home, way.on_foot_s(home.distance_m, home.reached), cells.persons.astype(np.float64))
    reach_s = way.on_foot_s(goal.distance_m, goal.reached)
    return join_people_and_sites(network, time_s, people, (goal, reach_s))


def _chosen_rows(onemap: OneMap, roads: Roads, request: StudyRequest) -> IntArray:
    chosen = np.ones(len(roads.features), dtype=np.bool_)
    if request.roads != "all":
        column = col.BRIDGE if request.roads == "bridges" else col.TUNNEL
        chosen &= roads.features[column].to_numpy(np.bool_)
    if request.within is not None:
        area = read_vector(onemap, onemap.layer(request.within)).geometry.union_all()
        shapely.prepare(area)
        chosen &= shapely.intersects(area, np.asarray(roads.features.geometry.array))
    if not chosen.any():
        raise MapError("no_road_to_close", roads=request.roads, within=request.within or "-")
    return np.flatnonzero(chosen)
