"""Routes of a pool: its parcels and vehicles as the engine of routes wants them, and back."""

import time
from dataclasses import dataclass
from typing import Final, NamedTuple

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
SHORTEST_S: Final = 0.05
DEAR: Final = 4.0
"""What a parcel of mean weight is worth when it may stay, in longest round trips."""


@dataclass(slots=True)
class PoolRoutes:
    """A pool, its parcels, and the best routes so far; None: none yet."""

    pool: Pool
    parcels: list[Parcel]
    routes: list[Route] | None
    must: bool


class Search(NamedTuple):
    """How long to search, with which seed, and what may end it."""

    time_s: float
    seed: int
    look: RouteLook


def improve(problem: Delivery, groups: Groups, state: PoolRoutes, search: Search) -> None:
    """Look for better routes of a pool, from those it has.

    Where no routes are found that bring everything, parcels may stay from then on.
    """
    if not state.parcels:
        state.routes = []
        return
    until_s = time.perf_counter() + search.time_s
    if state.must:
        given = _as_engine_wants(problem, groups, state, must=True)
        time_s = search.time_s * (MUST_SHARE if state.routes is None else 1.0)
        found = best_routes(given, time_s, search.seed, start=state.routes, look=search.look)
        state.must = found is not None
        state.routes = state.routes if found is None else found
    left_s = until_s - time.perf_counter()
    if state.routes is None or left_s > SHORTEST_S:
        given = _as_engine_wants(problem, groups, state, must=state.must)
        found = best_routes(given, max(left_s, SHORTEST_S), search.seed, start=state.routes, look=search.look)
        state.routes = state.routes if found is None else found


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
    load = np.array([load_of(problem, parcel.units) for parcel in state.parcels]).reshape(-1, 2)
    lines = [list(parcel.units) for parcel in state.parcels]
    earliest = np.array([problem.demand.earliest_s[held].max() for held in lines])
    due = np.array([problem.demand.due_s[held].min() for held in lines])
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
