"""Layers that contradict each other: shelters in the river's belt, plans taken for facts, people on water."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import BoolArray, IntArray
from dss.sample.delivery.records import district_names
from dss.sample.delivery.template import DISTRICT
from dss.sample.faults.bench import Bench, single_areas
from dss.sample.frame.bend import GeometryArray

FARM: Final = ("01", "02", "03")
"""Codes of land that nobody has built on."""
DONOR_PERSONS: Final = 900
"""Units with fewer people give none away."""
MOVED_SHARE: Final = 0.12


def put_shelters_in_flood(bench: Bench, key: str, count: int) -> None:
    """SHELTER_IN_FLOOD: list green land between river and riverside street as a shelter."""
    zones = bench.clean["flood_control_line"].geometry.to_numpy()
    parks = bench.shapes("parks")
    whole = single_areas(parks)
    roomy = shapely.area(parks[whole]) > 4000
    whole[whole] = roomy & shapely.within(parks[whole], shapely.union_all(zones))
    ground = _core(parks[bench.draw("parks", count, whole)])
    rows = _add_shelters(bench, key, ground)
    bench.note(key, rows, "SHELTER_IN_FLOOD", ["设在洪涝风险控制线内 / inside the flood line"] * rows.size)


def count_plans(bench: Bench, key: str, count: int) -> None:
    """PLANNED_AS_EXISTING: list planned shelters as if they were there: on farmland, or marked as planned."""
    ground = _planned_ground(bench, count - count // 3)
    rows = _add_shelters(bench, key, ground)
    text = "现状为农用地，仅规划为避难场所 / farmland, a shelter in the plan only"
    bench.note(key, rows, "PLANNED_AS_EXISTING", [text] * rows.size)
    said = bench.draw(key, count - rows.size, bench.anyone(key))
    bench.put(key, said, "JSZT", ["规划"] * said.size)
    bench.note(key, said, "PLANNED_AS_EXISTING", ["状态改为规划 / status set to planned"] * said.size)


def _planned_ground(bench: Bench, count: int) -> GeometryArray:
    """Return planned shelters on farmland away from water; the land they stand on is taken."""
    planned = bench.shapes("shelter_plan")
    middle = shapely.centroid(planned)
    land = _row_at(bench.shapes("landuse"), middle)
    plan = _row_at(bench.shapes("master_landuse"), middle)
    code = bench.layers["landuse"]["YDYHFLDM"].to_numpy(object)
    on_farm = np.array([row >= 0 and str(code[row]).startswith(FARM) for row in land], dtype=np.bool_)
    wet = shapely.union_all(
        np.concatenate([bench.clean[one].geometry.to_numpy() for one in ("flood_control_line", "water")])
    )
    dry = ~shapely.intersects(planned, wet)
    free: BoolArray = on_farm & (plan >= 0) & shapely.contains(planned, middle) & dry
    rows = bench.draw("shelter_plan", count, free)
    bench.take("landuse", land[rows])
    bench.take("master_landuse", plan[rows])
    return planned[rows]


def _row_at(shapes: GeometryArray, points: GeometryArray) -> IntArray:
    row = np.full(points.size, -1, dtype=np.int64)
    k, found = shapely.STRtree(shapes).query(points, predicate="within")
    row[k] = found
    return row


def _core(shapes: GeometryArray) -> GeometryArray:
    core = shapely.buffer(shapes, -6)
    return np.where(single_areas(core), core, shapes)


def _add_shelters(bench: Bench, key: str, ground: GeometryArray) -> IntArray:
    """Add shelters on pieces of ground, each written like one that is there."""
    frame = bench.layers[key]
    pattern = frame.iloc[np.flatnonzero(bench.free(key))[: ground.size]]
    ground = ground[: len(pattern)]
    area_m2 = np.round(shapely.area(ground) * 0.4)
    records = gpd.GeoDataFrame(pattern.drop(columns="geometry"), geometry=ground, crs=frame.crs).assign(
        BNBM=[f"YB9{len(frame) + k:03d}" for k in range(ground.size)],
        BNMC=[f"滨江应急避难场所（{len(frame) + k}）" for k in range(ground.size)],
        BNDJ="短期固定避难场所",
        YXMJ=area_m2,
        RNRS=np.round(area_m2 / 2.0),
        JSZT="已建",
        **{DISTRICT: district_names(bench.clean["districts"], ground)},
    )
    return bench.append(key, records)


def settle_where_no_one_lives(bench: Bench, key: str, count: int) -> None:
    """UNLIVABLE: book some people of populous units under units without a home; the total stays."""
    persons = bench.layers[key]["RKS"].to_numpy(np.int64)
    homes = np.concatenate(
        [
            shapely.point_on_surface(bench.clean[one].geometry.to_numpy())
            for one in ("residential_buildings", "residential_land")
        ]
    )
    lived_in = np.zeros(persons.size, dtype=np.bool_)
    lived_in[shapely.STRtree(bench.shapes(key)).query(homes, predicate="intersects")[1]] = True
    empty = bench.draw(key, count, (persons == 0) & ~lived_in)
    donors = bench.draw(key, empty.size, persons >= min(DONOR_PERSONS, int(np.quantile(persons, 0.8))))
    empty = empty[: donors.size]
    moved = np.maximum(np.round(persons[donors] * MOVED_SHARE), 1).astype(np.int64)
    bench.put(key, donors, "RKS", [int(one) for one in persons[donors] - moved])
    bench.put(key, empty, "RKS", [int(one) for one in moved])
    notes = [f"无住房单元记入 {one} 人 / {one} persons where no home is" for one in moved]
    bench.note(key, empty, "UNLIVABLE", notes)
