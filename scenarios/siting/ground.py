"""What a siting study stands on: people, roads, what exists, what could be built, and the ways between."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray
from dss.candidates import CandidateGround, Candidates, find_candidates
from dss.cells import CellFrame, index_population
from dss.onemap import OneMap, read_vector
from dss.roads import Roads, build_roads
from dss.routing import Router
from dss.shelters import read_shelters
from dss.standards import StandardsReader
from dss.trips import find_trips, open_router
from scenarios.siting.preset import Measure, Preset

ROAD_LIMIT_M = 800.0
"""Cells and sites farther from any road than this have no way."""
KPH = 1 / 3.6
# Candidates in one batch of ways: bounds the memory.
BATCH = 250
RESOLUTIONS = (10, 9, 8)
CELLS_AT_MOST = 8_000


@dataclass(frozen=True, slots=True, eq=False)
class SitingGround:
    """People, existing and possible sites, and the ways between them.

    Parameters
    ----------
    demand
        Persons served by the facility in each cell, shape (n,).
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
    cells: CellFrame
    demand: FloatArray
    roads: Roads
    existing: gpd.GeoDataFrame
    candidates: Candidates
    router: Router

    @property
    def site_x_m(self) -> FloatArray:
        """Eastings of existing sites, then of all candidates, shape (e + m,)."""
        return np.concatenate([_points(self.existing).x.to_numpy(), _points(self.candidates.features).x])

    @property
    def site_y_m(self) -> FloatArray:
        """Northings, likewise."""
        return np.concatenate([_points(self.existing).y.to_numpy(), _points(self.candidates.features).y])

    def costs(self, closed: BoolArray | None = None) -> FloatArray:
        """Return metres or seconds between every cell and every site, shape (n, e + m); inf without a way.

        Parameters
        ----------
        closed
            Edges that are closed, shape (n edges,); None: none.
        """
        measure = self.preset.profile.measure
        edge = edge_costs(self.roads, measure)
        if closed is not None:
            edge = np.where(closed, np.inf, edge)
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
        whole = np.concatenate(parts, axis=1) if parts else np.zeros((cell.edge.size, 0))
        return whole + off * cell.distance_m[:, None]


def _ways(ground: SitingGround, router: Router, edge: FloatArray, ends: tuple[Access, Access]) -> FloatArray:
    """Return what lies on the roads; engines and ambulances drive from the site, others to it."""
    cell, site = ends
    if ground.preset.profile.measure.startswith("walk"):
        return find_trips(ground.roads.network, edge, router, cell, site).seconds
    return find_trips(ground.roads.network, edge, router, site, cell).seconds.T


def edge_costs(roads: Roads, measure: Measure) -> FloatArray:
    """Return metres or seconds of each edge for a measure; inf where the way of travelling may not go."""
    seconds = {
        "walk_m": roads.walk_s,
        "drive_s": roads.drive_s,
        "drive_m": roads.drive_s,
        "emergency_s": roads.emergency_s,
    }[measure]
    if measure.endswith("_s"):
        return seconds
    length_m = np.repeat(shapely.length(np.asarray(roads.features.geometry.array)), 2)
    return np.where(np.isfinite(seconds), length_m, np.inf)


def survey_ground(
    onemap: OneMap, preset: Preset, standards: StandardsReader, *, resolution: int | None, planned: bool
) -> SitingGround:
    """Count the people, build the roads, and collect what exists and what could be built.

    Without a resolution the finest of 10, 9, 8 that gives at most ``CELLS_AT_MOST`` cells is taken.
    """
    cells = _cells(onemap, resolution)
    roads = build_roads(onemap, standards)
    spec = preset.candidate_spec(planned=planned)
    modelled = _modelled_layers(onemap, preset)
    candidates = find_candidates(onemap, standards, spec, CandidateGround(roads.features, cells, modelled))
    for key in preset.profile.also:
        standards.value(key)
    return SitingGround(
        onemap,
        standards,
        preset,
        cells,
        _demand(onemap, preset, standards, cells),
        roads,
        existing_sites(onemap, preset, standards),
        candidates,
        open_router(roads.network, onemap.folder),
    )


def _cells(onemap: OneMap, resolution: int | None) -> CellFrame:
    if resolution is not None:
        return index_population(onemap, resolution)
    for finest in RESOLUTIONS[:-1]:
        cells = index_population(onemap, finest)
        if cells.cell.size <= CELLS_AT_MOST:
            return cells
    return index_population(onemap, RESOLUTIONS[-1])


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


def _demand(onemap: OneMap, preset: Preset, standards: StandardsReader, cells: CellFrame) -> FloatArray:
    """Return whom the facility serves; children by the map's share of them, which is taken as even."""
    persons = cells.persons.astype(np.float64)
    if preset.profile.demand == "everyone":
        return persons
    counted, children = 0.0, 0.0
    for layer in onemap.role("population"):
        if layer.kind == "raster" or col.CHILDREN_PERSONS not in layer.fields:
            continue
        frame = read_vector(onemap, layer)
        counted += float(pd.to_numeric(frame[col.PERSONS], errors="coerce").sum())
        children += float(pd.to_numeric(frame[col.CHILDREN_PERSONS], errors="coerce").sum())
    share = children / counted if counted > 0 else standards.number("siting.children_share")
    return persons * share
