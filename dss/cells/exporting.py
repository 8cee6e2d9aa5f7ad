"""Writes tables of cells: GeoParquet, GeoPackage, and vector tiles in one file (PMTiles).

Every format tells which layers each column comes from. Cells are uint64 in Parquet, hexadecimal text where
a reader may only have 53 bits.
"""

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from dss import columns as col
from dss.cells import hexagons
from dss.cells.frame import CellColumn, CellTable
from dss.errors import InputError

METADATA: Final = b"onemap_dss_cells"
LAYER: Final = "cells"
SUFFIXES: Final = (".parquet", ".gpkg", ".pmtiles")
# A hexagon of resolution r is some pixels wide from zoom r - 3 on; r + 3 shows its corners sharp.
ZOOMS_AROUND: Final = 3


def write_cells(table: CellTable, file: Path, *, with_geometry: bool = True) -> None:
    """Write a table in the format that the file's name says; the file lands whole or not at all.

    Parameters
    ----------
    with_geometry
        For Parquet: with the hexagons (GeoParquet), or the indices and values alone.

    Raises
    ------
    InputError
        If the name does not end in .parquet, .gpkg or .pmtiles.
    """
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("cells_format", file=file, known=", ".join(SUFFIXES))
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".partial.{file.name}")
    partial.unlink(missing_ok=True)
    try:
        if suffix == ".parquet":
            _write_parquet(table, partial, with_geometry)
        elif suffix == ".gpkg":
            _write_geopackage(table, partial)
        else:
            _write_tiles(table, partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def read_cells(file: Path) -> CellTable:
    """Read a table that ``write_cells`` wrote as Parquet.

    Raises
    ------
    InputError
        If the file is no such table.
    """
    content = pq.read_table(file)
    facts = (content.schema.metadata or {}).get(METADATA)
    if facts is None:
        raise InputError("cells_file", file=file)
    known = json.loads(facts)
    columns = {
        name: CellColumn(
            content.column(name).to_numpy(),
            fact["unit"],
            tuple(fact["sources"]),
            fact["combine"],
            fact["weight"],
        )
        for name, fact in known["columns"].items()
    }
    cell = content.column(col.CELL).to_numpy()
    return CellTable(cell, known["resolution"], known["crs"], columns)


def cell_names(table: CellTable) -> list[str]:
    """Return the cells as hexadecimal text."""
    names: list[str] = pa.array(h3ronpy.cells_to_string(table.cell)).to_pylist()
    return names


def _write_parquet(table: CellTable, file: Path, with_geometry: bool) -> None:
    values = {col.CELL: table.cell, **{name: column.value for name, column in table.columns.items()}}
    if with_geometry:
        gpd.GeoDataFrame(values, geometry=hexagons.polygons(table.cell)).to_parquet(file)
        content = pq.read_table(file)
    else:
        content = pa.table(values)
    metadata = {**(content.schema.metadata or {}), METADATA: json.dumps(_facts(table)).encode()}
    pq.write_table(content.replace_schema_metadata(metadata), file, compression="zstd")


def _facts(table: CellTable) -> dict[str, object]:
    columns = {
        name: {
            "unit": column.unit,
            "sources": list(column.sources),
            "combine": column.combine,
            "weight": column.weight,
        }
        for name, column in table.columns.items()
    }
    return {"resolution": table.resolution, "crs": table.crs, "columns": columns}


def _frame(table: CellTable) -> gpd.GeoDataFrame:
    values = {name: _plain(column) for name, column in table.columns.items()}
    return gpd.GeoDataFrame({col.CELL: cell_names(table), **values}, geometry=hexagons.polygons(table.cell))


def _plain(column: CellColumn) -> pd.Series:
    is_integer = np.issubdtype(column.value.dtype, np.integer)
    return pd.Series(column.value.astype(np.int64) if is_integer else column.value)


def _write_geopackage(table: CellTable, file: Path) -> None:
    pyogrio.write_dataframe(_frame(table), file, driver="GPKG", layer=LAYER)
    facts = pd.DataFrame(
        {
            "name": list(table.columns),
            "unit": [column.unit for column in table.columns.values()],
            "sources": [", ".join(column.sources) for column in table.columns.values()],
        }
    )
    pyogrio.write_dataframe(facts, file, driver="GPKG", layer="columns", append=True)


def _write_tiles(table: CellTable, file: Path) -> None:
    pyogrio.write_dataframe(
        _frame(table),
        file,
        driver="PMTiles",
        layer=LAYER,
        dataset_options={
            "NAME": LAYER,
            "DESCRIPTION": json.dumps(_facts(table)),
            "MINZOOM": str(max(0, table.resolution - ZOOMS_AROUND)),
            "MAXZOOM": str(table.resolution + ZOOMS_AROUND),
        },
    )
