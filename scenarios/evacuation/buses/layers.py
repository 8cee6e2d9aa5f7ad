"""Pick-up points, depots and trips of vehicles that fetch people, as layers for a map.

Index names: ``p`` pick-up points, ``k`` trips.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from scenarios.evacuation.buses.carried import Carried, CarriedMeans, Places


def carried_layers(carried: Mapping[CarriedMeans, Carried], crs: object) -> dict[str, gpd.GeoDataFrame]:
    """Return pick-up points, depots, and trips as straight lines; layers without rows are left out."""
    layers = {
        "evacuation_pickups": [_points(means, one) for means, one in carried.items()],
        "evacuation_depots": [_depots(means, one) for means, one in carried.items()],
        "evacuation_trips": [_trips(means, one) for means, one in carried.items()],
    }
    found = {}
    for name, frames in layers.items():
        rows = [frame for frame in frames if len(frame)]
        if rows:
            found[name] = gpd.GeoDataFrame(pd.concat(rows, ignore_index=True)).set_crs(crs)
    return found


def _points(means: CarriedMeans, one: Carried) -> gpd.GeoDataFrame:
    """Return the points with how many are fetched, by how many trips, from when until when."""
    decision, size = one.decision, one.problem.demand.size
    leaves_min = one.trip_times_s()[0] / 60
    first, last = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(first, decision.pickup, leaves_min)
    np.maximum.at(last, decision.pickup, leaves_min)
    columns = {
        "means": means,
        "name": one.points.name,
        "persons": one.problem.demand,
        "persons_left": one.no_way + one.no_place,
        "trips": np.bincount(decision.pickup, minlength=size),
        "first_min": np.where(np.isfinite(first), first, np.nan),
        "last_min": np.where(np.isfinite(last), last, np.nan),
    }
    return gpd.GeoDataFrame(columns, geometry=_shapes(one.points))


def _depots(means: CarriedMeans, one: Carried) -> gpd.GeoDataFrame:
    columns = {"means": means, "name": one.depots.name, "vehicles": one.problem.buses_at_depot}
    return gpd.GeoDataFrame(columns, geometry=_shapes(one.depots))


def _trips(means: CarriedMeans, one: Carried) -> gpd.GeoDataFrame:
    decision = one.decision
    leaves_s, arrives_s = one.trip_times_s()
    start, end = (
        np.column_stack([places.x_m, places.y_m])[rows]
        for places, rows in ((one.points, decision.pickup), (one.shelters, decision.shelter))
    )
    columns = {
        "means": means,
        "vehicle": decision.bus + 1,
        "pickup": one.points.name[decision.pickup],
        "shelter": one.shelters.name[decision.shelter],
        "persons": decision.persons,
        "leaves_min": leaves_s / 60,
        "arrives_min": arrives_s / 60,
    }
    return gpd.GeoDataFrame(columns, geometry=shapely.linestrings(np.stack([start, end], axis=1)))


def _shapes(places: Places) -> np.ndarray:
    return np.asarray(shapely.points(places.x_m, places.y_m))
