"""The day that a file says its content is of, else the day it was written."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from dss.onemap.sources.delivered import SourceDate


def day_of(file: Path, table: str | None) -> SourceDate:
    """Return the day of a file's layer: the last change that a GeoPackage notes, else the file's time."""
    if file.suffix.lower() == ".gpkg":
        noted = _gpkg_day(file, table)
        if noted is not None:
            return SourceDate(noted, "gpkg")
    return file_day(file)


def file_day(file: Path) -> SourceDate:
    """Return the day a file, or the newest file of a folder, was last written."""
    files = [path for path in file.rglob("*") if path.is_file()] if file.is_dir() else [file]
    newest = max(path.stat().st_mtime for path in files or [file])
    return SourceDate(datetime.fromtimestamp(newest).date(), "file_time")


def day_of_milliseconds(milliseconds: float) -> date:
    """Return the day of a time counted in milliseconds since 1970, as ArcGIS gives it."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).date()


def _gpkg_day(file: Path, table: str | None) -> date | None:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        sql = "select last_change from gpkg_contents where table_name = ? or ? is null order by 1 desc"
        try:
            row = connection.execute(sql, (table, table)).fetchone()
        except sqlite3.DatabaseError:
            return None
    try:
        return date.fromisoformat(str(row[0])[:10]) if row else None
    except ValueError:
        return None
