"""The road layer as a transport department delivers it: class, name, lanes, one-way and bridge marks."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.frame.plan import CityPlan
from dss.sample.names import RIVER, Names, street_names
from dss.sample.ways.lines import (
    AXIS_ACROSS,
    AXIS_ALONG,
    DIAGONALS,
    EXPRESSWAY,
    FIRST_PLAIN,
    QUAY_NORTH,
    QUAY_SOUTH,
    RINGS,
    UNNAMED,
    Rank,
)
from dss.sample.ways.network import Streets

CLASS_NAMES: Final = ("快速路", "主干路", "次干路", "支路", "街巷")
LANES: Final = (3, 6, 4, 2, 1)
"""Lanes of a class: of one carriageway for the expressway, of both directions together below it."""
WIDTH_M: Final = (14.0, 36.0, 24.0, 14.0, 6.0)
BRIDGE_NAMES: Final = ("大桥", "一桥", "二桥", "三桥", "四桥", "五桥", "六桥", "七桥", "八桥", "九桥")


def road_layer(plan: CityPlan, streets: Streets, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the road layer on the map."""
    middle = streets.middle()
    name = _names(streets, middle, rng)
    name[streets.bridge] = _bridge_names(plan, middle[streets.bridge, 0])
    lanes = np.array(LANES)[streets.rank]
    lanes[streets.one_way & (streets.rank == Rank.STREET)] = 2
    line = plan.bend.bend(streets.line)
    return gpd.GeoDataFrame(
        {
            "DLBM": [f"D{number:06d}" for number in range(1, name.size + 1)],
            "DLMC": name,
            "DLDJ": np.array(CLASS_NAMES, dtype=object)[streets.rank],
            "CDS": lanes,
            "LMKD": np.array(WIDTH_M)[streets.rank],
            "DXBS": streets.one_way.astype(np.int64),
            "QL": streets.bridge.astype(np.int64),
            "CD": np.round(shapely.length(line), 1),
        },
        geometry=line,
        crs=MAP_CRS,
    )


def _names(streets: Streets, middle: FloatArray, rng: np.random.Generator) -> Names:
    """Return the name of each piece; None where an alley has none."""
    count = int(streets.street.max()) + 1
    best = np.full(count, int(Rank.ALLEY))
    np.minimum.at(best, streets.street, streets.rank)
    plain = np.flatnonzero((np.arange(count) >= FIRST_PLAIN) & np.isin(np.arange(count), streets.street))
    kinds = (plain[best[plain] <= Rank.COLLECTOR], plain[best[plain] == Rank.STREET],
             plain[best[plain] == Rank.ALLEY])  # fmt: skip
    table = np.full(count, None, dtype=object)
    drawn = street_names((kinds[0].size, kinds[1].size, kinds[2].size), rng)
    for kind, names in zip(kinds, drawn, strict=True):
        table[kind] = names
    for street, known in _known_names(streets.street).items():
        if street < count:
            table[street] = known
    table[UNNAMED] = None
    name = table[streets.street]
    _add_sides(name, streets, middle)
    return name


def _known_names(street: IntArray) -> dict[int, str]:
    rings = np.unique(street[(street >= RINGS) & (street < AXIS_ALONG)]).size
    names = {EXPRESSWAY: "环城快速路", QUAY_SOUTH: "江南大道", QUAY_NORTH: "滨江大道"}
    names |= {RINGS: "内环路"} if rings == 1 else {RINGS + k: f"{'一二三'[k]}环路" for k in range(rings)}
    names |= {DIAGONALS + k: name for k, name in enumerate(("金沙大道", "临港大道", "迎宾大道", "云岭大道"))}
    return names


def _add_sides(name: Names, streets: Streets, middle: FloatArray) -> None:
    """Name the two axes by the side of the centre they lie on."""
    east, north = middle[:, 0] > 0, middle[:, 1] > 0
    along, across = streets.street == AXIS_ALONG, streets.street == AXIS_ACROSS
    name[along] = np.where(east[along], "人民东路", "人民西路")
    name[across] = np.where(north[across], "中山北路", "中山南路")


def _bridge_names(plan: CityPlan, a: FloatArray) -> Names:
    """Name the bridges in the order they were built: from the middle outwards."""
    sites = np.r_[0.0, plan.rings[:, :2].ravel()]
    nearest: IntArray = np.abs(a[:, None] - sites[np.argsort(np.abs(sites))]).argmin(axis=1)
    return np.array([RIVER + BRIDGE_NAMES[k] for k in nearest], dtype=object)
