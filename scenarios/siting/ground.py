"""What a siting study stands on: people, roads, what exists, what could be built, and the ways between."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.access import Access, join_roads
from dss.arrays import FloatArray
from dss.candidates import CandidateGround, Candidates, find_candidates
from dss.cells import CellFrame, index_population
from dss.hazard.impact import Mode
from dss.onemap import OneMap, read_vector
from dss.roads import Roads, build_roads
from dss.routing import Router
from dss.shelters import read_shelters
from dss.standards import StandardsReader
from dss.trips import find_trips, open_router
from scenarios.siting.demand import Counts, Who, count_people
from scenarios.siting.preset import Measure, Preset

ROAD_LIMIT_M = 800.0
"""Cells and sites farther from any road than this have no way."""
KPH = 1 / 3.6
# Candidates in one batch of ways: bounds the memory.
BATCH = 250
RESOLUTIONS = (10, 9, 8)
CELLS_AT_MOST = 8_000


def deaf(fraction: float) -> None:
    """Hear nothing of how far the work is."""
    del fraction


@dataclass(frozen=True, slots=True, eq=False)
class SitingGround:
    """People, existing and possible sites, and the ways between them.

    Parameters
    ----------
    who, counts
        Whom the facility serves, and all people that are known, in the same cells.
    existing
        name, layer, capacity_persons, geometry (points) of what exists, one row each.
    candidates
        All candidates with their exclusions.
    router
        On the roads, for any weights.
    """

    onemap: OneMap
    standards: StandardsReader
    preset: Preset
    who: Who
    counts: Counts
    roads: Roads
    existing: gpd.GeoDataFrame
    candidates: Candidates
    router: Router

    @property
    def cells(self) -> CellFrame:
        """Every cell where anybody is."""
        return self.counts.cells

    @property
    def demand(self) -> FloatArray:
        """Persons served by the facility in each cell, shape (n,)."""
        return self.counts.by[self.who].persons

    @property
    def site_x_m(self) -> FloatArray:
        """Eastings of existing sites, then of all candidates, shape (e + m,)."""
        return np.concatenate([_points(self.existing).x.to_numpy(), _points(self.candidates.features).x])

    @property
    def site_y_m(self) -> FloatArray:
        """Northings, likewise."""
        return np.concatenate([_points(self.existing).y.to_numpy(), _points(self.candidates.features).y])

    def costs(self, seconds: FloatArray | None = None, heard: Callable[[float], None] = deaf) -> FloatArray:
        """Return metres or seconds between every cell and every site, shape (n, e + m); inf without a way.

        Parameters
        ----------
        seconds
            Time of each edge by the preset's way of travelling, shape (n edges,), inf where it is closed;
            None: when nothing has happened.
        heard
            Told which share is done, after every batch of sites.
        """
        measure = self.preset.profile.measure
        if seconds is None:
            seconds = free_seconds(self.roads, measure)
        edge = edge_costs(self.roads, measure, seconds)
        router = self.router.customise(edge)
        lines = np.asarray(self.roads.features.geometry.array)
        cell = join_roads(lines, edge, self.cells.x_m, self.cells.y_m, limit_m=ROAD_LIMIT_M)
        x_m, y_m = self.site_x_m, self.site_y_m
        off_road_mps = self.standards.number("siting.off_road_kph") * KPH
        off = 1.0 if measure.endswith("_m") else 1 / off_road_mps
        parts = []
        for begin in range(0, x_m.size, BATCH):
            batch = slice(begin, begin + BATCH)
            site = join_roads(lines, edge, x_m[batch], y_m[batch], limit_m=ROAD_LIMIT_M)
            parts.append(_ways(self, router, edge, (cell, site)) + off * site.distance_m[None, :])
            heard(min((begin + BATCH) / x_m.size, 1.0))
        whole = np.concatenate(parts, axis=1) if parts else np.zeros((cell.edge.size, 0))
        return whole + off * cell.distance_m[:, None]


def _ways(ground: SitingGround, router: Router, edge: FloatArray, ends: tuple[Access, Access]) -> FloatArray:
    """Return what lies on the roads; engines and ambulances drive from the site, others to it."""
    cell, site = ends
    if ground.preset.profile.measure.startswith("walk"):
        return find_trips(ground.roads.network, edge, router, cell, site).seconds
    return find_trips(ground.roads.network, edge, router, site, cell).seconds.T


def mode_of(measure: Measure) -> Mode:
    """Return how one travels for a measure."""
    if measure == "emergency_s":
        return "emergency"
    return "walk" if measure.startswith("walk") else "drive"


def free_seconds(roads: Roads, measure: Measure) -> FloatArray:
    """Return the time of each edge when nothing has happened, shape (n edges,)."""
    return {"walk": roads.walk_s, "drive": roads.drive_s, "emergency": roads.emergency_s}[mode_of(measure)]


def edge_costs(roads: Roads, measure: Measure, seconds: FloatArray) -> FloatArray:
    """Return metres or seconds of each edge for a measure; inf where its time is."""
    if measure.endswith("_s"):
        return seconds
    length_m = np.repeat(shapely.length(np.asarray(roads.features.geometry.array)), 2)
    return np.where(np.isfinite(seconds), length_m, np.inf)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a planner says of the ground.

    Parameters
    ----------
    resolution
        H3 resolution of the cells; None: the finest of 10, 9, 8 that gives at most ``CELLS_AT_MOST`` cells.
    planned
        Whether land that exists only in the plan may hold sites.
    who
        Whom the facility serves; None: as the preset says.
    excluding
        Rules that exclude candidates though the preset only states what they find.
    """

    resolution: int | None = None
    planned: bool = False
    who: Who | None = None
    excluding: tuple[str, ...] = ()


