"""From layers to cells: who lives in which H3 cell.

Persons before equal persons after: every layer's total is kept, and whole persons are handed out so that
districts keep theirs too. H3 takes (lat, lng); degrees are CGCS2000, taken as equal to WGS 84.
"""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import vector as h3vector
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray, UIntArray
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_raster_points, read_vector

# Points that stand for the area of a cell.
SAMPLES = 54
# Cells at this resolution (about 15 m across) carry the people of a unit without buildings.
AREA_RESOLUTION = 12


@dataclass(frozen=True, slots=True, eq=False)
class CellFrame:
    """Cells and the persons in them.

    Parameters
    ----------
    cell
        H3 index, shape (n,), ascending, each once.
    resolution
        H3 resolution of every cell.
    persons
        Whole persons, shape (n,).
    x_m, y_m
        Where the cell's people are on average, in the map's projected CRS, shape (n,).
    crs
        That CRS.
    persons_outside
        Persons of the same layers that live outside the studied area.
    sources
        Keys of the layers that the persons come from.
    """

    cell: UIntArray
    resolution: int
    persons: IntArray
    x_m: FloatArray
    y_m: FloatArray
    crs: str
    persons_outside: int
    sources: tuple[str, ...]

    @property
    def total_persons(self) -> int:
        """Persons in all cells."""
        return int(self.persons.sum())

    def only(self, rows: IntArray) -> "CellFrame":
        """Return some of the cells, by row in ascending order."""
        return replace(
            self, cell=self.cell[rows], persons=self.persons[rows], x_m=self.x_m[rows], y_m=self.y_m[rows]
        )

    def polygons(self) -> gpd.GeoSeries:
        """Return each cell's hexagon in EPSG:4326."""
        wkb = np.asarray(pa.array(h3vector.cells_to_wkb_polygons(self.cell)))
        return gpd.GeoSeries(shapely.from_wkb(wkb), crs="EPSG:4326")


def index_population(onemap: OneMap, resolution: int, area: BaseGeometry | None = None) -> CellFrame:
    """Count the persons of every cell from the map's population layers.

    Census units are spread over their residential buildings by floor area; a unit without buildings is
    spread evenly over its land. Raster pixels go to the cell of their centre.

    Parameters
    ----------
    resolution
        H3 resolution, 7 to 11.
    area
        The studied area in the map's CRS; None for the whole map. Persons outside are counted apart.

    Raises
    ------
    MapError
        If the map has no population, a count is NaN or negative, or nobody lives in the area.
    """
    layers = onemap.require_role("population")
    points = pd.concat([weighted_points(onemap, layer) for layer in layers], ignore_index=True)
    to_metres = Transformer.from_crs("EPSG:4326", onemap.crs, always_xy=True)
    points["x_m"], points["y_m"] = to_metres.transform(points["lng_deg"], points["lat_deg"])
    inside = _inside(points, area)
    total, kept = points[col.PERSONS].sum(), points[inside]
    if round(kept[col.PERSONS].sum()) == 0:
        raise MapError("nobody_in_area", layers=", ".join(layer.key for layer in layers))
    kept = kept.assign(cell=cells_of(kept["lng_deg"].to_numpy(), kept["lat_deg"].to_numpy(), resolution))
    sums = _sum_by_cell(kept)
    persons = whole_numbers(sums[col.PERSONS].to_numpy())
    return CellFrame(
        cell=sums.index.to_numpy(np.uint64),
        resolution=resolution,
        persons=persons,
        x_m=sums["x_m"].to_numpy(),
        y_m=sums["y_m"].to_numpy(),
        crs=onemap.crs,
        persons_outside=round(total) - int(persons.sum()),
        sources=tuple(layer.key for layer in layers),
    )


def cells_of(lng_deg: FloatArray, lat_deg: FloatArray, resolution: int) -> UIntArray:
    """Return the H3 cell of each point, shape (n,)."""
    cells = h3vector.coordinates_to_cells(lat_deg, lng_deg, resolution)
    return np.asarray(pa.array(cells), dtype=np.uint64)


