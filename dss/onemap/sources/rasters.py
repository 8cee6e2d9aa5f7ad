"""GeoTIFF of any size: examined window by window and copied in pieces, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.windows import Window

from dss.errors import MapError
from dss.onemap.sources.dates import file_day
from dss.onemap.sources.delivered import SourceDate, Tick
from dss.onemap.sources.opening import opened
from dss.onemap.sources.places import Bounds

RASTER_SUFFIXES: Final = frozenset({".tif", ".tiff"})
WINDOW_PIXELS: Final = 4_000_000
CACHE_MEGABYTES: Final = 128
COPY_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RasterFacts:
    """What a raster says of itself, and how many of its pixels are valid."""

    crs: CRS | None
    bounds: Bounds
    valid_pixels: int
    date: SourceDate


def examine_raster(file: Path, on_progress: Tick) -> RasterFacts:
    """Read every pixel of a raster's first band once, so that a truncated file is found out.

    Raises
    ------
    MapError
        If it is no GeoTIFF, cannot be read to its end, or has no place.
    """
    return opened(file, lambda: _examine(file, on_progress))


def copy_file(source: Path, target: Path, on_progress: Tick) -> None:
    """Copy a file in pieces, between which the work can be stopped."""
    total = max(1, source.stat().st_size)
    with source.open("rb") as old, target.open("wb") as new:
        while piece := old.read(COPY_BYTES):
            new.write(piece)
            on_progress(new.tell() / total)


def _examine(file: Path, on_progress: Tick) -> RasterFacts:
    with rasterio.Env(GDAL_CACHEMAX=CACHE_MEGABYTES), rasterio.open(file, driver="GTiff") as source:
        if source.crs is None and source.transform.is_identity:
            raise MapError("import_raster_placeless", file=file)
        all_valid = all(flag.name == "all_valid" for flag in source.mask_flag_enums[0])
        valid, rows = 0, source.height
        for window in _windows(source):
            if all_valid:
                source.read(1, window=window)
                valid += int(window.width * window.height)
            else:
                valid += int(np.count_nonzero(source.read_masks(1, window=window)))
            on_progress((window.row_off + window.height) / rows)
        crs = CRS.from_wkt(source.crs.to_wkt()) if source.crs else None
        return RasterFacts(
            crs, tuple(source.bounds), valid, _day(file, source.tags().get("TIFFTAG_DATETIME"))
        )


def _windows(source: rasterio.DatasetReader) -> Iterator[Window]:
    """Yield windows of whole blocks, row of blocks by row, none above a fixed number of pixels."""
    tall, wide = source.block_shapes[0]
    across = min(source.width, max(wide, WINDOW_PIXELS // tall // wide * wide))
    down = max(tall, WINDOW_PIXELS // across // tall * tall)
    for row in range(0, source.height, down):
        for column in range(0, source.width, across):
            yield Window(column, row, min(across, source.width - column), min(down, source.height - row))


def _day(file: Path, tag: str | None) -> SourceDate:
    try:
        return SourceDate(date.fromisoformat((tag or "")[:10].replace(":", "-")), "raster")
    except ValueError:
        return file_day(file)
