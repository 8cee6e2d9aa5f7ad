"""Layers of what is dangerous: the belt that floods, faults, slopes, ponding, chemicals; and who watches."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.sample.frame.bend import MAP_CRS, STEP_M
from dss.sample.frame.plan import BOUNDARY_REACH
from dss.sample.ground import Ground
from dss.sample.hazards.flood import Flood, depth_at
from dss.sample.land import uses as use
from dss.sample.land.layers import Land, areas_m2
from dss.sample.land.uses import along_curve, spread
from dss.sample.names import RIVER, Names, draw_names, pair_stems
from dss.sample.ways.lines import Rank

SUBSTANCES: Final = (("液氯", 25.0), ("液氨", 40.0), ("液化石油气", 120.0), ("甲醇", 300.0), ("汽油", 800.0),
                     ("硫酸", 200.0))  # fmt: skip
"""Substance and a usual stock in tonnes."""
SENSOR_KINDS: Final = ("水位站", "雨量站", "气象站", "地震台", "积水监测点", "空气质量站")


def hazard_layers(
    ground: Ground, land: Land, flood: Flood, rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Return the vector layers of hazards and of their sensors."""
    return {
        "flood_control_line": _flood_control(ground),
        "faults": _faults(ground),
        "geohazards": _geohazards(ground, land, rng),
        "waterlogging": _waterlogging(ground, flood, rng),
        "hazmat": _hazmat(ground, rng),
        "sensors": _sensors(ground, rng),
    }


def _flood_control(ground: Ground) -> gpd.GeoDataFrame:
    """Return the belt between the riverside streets, and the low country along the river outside the town."""
    plan = ground.plan
    outline = plan.outline(BOUNDARY_REACH)
    far, margin = 3 * plan.radius_m, 12.0
    belt = shapely.box(-far, plan.quays_b_m[0] + margin, far, plan.quays_b_m[1] - margin)
    town = shapely.union_all(shapely.buffer(ground.superblocks, 60, quad_segs=1))
    low = shapely.difference(shapely.buffer(ground.water.river, 1.1 * plan.river_width_m), town)
    shapes = [shapely.union(belt, ground.water.river), low]
    shapes[1] = shapely.difference(low, shapes[0])
    shapes = shapely.intersection(shapely.segmentize(np.array(shapes, dtype=object), STEP_M), outline)
    shapes = shapely.segmentize(shapes, STEP_M)
    belt_parts, low_parts = shapely.get_parts(shapes[0]), shapely.get_parts(shapes[1])
    low_parts = low_parts[shapely.area(low_parts) > 4_000]
    geometry = plan.bend.bend(np.concatenate([belt_parts, low_parts]))
    level = np.array(["高"] * belt_parts.size + ["中"] * low_parts.size, dtype=object)
    return gpd.GeoDataFrame(
        {"HLMC": [f"{RIVER}洪涝风险控制区（{k + 1}）" for k in range(geometry.size)], "FXDJ": level,
         "MJ": areas_m2(geometry)},
        geometry=geometry,
        crs=MAP_CRS,
    )  # fmt: skip


def _faults(ground: Ground) -> gpd.GeoDataFrame:
    """Return two faults: one at the foot of the hills, one across the river."""
    plan, radius = ground.plan, ground.plan.radius_m
    a = np.linspace(-2, 2, 120) * radius
    paths = [
        np.column_stack([a, (0.86 + 0.07 * np.sin(a / radius * 2.3)) * radius]),
        np.column_stack([(0.58 + 0.05 * np.sin(a / radius * 3)) * radius + 0.32 * a, a]),
    ]
    lines = shapely.intersection(shapely.linestrings(np.array(paths)), plan.outline(0.99 * BOUNDARY_REACH))
    lines = plan.bend.bend(np.asarray(shapely.segmentize(lines, STEP_M), dtype=object))
    return gpd.GeoDataFrame(
        {
            "DLMC": ["云岭山前断裂", "沙洲断裂"],
            "HDSD": ["全新世", "晚更新世"],
            "DLXZ": ["逆断层", "走滑断层"],
        },
        geometry=lines,
        crs=MAP_CRS,
    )


