"""The town with a fire station and rescue teams in the west, hospitals, and a slide over the east road.

Beside what ``town.py`` has: 2 fire engines and 60 rescuers at the west end of the west arm; three hospitals,
at the end of the south arm with 100 beds, in the centre with none stated and with 0.
"""

from pathlib import Path

import geopandas as gpd
import yaml
from shapely import Point
from town import CRS, at, layer, town_layers, town_profile

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile

FRAMES = {
    "stations": gpd.GeoDataFrame({"MC": ["西站"], "CL": [2]}, geometry=[Point(at(-500, 0))], crs=CRS),
    "teams": gpd.GeoDataFrame({"MC": ["西队"], "RS": [60]}, geometry=[Point(at(-500, 0))], crs=CRS),
    "hospitals": gpd.GeoDataFrame(
        {"MC": ["南院", "空院", "零院"], "CW": [100, None, 0]},
        geometry=[Point(at(0, -500)), Point(at(0, -10)), Point(at(0, -20))],
        crs=CRS,
    ),
}
ROLES = {
    "stations": layer("stations", "fire_stations", "stations.gpkg", fields={"name": "MC", "vehicles": "CL"}),
    "teams": layer("teams", "teams", "teams.gpkg", fields={"name": "MC", "persons": "RS"}),
    "hospitals": layer("hospitals", "hospitals", "hospitals.gpkg", fields={"name": "MC", "beds": "CW"}),
    "districts": layer("districts", "districts", "districts.gpkg", fields={"name": "MC"}),
}


def degrees(x_m: float, y_m: float) -> list[float]:
    """Return a place of the town as [longitude, latitude]."""
    point = gpd.GeoSeries([Point(at(x_m, y_m))], crs=CRS).to_crs("EPSG:4326").iloc[0]
    return [point.x, point.y]


def make_response_town(home: Path, **replaced: gpd.GeoDataFrame) -> OneMap:
    """Make the town's map in a folder; keyword arguments replace its layers, or add districts."""
    delivery, folder = home / "delivery", home / "map"
    delivery.mkdir(parents=True)
    frames = {**town_layers(), **FRAMES, **replaced}
    for key, frame in frames.items():
        frame.to_file(delivery / f"{key}.gpkg")
    profile = town_profile()
    profile["layers"] = [*profile["layers"], *(row for key, row in ROLES.items() if key in frames)]  # type: ignore[misc]
    path = home / "profile.yaml"
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    init_map(folder, read_profile(path))
    import_folder(folder, delivery)
    return open_map(folder)
