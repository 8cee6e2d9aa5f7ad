"""La Serena and Coquimbo in Chile, from the model that the package `aequilibrae` ships as an example.

The package is only read, not imported: its zip holds a SQLite database with the streets (OpenStreetMap) and
the traffic zones with their people. What the database does not have is drawn here and called assumed
everywhere: the coastline, and assembly points beyond it.
"""

import sqlite3
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from dss.errors import InputError
from dss.sample.frame.bend import GeometryArray

PROFILE: Final = "coquimbo"
PACKAGE: Final = "aequilibrae"
ARCHIVE: Final = Path("reference_files") / "coquimbo.zip"
DATABASE: Final = "project_database.sqlite"
MAP_CRS: Final = "EPSG:32719"
DEGREES: Final = "EPSG:4326"
VIRTUAL_TYPE: Final = "centroid_connector"
"""Links of the traffic model that are no streets."""
MAIN_TYPES: Final = ("primary", "secondary", "tertiary")
BEYOND_M: Final = 1_700.0
"""From the assumed coastline to the nearest assembly point."""
COAST_DEG: Final = (
    ("assumed coast of the bay", (
        (-71.2762, -29.852), (-71.2755, -29.870), (-71.2757, -29.890), (-71.2766, -29.910),
        (-71.2790, -29.928), (-71.2835, -29.938), (-71.2905, -29.946), (-71.3000, -29.9525),
        (-71.3120, -29.9572), (-71.3240, -29.9597), (-71.3335, -29.9590), (-71.3342, -29.9480),
        (-71.3345, -29.9350),
    )),
    ("assumed coast of La Herradura", ((-71.3640, -29.9670), (-71.3480, -29.9720), (-71.3530, -29.9830))),
)  # fmt: skip
"""Drawn by hand along the seaward edge of the zones; longitude and latitude."""
GEOMETRY_OFFSET, GEOMETRY_END = 39, -1
"""Where a SpatiaLite value keeps the body of a geometry, behind the mark 0x7C; the last byte is 0xFE."""


BROKEN: Final = (
    KeyError, zipfile.BadZipFile, sqlite3.Error, pd.errors.DatabaseError, shapely.errors.ShapelyError,
)  # fmt: skip
"""What another version of the package may lead to."""


def unpack_coquimbo(folder: Path) -> None:
    """Write the streets, the zones and what is assumed as a delivery for the profile ``coquimbo``.

    Parameters
    ----------
    folder
        Where to write ``roads.gpkg``, ``zones.gpkg``, ``coast.gpkg`` and ``assembly.gpkg``; made if needed.

    Raises
    ------
    InputError
        If the package is not installed, or does not hold what it did.

    Notes
    -----
    Lanes of a two-way street are both directions together, as the role ``roads`` has it; where the model
    knows neither, none are stated. Speeds are km/h. The column of people is one of whole numbers but holds
    fractions; they are cut off.
    """
    archive = _archive()
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / DATABASE
    try:
        with zipfile.ZipFile(archive) as packed:
            database.write_bytes(packed.read(DATABASE))
        roads, zones = _streets(database), _zones(database)
    except BROKEN as error:
        raise InputError("real_contents", file=archive, why=" ".join(str(error).split())) from error
    finally:
        database.unlink(missing_ok=True)
    coast = _coast()
    for name, frame in (
        ("roads", roads),
        ("zones", zones),
        ("coast", coast),
        ("assembly", _assembly_points(roads, zones, coast)),
    ):
        pyogrio.write_dataframe(frame, folder / f"{name}.gpkg", layer=name, driver="GPKG")


def _archive() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError("real_missing", package=PACKAGE)
    archive = Path(spec.origin).parent / ARCHIVE
    if not archive.is_file():
        raise InputError("real_contents", file=archive, why="-")
    return archive


def _streets(database: Path) -> gpd.GeoDataFrame:
    columns = "link_id, a_node, b_node, direction, link_type, name, speed_ab, lanes_ab, lanes_ba"
    links = _read(database, f"select {columns}, geometry from links where link_type != ?", (VIRTUAL_TYPE,))
    one_way = links["direction"].to_numpy() != 0
    ahead = pd.to_numeric(links["lanes_ab"])
    lanes = ahead.where(one_way, ahead + pd.to_numeric(links["lanes_ba"]))
    return links.assign(lanes=lanes, speed_kph=pd.to_numeric(links["speed_ab"])).drop(
        columns=["speed_ab", "lanes_ab", "lanes_ba"]
    )


def _zones(database: Path) -> gpd.GeoDataFrame:
    return _read(
        database, "select zone_id, cast(population as integer) as population, geometry from zones", ()
    )


def _read(database: Path, query: str, values: tuple[str, ...]) -> gpd.GeoDataFrame:
    connection = sqlite3.connect(database)
    try:
        table = pd.read_sql(query, connection, params=values)
    finally:
        connection.close()
    geometry = _decoded(table.pop("geometry"))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=DEGREES)


def _decoded(values: pd.Series) -> GeometryArray:
    """Return geometries from SpatiaLite's values: a little-endian mark before the body makes it WKB.

    Parts of a collection are marked 0x69 instead of a byte order, which is the only other difference.
    """
    return np.array([_geometry(bytes(value)) for value in values], dtype=object)


def _geometry(value: bytes) -> shapely.Geometry:
    body = bytearray(b"\x01" + value[GEOMETRY_OFFSET:GEOMETRY_END])
    if int.from_bytes(body[1:5], "little") == shapely.GeometryType.MULTIPOLYGON:
        _mark_parts(body)
    return shapely.from_wkb(bytes(body))


def _mark_parts(body: bytearray) -> None:
    """Put a byte order before each polygon of a multipolygon."""
    parts = int.from_bytes(body[5:9], "little")
    at = 9
    for _ in range(parts):
        body[at] = 1
        rings = int.from_bytes(body[at + 5 : at + 9], "little")
        at += 9
        for _ in range(rings):
            at += 4 + 16 * int.from_bytes(body[at : at + 4], "little")


def _coast() -> gpd.GeoDataFrame:
    names = [name for name, _ in COAST_DEG]
    lines = [shapely.LineString(points) for _, points in COAST_DEG]
    return gpd.GeoDataFrame({"name": names}, geometry=lines, crs=DEGREES)


def _assembly_points(
    roads: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, coast: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Return the end of a main street nearest to the middle of each zone, of those far from the coast."""
    main = roads[roads["link_type"].isin(MAIN_TYPES)].to_crs(MAP_CRS)
    ends = np.unique(np.round(shapely.get_coordinates(shapely.get_point(main.geometry.array, 0)), 1), axis=0)
    points = shapely.points(ends)
    far = points[shapely.distance(points, coast.to_crs(MAP_CRS).union_all()) > BEYOND_M]
    middle = shapely.point_on_surface(zones.to_crs(MAP_CRS).geometry.to_numpy())
    _, nearest = shapely.STRtree(far).query_nearest(middle, all_matches=False)
    chosen = far[np.unique(nearest)]
    names = [f"assumed assembly point {k + 1}" for k in range(chosen.size)]
    return gpd.GeoDataFrame({"name": names}, geometry=chosen, crs=MAP_CRS).to_crs(DEGREES)
