"""Names of land, and the facilities on it: hospitals with beds, relief depots with stock."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.frame.plan import CityPlan
from dss.sample.land import uses as use
from dss.sample.land.parcels import Parcels
from dss.sample.land.regions import district_of
from dss.sample.land.uses import Codes, along_curve, spread
from dss.sample.names import CITY, DISTRICTS, Names

BEDS_PER_PERSON: Final = 0.0068
DEPOT_DISTRICTS: Final = (1, 3, 0, 4, 2)
"""Districts in the order in which they get a depot; the first one's is the city's own."""


def hospital_layer(parcels: Parcels, code: Codes, name: Names, persons: int) -> gpd.GeoDataFrame:
    """Return the hospitals as points, with beds by the size of their land."""
    members = np.flatnonzero(code == use.HOSPITAL)
    share = np.sqrt(shapely.area(parcels.land[members]))
    beds = np.maximum(np.round(persons * BEDS_PER_PERSON * share / share.sum(), -1), 40).astype(np.int64)
    level = np.select([beds >= 500, beds >= 150], ["三级", "二级"], "一级")
    return gpd.GeoDataFrame(
        {"YYMC": name[members], "YYDJ": level, "CWS": beds, "JJCL": np.maximum(beds // 60, 1)},
        geometry=shapely.point_on_surface(parcels.land[members]),
        crs=MAP_CRS,
    )


def depot_layer(parcels: Parcels, code: Codes, plan: CityPlan, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the relief depots as points, with their stock; the city's own holds the most."""
    members = _depot_sites(parcels, code, plan, rng)
    count, persons = members.size, plan.persons
    district = district_of(plan, parcels.point[members])
    name = np.array([f"{DISTRICTS[k]}应急物资库" for k in district], dtype=object)
    name[0] = f"{CITY}救灾物资储备库"
    share = np.r_[2.0, np.ones(count - 1)] * rng.uniform(0.8, 1.2, count)
    share /= share.sum()
    return gpd.GeoDataFrame(
        {
            "CKMC": name,
            "ZPSL": np.round(persons * 0.004 * share).astype(np.int64),
            "MBSL": np.round(persons * 0.08 * share).astype(np.int64),
            "YSSL": np.round(persons * 0.4 * share, -2).astype(np.int64),
            "SPSL": np.round(persons * 0.3 * share, -2).astype(np.int64),
            "YDRY": rng.integers(4, 20, count),
        },
        geometry=shapely.point_on_surface(parcels.land[members]),
        crs=MAP_CRS,
    )


def _depot_sites(parcels: Parcels, code: Codes, plan: CityPlan, rng: np.random.Generator) -> IntArray:
    """Choose ground for one depot in each of some districts."""
    count = int(np.clip(round(2 + plan.persons / 150_000), 3, 5))
    suitable = np.isin(code, (use.STORAGE, use.STATION, use.OFFICES, use.SHOPS, use.SERVICES))
    district = district_of(plan, parcels.point)
    sites = [
        spread(along_curve(parcels.land, np.flatnonzero(suitable & (district == one))), 1, rng)
        for one in DEPOT_DISTRICTS[:count]
    ]
    return np.concatenate(sites)
