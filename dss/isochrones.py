"""How far one gets: cells that can be reached from a place within a time."""

from dataclasses import dataclass

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import vector as h3vector
from pyproj import Transformer

from dss.access import departures, join_roads
from dss.arrays import FloatArray, UIntArray
from dss.cells import cells_of
from dss.errors import NetworkError
from dss.roads import Roads
from dss.routing import Router


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Cells with a junction that is reached in time, and the least time to one, shape (n,)."""

    cell: UIntArray
    seconds: FloatArray

    def polygons(self) -> gpd.GeoDataFrame:
        """Return each cell as a hexagon with its minutes, in EPSG:4490."""
        shapes = shapely.from_wkb(np.asarray(pa.array(h3vector.cells_to_wkb_polygons(self.cell))))
        return gpd.GeoDataFrame(
            {
                "cell": pa.array(h3ronpy.cells_to_string(self.cell)).to_pandas(),
                "minutes": np.round(self.seconds / 60, 1),
            },
            geometry=shapes,
            crs="EPSG:4326",
        ).to_crs("EPSG:4490")


@dataclass(frozen=True, slots=True)
class ReachLimits:
    """How long one may be under way, how far from a road one may begin, and how fine the cells are."""

    time_s: float
    road_m: float = 800.0
    resolution: int = 9


def reach(roads: Roads, router: Router, edge_s: FloatArray, place: FloatArray, limits: ReachLimits) -> Reach:
    """Find the cells that can be reached from a place along the roads.

    Parameters
    ----------
    router
        A router on the roads with the times ``edge_s``.
    edge_s
        Seconds of each edge, shape (n edges,).
    place
        Longitude and latitude in degrees, shape (2,).

    Raises
    ------
    NetworkError
        If no open road lies near the place.
    """
    crs = str(roads.features.crs)
    x_m, y_m = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*place)
    lines = np.asarray(roads.features.geometry.array)
    access = join_roads(lines, edge_s, np.array([x_m]), np.array([y_m]), limit_m=limits.road_m)
    if not access.reached[0]:
        raise NetworkError(
            "reach_outside",
            lng=place[0],
            lat=place[1],
            distance=f"{access.distance_m[0]:.0f}",
            limit=limits.road_m,
        )
    ends = departures(roads.network, edge_s, access)
    node_s = (router.travel_times(ends.node[:, 0]) + ends.part_s).min(axis=0)
    return _by_cell(roads, crs, node_s.astype(np.float64), limits)


def _by_cell(roads: Roads, crs: str, node_s: FloatArray, limits: ReachLimits) -> Reach:
    near = np.flatnonzero(node_s <= limits.time_s)
    assert roads.network.x_m is not None
    assert roads.network.y_m is not None
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lng_deg, lat_deg = to_degrees.transform(roads.network.x_m[near], roads.network.y_m[near])
    cell = cells_of(np.asarray(lng_deg), np.asarray(lat_deg), limits.resolution)
    least = pd.Series(node_s[near]).groupby(cell).min()
    return Reach(least.index.to_numpy(np.uint64), least.to_numpy())
