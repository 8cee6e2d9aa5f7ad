"""Buildings of the map with their height and their type, and what share of each cell's people lives in which.

Index names: ``b`` buildings, ``i`` cells, ``k`` building types in the order of the table ``damage``.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.cells import CellFrame, cells_of
from dss.onemap import OneMap, read_vector
from dss.standards import StandardsReader

TYPES: Final = ("rc_code", "masonry_code", "masonry_old", "adobe_wood")
WEAK: Final = ("masonry_old", "adobe_wood")
UNKNOWN_TYPE: Final = "masonry_code"
"""Type of the homes in a cell of a map without any building."""


@dataclass(frozen=True, slots=True, eq=False)
class BuildingStock:
    """All buildings of the map.

    Parameters
    ----------
    footprint
        Polygons or points in the map's CRS, shape (n,).
    type_index
        Place in ``TYPES``, shape (n,).
    floors
        Shape (n,).
    is_home
        Buildings that people live in, shape (n,).
    height_m
        Shape (n,).
    assumed_floors, assumed_year
        Buildings whose layer does not say.
    """

    footprint: NDArray[np.object_]
    type_index: IntArray
    floors: FloatArray
    is_home: BoolArray
    height_m: FloatArray
    assumed_floors: int
    assumed_year: int


def read_buildings(onemap: OneMap, standards: StandardsReader) -> BuildingStock:
    """Read the layers of the roles ``buildings`` (homes) and ``other_buildings``; empty where there are none.

    The type follows from floors and year of building by the table ``damage``; an unknown year counts as old.
    """
    parts = [
        read_vector(onemap, layer).assign(is_home=role == "buildings")
        for role in ("buildings", "other_buildings")
        for layer in onemap.role(role)
    ]
    if not parts:
        none = np.zeros(0)
        return BuildingStock(
            none.astype(object), none.astype(np.int64), none, none.astype(np.bool_), none, 0, 0
        )
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    stated = _amounts(frame, col.FLOORS)
    year = _amounts(frame, col.BUILT_YEAR)
    floors = stated.fillna(standards.number("damage.assumed_floors")).to_numpy()
    return BuildingStock(
        footprint=np.asarray(frame.geometry.array),
        type_index=building_types(floors, year.to_numpy(), standards),
        floors=floors,
        is_home=frame["is_home"].to_numpy(np.bool_),
        height_m=floors * standards.number("damage.storey_height_m"),
        assumed_floors=int(stated.isna().sum()),
        assumed_year=int(year.isna().sum()),
    )


def building_types(floors: FloatArray, year: FloatArray, standards: StandardsReader) -> IntArray:
    """Return the type of each building by its floors and its year (NaN where unknown), shape (n,)."""
    is_low = floors <= standards.number("damage.adobe_max_floors")
    return np.select(
        [
            floors >= standards.number("damage.rc_from_floors"),
            year >= standards.number("damage.code_from_year"),
            is_low & (year < standards.number("damage.adobe_before_year")),
        ],
        [TYPES.index("rc_code"), TYPES.index("masonry_code"), TYPES.index("adobe_wood")],
        TYPES.index("masonry_old"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class HousingMix:
    """What the people of each cell live in.

    Parameters
    ----------
    share
        By cell and type, rows sum to 1, shape (n cells, 4).
    assumed
        Cells without homes on the map; they get the mix of the whole city.
    """

    share: FloatArray
    assumed: int

    @property
    def weak_share(self) -> FloatArray:
        """Share of each cell's people in weak buildings, shape (n cells,)."""
        return np.asarray(self.share[:, [TYPES.index(name) for name in WEAK]].sum(axis=1))


def housing_mix(stock: BuildingStock, cells: CellFrame) -> HousingMix:
    """Share each cell's people among building types by the floor area of the homes in the cell."""
    homes = stock.footprint[stock.is_home]
    floor_area_m2 = np.maximum(shapely.area(homes), 1.0) * np.maximum(stock.floors[stock.is_home], 1.0)
    centre = shapely.get_coordinates(shapely.point_on_surface(homes))
    to_degrees = Transformer.from_crs(cells.crs, "EPSG:4326", always_xy=True)
    lng_deg, lat_deg = to_degrees.transform(centre[:, 0], centre[:, 1])
    cell = cells_of(np.asarray(lng_deg), np.asarray(lat_deg), cells.resolution)
    row = np.searchsorted(cells.cell, cell).clip(max=cells.cell.size - 1)
    known = cells.cell[row] == cell
    area_m2 = np.zeros((cells.cell.size, len(TYPES)))
    np.add.at(area_m2, (row[known], stock.type_index[stock.is_home][known]), floor_area_m2[known])
    total_m2 = area_m2.sum(axis=1)
    city = area_m2.sum(axis=0)
    if city.sum() == 0:
        city[TYPES.index(UNKNOWN_TYPE)] = 1.0
    bare = total_m2 == 0
    share = np.where(bare[:, None], city / city.sum(), area_m2 / np.where(bare, 1.0, total_m2)[:, None])
    return HousingMix(share, int((bare & (cells.persons > 0)).sum()))


def _amounts(frame: gpd.GeoDataFrame, column: str) -> pd.Series:
    values = pd.to_numeric(frame[column], errors="coerce").astype(np.float64)
    return values.where(np.isfinite(values) & (values > 0))