def survey_ground(
    onemap: OneMap,
    preset: Preset,
    standards: StandardsReader,
    survey: Survey,
    heard: Callable[[float], None] = deaf,
) -> SitingGround:
    """Count the people, build the roads, and collect what exists and what could be built."""
    preset.require_rules(survey.excluding)
    who = survey.who or preset.profile.demand
    counts = count_people(onemap, survey.resolution or _resolution(onemap), who, standards)
    heard(0.4)
    roads = build_roads(onemap, standards)
    heard(0.6)
    spec = preset.candidate_spec(planned=survey.planned, excluding=survey.excluding)
    land = CandidateGround(roads.features, counts.cells, _modelled_layers(onemap, preset))
    candidates = find_candidates(onemap, standards, spec, land)
    heard(0.9)
    for key in preset.profile.also:
        standards.value(key)
    return SitingGround(
        onemap,
        standards,
        preset,
        who,
        counts,
        roads,
        existing_sites(onemap, preset, standards),
        candidates,
        open_router(roads.network, onemap.folder),
    )


def _resolution(onemap: OneMap) -> int:
    """Return the finest resolution that gives few enough cells."""
    for resolution in RESOLUTIONS[:-1]:
        if index_population(onemap, resolution).cell.size <= CELLS_AT_MOST:
            return resolution
    return RESOLUTIONS[-1]


def _modelled_layers(onemap: OneMap, preset: Preset) -> tuple[str, ...]:
    """Return the layers of the facility's role that are modelled, not recorded: they are candidates."""
    role = preset.profile.existing_role
    return tuple(layer.key for layer in (onemap.role(role) if role else ()) if layer.assumed)


def existing_sites(onemap: OneMap, preset: Preset, standards: StandardsReader) -> gpd.GeoDataFrame:
    """Return what exists: features of the facility's role whose layer records it and assumes nothing."""
    role = preset.profile.existing_role
    layers = [layer for layer in (onemap.role(role) if role else ()) if not layer.assumed]
    if not layers:
        nothing: dict[str, list[object]] = {col.NAME: [], "layer": [], col.CAPACITY_PERSONS: []}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=onemap.crs)
    if role == "shelters":
        found = read_shelters(onemap, standards).features
        kept = found[found["layer"].isin([layer.key for layer in layers])]
        return kept[[col.NAME, "layer", col.CAPACITY_PERSONS, "geometry"]].reset_index(drop=True)
    parts = [read_vector(onemap, layer).assign(layer=layer.key) for layer in layers]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=onemap.crs)
    found = found[~(found.geometry.isna() | found.geometry.is_empty)].reset_index(drop=True)
    found[col.CAPACITY_PERSONS] = np.inf
    found["geometry"] = _points(found)
    return found[[col.NAME, "layer", col.CAPACITY_PERSONS, "geometry"]]


def _points(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return frame.geometry.representative_point()
