"""Public services: schools, care homes, fire stations, halls, shops, rescue teams, coach firms.

Index names: ``i`` parcel.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.ground import Ground
from dss.sample.land import uses as use
from dss.sample.land.uses import along_curve, spread
from dss.sample.names import CITY, DISTRICTS, RIVER, draw_names, pair_stems, words

PUPIL_SHARE: Final = 0.125
"""Pupils per person."""
STUDENT_SHARE: Final = 0.03
CARE_BEDS_SHARE: Final = 0.0055
"""Beds in care homes per person."""
COACHES_SHARE: Final = 0.0016
"""Buses and coaches per person."""
STATION_KINDS: Final = ("一级站", "二级站", "特勤站")
TEAMS: Final = (
    (f"{CITY}矿山救护队", "矿山救护", 38), (f"{CITY}危化品应急救援队", "危险化学品", 46),
    (f"{CITY}防汛抗旱服务队", "防汛抗旱", 60), (f"{RIVER}水上救援队", "水上救援", 32),
    ("蓝天救援志愿队", "社会力量", 55), (f"{CITY}电力抢修队", "电力抢修", 40),
    (f"{CITY}医疗救援队", "医疗救援", 36), (f"{CITY}燃气抢险队", "燃气抢险", 24),
)  # fmt: skip


def service_layers(ground: Ground, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of public services."""
    stations = _fire_stations(ground, rng)
    return {
        "schools": _schools(ground, rng),
        "care_homes": _care_homes(ground, rng),
        "fire_stations": stations,
        "stadiums": _stadiums(ground, rng),
        "commerce": _commerce(ground, rng),
        "rescue_teams": _rescue_teams(ground, stations, rng),
        "buses_vehicles": _fleet(ground, rng),
        "place_names": _place_names(ground),
        "civil_defence": _civil_defence(ground, rng),
    }


def _points(ground: Ground, i: IntArray) -> np.ndarray:
    return np.asarray(shapely.point_on_surface(ground.parcels.land[i]))


def _shares(ground: Ground, i: IntArray, total: float) -> FloatArray:
    """Share a total among parcels by the root of their area."""
    weight = np.sqrt(shapely.area(ground.parcels.land[i]))
    return np.asarray(weight * (total / weight.sum()))


def _choose(ground: Ground, count: int, rng: np.random.Generator, *codes: str) -> IntArray:
    """Choose parcels of the first land use that the city has, spread over it."""
    for code in codes:
        suitable = ground.parcels_of(code)
        if suitable.size >= min(count, 2):
            return spread(along_curve(ground.parcels.land, suitable), count, rng)
    return spread(along_curve(ground.parcels.land, ground.parcels_of(use.HOUSING)), count, rng)


