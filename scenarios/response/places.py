"""Where units stand and incidents are: features of layers and places of the scenario, joined to the roads."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from dss import columns as col
from dss.access import Access, join_roads
from dss.arrays import FloatArray
from dss.onemap import Layer, OneMap, read_vector
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Places with names, in the map's CRS, shape (n,) each."""

    name: NDArray[np.object_]
    x_m: FloatArray
    y_m: FloatArray

    @property
    def size(self) -> int:
        """Number of places."""
        return int(self.x_m.size)

    @property
    def at_m(self) -> list[list[float]]:
        """Easting and northing of each place."""
        return np.column_stack([self.x_m, self.y_m]).tolist()

    def only(self, rows: NDArray[np.int64]) -> "Spots":
        """Return some of the places, in the order given."""
        return Spots(self.name[rows], self.x_m[rows], self.y_m[rows])


def features_of(onemap: OneMap, layers: Sequence[Layer]) -> gpd.GeoDataFrame:
    """Return the features of layers that lie somewhere, one after the other."""
    frames = [read_vector(onemap, layer) for layer in layers]
    if not frames:
        return gpd.GeoDataFrame({col.NAME: []}, geometry=[], crs=onemap.crs)
    frame = pd.concat(frames, ignore_index=True)
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)


def spots_of(frame: gpd.GeoDataFrame) -> Spots:
    """Return features as places; nameless ones have their number."""
    points = frame.geometry.representative_point()
    names = [
        str(name) if isinstance(name, str) and name else f"#{row + 1}"
        for row, name in enumerate(frame[col.NAME].tolist())
    ]
    return Spots(np.array(names, dtype=object), points.x.to_numpy(np.float64), points.y.to_numpy(np.float64))


def degrees(onemap: OneMap, spots: Spots) -> list[tuple[float, float]]:
    """Return longitude and latitude of places, to six decimals."""
    to_degrees = Transformer.from_crs(onemap.crs, "EPSG:4326", always_xy=True)
    lng, lat = to_degrees.transform(spots.x_m, spots.y_m)
    return [(round(float(x), 6), round(float(y), 6)) for x, y in zip(lng, lat, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Drives:
    """Drives of emergency vehicles on the roads that the hazard leaves open.

    Parameters
    ----------
    edge_s
        Seconds of each edge, shape (n edges,).
    reach_m
        Metres that a place may be from an open road.
    """

    situation: Situation
    edge_s: FloatArray
    reach_m: float

    @classmethod
    def of(cls, situation: Situation, reach_m: float) -> "Drives":
        """Return drives under the hazard of a situation."""
        return cls(situation, situation.impact.roads.edge_s["emergency"], reach_m)

    def join(self, x_m: FloatArray, y_m: FloatArray) -> Access:
        """Return where places join the open roads."""
        lines = np.asarray(self.situation.roads.features.geometry.array)
        return join_roads(lines, self.edge_s, x_m, y_m, limit_m=self.reach_m)
