"""Give the rows of a table the places of the layer of the map that their codes name."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss.errors import MapError
from dss.onemap.catalogue import Layer
from dss.onemap.guesses import Guess, guess
from dss.onemap.sources.delivered import Request

LEAST_MATCHED_SHARE: Final = 0.9
"""Share of rows that a column must match for a join that nobody asked for. Default."""


@dataclass(frozen=True, slots=True)
class _Join:
    column: str
    layer: Layer
    field: str
    matched: int
    places: int
    """Different places that the rows fall into."""


def place_by_code(
    table: pd.DataFrame, request: Request, file: object
) -> tuple[gpd.GeoDataFrame, tuple[Guess, ...]]:
    """Give rows the places of another layer of the map, as told, or by the one column that fits one layer.

    A layer of areas gets the areas; one that may be of points gets a point inside each.

    Raises
    ------
    MapError
        If the join cannot be made, no column fits, or several layers fit equally well.
    """
    join = _told(table, request, file) if request.join else _found(table, request, file)
    frame = gpd.read_parquet(request.onemap.folder / join.layer.path)
    keys = _codes(frame[join.field])
    once = ~(keys.duplicated() | (keys == "")).to_numpy(dtype=bool)
    places = pd.Series(frame.geometry.to_numpy()[once], index=keys[once])
    found = places.reindex(_codes(table[join.column])).to_numpy(dtype=object)
    shapes, rule = np.where(shapely.is_geometry(found), found, None), "place_of_code"
    if "point" in request.kinds and join.layer.kind == "polygon":
        shapes, rule = shapely.point_on_surface(shapes), "point_of_code"
    told = guess(
        rule,
        column=join.column,
        layer=join.layer.key,
        field=join.field,
        matched=join.matched,
        total=len(table),
    )
    return gpd.GeoDataFrame(table, geometry=shapes, crs=frame.crs), (told,)


def _told(table: pd.DataFrame, request: Request, file: object) -> _Join:
    column, _, rest = (request.join or "").partition("=")
    key, _, field = rest.rpartition(".")
    if not (column and key and field):
        raise MapError("import_join_form", join=request.join)
    layer = request.onemap.layer(key)
    if column not in table.columns:
        raise MapError("import_column_missing", file=file, column=column, columns=", ".join(table.columns))
    frame = (
        gpd.read_parquet(request.onemap.folder / layer.path) if layer.kind != "raster" else gpd.GeoDataFrame()
    )
    if field not in frame.columns:
        raise MapError("import_column_missing", file=key, column=field, columns=", ".join(frame.columns))
    keys = _codes(frame[field])
    if keys[keys != ""].duplicated().any():
        repeated = keys[keys.duplicated()].iloc[0]
        raise MapError("import_join_repeated", layer=key, field=field, value=repeated)
    return _match(table, column, layer, field, set(keys))


def _found(table: pd.DataFrame, request: Request, file: object) -> _Join:
    joins = [join for layer in request.onemap.layers for join in _joins(table, request, layer)]
    if not joins:
        raise MapError("import_no_place", file=file, columns=", ".join(table.columns))
    finest = max(join.places for join in joins)
    best = [join for join in joins if join.places == finest]
    if len({join.layer.key for join in best}) > 1:
        names = ", ".join(f"{join.column}={join.layer.key}.{join.field}" for join in best)
        raise MapError("import_join_ambiguous", file=file, joins=names)
    return max(best, key=lambda join: join.matched)


def _joins(table: pd.DataFrame, request: Request, layer: Layer) -> list[_Join]:
    if layer.kind not in ("point", "polygon") or layer.key == request.key:
        return []
    frame = gpd.read_parquet(request.onemap.folder / layer.path)
    fields = {name: _codes(frame[name]) for name in frame.columns if name != frame.geometry.name}
    unique = {name: set(codes) for name, codes in fields.items() if _names_records(frame[name], codes)}
    joins = [
        _match(table, column, layer, name, keys) for name, keys in unique.items() for column in table.columns
    ]
    return [join for join in joins if join.matched >= LEAST_MATCHED_SHARE * len(table) and join.places > 1]


def _names_records(column: pd.Series, codes: pd.Series) -> bool:
    """Tell whether a field names its records: whole numbers or texts, none empty, none twice."""
    return column.dtype.kind != "f" and not codes.duplicated().any() and not (codes == "").any()


def _match(table: pd.DataFrame, column: str, layer: Layer, field: str, keys: set[str]) -> _Join:
    codes = _codes(table[column])
    matched = codes[codes.isin(keys - {""})]
    return _Join(column, layer, field, len(matched), matched.nunique())


def _codes(column: pd.Series) -> pd.Series:
    """Return codes as bare texts: 420106 and "420106 " and 420106.0 are one."""
    text = column.astype("string").fillna("").str.strip()
    return text.str.replace(r"^(\d+)\.0$", r"\1", regex=True).reset_index(drop=True)
