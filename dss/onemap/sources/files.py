"""Vector files: shapefile, FileGDB, GeoPackage, GeoJSON, FlatGeobuf, DXF and KML through GDAL; GeoParquet."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio

from dss.errors import MapError
from dss.onemap.guesses import Guess
from dss.onemap.sources.dates import day_of, file_day
from dss.onemap.sources.dbf import dbf_bytes, dbf_texts, declared_encoding
from dss.onemap.sources.delivered import Delivered, Request, SourceDate
from dss.onemap.sources.encoding import find_encoding, require_encoding
from dss.onemap.sources.opening import opened

PARQUET_SUFFIXES: Final = frozenset({".parquet", ".geoparquet"})
JSON_SUFFIXES: Final = frozenset({".geojson", ".json"})
SHAPE_SUFFIXES: Final = frozenset({".shp", ".dbf", ".shx"})
CHUNK_ROWS: Final = 100_000

DRIVERS: Final = frozenset(
    {"ESRI Shapefile", "OpenFileGDB", "GPKG", "GeoJSON", "GeoJSONSeq", "FlatGeobuf", "DXF", "KML", "LIBKML",
     "GML", "MapInfo File", "TopoJSON", "ESRIJSON", "GPX", "SQLite"}
)  # fmt: skip
"""Drivers that read the file they are given and nothing else: a virtual format could name any other file."""

SEEKING_DRIVERS: Final = frozenset({"ESRI Shapefile", "OpenFileGDB", "GPKG", "FlatGeobuf"})


def read_file(file: Path, request: Request) -> Delivered:
    """Read a layer of a vector file.

    Raises
    ------
    MapError
        If the file cannot be read, holds several layers and none was named, or its encoding cannot be told.
    """
    if file.suffix.lower() in PARQUET_SUFFIXES:
        return Delivered(opened(file, lambda: _read_parquet(file)), date=file_day(file))
    if file.suffix.lower() in JSON_SUFFIXES:
        return _read_json(file, request)
    table = request.table or only_layer(file)
    encoding: str | None = None
    guesses: tuple[Guess, ...] = ()
    if file.suffix.lower() in SHAPE_SUFFIXES or _is_zipped_shape(file):
        encoding, guesses = _shape_encoding(file, request.encoding)
    info = opened(file, lambda: pyogrio.read_info(file, layer=table, encoding=encoding))
    if info["driver"] not in DRIVERS:
        raise MapError("import_driver", file=file, driver=info["driver"])
    frame = opened(file, lambda: _read_in_chunks(file, table, encoding, info, request))
    return Delivered(frame, guesses, encoding, _day(file, table, info))


def layers_of(file: Path) -> tuple[str, ...]:
    """Return the names of the layers with geometry in a file, all layers where none has.

    Raises
    ------
    MapError
        If the file cannot be read.
    """
    if file.suffix.lower() in PARQUET_SUFFIXES | JSON_SUFFIXES:
        return (file.stem,)
    listed = opened(file, lambda: pyogrio.list_layers(file))
    placed = tuple(str(name) for name, geometry in listed if geometry is not None)
    return placed or tuple(str(name) for name, _ in listed)


def only_layer(file: Path) -> str:
    """Return the layer of a file that has one.

    Raises
    ------
    MapError
        If it has several, naming them, or none.
    """
    names = layers_of(file)
    if not names:
        raise MapError("import_no_layers", file=file)
    if len(names) > 1:
        raise MapError("import_layers_several", file=file, layers=", ".join(names))
    return names[0]


def _read_in_chunks(
    file: Path, table: str, encoding: str | None, info: dict[str, Any], request: Request
) -> gpd.GeoDataFrame:
    total = int(info["features"])
    if info["driver"] not in SEEKING_DRIVERS or total <= CHUNK_ROWS:
        return _as_frame(pyogrio.read_dataframe(file, layer=table, encoding=encoding), file)
    parts = []
    for start in range(0, total, CHUNK_ROWS):
        parts.append(
            pyogrio.read_dataframe(
                file, layer=table, encoding=encoding, skip_features=start, max_features=CHUNK_ROWS
            )
        )
        request.on_progress(min(1.0, (start + CHUNK_ROWS) / total))
    return _as_frame(pd.concat(parts, ignore_index=True), file)


def _as_frame(frame: pd.DataFrame, file: Path) -> gpd.GeoDataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise MapError("import_no_geometry", file=file, fields=", ".join(map(str, frame.columns)))
    return frame


def _read_parquet(file: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(file).reset_index(drop=True)


def _read_json(file: Path, request: Request) -> Delivered:
    """Read GeoJSON, which is UTF-8 by its standard (RFC 7946) but comes in other encodings too."""
    content = opened(file, file.read_bytes)
    encoding, guesses = _text_encoding(content, file, request.encoding)
    if encoding.upper() not in ("UTF-8", "UTF8"):
        content = content.decode(encoding).encode("utf-8")
    info = opened(file, lambda: pyogrio.read_info(content))
    if info["driver"] not in DRIVERS:
        raise MapError("import_driver", file=file, driver=info["driver"])
    frame = opened(file, lambda: _as_frame(pyogrio.read_dataframe(content), file))
    return Delivered(frame, guesses, encoding, file_day(file))


def _text_encoding(content: bytes, file: Path, told: str | None) -> tuple[str, tuple[Guess, ...]]:
    lines = content.split(b"\n")
    if told is not None:
        require_encoding(lines, told, file=file.name)
        return told, ()
    found = find_encoding(lines, file=file.name, declared="UTF-8")
    return found.name, found.guesses


def _shape_encoding(file: Path, told: str | None) -> tuple[str | None, tuple[Guess, ...]]:
    content = dbf_bytes(file)
    if content is None:
        return told, ()
    texts = list(dict.fromkeys(dbf_texts(content, file)))
    if told is not None:
        require_encoding(texts, told, file=file.name)
        return told, ()
    found = find_encoding(texts, file=file.name, declared=declared_encoding(file))
    return found.name, found.guesses


def _is_zipped_shape(file: Path) -> bool:
    return file.suffix.lower() == ".zip" and not file.name.lower().endswith(".gdb.zip")


def _day(file: Path, table: str, info: dict[str, Any]) -> SourceDate:
    said = (info.get("layer_metadata") or {}).get("DBF_DATE_LAST_UPDATE")
    if said:
        return SourceDate(date.fromisoformat(said), "dbf")
    return day_of(file, table)
