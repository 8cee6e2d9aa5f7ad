"""A town without a fault, and one planted fault for every rule of the audit.

Metres in EPSG:4547, origin at (500000, 3400000), on the central meridian, where a metre is one. Ten by ten
blocks of 200 m with roads on the grid lines; in each block four parcels of 90 m, 10 m away from the roads.
The first column is farm land without people, block (9, 9) a lake.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import yaml
from shapely import LineString, Point, Polygon, box
from shapely.affinity import translate

from dss.datum import shift_geometry, to_bd09, to_gcj02
from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile

CRS = "EPSG:4547"
X0, Y0 = 500_000.0, 3_400_000.0
BLOCKS, BLOCK_M, SIDE_M = 10, 200.0, 2000.0
HOME, FARM, LAKE, PARK, SCHOOL, HOSPITAL = "070102", "0101", "1704", "1401", "080403", "080601"
DAY = "2026-06-01"

Frames = dict[str, gpd.GeoDataFrame]


def rectangle(left: float, bottom: float, right: float, top: float) -> Polygon:
    return box(X0 + left, Y0 + bottom, X0 + right, Y0 + top)


def district_of(x_m: float) -> str:
    return "西区" if x_m < SIDE_M / 2 else "东区"


def frame(geometry: list[object], **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


@dataclass(frozen=True)
class Parcel:
    name: str
    code: str
    shape: Polygon
    district: str


def parcels() -> list[Parcel]:
    """Return four parcels a block, in the order of the blocks."""
    uses = {(3, 3): PARK, (6, 6): PARK, (4, 7): SCHOOL, (7, 2): HOSPITAL, (2, 5): HOSPITAL}
    found = []
    for column in range(BLOCKS):
        for row in range(BLOCKS):
            block = FARM if column == 0 else LAKE if (column, row) == (9, 9) else HOME
            for k, (i, j) in enumerate(((0, 0), (1, 0), (0, 1), (1, 1))):
                left, bottom = column * BLOCK_M + 10 + 90 * i, row * BLOCK_M + 10 + 90 * j
                code = uses.get((column, row), block) if k == 0 else block
                shape = rectangle(left, bottom, left + 90, bottom + 90)
                found.append(Parcel(f"地块{column}{row}{k}号", code, shape, district_of(left)))
    return found


def ids(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:06d}" for number in range(1, count + 1)]


def town_frames() -> Frames:
    """Return every layer of the town, without a fault."""
    land = parcels()
    homes = [one for one in land if one.code == HOME]
    others = [one for one in land if one.code != HOME]
    return {
        **_units(),
        "buildings": _buildings(homes),
        "residential_land": _land(homes, "07"),
        "landuse": _land(others, "00"),
        "master_landuse": _planned(land),
        **_facilities(land),
        "roads": _roads(),
        "water": frame([rectangle(1800, 1800, 2000, 2000)], BSM=["SX01"], MC=["东湖"]),
        "flood_line": frame([rectangle(1600, 0, 1790, 190)], BSM=["HX01"]),
    }


def _units() -> Frames:
    blocks = [(c, r) for c in range(BLOCKS) for r in range(BLOCKS)]
    shapes = [rectangle(c * BLOCK_M, r * BLOCK_M, (c + 1) * BLOCK_M, (r + 1) * BLOCK_M) for c, r in blocks]
    persons = [0 if c == 0 or (c, r) == (9, 9) else 400 for c, r in blocks]
    half = SIDE_M / 2
    return {
        "census": frame(
            shapes, BSM=ids("RK", 100), RKS=persons, LN=[p // 5 for p in persons],
            QMC=[district_of(c * BLOCK_M) for c, _ in blocks],
        ),
        "boundary": frame([rectangle(0, 0, SIDE_M, SIDE_M)], BSM=["JX01"]),
        "districts": frame(
            [rectangle(0, 0, half, SIDE_M), rectangle(half, 0, SIDE_M, SIDE_M)],
            BSM=["QX01", "QX02"], MC=["西区", "东区"],
        ),
    }  # fmt: skip


def _buildings(homes: list[Parcel]) -> gpd.GeoDataFrame:
    """Return a house of 40 m by 20 m and six floors on each parcel: 4800 m2."""
    shapes = [translate(box(-20, -10, 20, 10), *one.shape.centroid.coords[0]) for one in homes]
    n = len(homes)
    return frame(
        shapes, BSM=ids("JZ", n), MC=[one.name for one in homes], CS=[6] * n, ND=[2000] * n,
        MJ=[4800.0] * n, QMC=[one.district for one in homes],
    )  # fmt: skip


def _land(land: list[Parcel], prefix: str) -> gpd.GeoDataFrame:
    n = len(land)
    return frame(
        [one.shape for one in land], BSM=ids(f"TB{prefix}", n), DM=[one.code for one in land],
        MC=[one.name for one in land], MJ=[8100.0] * n,
    )  # fmt: skip


def _planned(land: list[Parcel]) -> gpd.GeoDataFrame:
    """Return the plan: as it is, but a park on the first farm parcel."""
    codes = [PARK, *[one.code for one in land[1:]]]
    return frame([one.shape for one in land], BSM=ids("GH", len(land)), DM=codes)


def _facilities(land: list[Parcel]) -> Frames:
    parks = [one for one in land if one.code == PARK]
    clinics = [one for one in land if one.code == HOSPITAL]
    shelters = [one.shape.buffer(-10, join_style="mitre") for one in parks]
    return {
        "shelters": frame(
            shelters, BSM=ids("YB", 2), MC=[f"{one.name}避难场所" for one in parks],
            JB=["紧急避难场所", "短期固定避难场所"], YXMJ=[2000.0, 2000.0], RNRS=[1000, 800],
            QMC=[one.district for one in parks], ZT=["现状", "现状"],
        ),
        "shelter_plan": frame([land[0].shape.buffer(-10)], BSM=["GB000001"], MC=["规划公园"], ZT=["规划"]),
        "hospitals": frame(
            [one.shape.centroid for one in clinics], BSM=ids("YY", 2), MC=[one.name for one in clinics],
            CW=[300, 120], QMC=[one.district for one in clinics], RQ=["2026-01-01", "2025-12-01"],
        ),
    }  # fmt: skip


def _roads() -> gpd.GeoDataFrame:
    lines = [((0, k * BLOCK_M), (SIDE_M, k * BLOCK_M)) for k in range(BLOCKS + 1)]
    lines += [((k * BLOCK_M, 0), (k * BLOCK_M, SIDE_M)) for k in range(BLOCKS + 1)]
    shapes = [LineString([(X0 + x, Y0 + y) for x, y in line]) for line in lines]
    return frame(shapes, BSM=ids("DL", len(lines)), DJ=["主干路", "支路"] * 11)


def entry(key: str, role: str, owner: str, fields: dict[str, str], **more: object) -> dict[str, object]:
    return {
        "key": key, "class": "现状", "role": role, "title": {"zh": key, "en": key}, "file": f"{key}.gpkg",
        "owner": {"zh": owner, "en": owner}, "date": "2026-01-01", "cycle_days": 365,
        "fields": {"record_id": "BSM", **fields}, **more,
    }  # fmt: skip


def town_profile() -> dict[str, object]:
    """Return the profile that binds the layers."""
    place = {"name": "MC", "district": "QMC"}
    land = {"landuse_code": "DM", "name": "MC", "stated_area_m2": "MJ"}
    classes = {"主干路": "primary", "支路": "tertiary"}
    levels = {"紧急避难场所": "emergency", "短期固定避难场所": "fixed_short"}
    shelter = {**place, "shelter_class": "JB", "effective_area_m2": "YXMJ", "capacity_persons": "RNRS"}
    beds = {**place, "beds": "CW", "record_date": "RQ"}
    house = {**place, "floors": "CS", "built_year": "ND", "stated_area_m2": "MJ"}
    people = {"persons": "RKS", "elderly_persons": "LN", "district": "QMC"}
    return {
        "title": {"zh": "无错镇", "en": "Faultless"},
        "generated": True,
        "crs": CRS,
        "layers": [
            entry("census", "population", "统计局", people),
            entry("boundary", "boundary", "民政局", {}),
            entry("districts", "districts", "民政局", {"name": "MC"}),
            entry("buildings", "buildings", "住建局", house),
            entry("residential_land", "residential_land", "资规局", land),
            entry("landuse", "landuse", "资规局", land),
            entry("master_landuse", "landuse_planned", "资规局", {"landuse_code": "DM"}, **{"class": "规划"}),
            entry(
                "shelters",
                "shelters",
                "应急局",
                {**shelter, "status": "ZT"},
                recode={"shelter_class": levels},
            ),
            entry(
                "shelter_plan",
                "shelters_planned",
                "应急局",
                {"name": "MC", "status": "ZT"},
                **{"class": "规划"},
            ),
            entry("hospitals", "hospitals", "卫健委", beds),
            entry("roads", "roads", "交通局", {"road_class": "DJ"}, recode={"road_class": classes}),
            entry("water", "water", "水利局", {"name": "MC"}),
            entry("flood_line", "flood_zone", "水利局", {}, **{"class": "规划"}),
        ],
    }


def build_town(folder: Path, frames: Frames, profile: dict[str, object] | None = None) -> OneMap:
    """Write layers as a delivery, import them, return the map."""
    delivery = folder / "delivery"
    delivery.mkdir(parents=True)
    for key, one in frames.items():
        one.to_parquet(delivery / f"{key}.parquet")
    path = folder / "profile.yaml"
    content = profile or town_profile()
    for layer in content["layers"]:  # type: ignore[attr-defined]
        layer["file"] = layer["file"].replace(".gpkg", ".parquet")
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    init_map(folder / "map", read_profile(path))
    import_folder(folder / "map", delivery)
    return open_map(folder / "map")


Plant = Callable[[Frames], tuple[str, list[int]]]
"""Puts a fault into the layers; returns the layer and the rows at fault, none for the whole layer."""
PLANTS: dict[str, Plant] = {}


def plants(code: str) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        PLANTS[code] = plant
        return plant

    return register


def put(frames: Frames, layer: str, row: int, column: str, value: object) -> tuple[str, list[int]]:
    """Write one value of one record."""
    one = frames[layer].astype({column: object})
    one.loc[row, column] = value
    frames[layer] = one
    return layer, [row]


def reshape(frames: Frames, layer: str, row: int, shape: object) -> tuple[str, list[int]]:
    """Give one record another geometry."""
    shapes = np.asarray(frames[layer].geometry.array, dtype=object).copy()
    shapes[row] = shape
    frames[layer] = frames[layer].set_geometry(gpd.GeoSeries(shapes, crs=CRS))
    return layer, [row]


def again(frames: Frames, layer: str, row: int, **changed: object) -> tuple[str, list[int]]:
    """Enter one record a second time, at the end."""
    one = frames[layer]
    copy = one.iloc[[row]].assign(**changed)
    frames[layer] = gpd.GeoDataFrame(gpd.pd.concat([one, copy], ignore_index=True), crs=CRS)
    return layer, [len(one)]


def whole(frames: Frames, layer: str, shift: Callable[[np.ndarray], np.ndarray]) -> tuple[str, list[int]]:
    shapes = shift_geometry(np.asarray(frames[layer].geometry.array, dtype=object), CRS, shift)
    frames[layer] = frames[layer].set_geometry(gpd.GeoSeries(shapes, crs=CRS))
    return layer, []


@plants("GEOM_EMPTY")
def _(frames: Frames) -> tuple[str, list[int]]:
    return reshape(frames, "buildings", 7, None)


@plants("GEOM_INVALID")
def _(frames: Frames) -> tuple[str, list[int]]:
    x, y = X0 + 250, Y0 + 250
    return reshape(frames, "buildings", 7, Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9)]))


@plants("GEOM_DUPLICATE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return again(frames, "buildings", 5, BSM="JZ999999")


@plants("OVERLAP")
def _(frames: Frames) -> tuple[str, list[int]]:
    grown = frames["residential_land"].geometry[9].buffer(3, join_style="mitre")
    reshape(frames, "residential_land", 9, grown)
    return put(frames, "residential_land", 9, "MJ", 96.0 * 96.0)


@plants("GAP")
def _(frames: Frames) -> tuple[str, list[int]]:
    left, bottom, _, top = frames["census"].geometry[55].bounds
    reshape(frames, "census", 55, box(left, bottom, left + 197, top))
    return "census", []


@plants("ID_MISSING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "roads", 3, "BSM", "  ")


@plants("ID_DUPLICATE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "roads", 3, "BSM", "DL000001")


@plants("CODE_INVALID")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "landuse", 3, "DM", "05H1")


@plants("AREA_MISMATCH")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "residential_land", 3, "MJ", 8100.0 * 1.06)


@plants("OUTSIDE_BOUNDARY")
def _(frames: Frames) -> tuple[str, list[int]]:
    return reshape(frames, "hospitals", 0, Point(X0 + 9000, Y0 + 500))


@plants("DATUM_OFFSET")
def _(frames: Frames) -> tuple[str, list[int]]:
    moved = shift_geometry(np.array([frames["buildings"].geometry[150]], dtype=object), CRS, to_gcj02)
    return reshape(frames, "buildings", 150, moved[0])


@plants("STALE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "hospitals", 1, "RQ", "2024-01-01")


@plants("DATE_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "hospitals", 1, "RQ", "2027-01-01")


@plants("CAPACITY_MISSING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "shelters", 1, "RNRS", None)


@plants("CAPACITY_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "shelters", 1, "RNRS", 7000)  # 2000 m2 / 7000 = 0.29 m2 a person


@plants("BEDS_MISSING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "hospitals", 0, "CW", None)


@plants("BEDS_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "hospitals", 0, "CW", 5001)


@plants("FLOORS_MISSING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "buildings", 11, "CS", None)


@plants("FLOORS_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "buildings", 11, "CS", 0)


@plants("YEAR_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "buildings", 11, "ND", 2027)


@plants("DISTRICT_MISMATCH")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "hospitals", 0, "QMC", "东区")


@plants("SHELTER_IN_FLOOD")
def _(frames: Frames) -> tuple[str, list[int]]:
    frames["flood_line"] = frame([frames["shelters"].geometry[1].envelope], BSM=["HX01"])
    return "shelters", [1]


@plants("PLANNED_AS_EXISTING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "shelters", 0, "ZT", "在建")


@plants("UNLIVABLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "census", 99, "RKS", 30)


@plants("VALUE_MISSING")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "roads", 4, "DJ", None)


@plants("PERSONS_IMPOSSIBLE")
def _(frames: Frames) -> tuple[str, list[int]]:
    return put(frames, "census", 40, "RKS", 8001)  # on 0.04 km2: 200,025 a km2


def shifted_layer(frames: Frames) -> str:
    """Deliver all hospitals and houses as BD-09; returns the layer that is told apart."""
    return whole(frames, "buildings", to_bd09)[0]
