"""Emergency shelters on parks, squares, school yards and sports grounds: an emergency bureau's list."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.frame.plan import CityPlan
from dss.sample.frame.zones import Zone
from dss.sample.land import uses as use
from dss.sample.land.parcels import Parcels
from dss.sample.land.uses import Codes, along_curve, spread
from dss.sample.names import Names

CAPACITY_SHARE: Final = 0.42
"""Places in all shelters, per person of the city."""
CLASSES: Final = (
    "紧急避难场所",
    "临时避难场所",
    "短期固定避难场所",
    "中期固定避难场所",
    "长期固定避难场所",
    "中心避难场所",
)
AREA_PER_PERSON_M2: Final = np.array([0.5, 1.0, 2.0, 3.0, 4.5, 4.5])
"""Effective area that the bureau reckons with, by class."""
LEAST_AREA_M2: Final = (0.0, 1500.0, 4000.0, 12_000.0, 30_000.0, 60_000.0)
"""Effective area from which a shelter is of a class."""
LARGEST_PERSONS: Final = 9_000
SUITABLE: Final = (use.PARK, use.SQUARE, use.SCHOOL, use.SPORT, use.UNIVERSITY)


def shelter_layer(
    parcels: Parcels, code: Codes, name: Names, plan: CityPlan, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return the shelters with their effective area and capacity."""
    chosen = _choose(parcels, code, plan.persons, rng)
    ground = shapely.buffer(shapely.buffer(parcels.land[chosen], -12), 4, quad_segs=2)
    area_m2 = shapely.area(ground) * rng.uniform(0.3, 0.6, chosen.size)
    level, capacity = _grade(area_m2, plan.persons)
    table = {
        "BNBM": [f"YB{number:04d}" for number in range(1, chosen.size + 1)],
        "BNMC": [f"{one}应急避难场所" for one in name[chosen]],
        "BNDJ": np.array(CLASSES, dtype=object)[level],
        "CDLX": [use.USE_NAMES[one] for one in code[chosen]],
        "YXMJ": np.round(capacity * AREA_PER_PERSON_M2[level]),
        "RNRS": capacity,
        "JSZT": np.full(chosen.size, "已建", dtype=object),
    }
    return gpd.GeoDataFrame(table, geometry=ground, crs=MAP_CRS)


def _choose(parcels: Parcels, code: Codes, persons: int, rng: np.random.Generator) -> IntArray:
    """Choose suitable grounds that are wide enough, spread over the city."""
    roomy = shapely.area(shapely.buffer(parcels.land, -12)) > 3000
    suitable = np.flatnonzero(np.isin(code, SUITABLE) & roomy & (parcels.zone != Zone.LAKE))
    wanted = round(9 + persons / 6700) if persons < 2_000_000 else round(persons / 6900)
    return spread(along_curve(parcels.land, suitable), wanted, rng)


def _grade(area_m2: FloatArray, persons: int) -> tuple[IntArray, IntArray]:
    """Return class and capacity, so that the whole city has the wanted places."""
    level = np.searchsorted(LEAST_AREA_M2, area_m2, side="right") - 1
    places = np.minimum(area_m2 / AREA_PER_PERSON_M2[level], LARGEST_PERSONS)
    places *= min(1.0, CAPACITY_SHARE * persons / places.sum())
    return level, np.maximum(np.round(places, -1), 50).astype(np.int64)