def _schools(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    i = ground.parcels_of(use.SCHOOL, use.UNIVERSITY)
    higher = ground.code[i] == use.UNIVERSITY
    pupils = np.empty(i.size)
    for mask, share in ((higher, STUDENT_SHARE), (~higher, PUPIL_SHARE)):
        if mask.any():
            pupils[mask] = _shares(ground, i[mask], ground.plan.persons * share)
    land = ground.parcels.land[i]
    return gpd.GeoDataFrame(
        {
            "XXMC": ground.name[i],
            "XXLX": np.where(higher, "高等学校", "中小学").astype(object),
            "XSS": np.round(pupils * rng.uniform(0.8, 1.2, i.size)).astype(np.int64) + 60,
            "MJ": np.round(shapely.area(land)),
        },
        geometry=land,
        crs=MAP_CRS,
    )


def _care_homes(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = max(3, ground.parcels_of(use.CARE).size)
    i = _choose(ground, count, rng, use.CARE, use.SERVICES)
    beds = np.round(_shares(ground, i, ground.plan.persons * CARE_BEDS_SHARE), -1).astype(np.int64) + 20
    names = draw_names(words()["estates"], i.size, rng, ("养老院", "福利院", "护理院", "颐养中心"))
    return gpd.GeoDataFrame({"JGMC": names, "CWS": beds}, geometry=_points(ground, i), crs=MAP_CRS)


def _fire_stations(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = max(3, round(1.5 + ground.plan.persons / 45_000))
    i = _choose(ground, count, rng, use.SERVICES, use.OFFICES)
    names = draw_names(pair_stems(), i.size, rng, ("路消防救援站", "消防救援站"))
    return gpd.GeoDataFrame(
        {
            "XFZMC": names,
            "XFCL": rng.integers(4, 11, i.size),
            "XFRS": rng.integers(22, 55, i.size),
            "XFZDJ": rng.choice(STATION_KINDS, i.size, p=[0.5, 0.4, 0.1]),
        },
        geometry=_points(ground, i),
        crs=MAP_CRS,
    )  # fmt: skip


def _stadiums(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    i = ground.parcels_of(use.SPORT, use.CULTURE)
    ground_m2 = shapely.area(ground.parcels.land[i])
    inside_m2 = np.round(ground_m2 * rng.uniform(0.12, 0.3, i.size))
    return gpd.GeoDataFrame(
        {"CGMC": ground.name[i], "SNMJ": inside_m2, "RNRS": np.round(inside_m2 / 2.5, -1).astype(np.int64)},
        geometry=ground.parcels.land[i],
        crs=MAP_CRS,
    )


def _commerce(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    i = ground.parcels_of(use.SHOPS)
    kinds = np.array(["综合超市", "便利店", "药店", "农贸市场", "加油站"], dtype=object)
    return gpd.GeoDataFrame(
        {"WDMC": ground.name[i], "WDLX": rng.choice(kinds, i.size, p=[0.3, 0.3, 0.16, 0.16, 0.08])},
        geometry=_points(ground, i),
        crs=MAP_CRS,
    )


def _rescue_teams(ground: Ground, stations: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the teams of the fire stations and the special ones."""
    count = min(len(TEAMS), 4 + round(ground.plan.persons / 100_000))
    i = _choose(ground, count, rng, use.OFFICES, use.SHOPS)
    special = TEAMS[: i.size]
    beside = shapely.transform(stations.geometry.array, lambda xy: xy + np.array([6.0, -5.0]))
    return gpd.GeoDataFrame(
        {
            "DWMC": [*(f"{name}应急队" for name in stations["XFZMC"]), *(name for name, _, _ in special)],
            "DWLX": [*["综合救援"] * len(stations), *(kind for _, kind, _ in special)],
            "DWRS": [*stations["XFRS"], *(persons for _, _, persons in special)],
            "CLS": [*stations["XFCL"], *rng.integers(2, 9, i.size)],
        },
        geometry=np.concatenate([np.asarray(beside, dtype=object), _points(ground, i)]),
        crs=MAP_CRS,
    )


def _fleet(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    count = max(3, round(2 + ground.plan.persons / 60_000))
    i = _choose(ground, count, rng, use.STATION, use.STORAGE, use.SHOPS)
    base = np.array(["公交公司", "客运公司", "旅游客运公司", "校车公司"], dtype=object)[np.arange(i.size) % 4]
    mean = ground.plan.persons * COACHES_SHARE / i.size
    vehicles = np.round(mean * rng.uniform(0.6, 1.4, i.size)).astype(np.int64)
    names = draw_names([*DISTRICTS, *pair_stems()], i.size, rng, ("",))
    return gpd.GeoDataFrame(
        {"GSMC": names + base, "CLS": vehicles + 4, "ZWS": rng.choice([35, 45, 50], i.size)},
        geometry=_points(ground, i),
        crs=MAP_CRS,
    )


def _civil_defence(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the protected rooms under housing estates."""
    count = max(3, round(ground.plan.persons / 15_000))
    i = spread(along_curve(ground.parcels.land, ground.parcels_of(use.HOUSING)), count, rng)
    area_m2 = np.round(rng.uniform(900, 7000, i.size), -1)
    return gpd.GeoDataFrame(
        {"RFMC": ground.name[i] + "人防工程", "YBMJ": area_m2, "YBRS": (area_m2 / 1.5).astype(np.int64)},
        geometry=_points(ground, i),
        crs=MAP_CRS,
    )


def _place_names(ground: Ground) -> gpd.GeoDataFrame:
    """Return the names of all land that has one of its own."""
    own = ground.name != use.use_names(ground.code)
    i = np.flatnonzero(own)
    inside = shapely.buffer(ground.parcels.land[i], -8)
    whole = np.where(shapely.is_empty(inside), ground.parcels.land[i], inside)
    return gpd.GeoDataFrame(
        {"DMMC": ground.name[i], "DMLB": use.use_names(ground.code[i])},
        geometry=shapely.point_on_surface(whole),
        crs=MAP_CRS,
    )
