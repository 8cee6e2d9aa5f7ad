"""What each parcel is used for: codes of the national land-use classification (用地用海分类 2023).

Every zone has quotas by use. Parcels are visited along a space-filling curve, so that schools and parks
are spread over the zone instead of heaped by chance. Index names: ``i`` parcel.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import GeometryArray
from dss.sample.frame.zones import Zone
from dss.sample.land.parcels import Parcels

Codes = NDArray[np.str_]

HOUSING, SERVICES, OFFICES, RESEARCH, CULTURE = "070102", "0702", "0801", "0802", "0803"
UNIVERSITY, SCHOOL, SPORT, HOSPITAL, CARE = "080401", "080403", "0805", "080601", "0807"
SHOPS, BUSINESS, WORKS, STORAGE, PORT = "0901", "0902", "1001", "1101", "1204"
SUPPLY, PARK, VERGE, SQUARE, STATION = "1301", "1401", "1402", "1403", "1208"
RICE, DRY_FIELD, ORCHARD, WOODS, VILLAGE, POND = "0101", "0103", "0201", "0301", "0703", "1704"
RIVER_WATER, LAKE_WATER, RESERVED = "1701", "1702", "16"

USE_NAMES: Final[Mapping[str, str]] = {
    HOUSING: "二类城镇住宅用地",
    SERVICES: "城镇社区服务设施用地",
    OFFICES: "机关团体用地",
    RESEARCH: "科研用地",
    CULTURE: "文化用地",
    UNIVERSITY: "高等教育用地",
    SCHOOL: "中小学用地",
    SPORT: "体育用地",
    HOSPITAL: "医院用地",
    CARE: "社会福利用地",
    SHOPS: "商业用地",
    BUSINESS: "商务金融用地",
    WORKS: "工业用地",
    STORAGE: "物流仓储用地",
    PORT: "港口码头用地",
    SUPPLY: "供水用地",
    PARK: "公园绿地",
    VERGE: "防护绿地",
    SQUARE: "广场用地",
    STATION: "交通场站用地",
    RICE: "水田",
    DRY_FIELD: "旱地",
    ORCHARD: "果园",
    WOODS: "乔木林地",
    VILLAGE: "农村宅基地",
    POND: "坑塘水面",
    RIVER_WATER: "河流水面",
    LAKE_WATER: "湖泊水面",
    RESERVED: "留白用地",
}

QUOTAS: Final[Mapping[Zone, Mapping[str, float]]] = {
    Zone.OLD_TOWN: {SCHOOL: 0.06, PARK: 0.06, SQUARE: 0.02, HOSPITAL: 0.012, SHOPS: 0.12, OFFICES: 0.05,
                    CULTURE: 0.025, SERVICES: 0.03, CARE: 0.01},
    Zone.CIVIC: {SQUARE: 0.12, OFFICES: 0.25, SHOPS: 0.3, CULTURE: 0.1, PARK: 0.06},
    Zone.LIVING: {SCHOOL: 0.075, PARK: 0.075, SHOPS: 0.08, SERVICES: 0.03, OFFICES: 0.03, HOSPITAL: 0.008,
                  WORKS: 0.02, SPORT: 0.012, CARE: 0.012, STATION: 0.01, SUPPLY: 0.008, SQUARE: 0.01},
    Zone.NEW_TOWN: {SCHOOL: 0.08, PARK: 0.1, SHOPS: 0.08, BUSINESS: 0.04, SERVICES: 0.03, OFFICES: 0.03,
                    HOSPITAL: 0.008, SPORT: 0.025, RESEARCH: 0.03, CULTURE: 0.015, SQUARE: 0.02,
                    STATION: 0.01},
    Zone.BUSINESS: {BUSINESS: 0.45, SHOPS: 0.25, SQUARE: 0.08, PARK: 0.08, CULTURE: 0.06},
    Zone.WORKS: {WORKS: 0.66, STORAGE: 0.14, VERGE: 0.05, SUPPLY: 0.03, RESEARCH: 0.04, STATION: 0.02},
    Zone.CAMPUS: {UNIVERSITY: 1.0},
    Zone.LAKE: {PARK: 1.0},
    Zone.PARK: {PARK: 1.0},
}  # fmt: skip
"""Share of a zone's parcels by use; the rest is housing."""


def assign_uses(parcels: Parcels, rng: np.random.Generator) -> Codes:
    """Return the land-use code of each parcel."""
    code = np.full(parcels.zone.size, HOUSING, dtype="<U6")
    for zone, quotas in QUOTAS.items():
        members = np.flatnonzero(parcels.zone == zone)
        _fill(code, along_curve(parcels.land, members), quotas, rng)
    _require_one(code, parcels, rng)
    return code


def use_names(code: Codes) -> NDArray[np.object_]:
    """Return the name of each land use, shape (n,)."""
    return np.array([USE_NAMES[one] for one in code], dtype=object)


def along_curve(geometry: GeometryArray, members: IntArray) -> IntArray:
    """Return members in the order of a Hilbert curve through them, so that neighbours stay together."""
    if members.size < 2:
        return members
    distance = gpd.GeoSeries(geometry[members]).hilbert_distance().to_numpy()
    return np.asarray(members[np.lexsort([members, distance])])


def spread(members: IntArray, count: int, rng: np.random.Generator) -> IntArray:
    """Return ``count`` of the ordered members at even steps from a drawn start."""
    count = min(count, members.size)
    if count <= 0:
        return members[:0]
    step = members.size / count
    return np.asarray(
        members[(rng.random() * step + np.arange(count) * step).astype(np.int64) % members.size]
    )


def _fill(code: Codes, ordered: IntArray, quotas: Mapping[str, float], rng: np.random.Generator) -> None:
    left = ordered
    for use, share in quotas.items():
        wanted = share * ordered.size
        count = int(wanted) + int(rng.random() < wanted % 1)
        chosen = spread(left, count, rng)
        code[chosen] = use
        left = left[~np.isin(left, chosen)]


def _require_one(code: Codes, parcels: Parcels, rng: np.random.Generator) -> None:
    """See to it that even a small town has what its people need."""
    area_m2: FloatArray = shapely.area(parcels.land)
    for use, least in ((SCHOOL, 3), (PARK, 3), (HOSPITAL, 2), (SQUARE, 1), (SHOPS, 2), (SPORT, 1)):
        housing = np.flatnonzero((code == HOUSING) & (area_m2 > np.median(area_m2) / 2))
        code[spread(housing, least - int((code == use).sum()), rng)] = use
