"""A town of four blocks that every floor's tests are small enough to work out by hand.

Metres in EPSG:4547, origin at (500000, 3400000). Roads form a cross of 500 m arms; people live in four census
units around it; shelters lie at the ends of the east and the west arm; the flood polygon covers the north.
"""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import yaml
from shapely import LineString, Point, Polygon, box

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile

CRS = "EPSG:4547"
X0, Y0 = 500_000.0, 3_400_000.0
OWNER = {"zh": "市局", "en": "Bureau"}


def at(x_m: float, y_m: float) -> tuple[float, float]:
    return X0 + x_m, Y0 + y_m


def square(x_m: float, y_m: float, half_m: float) -> Polygon:
    x, y = at(x_m, y_m)
    return box(x - half_m, y - half_m, x + half_m, y + half_m)


def layer(key: str, role: str, file: str, **more: object) -> dict[str, object]:
    return {
        "key": key, "class": "现状", "role": role, "title": {"zh": key, "en": key}, "file": file,
        "owner": OWNER, "date": "2025-06-01", "sensitivity": "public", **more,
    }  # fmt: skip


def town_layers() -> dict[str, gpd.GeoDataFrame]:
    centres = [(-250, 250), (250, 250), (-250, -250), (250, -250)]
    arms = [(0, 500), (500, 0), (0, -500), (-500, 0)]
    return {
        "census": gpd.GeoDataFrame(
            {"RKS": [400, 300, 200, 100]}, geometry=[square(x, y, 150) for x, y in centres], crs=CRS
        ),
        "roads": gpd.GeoDataFrame(
            {"DJ": ["主干路", "次干路", "次干路", "支路"], "DX": [0, 0, 0, 0], "QL": [0, 0, 0, 0]},
            geometry=[LineString([at(0, 0), at(x, y)]) for x, y in arms],
            crs=CRS,
        ),
        "shelters": gpd.GeoDataFrame(
            {"MC": ["东", "西", "无"], "JB": ["emergency"] * 3, "RL": [500, 600, None]},
            geometry=[Point(at(500, 0)), Point(at(-500, 0)), Point(at(0, -500))],
            crs=CRS,
        ),
        "flood": gpd.GeoDataFrame({"SS": [0.4]}, geometry=[box(*at(-600, 40), *at(600, 600))], crs=CRS),
    }


def town_profile() -> dict[str, object]:
    classes = {"主干路": "primary", "次干路": "secondary", "支路": "tertiary"}
    roads = {"road_class": "DJ", "one_way": "DX", "bridge": "QL"}
    shelters = {"name": "MC", "shelter_class": "JB", "capacity_persons": "RL"}
    return {
        "title": {"zh": "小镇", "en": "Town"},
        "generated": True,
        "crs": CRS,
        "layers": [
            layer("census", "population", "census.gpkg", fields={"persons": "RKS"}),
            layer("roads", "roads", "roads.gpkg", fields=roads, recode={"road_class": classes}),
            layer("shelters", "shelters", "shelters.gpkg", fields=shelters),
            layer("flood", "flood_depth", "flood.gpkg", fields={"depth_m": "SS"}),
        ],
    }


BuildTown = Callable[..., OneMap]


def make_town(home: Path, **replaced: gpd.GeoDataFrame) -> OneMap:
    """Make the town's map in a folder; keyword arguments replace its layers."""
    delivery, folder = home / "delivery", home / "map"
    delivery.mkdir()
    for key, frame in {**town_layers(), **replaced}.items():
        frame.to_file(delivery / f"{key}.gpkg")
    profile = home / "profile.yaml"
    profile.write_text(yaml.safe_dump(town_profile(), allow_unicode=True), encoding="utf-8")
    init_map(folder, read_profile(profile))
    import_folder(folder, delivery)
    return open_map(folder)