def sample_points(cells: CellFrame) -> tuple[FloatArray, FloatArray]:
    """Return points that stand for the area of each cell, in the map's CRS.

    Returns
    -------
    Eastings and northings, each of shape (n, 54).

    Notes
    -----
    A hexagon is six triangles round its middle, and each is nine of equal area; their centres are the points.
    A pentagon, of which land has none that people live in, has one triangle twice.
    """
    corners = _corners(cells)
    middle = corners.mean(axis=1, keepdims=True)
    following = np.roll(corners, -1, axis=1)
    weights = _triangle_centres()
    points = (
        middle[:, :, None] * weights[:, 0, None]
        + corners[:, :, None] * weights[:, 1, None]
        + following[:, :, None] * weights[:, 2, None]
    ).reshape(len(corners), SAMPLES, 2)
    return points[:, :, 0], points[:, :, 1]


def _corners(cells: CellFrame) -> FloatArray:
    """Return the six corners of each cell in the map's CRS, shape (n, 6, 2)."""
    wkb = np.asarray(pa.array(h3vector.cells_to_wkb_polygons(cells.cell)))
    degrees, owner = shapely.get_coordinates(shapely.from_wkb(wkb), return_index=True)
    start = np.searchsorted(owner, np.arange(cells.cell.size))
    last = np.append(start[1:], owner.size) - 2  # a ring names its first corner twice
    place = np.minimum(start[:, None] + np.arange(6), last[:, None])
    to_metres = Transformer.from_crs("EPSG:4326", cells.crs, always_xy=True)
    return np.column_stack(to_metres.transform(*degrees.T))[place]


def _triangle_centres() -> FloatArray:
    """Return the centres of the nine equal parts of a triangle by its corners, shape (9, 3)."""
    up = [(3 * a + 1, 3 * b + 1) for a in range(3) for b in range(3 - a)]
    down = [(3 * a + 2, 3 * b + 2) for a in range(2) for b in range(2 - a)]
    shares = np.array([(a, b, 9 - a - b) for a, b in up + down], dtype=np.float64)
    return shares / 9.0


def whole_numbers(amounts: FloatArray) -> IntArray:
    """Round amounts so that every run of neighbours keeps its sum to within one.

    The running total is rounded, not the amounts: what one cell loses the next one gains. H3 indices in
    ascending order are neighbours on the ground, so districts keep their people too.

    >>> whole_numbers(np.array([0.5, 0.5, 1.2, 1.8])).tolist()
    [0, 1, 1, 2]
    """
    return np.diff(np.rint(np.cumsum(amounts)), prepend=0.0).astype(np.int64)


def _inside(points: pd.DataFrame, area: BaseGeometry | None) -> BoolArray:
    if area is None:
        return np.ones(len(points), dtype=np.bool_)
    shapely.prepare(area)
    return np.asarray(shapely.contains_xy(area, points["x_m"], points["y_m"]))


def _sum_by_cell(points: pd.DataFrame) -> pd.DataFrame:
    weighted = points.assign(x_m=points["x_m"] * points[col.PERSONS], y_m=points["y_m"] * points[col.PERSONS])
    sums = weighted.groupby("cell")[[col.PERSONS, "x_m", "y_m"]].sum()
    sums = sums[sums[col.PERSONS] > 0]
    sums["x_m"] /= sums[col.PERSONS]
    sums["y_m"] /= sums[col.PERSONS]
    return sums.sort_index()


def weighted_points(onemap: OneMap, layer: Layer, column: str = col.PERSONS) -> pd.DataFrame:
    """Return points with persons that together hold the layer's total: lng_deg, lat_deg, persons.

    Parameters
    ----------
    column
        Which count of a polygon layer: all persons, or a group of them. Rasters have one count only.
    """
    if layer.kind == "raster":
        strips = [_raster_strip(layer, *strip) for strip in read_raster_points(onemap, layer)]
        return pd.concat(strips, ignore_index=True)
    units = read_vector(onemap, layer)
    units[col.PERSONS] = pd.to_numeric(units[column], errors="coerce")
    _require_counts(layer, units[col.PERSONS].to_numpy(np.float64))
    units = units[units[col.PERSONS] > 0].reset_index(drop=True)
    _require_geometry(layer, units)
    on_buildings = _spread_over_buildings(onemap, units)
    bare = units[~units.index.isin(on_buildings["unit"].unique())]
    return pd.concat([on_buildings, _spread_over_land(bare)], ignore_index=True).drop(columns="unit")


