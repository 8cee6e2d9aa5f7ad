"""The files of a generated city, and how to read one of its layers."""

from datetime import date
from pathlib import Path

import geopandas as gpd

from dss.sample.delivery.template import entries, is_raster

PERSONS, SEED, TODAY = 40_000, 3, date(2026, 3, 20)
CRS = "EPSG:4547"
VECTORS = [key for key, entry in entries().items() if not is_raster(entry)]


def read(folder: Path, key: str) -> gpd.GeoDataFrame:
    """Read a layer as it was delivered."""
    entry = entries()[key]
    return gpd.read_file(
        folder / entry["file"], layer=entry.get("file_layer"), encoding=entry.get("encoding")
    )