def _geohazards(ground: Ground, land: Land, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return slopes that may slide, in the woods near the town."""
    woods = np.flatnonzero(np.isin(land.code, (use.WOODS, use.ORCHARD)))
    count = max(3, round(3 + 0.4 * ground.plan.radius_m / 100))
    rows = spread(along_curve(land.geometry, woods), count, rng)
    kind = rng.choice(np.array(["滑坡", "崩塌", "不稳定斜坡", "泥石流"], dtype=object), rows.size)
    stems = draw_names(pair_stems(), rows.size, rng, ("",))
    return gpd.GeoDataFrame(
        {
            "ZHDMC": stems + kind,
            "ZHLX": kind,
            "FXDJ": rng.choice(np.array(["高", "中", "低"], dtype=object), rows.size, p=[0.2, 0.45, 0.35]),
            "WXRS": rng.integers(3, 80, rows.size),
        },
        geometry=shapely.point_on_surface(land.geometry[rows]),
        crs=MAP_CRS,
    )


def _waterlogging(ground: Ground, flood: Flood, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return places on main streets where rain stands, low ground first."""
    streets = ground.streets
    main = np.flatnonzero((streets.rank <= Rank.COLLECTOR) & ~streets.bridge)
    place = ground.plan.bend.to_map(streets.middle()[main])
    depth_m = depth_at(flood, place)
    order = np.lexsort([rng.random(main.size), -np.round(depth_m, 1)])
    count = min(main.size, round(8 + ground.plan.persons / 15_000))
    chosen = order[: 4 * count : 4]
    usual_m = np.round(np.clip(0.15 + 0.5 * depth_m[chosen] + rng.uniform(0, 0.2, chosen.size), 0.15, 1.2), 2)
    stems = draw_names(pair_stems(), chosen.size, rng, ("路口积水点", "下穿通道积水点"))
    return gpd.GeoDataFrame(
        {"JSDMC": stems, "JSSD": usual_m, "JSYY": "排水能力不足"},
        geometry=shapely.points(place[chosen]),
        crs=MAP_CRS,
    )


def _hazmat(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return works and stores with dangerous chemicals, as the land they stand on."""
    suitable = ground.parcels_of(use.WORKS, use.STORAGE)
    if not suitable.size:
        suitable = ground.parcels_of(use.SUPPLY, use.STATION, use.SHOPS)
    count = max(2, round(ground.plan.persons / 40_000))
    rows = spread(along_curve(ground.parcels.land, suitable), count, rng)
    pick = rng.integers(0, len(SUBSTANCES), rows.size)
    usual_t = np.array([stock for _, stock in SUBSTANCES])[pick]
    stems: Names = draw_names(pair_stems(), rows.size, rng, ("化工有限公司", "气体有限公司", "油品储运站"))
    return gpd.GeoDataFrame(
        {
            "QYMC": stems,
            "WZMC": np.array([name for name, _ in SUBSTANCES], dtype=object)[pick],
            "CL": np.round(usual_t * rng.uniform(0.4, 1.6, rows.size), 1),
            "ZDWXYDJ": rng.choice(np.array(["一级", "二级", "三级", "四级"], dtype=object), rows.size),
        },
        geometry=ground.parcels.land[rows],
        crs=MAP_CRS,
    )


def _sensors(ground: Ground, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return gauges on the river's bridges and stations spread over the town."""
    bridge = np.flatnonzero(ground.streets.bridge)
    gauges = ground.plan.bend.to_map(ground.streets.middle()[bridge[:: max(1, bridge.size // 6)]])
    count = max(6, round(ground.plan.persons / 12_000))
    rows = spread(along_curve(ground.parcels.land, ground.parcels_of(use.PARK, use.SCHOOL)), count, rng)
    town: FloatArray = shapely.get_coordinates(shapely.point_on_surface(ground.parcels.land[rows]))
    kind = np.r_[np.zeros(len(gauges), dtype=np.int64), rng.integers(1, len(SENSOR_KINDS), rows.size)]
    names = draw_names(pair_stems(), kind.size, rng, ("",))
    return gpd.GeoDataFrame(
        {
            "CZMC": names + np.array(SENSOR_KINDS, dtype=object)[kind],
            "CZLX": np.array(SENSOR_KINDS, dtype=object)[kind],
        },
        geometry=shapely.points(np.vstack([gauges, town])),
        crs=MAP_CRS,
    )
