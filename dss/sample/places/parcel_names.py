"""Names of land: what each parcel is called."""

from typing import Final

import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.sample.frame.zones import Zone
from dss.sample.land import uses as use
from dss.sample.land.parcels import Parcels
from dss.sample.land.uses import Codes
from dss.sample.names import CITY, LAKE, NUMERALS, Names, draw_names, pair_stems, words

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