def _raster_strip(
    layer: Layer, lng_deg: FloatArray, lat_deg: FloatArray, persons: FloatArray
) -> pd.DataFrame:
    _require_counts(layer, persons)
    peopled = persons > 0
    return pd.DataFrame(
        {"lng_deg": lng_deg[peopled], "lat_deg": lat_deg[peopled], col.PERSONS: persons[peopled]}
    )


def _require_counts(layer: Layer, persons: FloatArray) -> None:
    if not np.isfinite(persons).all():
        bad = np.flatnonzero(~np.isfinite(persons))
        raise MapError("population_nan", layer=layer.key, count=bad.size, row=int(bad[0]))
    if (persons < 0).any():
        bad = np.flatnonzero(persons < 0)
        raise MapError(
            "population_negative", layer=layer.key, count=bad.size, row=int(bad[0]), value=persons[bad[0]]
        )


def _require_geometry(layer: Layer, units: gpd.GeoDataFrame) -> None:
    missing = units.geometry.isna() | units.geometry.is_empty
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        raise MapError("geometry_missing", layer=layer.key, count=int(missing.sum()), row=row)


def _spread_over_buildings(onemap: OneMap, units: gpd.GeoDataFrame) -> pd.DataFrame:
    frames = [read_vector(onemap, layer) for layer in onemap.role("buildings")]
    if not frames:
        return pd.DataFrame({"unit": [], "lng_deg": [], "lat_deg": [], col.PERSONS: []})
    buildings = pd.concat(frames, ignore_index=True)
    buildings = buildings[~(buildings.geometry.isna() | buildings.geometry.is_empty)]
    floors = pd.to_numeric(buildings[col.FLOORS], errors="coerce").fillna(1).clip(lower=1)
    buildings["floor_area_m2"] = buildings.area.clip(lower=1.0) * floors
    buildings["geometry"] = buildings.representative_point()
    joined = buildings.sjoin(units[[col.PERSONS, "geometry"]], predicate="within")
    joined = joined[~joined.index.duplicated()].rename(columns={"index_right": "unit"})
    share = joined["floor_area_m2"] / joined.groupby("unit")["floor_area_m2"].transform("sum")
    degrees = joined.geometry.to_crs("EPSG:4326")
    return pd.DataFrame(
        {
            "unit": joined["unit"],
            "lng_deg": degrees.x,
            "lat_deg": degrees.y,
            col.PERSONS: joined[col.PERSONS] * share,
        }
    )


def _spread_over_land(units: gpd.GeoDataFrame) -> pd.DataFrame:
    degrees = units.to_crs("EPSG:4326")
    cells = pa.array(
        h3vector.wkb_to_cells(degrees.geometry.to_wkb().to_numpy(object), AREA_RESOLUTION, flatten=False)
    )
    lengths = pa.compute.fill_null(pa.compute.list_value_length(cells), 0).to_numpy(zero_copy_only=False)
    covered, tiny = lengths > 0, lengths == 0
    batch = pa.record_batch(h3vector.cells_to_coordinates(cells.flatten()))
    owner = np.repeat(np.flatnonzero(covered), lengths[covered])
    persons = units[col.PERSONS].to_numpy()
    points = degrees.geometry[tiny].representative_point()
    return pd.DataFrame(
        {
            "unit": np.concatenate([units.index.to_numpy()[owner], units.index.to_numpy()[tiny]]),
            "lng_deg": np.concatenate([batch.column("lng").to_numpy(), points.x]),
            "lat_deg": np.concatenate([batch.column("lat").to_numpy(), points.y]),
            col.PERSONS: np.concatenate([(persons / np.maximum(lengths, 1))[owner], persons[tiny]]),
        }
    )
