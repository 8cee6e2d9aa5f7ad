"""Writes the sample city as the departments' deliveries, with the profile that binds them."""

from importlib.resources import files
from pathlib import Path
from typing import Final

import geopandas as gpd
import rasterio

from dss.errors import InputError
from dss.sample.city import Progress, build_city
from dss.sample.frame.bend import MAP_CRS
from dss.sample.hazards.flood import NODATA, Flood

FEWEST_PERSONS: Final = 5_000
MOST_PERSONS: Final = 5_000_000
DELIVERY_CRS: Final = "EPSG:4490"
PROFILE_FILE: Final = "profile.yaml"
FLOOD_FILE: Final = "flood_depth.tif"

FILES: Final = {
    "census": ("census.gpkg", "census"),
    "residential_buildings": ("buildings.gpkg", "residential"),
    "other_buildings": ("buildings.gpkg", "other"),
    "residential_land": ("landuse.gpkg", "residential"),
    "landuse": ("landuse.gpkg", "other"),
    "roads": ("roads.gpkg", "roads"),
    "water": ("water.gpkg", "water"),
    "parks": ("parks.gpkg", "parks"),
    "shelters": ("shelters.gpkg", "shelters"),
    "hospitals": ("hospitals.gpkg", "hospitals"),
    "depots": ("depots.gpkg", "depots"),
    "boundary": ("boundary.gpkg", "boundary"),
    "districts": ("districts.gpkg", "districts"),
}
"""File and layer of each vector layer of the profile."""


def write_sample(
    folder: Path, *, persons: int = 300_000, seed: int = 1, on_progress: Progress | None = None
) -> Path:
    """Generate a city and write its layers and their profile.

    Parameters
    ----------
    folder
        Where to write; made if it does not exist, and must be empty.
    persons
        People who live in the city; its area and everything in it follow.
    seed
        Another seed, another city; the same seed and persons, the same city.
    on_progress
        Called with the share done, 0 to 1.

    Returns
    -------
    The profile, ``folder / "profile.yaml"``.

    Raises
    ------
    InputError
        If persons or seed are out of range, or the folder holds something already.
    """
    _require(folder, persons, seed)
    report = on_progress or (lambda _: None)
    city = build_city(persons, seed, report)
    folder.mkdir(parents=True, exist_ok=True)
    for done, (key, (file, layer)) in enumerate(FILES.items(), start=1):
        _write_layer(city.layers[key], folder / file, layer)
        report(0.7 + 0.27 * done / len(FILES))
    _write_flood(city.flood, folder / FLOOD_FILE)
    profile = folder / PROFILE_FILE
    profile.write_text(_profile_text(persons, seed), encoding="utf-8")
    report(1.0)
    return profile


def _require(folder: Path, persons: int, seed: int) -> None:
    if not FEWEST_PERSONS <= persons <= MOST_PERSONS:
        raise InputError("sample_persons", persons=persons, fewest=FEWEST_PERSONS, most=MOST_PERSONS)
    if seed < 0:
        raise InputError("sample_seed", seed=seed)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("sample_folder", folder=folder)


def _write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    frame.to_crs(DELIVERY_CRS).to_file(path, layer=layer, driver="GPKG", engine="pyogrio")


def _write_flood(flood: Flood, path: Path) -> None:
    height, width = flood.depth_m.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs=MAP_CRS,
        transform=flood.transform, nodata=NODATA, compress="deflate", predictor=3, tiled=True,
    ) as raster:  # fmt: skip
        raster.write(flood.depth_m, 1)


def _profile_text(persons: int, seed: int) -> str:
    template = files("dss.sample").joinpath("profile.yaml").read_text(encoding="utf-8")
    return template.replace("{persons}", str(persons)).replace("{seed}", str(seed))
