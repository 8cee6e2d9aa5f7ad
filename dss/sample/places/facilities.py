"""Names of land, and the facilities on it: hospitals with beds, relief depots with stock."""

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
from dss.sample.land.regions import district_of
from dss.sample.land.uses import Codes, along_curve, spread
from dss.sample.names import CITY, DISTRICTS, LAKE, NUMERALS, Names, draw_names, pair_stems, words

HOSPITALS: Final = (
    "人民医院",
    "中医医院",
    "妇幼保健院",
    "第一医院",
    "第二医院",
    "第三医院",
    "儿童医院",
    "骨科医院",
)
SPORTS: Final = ("体育中心", "体育场", "全民健身中心", "游泳馆")
BEDS_PER_PERSON: Final = 0.0068
DEPOT_DISTRICTS: Final = (1, 3, 0, 4, 2)
"""Districts in the order in which they get a depot; the first one's is the city's own."""


def name_parcels(parcels: Parcels, code: Codes, rng: np.random.Generator) -> Names:
    """Return the name of each parcel; its use where nothing better is known."""
    name = np.array([use.USE_NAMES[one] for one in code], dtype=object)
    pairs, estates = pair_stems(), words()["estates"]
    for value, stems, ends in (
        (use.HOUSING, [*estates, *pairs], tuple(words()["estate_ends"])),
        (use.SCHOOL, pairs, tuple(words()["school_ends"])),
        (use.PARK, pairs, ("公园",)),
        (use.SQUARE, estates, ("广场",)),
        (use.SHOPS, estates, ("商业中心", "购物广场", "集贸市场")),
        (use.BUSINESS, estates, ("大厦", "商务中心", "金融广场")),
        (use.WORKS, estates, ("机械厂", "电子厂", "食品厂", "纺织厂", "建材厂", "产业园")),
        (use.STORAGE, estates, ("物流园", "仓储中心")),
        (use.SPORT, pairs, SPORTS),
    ):
        members = np.flatnonzero(code == value)
        name[members] = draw_names(stems, members.size, rng, ends)
    _name_known(name, parcels, code)
    return name


def _name_known(name: Names, parcels: Parcels, code: Codes) -> None:
    """Give the largest parks, schools and hospitals the names that every city has."""
    area_m2: FloatArray = shapely.area(parcels.land)
    known = {
        use.PARK: tuple(words()["parks"]),
        use.SCHOOL: tuple(f"{CITY}第{number}中学" for number in NUMERALS[:6]),
        use.HOSPITAL: tuple(CITY + one for one in HOSPITALS),
        use.SPORT: (f"{CITY}体育中心",),
        use.UNIVERSITY: ("云澜大学", "澜江职业技术学院"),
    }
    for value, names in known.items():
        members = np.flatnonzero(code == value)
        largest = members[np.argsort(-area_m2[members], kind="stable")]
        for k, i in enumerate(largest[: len(names)]):
            name[i] = names[k]
        if value == use.HOSPITAL:
            for k, i in enumerate(largest[len(names) :]):
                name[i] = f"{CITY}第{_ordinal(k + 4)}医院"
    name[parcels.zone == Zone.LAKE] = f"{LAKE}公园"


def _ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{NUMERALS[tens - 1]}十" if tens > 1 else "")
    return head + (NUMERALS[ones - 1] if ones else "")


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
