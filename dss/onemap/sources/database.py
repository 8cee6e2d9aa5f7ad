"""A table or view of PostGIS, read in one read-only transaction; names are quoted, values are bound."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS
from sqlalchemy import Connection, create_engine, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.sql import column, quoted_name, table
from sqlalchemy.sql.selectable import TableClause

from dss.errors import MapError
from dss.onemap.sources.crs_names import parse_crs
from dss.onemap.sources.delivered import Delivered, Request, SourceDate
from dss.onemap.sources.placing import place_rows

CONNECT_S: Final = 10
STATEMENT_S: Final = 600
CHUNK_ROWS: Final = 20_000
PREFIXES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")
PASSWORD_VARIABLE: Final = "DSS_DATABASE_PASSWORD"

GEOMETRIES: Final = frozenset({"geometry", "geography"})
NO_FIELDS: Final = GEOMETRIES | {"raster", "bytea"}

TABLES_SQL: Final = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
and c.relname not in ('spatial_ref_sys', 'geometry_columns', 'geography_columns') order by 1, 2
"""
COLUMNS_SQL: Final = """
select a.attname, t.typname from pg_attribute a join pg_type t on t.oid = a.atttypid
join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = :schema and c.relname = :name and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
CRS_SQL: Final = "select auth_name, auth_srid, srtext from spatial_ref_sys where srid = :srid"


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    columns: tuple[str, ...]
    geometry: str | None

    @property
    def clause(self) -> TableClause:
        return table(quoted_name(self.name, True), schema=quoted_name(self.schema, True))


def is_database(source: str) -> bool:
    """Tell whether a source is the URL of a database."""
    return source.startswith(PREFIXES)


def without_password(source: str) -> str:
    """Return a database's URL as it may be shown and stored."""
    try:
        url = make_url(source)
    except (ArgumentError, ValueError):
        return source.rsplit("@", maxsplit=1)[-1]
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


def read_database(source: str, request: Request) -> Delivered:
    """Read a table with a geometry column, or one whose columns tell the place of each row.

    Raises
    ------
    MapError
        If the database is not reached, the table is not there, or not exactly one was meant.
    """
    shown = without_password(source)
    try:
        with _connected(source) as connection:
            found = _find(connection, request.table, shown)
            return _read(connection, found, request, shown)
    except SQLAlchemyError as error:
        why = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise MapError("import_database", url=shown, why=_hide(why, source)) from error


@contextmanager
def _connected(source: str) -> Iterator[Connection]:
    try:
        url = make_url(source).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as error:
        raise MapError("import_database_url", url=without_password(source)) from error
    password = os.environ.get(PASSWORD_VARIABLE)
    if password and url.password is None:
        url = url.set(password=password)
    options = f"-c statement_timeout={STATEMENT_S * 1000} -c default_transaction_read_only=on"
    engine = create_engine(url, connect_args={"connect_timeout": CONNECT_S, "options": options})
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            yield connection
    finally:
        engine.dispose()


def _find(connection: Connection, wanted: str | None, shown: str) -> _Table:
    """Find a table by the name it bears in the catalogue of the database; what was typed is never SQL."""
    there = [(str(schema), str(name)) for schema, name in connection.execute(text(TABLES_SQL))]
    names = ", ".join(f"{schema}.{name}" for schema, name in there[:50])
    if wanted is None:
        raise MapError("import_layers_several", file=shown, layers=names or "-")
    fitting = [one for one in there if wanted in (one[1], f"{one[0]}.{one[1]}")]
    if not fitting:
        raise MapError("import_table_missing", file=shown, table=wanted, tables=names or "-")
    if len(fitting) > 1:
        raise MapError(
            "import_layers_several", file=shown, layers=", ".join(".".join(one) for one in fitting)
        )
    schema, name = fitting[0]
    rows = connection.execute(text(COLUMNS_SQL), {"schema": schema, "name": name}).all()
    shapes = [str(one) for one, kind in rows if kind in GEOMETRIES]
    columns = tuple(str(one) for one, kind in rows if kind not in NO_FIELDS)
    return _Table(schema, name, columns, shapes[0] if shapes else None)


def _read(connection: Connection, found: _Table, request: Request, shown: str) -> Delivered:
    total = connection.execute(select(func.count()).select_from(found.clause)).scalar_one()
    fields: list[Any] = [
        column(quoted_name(name, True)).label(f"c{i}") for i, name in enumerate(found.columns)
    ]
    if found.geometry is not None:
        shape = column(quoted_name(found.geometry, True)).op("::")(text("geometry"))
        fields.append(func.ST_AsBinary(func.ST_CurveToLine(shape)).label("place"))
    streamed = connection.execution_options(stream_results=True, yield_per=CHUNK_ROWS)
    rows: list[tuple[object, ...]] = []
    for part in streamed.execute(select(*fields).select_from(found.clause)).partitions():
        rows.extend(tuple(row) for row in part)
        request.on_progress(min(1.0, len(rows) / max(total, 1)))
    frame = pd.DataFrame(rows, columns=[*found.columns, *(["\0place"] if found.geometry else [])])
    day = SourceDate(date.today(), "read")
    if found.geometry is None:
        placed = place_rows(frame, request, f"{shown} {found.name}")
        return Delivered(placed.frame, placed.guesses, date=day)
    shapes = shapely.from_wkb(frame.pop("\0place").to_numpy(dtype=object))
    crs = _crs(connection, found)
    return Delivered(gpd.GeoDataFrame(frame, geometry=shapes, crs=crs), date=day)


def _crs(connection: Connection, found: _Table) -> CRS | None:
    shape = column(quoted_name(str(found.geometry), True)).op("::")(text("geometry"))
    numbers = connection.execute(
        select(func.ST_SRID(shape)).select_from(found.clause).where(shape.is_not(None)).distinct().limit(2)
    )
    srids = [int(row[0]) for row in numbers]
    if len(srids) > 1:
        raise MapError(
            "import_crs_several", file=f"{found.schema}.{found.name}", codes=", ".join(map(str, srids))
        )
    row = connection.execute(text(CRS_SQL), {"srid": srids[0] if srids else 0}).first()
    if row is None:
        return None
    return parse_crs(f"{row[0]}:{row[1]}" if row[0] else str(row[2]))


def _hide(why: str, source: str) -> str:
    password = _password(source)
    return why.replace(password, "***") if password else why


def _password(source: str) -> str | None:
    try:
        url: URL = make_url(source)
    except (ArgumentError, ValueError):
        return None
    return str(url.password) if url.password else None
