"""The town of four blocks with land to build on: one plot that may be used, others that may not.

Plots, by their middle in metres from the crossing: park (45, 45) between two roads; meadow (-45, 45) inside
the red line; corner (20, -20) too small; field (1500, 45) without roads, 455 m from a hazardous site.
"""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import yaml
from shapely import Point
from town import CRS, at, layer, square, town_layers, town_profile

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile


def land_layers() -> dict[str, gpd.GeoDataFrame]:
    plots = {"公园": square(45, 45, 40), "草地": square(-45, 45, 40), "街角": square(20, -20, 10)}
    plots |= {"田野": square(1500, 45, 45), "工厂": square(300, 100, 40)}
    codes = ["1401", "1401", "1401", "16", "1001"]
    return {
        "landuse": gpd.GeoDataFrame({"MC": list(plots), "DM": codes}, geometry=list(plots.values()), crs=CRS),
        "parks": gpd.GeoDataFrame({"MC": ["公园（绿地系统）"]}, geometry=[square(45, 45, 38)], crs=CRS),
        "redline": gpd.GeoDataFrame({"MC": ["红线"]}, geometry=[square(-60, 60, 60)], crs=CRS),
        "hazmat": gpd.GeoDataFrame({"MC": ["液氯库"]}, geometry=[Point(at(2000, 45))], crs=CRS),
    }


def build_siting_town(
    home: Path, layers: Sequence[dict[str, object]] = (), **replaced: gpd.GeoDataFrame
) -> OneMap:
    """Make the town's map; named frames replace its files, ``layers`` entries of its profile or add to it."""
    delivery, folder = home / "delivery", home / "map"
    delivery.mkdir()
    for key, frame in {**town_layers(), **land_layers(), **replaced}.items():
        frame.to_file(delivery / f"{key}.gpkg")
    profile = town_profile()
    known = profile["layers"]
    assert isinstance(known, list)
    land = {"name": "MC", "landuse_code": "DM"}
    known += [
        layer("landuse", "landuse", "landuse.gpkg", fields=land),
        layer("parks", "parks", "parks.gpkg", fields={"name": "MC"}),
        layer("redline", "eco_redline", "redline.gpkg", fields={"name": "MC"}),
        layer("hazmat", "hazmat", "hazmat.gpkg", fields={"name": "MC"}),
    ]
    profile["layers"] = list({entry["key"]: entry for entry in [*known, *layers]}.values())
    path = home / "profile.yaml"
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    init_map(folder, read_profile(path))
    import_folder(folder, delivery)
    return open_map(folder)
