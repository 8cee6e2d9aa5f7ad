"""From the shelter layers to sites with a capacity, and which of them may not be used."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_vector
from dss.standards import StandardsReader

GeometryArray = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True, slots=True, eq=False)
class Shelters:
    """Shelters that have a capacity.

    Parameters
    ----------
    features
        name, shelter_class, place_kind, capacity_persons, capacity_basis (``stated``, ``area`` or
        ``modelled``), layer, geometry (points in the map's CRS); one row per shelter.
    without_capacity
        Names of the shelters left out because neither capacity nor area is known.
    ground
        The shelters' own shapes: polygons where the layer has them, shape (m,).
    """

    features: gpd.GeoDataFrame
    without_capacity: tuple[str, ...]
    ground: GeometryArray

    @property
    def capacity(self) -> IntArray:
        """Persons each shelter takes, shape (m,)."""
        return self.features[col.CAPACITY_PERSONS].to_numpy(np.int64)

    @property
    def x_m(self) -> FloatArray:
        """Eastings, shape (m,)."""
        return self.features.geometry.x.to_numpy()

    @property
    def y_m(self) -> FloatArray:
        """Northings, shape (m,)."""
        return self.features.geometry.y.to_numpy()


def read_shelters(onemap: OneMap, standards: StandardsReader) -> Shelters:
    """Read the map's shelters; capacity is what the layer states, else area / area per person.

    Raises
    ------
    MapError
        If the map has no shelter layer, a class is unknown, or a capacity or area is negative.
    """
    layers = onemap.require_role("shelters")
    frame = pd.concat([_shelter_rows(onemap, layer, standards) for layer in layers], ignore_index=True)
    known = frame[col.CAPACITY_PERSONS] > 0
    unknown = tuple(frame.loc[~known, col.NAME])
    features = frame[known].reset_index(drop=True)
    if features.empty:
        raise MapError("shelters_without_capacity", layers=", ".join(layer.key for layer in layers))
    features[col.CAPACITY_PERSONS] = features[col.CAPACITY_PERSONS].astype(np.int64)
    ground = np.asarray(features.pop("ground"), dtype=object)
    return Shelters(features, unknown, ground)


def _shelter_rows(onemap: OneMap, layer: Layer, standards: StandardsReader) -> gpd.GeoDataFrame:
    frame = read_vector(onemap, layer)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    area_m2 = _amounts(frame, layer, col.AREA_M2)
    stated = _amounts(frame, layer, col.CAPACITY_PERSONS)
    per_person_m2 = _per_person(frame, layer, standards)
    from_area = np.floor(area_m2 / per_person_m2)
    modelled = col.AREA_M2 in layer.assumed or col.CAPACITY_PERSONS in layer.assumed
    area_basis = "modelled" if modelled else "area"
    return gpd.GeoDataFrame(
        {
            col.NAME: _names(frame, layer),
            col.SHELTER_CLASS: frame[col.SHELTER_CLASS],
            col.CAPACITY_PERSONS: stated.fillna(from_area).fillna(0),
            "capacity_basis": np.where(stated.notna() & (not modelled), "stated", area_basis),
            "layer": layer.key,
            col.PLACE_KIND: frame[col.PLACE_KIND],
            "ground": frame.geometry.to_numpy(),
        },
        geometry=frame.representative_point().array,
        crs=frame.crs,
    )


def _amounts(frame: gpd.GeoDataFrame, layer: Layer, column: str) -> pd.Series:
    values = pd.to_numeric(frame[column], errors="coerce")
    if (values < 0).any():
        row = int(np.flatnonzero(values < 0)[0])
        raise MapError("amount_negative", layer=layer.key, field=column, row=row, value=values.iloc[row])
    return values.where(np.isfinite(values))


def _per_person(frame: gpd.GeoDataFrame, layer: Layer, standards: StandardsReader) -> pd.Series:
    table = dict(standards.column("shelters.area_per_person_m2"))
    per_person_m2 = frame[col.SHELTER_CLASS].map(table)
    if per_person_m2.isna().any():
        row = int(np.flatnonzero(per_person_m2.isna())[0])
        value = frame[col.SHELTER_CLASS].iloc[row]
        raise MapError("shelter_class", layer=layer.key, row=row, value=value, classes=", ".join(table))
    return per_person_m2


def _names(frame: gpd.GeoDataFrame, layer: Layer) -> pd.Series:
    numbered = pd.Series([f"{layer.title.zh} {row + 1}" for row in range(len(frame))], index=frame.index)
    names = frame[col.NAME].astype("string").str.strip()
    return names.mask(names == "").fillna(numbered).astype(object)
