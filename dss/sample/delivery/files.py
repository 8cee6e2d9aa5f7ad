"""The files of a delivery: a GeoPackage for each class of the map, a shapefile in GBK, rasters."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio
import rasterio
from rasterio.transform import Affine

from dss.arrays import Float32Array
from dss.sample.delivery.template import entries
from dss.sample.frame.bend import MAP_CRS
from dss.sample.hazards.elevation import Elevation
from dss.sample.hazards.flood import NODATA, Flood

DELIVERY_CRS: Final = "EPSG:4490"
SYNCHRONOUS: Final = "OGR_SQLITE_SYNCHRONOUS"
OLD_ENCODING: Final = "GBK"
"""What a shapefile's texts are in; its .cpg, which would say so, is not delivered."""


def write_vectors(layers: Mapping[str, gpd.GeoDataFrame], folder: Path) -> None:
    """Write each layer to its file; several share one."""
    with _without_waiting_for_the_disk():
        for key, frame in layers.items():
            entry = entries()[key]
            path = folder / entry["file"]
            degrees = frame.to_crs(DELIVERY_CRS)
            if path.suffix == ".shp":
                _write_shapefile(degrees, path)
            else:
                pyogrio.write_dataframe(degrees, path, layer=entry["file_layer"], driver="GPKG")


@contextmanager
def _without_waiting_for_the_disk() -> Iterator[None]:
    """Let SQLite not wait for the disk after each layer, which takes longer than to write it."""
    before = pyogrio.get_gdal_config_option(SYNCHRONOUS)
    pyogrio.set_gdal_config_options({SYNCHRONOUS: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({SYNCHRONOUS: before})


def _write_shapefile(frame: gpd.GeoDataFrame, path: Path) -> None:
    with warnings.catch_warnings():
        # a shapefile may hold no point at all for a record, and GDAL says so
        warnings.simplefilter("ignore", RuntimeWarning)
        pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile", encoding=OLD_ENCODING)
    path.with_suffix(".cpg").unlink()


def write_rasters(flood: Flood, elevation: Elevation, folder: Path) -> None:
    """Write the depth of the flood and the height of the ground."""
    _write_raster(flood.depth_m, flood.transform, NODATA, folder / entries()["flood_depth"]["file"])
    _write_raster(elevation.height_m, elevation.transform, None, folder / entries()["dem"]["file"])


def _write_raster(values: Float32Array, transform: Affine, nodata: float | None, path: Path) -> None:
    height, width = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32", crs=MAP_CRS,
        transform=transform, nodata=nodata, compress="deflate", predictor=3, tiled=True,
    ) as raster:  # fmt: skip
        raster.write(values, 1)
