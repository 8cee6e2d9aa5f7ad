"""What is planned: land use at the end of the master plan, planned shelters, and the lines that bind.

The three lines do not cross: the boundary of urban development keeps away from the ecological red line and
from permanent farmland.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import BoolArray
from dss.sample.frame.bend import MAP_CRS, STEP_M, GeometryArray
from dss.sample.ground import Ground
from dss.sample.land import uses as use
from dss.sample.land.layers import Land, areas_m2
from dss.sample.land.uses import Codes, use_names
from dss.sample.names import LAKE, Names, draw_names, pair_stems

URBAN_REACH: Final = 1.09
"""How far out urban development may go; 1 is the edge of the built-up city."""
FARMS: Final = (use.RICE, use.DRY_FIELD)
EXTENSION: Final = ((use.HOUSING, 0.42), (use.WORKS, 0.16), (use.PARK, 0.18), (use.SHOPS, 0.1),
                    (use.SCHOOL, 0.08), (use.RESERVED, 0.06))  # fmt: skip
"""What country inside the boundary of urban development becomes, by share of its pieces."""
RENEWAL: Final = ((use.WORKS, use.HOUSING, 0.12), (use.STORAGE, use.PARK, 0.2), (use.HOUSING, use.PARK, 0.02),
                  (use.HOUSING, use.SCHOOL, 0.012))  # fmt: skip
"""What becomes of built-up land: from, to, share of the parcels."""
PER_PERSON_M2: Final = 3.0


def urban_shape(ground: Ground) -> shapely.Polygon:
    """Return the land inside the boundary of urban development, on the map."""
    outline = ground.plan.outline(URBAN_REACH)
    woods = shapely.union_all(ground.fields[ground.field_code == use.WOODS])
    shape = shapely.difference(outline, shapely.buffer(woods, 40, quad_segs=2))
    town = shapely.union_all(shapely.buffer(ground.superblocks, 18, quad_segs=1))
    parts = shapely.get_parts(shapely.union(shape, shapely.intersection(town, outline)))
    largest = parts[np.argmax(shapely.area(parts))]
    solid = shapely.polygons(shapely.get_exterior_ring(largest))
    return ground.plan.bend.bend(np.array([shapely.segmentize(solid, STEP_M)], dtype=object))[0]


def planned_code(land: Land, urban: shapely.Polygon, rng: np.random.Generator) -> Codes:
    """Return the planned land use of each piece of land."""
    planned = land.code.copy()
    shapely.prepare(urban)
    inside = shapely.contains(urban, shapely.point_on_surface(land.geometry))
    country = np.isin(land.code, (*FARMS, use.ORCHARD, use.VILLAGE)) & inside & (land.parcel < 0)
    uses, shares = zip(*EXTENSION, strict=True)
    planned[country] = rng.choice(np.array(uses), int(country.sum()), p=shares)
    for before, after, share in RENEWAL:
        chosen = (land.code == before) & (land.parcel >= 0) & (rng.random(land.code.size) < share)
        planned[chosen] = after
    return planned


def planning_layers(ground: Ground, land: Land, rng: np.random.Generator) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of the plans."""
    urban = urban_shape(ground)
    planned = planned_code(land, urban, rng)
    return {
        "master_landuse": gpd.GeoDataFrame(
            {
                "YDYHFLDM": planned.astype(object),
                "YDYHFLMC": use_names(planned),
                "GHDKMC": land.name,
                "MJ": areas_m2(land.geometry),
            },
            geometry=land.geometry,
            crs=MAP_CRS,
        ),
        "urban_boundary": _line("CZKFMC", ["云澜市城镇开发边界"], np.array([urban], dtype=object)),
        "eco_redline": _eco_redline(land, urban),
        "basic_farmland": _basic_farmland(land, urban),
        "shelter_plan": _shelter_plan(land, planned, rng),
        "heritage_line": _heritage(ground),
    }


def _line(field: str, names: Names | list[str], geometry: GeometryArray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({field: names, "MJ": areas_m2(geometry)}, geometry=geometry, crs=MAP_CRS)


def _eco_redline(land: Land, urban: shapely.Polygon) -> gpd.GeoDataFrame:
    """Return the woods on the hills, joined, and the lake."""
    woods = shapely.buffer(land.geometry[land.code == use.WOODS], 8, join_style="mitre")
    joined = shapely.difference(shapely.union_all(woods), shapely.buffer(urban, 5))
    parts = _sizeable(joined, 20_000)
    lake = land.geometry[land.code == use.LAKE_WATER]
    names = [*(f"云岭水源涵养林（{k + 1}）" for k in range(parts.size)), *[f"{LAKE}湿地"] * lake.size]
    return _line("STBHHXMC", names, np.concatenate([parts, lake]))


def _basic_farmland(land: Land, urban: shapely.Polygon) -> gpd.GeoDataFrame:
    """Return farmland beyond the boundary of urban development, field by field."""
    farms = land.geometry[np.isin(land.code, FARMS)]
    beyond = farms[~shapely.intersects(farms, urban)]
    kept = beyond[shapely.area(beyond) > 10_000]
    return _line("YJJBNTBHTBBH", [f"YJ{k + 1:05d}" for k in range(kept.size)], kept)


def _sizeable(shape: shapely.Geometry, least_m2: float) -> GeometryArray:
    parts = shapely.get_parts(shape)
    return np.asarray(parts[shapely.area(parts) > least_m2], dtype=object)


def _shelter_plan(land: Land, planned: Codes, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the shelters that are to be built on ground that is no park or school yet."""
    new: BoolArray = np.isin(planned, (use.PARK, use.SCHOOL)) & (planned != land.code)
    core = shapely.buffer(shapely.buffer(land.geometry, -14), 4, quad_segs=2)
    rows = np.flatnonzero(new & (shapely.area(core) > 3500) & (shapely.get_type_id(core) == 3))
    area_m2 = shapely.area(core[rows]) * rng.uniform(0.3, 0.55, rows.size)
    names = draw_names(pair_stems(), rows.size, rng, ("规划应急避难场所",))
    return gpd.GeoDataFrame(
        {
            "BNMC": names,
            "BNDJ": np.where(area_m2 > 12_000, "中期固定避难场所", "短期固定避难场所").astype(object),
            "GHMJ": np.round(area_m2),
            "GHRS": np.round(area_m2 / PER_PERSON_M2, -1).astype(np.int64),
            "JSZT": np.full(rows.size, "规划", dtype=object),
        },
        geometry=core[rows],
        crs=MAP_CRS,
    )


def _heritage(ground: Ground) -> gpd.GeoDataFrame:
    """Return the old town's heart and the street along the river."""
    plan = ground.plan
    radius = plan.radius_m
    heart = shapely.buffer(shapely.Point(0.0, 0.1 * radius), 0.13 * radius, quad_segs=24)
    quay = plan.quays_b_m[1]
    row = shapely.box(-0.2 * radius, quay + 30, 0.16 * radius, quay + 30 + 0.05 * radius)
    shapes = shapely.segmentize(np.array([heart, row], dtype=object), STEP_M)
    return _line("LSWHMC", ["云澜古城历史城区", "澜江老埠头历史文化街区"], plan.bend.bend(shapes))
