"""Columns that GeoParquet can hold: one type each."""

from datetime import date, datetime
from decimal import Decimal

import geopandas as gpd

PLAIN = (str, bool, int, float, date, datetime)


def even_columns(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with columns of several types, and of types that have no column type, turned to text.

    Exact decimals of databases become floats; names of columns become text.
    """
    even = frame.copy(deep=False)
    for name in frame.columns:
        if name == frame.geometry.name or frame[name].dtype != object:
            continue
        types = {type(value) for value in frame[name].dropna()}
        if types == {Decimal}:
            even[name] = frame[name].astype(float)
        elif len(types) > 1 or not types <= set(PLAIN):
            even[name] = frame[name].map(str, na_action="ignore")
    even.columns = [str(name) for name in even.columns]
    return even
