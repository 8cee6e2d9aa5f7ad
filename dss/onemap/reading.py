"""Read a layer of the map as its profile binds it: our field names, our codes, the map's projected CRS."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
from pyproj import Transformer
from rasterio.windows import Window

from dss.arrays import FloatArray
from dss.errors import MapError
from dss.onemap.catalogue import Layer, OneMap
from dss.onemap.roles import ROLES
from dss.raster import transform_points


def read_vector(onemap: OneMap, layer: Layer) -> gpd.GeoDataFrame:
    """Read a vector layer.

    Returns
    -------
    One row per feature in the map's projected CRS, with the columns of the layer's role (NaN or None where
    neither bound nor assumed) and ``geometry``; features without geometry are kept, with None.

    Raises
    ------
    MapError
        If a code of a recoded field is not in the profile; names the code and its count.
    """
    if layer.key in onemap.replaced:
        return onemap.replaced[layer.key].copy()
    stored = gpd.read_parquet(onemap.folder / layer.path)
    columns = {name: _column(stored, layer, name) for name in ROLES[layer.role].fields}
    frame = gpd.GeoDataFrame(columns, geometry=stored.geometry.array, crs=stored.crs, index=stored.index)
    return frame.reset_index(drop=True).to_crs(onemap.crs)


def _column(stored: gpd.GeoDataFrame, layer: Layer, name: str) -> pd.Series:
    if name not in layer.fields:
        return pd.Series(layer.assumed.get(name), index=stored.index)
    values = stored[layer.fields[name]]
    codes = layer.recode.get(name)
    if codes is not None:
        values = _recode(values, codes, layer, name)
    if name in layer.assumed:
        values = values.fillna(layer.assumed[name])
    return values


def _recode(values: pd.Series, codes: dict[str, str], layer: Layer, name: str) -> pd.Series:
    local = values.astype("string")
    recoded = local.map(codes)
    unknown = local[recoded.isna() & local.notna()]
    if len(unknown):
        raise MapError(
            "code_unknown",
            layer=layer.key,
            field=layer.fields[name],
            value=unknown.iloc[0],
            count=len(unknown),
            codes=", ".join(codes),
        )
    return recoded


def read_raster_points(onemap: OneMap, layer: Layer) -> Iterator[tuple[FloatArray, FloatArray, FloatArray]]:
    """Read a raster as the centres of its valid pixels, strip by strip in bounded memory.

    Yields
    ------
    Longitude and latitude in degrees (EPSG:4326 and CGCS2000 are taken as equal) and the pixel's value,
    each of shape (n pixels of the strip,).
    """
    with rasterio.open(onemap.folder / layer.path) as source:
        to_degrees = Transformer.from_crs(source.crs or layer.stored_crs, "EPSG:4326", always_xy=True)
        rows_per_strip = max(1, 2_000_000 // source.width)
        for row in range(0, source.height, rows_per_strip):
            window = Window(0, row, source.width, min(rows_per_strip, source.height - row))
            band = source.read(1, window=window, masked=True)
            rows, columns = np.nonzero(~np.ma.getmaskarray(band))
            x, y = transform_points(source.transform, columns + 0.5, rows + row + 0.5)
            lng_deg, lat_deg = to_degrees.transform(x, y)
            yield np.asarray(lng_deg), np.asarray(lat_deg), np.asarray(band.data[rows, columns], np.float64)
