"""Give the rows of a table their places: from a WKT column, from two coordinate columns, or from a code."""

import re
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss.arrays import FloatArray
from dss.errors import MapError
from dss.onemap.guesses import Guess, guess
from dss.onemap.sources.delivered import Request
from dss.onemap.sources.joining import place_by_code

LONGITUDES: Final = frozenset(
    ["lng", "lon", "long", "longitude", "jd", "经度", "东经", "经", "经度坐标", "中心经度"]
)  # fmt: skip
LATITUDES: Final = frozenset(["lat", "latitude", "wd", "纬度", "北纬", "纬", "纬度坐标", "中心纬度"])
EASTINGS: Final = frozenset(["x", "easting", "e", "point_x", "横坐标", "东坐标", "x坐标", "坐标x"])
NORTHINGS: Final = frozenset(["y", "northing", "n", "point_y", "纵坐标", "北坐标", "y坐标", "坐标y"])
WKT_NAMES: Final = frozenset(
    ["wkt", "geometry", "geom", "the_geom", "shape", "几何", "空间", "图形", "空间数据"]
)
SUFFIX: Final = re.compile(
    r"[\s_（(-]*(wgs\s*84|cgcs\s*2000|4490|4326|gcj\s*-?02|bd\s*-?09|bd09ll|百度|高德|火星)[)）]?$",
    re.IGNORECASE,
)
SHIFTED: Final = re.compile(r"gcj|bd|百度|高德|火星", re.IGNORECASE)
DMS: Final = re.compile(
    r"""^\s*([NSEW东西南北]?)[经纬]?\s*(\d{1,3})[°度]\s*(?:(\d{1,2})[′'分])?\s*(?:([\d.]+)(?:″|"|''|秒))?\s*([NSEW]?)\s*$"""
)
LEAST_PLACED_SHARE: Final = 0.5
"""Share of rows that must get a place; below it the columns were misunderstood. Default."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows with places; the CRS is None, or what the columns' names say."""

    frame: gpd.GeoDataFrame
    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    x: str
    y: str
    datum: str

    @property
    def shifted(self) -> bool:
        return SHIFTED.search(self.datum) is not None


def place_rows(table: pd.DataFrame, request: Request, file: object) -> Placed:
    """Give the rows of a table their places.

    Raises
    ------
    MapError
        If no column tells where a row is, or fewer than half of the rows get a place.
    """
    if request.join is not None:
        return _checked(Placed(*place_by_code(table, request, file)), file)
    if (request.x is None) != (request.y is None):
        raise MapError("import_one_coordinate", file=file)
    if request.x is not None and request.y is not None:
        for name in (request.x, request.y):
            _require_column(table, name, file)
        return _checked(_by_coordinates(table, _Pair(request.x, request.y, request.x), ()), file)
    wkt = next((name for name in table.columns if name.lower() in WKT_NAMES), None)
    if wkt is not None:
        return _checked(_by_wkt(table, wkt), file)
    pairs = _pairs(table)
    if not pairs:
        return _checked(Placed(*place_by_code(table, request, file)), file)
    pair = min(pairs, key=lambda one: one.shifted)
    told = guess("coordinate_columns", x=pair.x, y=pair.y, pairs=len(pairs))
    return _checked(_by_coordinates(table, pair, (told,)), file)


def _require_column(table: pd.DataFrame, name: str, file: object) -> None:
    if name not in table.columns:
        raise MapError("import_column_missing", file=file, column=name, columns=", ".join(table.columns))


def _pairs(table: pd.DataFrame) -> list[_Pair]:
    """Return the pairs of columns whose names say x and y, with the same ending for the datum."""
    found = []
    for names in ((LONGITUDES, LATITUDES), (EASTINGS, NORTHINGS)):
        xs, ys = (_by_ending(table, one) for one in names)
        found += [_Pair(x, ys[ending], ending) for ending, x in xs.items() if ending in ys]
    return found


def _by_ending(table: pd.DataFrame, names: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in table.columns:
        ending = SUFFIX.search(column)
        stem = SUFFIX.sub("", column).strip().lower()
        unit = re.sub(r"[\s(（\[].*$", "", stem)
        if stem in names or unit in names:
            found.setdefault(ending.group(1).lower() if ending else "", column)
    return found


def _by_coordinates(table: pd.DataFrame, pair: _Pair, guesses: tuple[Guess, ...]) -> Placed:
    x, y = _numbers(table[pair.x]), _numbers(table[pair.y])
    placed = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(table), None, dtype=object)
    shapes[placed] = shapely.points(x[placed], y[placed])
    if pair.shifted:
        guesses = (*guesses, guess("datum_by_name", x=pair.x, y=pair.y))
    rest = table.drop(columns=[pair.x, pair.y])
    rest = rest if len(rest.columns) else table
    crs = 4326 if re.search(r"wgs|4326", pair.datum, re.IGNORECASE) else None
    return Placed(gpd.GeoDataFrame(rest, geometry=shapes, crs=crs), guesses)


def _by_wkt(table: pd.DataFrame, column: str) -> Placed:
    written = table[column].astype("string").fillna("").str.replace(r"^SRID=\d+;", "", regex=True)
    shapes = shapely.from_wkt(
        np.asarray(written.where(written != "", None), dtype=object), on_invalid="ignore"
    )
    codes = table[column].astype("string").str.extract(r"^SRID=(\d+);", expand=False).dropna().unique()
    crs = int(codes[0]) if len(codes) == 1 else None
    told = guess("wkt_column", column=column)
    return Placed(gpd.GeoDataFrame(table.drop(columns=column), geometry=shapes, crs=crs), (told,))


def _numbers(column: pd.Series) -> FloatArray:
    """Read coordinates; degrees, minutes and seconds are read too, anything else is no place."""
    if column.dtype.kind in "iuf":
        return column.to_numpy(np.float64)
    return np.array([_number(value) for value in column], dtype=np.float64)


def _number(value: object) -> float:
    text = "" if value is None else str(value).strip()
    try:
        return float(text)
    except ValueError:
        found = DMS.match(text)
    if found is None:
        return float("nan")
    before, degrees, minutes, seconds, after = found.groups()
    size = int(degrees) + int(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -size if {before, after} & {"S", "W", "南", "西"} else size


def _checked(placed: Placed, file: object) -> Placed:
    count, total = int(placed.frame.geometry.isna().sum()), len(placed.frame)
    if count > (1 - LEAST_PLACED_SHARE) * total:
        raise MapError("import_rows_unplaced", file=file, count=count, total=total)
    if not count:
        return placed
    return Placed(placed.frame, (*placed.guesses, guess("rows_without_place", count=count, total=total)))
