"""What is there and what the hazard does to it: people in cells, roads, shelters, impact."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from dss import columns as col
from dss.arrays import BoolArray
from dss.cells import CellFrame, index_population
from dss.errors import ScenarioError
from dss.hazard import Facilities, FacilityImpact, Ground, Hazard, Impact
from dss.onemap import OneMap, read_vector
from dss.roads import Roads, build_roads
from dss.shelters import Shelters, read_shelters
from dss.standards import StandardsReader
from scenarios.allocation.reserve import read_reserve, reserve_facilities
from scenarios.hazard.encounter import Scene, meet
from scenarios.places import to_map
from scenarios.progress import ProgressTrack
from scenarios.schema import Area, Scenario

SHELTERS = "shelters"
RESERVE = "reserve"
OTHER_FACILITIES = ("hospitals", "depots")
"""Roles whose losses are reported beside those of shelters."""


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Everything a plan is made from.

    Parameters
    ----------
    hazard, impact
        The danger over place and time, and what it does.
    assumptions
        What was taken for granted of people and hazard: counts by the name of a sentence of the report.
    hazard_sources
        Keys of the layers that the hazard is made from.
    reserve
        Places that could be opened as shelters; None where the scenario names none.
    """

    onemap: OneMap
    standards: StandardsReader
    cells: CellFrame
    roads: Roads
    shelters: Shelters
    ground: Ground
    hazard: Hazard
    impact: Impact
    assumptions: Mapping[str, int]
    hazard_sources: tuple[str, ...]
    reserve: Shelters | None = None

    @property
    def affected(self) -> BoolArray:
        """Cells that people must leave, shape (n cells,)."""
        return self.impact.cells.leaves

    @property
    def shelter_impact(self) -> FacilityImpact:
        """What the hazard does to the shelters."""
        return self.impact.facilities[SHELTERS]

    @property
    def shelter_open(self) -> BoolArray:
        """Shelters that can be used, shape (m,)."""
        return ~self.shelter_impact.lost


def survey(scenario: Scenario, onemap: OneMap, progress: ProgressTrack) -> Situation:
    """Count the people, build the network, and let the hazard come.

    Raises
    ------
    MapError
        If a layer is missing or unusable.
    ScenarioError
        If the scenario names a layer or road class that is not there, or the hazard reaches nobody.
    """
    standards = StandardsReader(scenario.standards)
    progress.start("cells")
    area = study_area(onemap, scenario.area)
    cells = index_population(onemap, scenario.cells.resolution, area, standards=standards)
    tick = progress.start("roads")
    roads = build_roads(onemap, standards)
    tick(0.9)
    shelters = read_shelters(onemap, standards)
    tick = progress.start("hazard")
    reserve = read_reserve(onemap, scenario.allocation.shelters, shelters, standards)
    facilities = _facilities(onemap, shelters)
    if reserve is not None:
        facilities[RESERVE] = reserve_facilities(reserve)
    ground = Ground(cells, roads, facilities)
    tick(0.1)
    asked = onemap.afresh()  # knows what the hazard alone asks for
    encounter = meet(scenario.hazard, Scene(asked, ground, standards, scenario.seed))
    hazard_sources = tuple(onemap.layer(layer.key).key for layer in asked.used)
    if not encounter.impact.cells.persons.any():
        raise ScenarioError("nobody_affected", cells=cells.cell.size, persons=cells.total_persons)
    return Situation(
        onemap=onemap,
        standards=standards,
        cells=cells,
        roads=roads,
        shelters=shelters,
        ground=ground,
        hazard=encounter.hazard,
        impact=encounter.impact,
        assumptions={**_census_faults(cells), **encounter.assumptions},
        hazard_sources=hazard_sources,
        reserve=reserve,
    )


def study_area(onemap: OneMap, area: Area | None) -> BaseGeometry | None:
    """Return the studied area in the map's CRS; None for the whole map."""
    if area is None:
        return None
    if area.polygon is not None:
        polygon = shapely.Polygon(to_map(onemap, area.polygon))
        if not polygon.is_valid or polygon.is_empty:
            raise ScenarioError("area_polygon", why=shapely.is_valid_reason(polygon))
        return polygon
    layer = onemap.layer(str(area.hull_of or area.layer))
    shapes = read_vector(onemap, layer).geometry
    if area.hull_of is not None:
        return shapely.convex_hull(shapely.GeometryCollection(shapes.convex_hull.tolist()))
    return shapes.union_all()


def _census_faults(cells: CellFrame) -> dict[str, int]:
    return {
        "census_left_out": cells.units_left_out,
        "census_persons_left_out": cells.persons_left_out,
        "census_repaired": cells.units_noted("repaired"),
        "census_unlivable": cells.units_noted("unlivable"),
    }


def _facilities(onemap: OneMap, shelters: Shelters) -> dict[str, Facilities]:
    names = shelters.features[col.NAME].to_numpy(object)
    facilities = {SHELTERS: Facilities(names, shelters.x_m, shelters.y_m)}
    for role in OTHER_FACILITIES:
        layers = onemap.role(role)
        if layers:
            frame = pd.concat([read_vector(onemap, layer) for layer in layers], ignore_index=True)
            frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
            points = frame.geometry.representative_point()
            facilities[role] = Facilities(
                frame[col.NAME].to_numpy(object), points.x.to_numpy(), points.y.to_numpy()
            )
    return facilities
