"""The layers of land: what it is used for today, water, parks."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import BoolArray
from dss.sample.frame.bend import MAP_CRS, GeometryArray
from dss.sample.frame.zones import Zone
from dss.sample.ground import Ground
from dss.sample.land import uses as use
from dss.sample.land.uses import Codes, use_names
from dss.sample.names import LAKE, RIVER, Names

PARKS: Final = (use.PARK, use.SQUARE)


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """Every piece of land and water on the map; no two overlap. Shape (n,) each.

    Parameters
    ----------
    geometry, code, name
        The piece, its land use and its name.
    parcel
        Row of the parcel it is, -1 for river banks, country and water.
    """

    geometry: GeometryArray
    code: Codes
    name: Names
    parcel: np.ndarray

    @property
    def is_housing(self) -> BoolArray:
        """Where people live: what the layer of residential land holds."""
        return np.asarray(np.char.startswith(self.code.astype("<U6"), "07") & (self.code != use.SERVICES))


def draw_land(ground: Ground) -> Land:
    """Put parcels, river banks, country and water on the map."""
    bend, water = ground.plan.bend, ground.water
    river, lake = bend.bend(np.array([water.river, water.lake], dtype=object))
    city = ground.city
    land = ground.parcels.land.copy()
    by_lake = ground.parcels.zone == Zone.LAKE
    land[by_lake] = shapely.difference(land[by_lake], lake)
    banks = shapely.difference(bend.bend(water.banks), river)
    fields = shapely.intersection(bend.bend(ground.fields), city)
    wet = np.array([shapely.intersection(river, city), lake], dtype=object)
    wet_code = np.array([use.RIVER_WATER, use.LAKE_WATER])
    geometry = np.concatenate([land, banks, fields, wet])
    code = np.concatenate([ground.code, np.full(banks.size, use.PARK), ground.field_code, wet_code])
    name = np.concatenate(
        [
            ground.name,
            np.full(banks.size, "滨江公园"),
            use_names(ground.field_code),
            np.array([RIVER, LAKE], dtype=object),
        ]
    )
    parcel = np.concatenate([np.arange(land.size), np.full(geometry.size - land.size, -1)])
    there = ~shapely.is_empty(geometry)
    return Land(geometry[there], code[there], name[there], parcel[there])


def land_layers(land: Land) -> dict[str, gpd.GeoDataFrame]:
    """Return land use (housing apart from the rest), water and parks."""
    housing, park = land.is_housing, np.isin(land.code, PARKS)
    wet = np.isin(land.code, (use.RIVER_WATER, use.LAKE_WATER))
    return {
        "residential_land": _land_layer(land, housing),
        "landuse": _land_layer(land, ~housing),
        "parks": _frame(land, park, {"GYMC": land.name[park], "MJ": areas_m2(land.geometry[park])}),
        "water": _frame(
            land,
            wet,
            {
                "SXMC": land.name[wet],
                "SXLX": np.where(land.code[wet] == use.RIVER_WATER, "河流", "湖泊").astype(object),
            },
        ),
    }


def areas_m2(geometry: GeometryArray) -> np.ndarray:
    """Return areas to the square metre; on this map the plane differs from the ellipsoid by 0.002 %."""
    return np.round(shapely.area(geometry))


def _land_layer(land: Land, chosen: BoolArray) -> gpd.GeoDataFrame:
    table = {
        "YDYHFLDM": land.code[chosen].astype(object),
        "YDYHFLMC": use_names(land.code[chosen]),
        "DKMC": land.name[chosen],
        "MJ": areas_m2(land.geometry[chosen]),
    }
    return _frame(land, chosen, table)


def _frame(land: Land, chosen: BoolArray, table: dict[str, np.ndarray]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=land.geometry[chosen], crs=MAP_CRS)
