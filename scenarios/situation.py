"""What is there and what the hazard does to it: people in cells, roads, shelters, impact."""

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from dss.arrays import BoolArray, FloatArray
from dss.cells import CellFrame, index_population
from dss.errors import ScenarioError
from dss.hazard import (
    AssumedBands,
    Band,
    DeepestOf,
    DepthField,
    FloodRules,
    Impact,
    depth_layer,
    flood_impact,
)
from dss.onemap import OneMap, read_vector
from dss.roads import Roads, build_roads
from dss.shelters import Shelters, read_shelters
from dss.standards import StandardsReader
from scenarios.progress import ProgressTrack
from scenarios.schema import Area, Flood, Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """Everything a plan is made from.

    Parameters
    ----------
    shelter_depth_m
        Water at each shelter, shape (m,).
    shelter_open
        Shelters that stay dry enough, shape (m,).
    assumed_bridges, assumed_elevated
        Road features that the scenario keeps above the water.
    """

    onemap: OneMap
    standards: StandardsReader
    cells: CellFrame
    roads: Roads
    shelters: Shelters
    depth: DepthField
    impact: Impact
    shelter_depth_m: FloatArray
    shelter_open: BoolArray
    assumed_bridges: int
    assumed_elevated: int

    @property
    def affected(self) -> BoolArray:
        """Cells whose people must leave, shape (n cells,)."""
        return self.impact.cell_affected


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
    cells = index_population(onemap, scenario.cells.resolution, study_area(onemap, scenario.area))
    tick = progress.start("roads")
    roads = build_roads(onemap, standards)
    tick(0.9)
    shelters = read_shelters(onemap, standards)
    tick = progress.start("hazard")
    depth = depth_field(onemap, scenario.hazard)
    bridges, elevated = _kept_dry(onemap, scenario.hazard, roads)
    tick(0.1)
    rules = FloodRules(scenario.hazard.area_share, dry_features=bridges | elevated)
    impact = flood_impact(depth, cells, roads, standards, rules)
    if not impact.cell_affected.any():
        raise ScenarioError("nobody_affected", cells=cells.cell.size, persons=cells.total_persons)
    shelter_depth_m = depth.depth_m(shelters.x_m, shelters.y_m)
    return Situation(
        onemap=onemap,
        standards=standards,
        cells=cells,
        roads=roads,
        shelters=shelters,
        depth=depth,
        impact=impact,
        shelter_depth_m=shelter_depth_m,
        shelter_open=shelter_depth_m < standards.number("flood.shelter_depth_m"),
        assumed_bridges=int(bridges.sum()),
        assumed_elevated=int(elevated.sum()),
    )


def study_area(onemap: OneMap, area: Area | None) -> BaseGeometry | None:
    """Return the studied area in the map's CRS; None for the whole map."""
    if area is None:
        return None
    if area.polygon is not None:
        polygon = shapely.Polygon(_to_map(onemap, area.polygon))
        if not polygon.is_valid or polygon.is_empty:
            raise ScenarioError("area_polygon", why=shapely.is_valid_reason(polygon))
        return polygon
    layer = onemap.layer(str(area.hull_of or area.layer))
    shapes = read_vector(onemap, layer).geometry
    if area.hull_of is not None:
        return shapely.convex_hull(shapely.GeometryCollection(shapes.convex_hull.tolist()))
    return shapes.union_all()


def depth_field(onemap: OneMap, hazard: Flood) -> DepthField:
    """Return the scenario's water: a depth layer, assumed bands, or the deeper of both."""
    fields: list[DepthField] = []
    if hazard.layer is not None:
        fields.append(depth_layer(onemap, onemap.layer(hazard.layer)))
    if hazard.assumed:
        sources = []
        for flood in hazard.assumed:
            bands = [Band(band.within_m, band.depth_m) for band in flood.bands]
            sources.append((_water(onemap, flood.line, flood.layer), bands))
        fields.append(AssumedBands(sources))
    return fields[0] if len(fields) == 1 else DeepestOf(tuple(fields))


def _water(onemap: OneMap, line: list[tuple[float, float]] | None, layer: str | None) -> BaseGeometry:
    if line is not None:
        return shapely.LineString(_to_map(onemap, line))
    shapes = read_vector(onemap, onemap.layer(str(layer))).geometry
    return shapely.union_all(shapes[~(shapes.isna() | shapes.is_empty)].to_numpy())


def _to_map(onemap: OneMap, corners: list[tuple[float, float]]) -> FloatArray:
    lng_deg, lat_deg = np.asarray(corners, dtype=np.float64).T
    if (np.abs(lng_deg) > 180).any() or (np.abs(lat_deg) > 90).any():
        raise ScenarioError("degrees", value=corners[0])
    transformer = Transformer.from_crs("EPSG:4326", onemap.crs, always_xy=True)
    return np.column_stack(transformer.transform(lng_deg, lat_deg))


def _kept_dry(onemap: OneMap, hazard: Flood, roads: Roads) -> tuple[BoolArray, BoolArray]:
    bridges = np.zeros(len(roads.features), dtype=np.bool_)
    if hazard.assumed_bridges_within_m > 0:
        for flood in hazard.assumed:
            if flood.line is not None:
                channel = _water(onemap, flood.line, None).buffer(hazard.assumed_bridges_within_m)
                shapely.prepare(channel)
                bridges |= np.asarray(shapely.intersects(channel, roads.features.geometry.array))
    classes = roads.features["road_class"]
    unknown = sorted(set(hazard.assumed_elevated) - set(classes))
    if unknown:
        raise ScenarioError(
            "road_class_absent", value=", ".join(unknown), classes=", ".join(sorted(set(classes)))
        )
    return bridges, classes.isin(hazard.assumed_elevated).to_numpy(np.bool_)
