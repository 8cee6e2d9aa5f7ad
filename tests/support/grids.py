"""The grid of population of northern Hainan as a map."""

import json
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin

from dss.onemap import FileHints, OneMap, import_file, init_map, open_map
from dss.onemap.catalogue import Title
from dss.onemap.profile import Profile

DEGREE_KM = 111.195  # of a meridian on a sphere of 6371.0 km


def grid_map(folder: Path, grid_file: Path) -> tuple[OneMap, float]:
    """Bring the grid of persons per km2 into a map as persons per pixel; returns their total too."""
    grid = json.loads(grid_file.read_text())
    size_deg, shape = grid["meta"]["resolution"], (grid["meta"]["rows"], grid["meta"]["cols"])
    pixel_km2 = (DEGREE_KM * size_deg) ** 2 * np.cos(np.radians(grid["lats"]))[:, None]
    persons = (np.array(grid["popDensity"]).reshape(shape) * pixel_km2).astype(np.float32)
    corner = from_origin(grid["lons"][0] - size_deg / 2, grid["lats"][0] + size_deg / 2, size_deg, size_deg)
    with rasterio.open(
        folder / "people.tif", "w", driver="GTiff", height=shape[0], width=shape[1], count=1, dtype="float32",
        crs="EPSG:4326", transform=corner,
    ) as raster:  # fmt: skip
        raster.write(persons, 1)
    init_map(folder / "map", Profile(title=Title(zh="琼北", en="North Hainan"), crs="EPSG:4546", layers=()))
    import_file(folder / "map", folder / "people.tif", FileHints(key="people", role="population"))
    return open_map(folder / "map"), float(persons.sum(dtype=np.float64))
