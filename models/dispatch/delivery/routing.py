"""Routes of a pool: its parcels and vehicles as the engine of routes wants them, and back."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.parcels import Parcel, load_of
from models.dispatch.delivery.pools import Pool
from models.dispatch.delivery.problem import Delivery
from models.dispatch.delivery.timetable import Drop, Trip
from models.solver import Parcels, Route, RouteLook, RouteProblem, VehicleGroups, best_routes

MUST_SHARE: Final = 0.4
"""Part of the time in which everything must be brought; if that fails, what weighs least may stay."""
DEAR: Final = 4.0
"""What a parcel of mean weight is worth when it may stay, in longest round trips."""


@dataclass(slots=True)
class PoolRoutes:
    """A pool, its parcels, and the best routes so far; None: none yet."""

    pool: Pool
    parcels: list[Parcel]
    routes: list[Route] | None
    must: bool


def improve(
    problem: Delivery, groups: Groups, state: PoolRoutes, time_s: float, seed: int, look: RouteLook
) -> None:
    """Look for better routes of a pool, from those it has."""
    if not state.parcels:
        state.routes = []
        return
    until_s = time.perf_counter() + time_s
    if state.must:
        given = _as_engine_wants(problem, groups, state, must=True)
        part = 1.0 if state.routes else MUST_SHARE
        found = best_routes(given, part * time_s, seed, start=state.routes, look=look)
        if found is not None:
            state.routes = found
            left_s = until_s - time.perf_counter()
            if part < 1 and left_s > 0:
                state.routes = best_routes(given, left_s, seed, start=found, look=look) or found
            return
        state.must = False
    given = _as_engine_wants(problem, groups, state, must=False)
    left_s = max(until_s - time.perf_counter(), 0.05)
    state.routes = best_routes(given, left_s, seed, start=state.routes, look=look) or state.routes


def trips_of_pool(groups: Groups, state: PoolRoutes) -> list[Trip]:
    """Return the trips of a pool, groups' vehicles taken in the order of their numbers."""
    taken = np.zeros(groups.size, dtype=np.int64)
    trips = []
    for route in state.routes or []:
        g = int(state.pool.groups[route.group])
        vehicle = int(np.flatnonzero(groups.of == g)[taken[g]])
        taken[g] += 1
        for parcels in route.trips:
            drops = [Drop(state.parcels[p].stop, dict(state.parcels[p].units)) for p in parcels]
            trips.append(Trip(vehicle, drops))
    return trips


def _as_engine_wants(problem: Delivery, groups: Groups, state: PoolRoutes, *, must: bool) -> RouteProblem:
    """Return places of the pool alone: all depots of its vehicles, then its stops."""
    chosen = state.pool.groups
    first = groups.first[chosen]
    depots, depot = np.unique(problem.fleet.depot[first], return_inverse=True)
    stops, stop = np.unique([parcel.stop for parcel in state.parcels], return_inverse=True)
    places = np.concatenate([depots, problem.depots + stops])
    kinds, kind = np.unique(problem.fleet.kind[first], return_inverse=True)
    fleet = problem.fleet
    vehicles = VehicleGroups(
        groups.count[chosen],
        depot.ravel().astype(np.int64),
        kind.ravel().astype(np.int64),
        np.stack([fleet.weight_kg[first], fleet.volume_m3[first]], axis=1),
        fleet.ready_s[first],
        fleet.back_by_s[first],
        groups.fixed_cost[chosen],
        groups.cost_per_s[chosen],
    )
    travel_s = problem.travel_s[np.ix_(kinds, places, places)]
    parcels = _parcels(
        problem, state, depots.size + stop.ravel(), _prizes(problem, state, travel_s, must=must)
    )
    stay_s = np.concatenate([problem.load_s[depots], problem.unload_s[stops]])
    return RouteProblem(parcels, vehicles, travel_s, stay_s, int(depots.size), problem.reload)


def _parcels(problem: Delivery, state: PoolRoutes, place: IntArray, prize: FloatArray) -> Parcels:
    lines = np.array([next(iter(parcel.units)) for parcel in state.parcels], dtype=np.int64)
    load = np.array([load_of(problem, parcel.units) for parcel in state.parcels]).reshape(-1, 2)
    earliest, due = problem.demand.earliest_s[lines], problem.demand.due_s[lines]
    return Parcels(place.astype(np.int64), load, earliest, due, prize)


def _prizes(problem: Delivery, state: PoolRoutes, travel_s: FloatArray, *, must: bool) -> FloatArray:
    """Return what leaving each parcel costs: in proportion to its weighted units, and more than a trip."""
    if must:
        return np.full(len(state.parcels), np.inf)
    weight = np.array(
        [sum(problem.demand.priority[q] * n for q, n in parcel.units.items()) for parcel in state.parcels]
    )
    per_s = float(problem.fleet.costs[1].max(initial=1.0)) or 1.0
    longest = 2.0 * per_s * float(travel_s[np.isfinite(travel_s)].max(initial=1.0))
    return np.asarray(DEAR * longest * np.maximum(weight / weight.mean(), 0.25))
