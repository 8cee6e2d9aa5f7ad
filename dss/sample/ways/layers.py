"""What runs along and across the streets: bridges, corridors for evacuation and relief, rail stations."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import IntArray
from dss.sample.frame.bend import MAP_CRS
from dss.sample.ground import Ground
from dss.sample.names import draw_names, pair_stems
from dss.sample.ways.lines import (
    AXIS_ACROSS,
    AXIS_ALONG,
    DIAGONALS,
    EXPRESSWAY,
    QUAY_NORTH,
    QUAY_SOUTH,
    RINGS,
    Rank,
)

STATION_STEP_M: Final = 950.0
METRO_FROM_PERSONS: Final = 200_000


def way_layers(
    ground: Ground, roads: gpd.GeoDataFrame, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers that belong to streets; ``roads`` is the road layer, a row per piece of street."""
    return {
        "bridges_tunnels": _bridges(ground, roads, rng),
        "evac_corridors": _corridors(ground, roads),
        "rail_transit": _stations(ground, rng),
    }


def _bridges(ground: Ground, roads: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    e = np.flatnonzero(ground.streets.bridge)
    return gpd.GeoDataFrame(
        {
            "QLMC": roads["DLMC"].to_numpy()[e],
            "QLCD": np.round(shapely.length(roads.geometry.to_numpy()[e]), 1),
            "XZDW": rng.choice([30, 49, 55], e.size),
            "XGM": rng.choice([4.5, 5.0, 5.5], e.size),
            "JCND": rng.integers(1982, 2022, e.size),
        },
        geometry=roads.geometry.to_numpy()[e],
        crs=MAP_CRS,
    )


def _corridors(ground: Ground, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return expressway, rings, axes, quays and diagonals, joined street by street."""
    street = ground.streets.street
    known = np.unique(street[(street >= EXPRESSWAY) & (street < DIAGONALS + 4)])
    kept = known[np.isin(known, _trunk(known)) & (np.bincount(street)[known] > 0)]
    lines, names, kinds = [], [], []
    for one in kept:
        e = np.flatnonzero((street == one) & (ground.streets.rank <= Rank.ARTERIAL))
        if not e.size:
            continue
        lines.append(shapely.line_merge(shapely.multilinestrings(roads.geometry.to_numpy()[e])))
        names.append(f"{_commonest(roads['DLMC'].to_numpy()[e])}疏散救援通道")
        kinds.append("救灾干道" if one in (EXPRESSWAY, AXIS_ALONG, AXIS_ACROSS) else "疏散主通道")
    return gpd.GeoDataFrame(
        {"TDMC": names, "TDDJ": kinds}, geometry=np.array(lines, dtype=object), crs=MAP_CRS
    )


def _trunk(street: IntArray) -> IntArray:
    return street[(street < RINGS + 8) | np.isin(street, (AXIS_ALONG, AXIS_ACROSS, QUAY_SOUTH, QUAY_NORTH)) |
                  (street >= DIAGONALS)]  # fmt: skip


def _commonest(names: np.ndarray) -> str:
    values, counts = np.unique(names.astype(str), return_counts=True)
    return str(values[counts.argmax()])


def _stations(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the stations: of the metro along both axes, of the railway alone in a small town."""
    radius = ground.plan.radius_m
    reach = 0.95 * radius if ground.plan.persons >= METRO_FROM_PERSONS else 0.3 * radius
    step = np.arange(-reach, reach, STATION_STEP_M if reach > STATION_STEP_M else reach)
    along = np.column_stack([step, np.full(step.size, 25.0)])
    across = np.column_stack([np.full(step.size, 25.0), step + 0.37 * STATION_STEP_M])
    on_land = np.abs(across[:, 1] - ground.plan.river_b_m) > ground.plan.river_width_m
    plan = np.vstack([along, across[on_land]])
    names = draw_names(pair_stems(), len(plan), rng, ("站",))
    line = np.where(np.arange(len(plan)) < len(along), "1号线", "2号线").astype(object)
    return gpd.GeoDataFrame(
        {"ZDMC": names, "XLMC": line},
        geometry=shapely.points(ground.plan.bend.to_map(plan)),
        crs=MAP_CRS,
    )
