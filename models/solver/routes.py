"""Routes of vehicles of several kinds from several depots, with windows and several trips, by PyVRP.

PyVRP is loaded with the first call: it is not needed by anyone who plans no routes.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from dss.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from pyvrp import Client, Depot, ProblemData, Solution, VehicleType
    from pyvrp import Route as EngineRoute

FINE: Final = (1, 10, 100, 1000)
"""Parts of a unit that numbers are counted in, the coarsest that holds them exactly, else the last."""
LARGEST: Final = 2.0e6
"""Distances are counted in parts at most as fine as keeps them below this: penalties have a ceiling."""
FAR: Final = 20
"""A way that does not exist is this many times as long as the longest that does."""
PATIENCE: Final = 300
"""A search ends after this many steps without anything better, times the square of the parcels."""
HIGHEST_PENALTY: Final = 1.0e9
AFTER_ALL: Final = 2**50
"""Later than any time that matters."""


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """What is to be brought, each whole, by one visit; shape (p,) each.

    Parameters
    ----------
    place
        Where to.
    load
        What it takes up, shape (p, dimensions).
    earliest_s, due_s
        When handing over may begin, and when the vehicle must have arrived.
    prize
        What leaving it costs, as much as driving so long; inf: it must be brought.
    """

    place: IntArray
    load: FloatArray
    earliest_s: FloatArray
    due_s: FloatArray
    prize: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VehicleGroups:
    """Groups of like vehicles; shape (g,) each.

    Parameters
    ----------
    count, depot, kind
        How many, from where and back, and the row of travel times.
    room
        What each holds, shape (g, dimensions); inf where that is no limit.
    ready_s, back_by_s
        When they can begin to load, and when they must be back.
    fixed_cost, cost_per_s
        Of a vehicle used, and of a second of driving.
    """

    count: IntArray
    depot: IntArray
    kind: IntArray
    room: FloatArray
    ready_s: FloatArray
    back_by_s: FloatArray
    fixed_cost: FloatArray
    cost_per_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RouteProblem:
    """Parcels, vehicles and the ways between places.

    Parameters
    ----------
    travel_s
        Shape (kinds, places, places); the depots are the first places. inf where there is no way.
    stay_s
        Seconds of a visit to each place; of a depot, seconds to load a trip, shape (places,).
    depots
        How many of the places are depots.
    reload
        Whether vehicles may make several trips.
    """

    parcels: Parcels
    vehicles: VehicleGroups
    travel_s: FloatArray
    stay_s: FloatArray
    depots: int
    reload: bool


class Route(NamedTuple):
    """What one vehicle of a group does: the parcels of its trips, in the order of driving."""

    group: int
    trips: list[list[int]]


# Asked again and again; the search ends when it answers True.
RouteLook: TypeAlias = Callable[[], bool]


def go_on() -> bool:
    """Let the search go on."""
    return False


def best_routes(
    problem: RouteProblem,
    time_s: float,
    seed: int,
    *,
    start: list[Route] | None = None,
    look: RouteLook = go_on,
) -> list[Route] | None:
    """Return routes of low cost; None where none were found that keep every limit.

    Parameters
    ----------
    start
        Routes to start from.
    look
        May end the search at any time.

    Notes
    -----
    Iterated local search (Wouda, Lan and Kool 2024). Durations are rounded up and limits down, so that what
    is found keeps them in the seconds as given.
    """
    from pyvrp import PenaltyParams, Solution, SolveParams, solve  # noqa: PLC0415 - loaded only where it is used

    data = _data(problem)
    stop = _Stop(time_s, problem.parcels.place.size, look)
    given = None if start is None else Solution(data, [_as_route(data, route) for route in start])
    params = SolveParams(penalty=PenaltyParams(max_penalty=HIGHEST_PENALTY))
    with warnings.catch_warnings():
        # that not everything can be brought is said by the answer, not on the console
        warnings.simplefilter("ignore")
        found = solve(
            data,
            stop,
            seed=seed,
            collect_stats=False,
            display=False,
            params=params,
            initial_solution=given,
        ).best
    return _routes(found) if found.is_feasible() else None


class _Stop:
    """Ends a search when time is up, when the look says so, or when nothing has become better for long."""

    def __init__(self, time_s: float, parcels: int, look: RouteLook) -> None:
        self._until_s, self._look = time.perf_counter() + time_s, look
        self._idle, self._patience = 0, PATIENCE * parcels**2 + PATIENCE
        self._best: int | None = None

    def __call__(self, best_cost: int) -> bool:
        self._idle = self._idle + 1 if best_cost == self._best else 0
        self._best = best_cost
        return self._idle > self._patience or time.perf_counter() >= self._until_s or self._look()


def _routes(found: "Solution") -> list[Route]:
    routes = []
    for route in found.routes():
        trips: dict[int, list[int]] = {}
        for activity in route:
            if activity.is_client():
                trips.setdefault(activity.trip, []).append(activity.idx)
        if trips:
            routes.append(Route(route.vehicle_type(), [trips[x] for x in sorted(trips)]))
    return routes


def _as_route(data: "ProblemData", route: Route) -> "EngineRoute":
    from pyvrp import Activity, ActivityType  # noqa: PLC0415
    from pyvrp import Route as EngineRoute  # noqa: PLC0415

    depot = data.vehicle_type(route.group).start_depot
    activities: list[Activity] = []
    for trip in route.trips:
        if activities:
            activities.append(Activity(ActivityType.DEPOT, depot))
        activities += [Activity(ActivityType.CLIENT, parcel) for parcel in trip]
    return EngineRoute(data, activities, route.group)


def _data(problem: RouteProblem) -> "ProblemData":
    from pyvrp import Location, ProblemData  # noqa: PLC0415

    unit = _parts_of_seconds(problem)
    money = _parts(problem.vehicles.cost_per_s)
    distances, durations = _matrices(problem, unit)
    places = problem.stay_s.size
    return ProblemData(
        [Location(0, 0) for _ in range(places)],
        _clients(problem, unit, money),
        _depots(problem, unit),
        _vehicle_types(problem, unit, money),
        distances,
        durations,
    )


def _matrices(problem: RouteProblem, unit: int) -> tuple[list[Any], list[Any]]:
    """Return driving, and driving with the stay before it: parcels at one place share a visit.

    The engine's own types of arrays are wrong.
    """
    finite = np.isfinite(problem.travel_s)
    longest = problem.travel_s[finite].max(initial=1.0)
    far = max(FAR * longest, 1.0)
    driving = np.where(finite, problem.travel_s, far) * unit
    stay = problem.stay_s.copy()
    stay[: problem.depots] = 0.0
    with_stay = driving + stay[None, :, None] * unit
    same = np.arange(stay.size)
    distances, durations = np.rint(driving).astype(np.int64), _up(with_stay)
    distances[:, same, same] = durations[:, same, same] = 0
    return list(distances), list(durations)


def _depots(problem: RouteProblem, unit: int) -> "list[Depot]":
    from pyvrp import Depot  # noqa: PLC0415

    load = _up(problem.stay_s[: problem.depots] * unit)
    return [Depot(d, service_duration=int(load[d])) for d in range(problem.depots)]


def _clients(problem: RouteProblem, unit: int, money: int) -> "list[Client]":
    from pyvrp import Client  # noqa: PLC0415

    parcels = problem.parcels
    loads = _up(parcels.load * _load_parts(problem)[None, :])
    early, late = _instants(_up, parcels.earliest_s * unit), _instants(_down, parcels.due_s * unit)
    must = np.isinf(parcels.prize)
    prize = np.rint(np.where(must, 0.0, parcels.prize) * unit * money).astype(np.int64)
    return [
        Client(
            int(parcels.place[p]),
            delivery=loads[p].tolist(),
            tw_early=int(min(early[p], late[p])),
            tw_late=int(late[p]),
            prize=int(prize[p]),
            required=bool(must[p]),
        )
        for p in range(parcels.place.size)
    ]


def _vehicle_types(problem: RouteProblem, unit: int, money: int) -> "list[VehicleType]":
    from pyvrp import VehicleType  # noqa: PLC0415

    groups, parts = problem.vehicles, _load_parts(problem)
    everything = problem.parcels.load.sum(axis=0, initial=0.0) + 1.0
    room = _down(np.minimum(groups.room, everything[None, :]) * parts[None, :])
    ready, back = _instants(_up, groups.ready_s * unit), _instants(_down, groups.back_by_s * unit)
    fixed = np.rint(groups.fixed_cost * unit * money).astype(np.int64)
    per_s = np.maximum(np.rint(groups.cost_per_s * money), 0).astype(np.int64)
    return [
        VehicleType(
            int(groups.count[g]),
            room[g].tolist(),
            start_depot=int(groups.depot[g]),
            end_depot=int(groups.depot[g]),
            fixed_cost=int(fixed[g]),
            tw_early=int(min(ready[g], back[g])),
            tw_late=int(back[g]),
            unit_distance_cost=int(per_s[g]),
            profile=int(groups.kind[g]),
            reload_depots=[int(groups.depot[g])] if problem.reload else [],
        )
        for g in range(groups.count.size)
    ]


def _load_parts(problem: RouteProblem) -> FloatArray:
    """Return the parts that each dimension of load is counted in, shape (dimensions,)."""
    return np.array([_parts(column) for column in problem.parcels.load.T], dtype=np.float64)


def _parts_of_seconds(problem: RouteProblem) -> int:
    finite = problem.travel_s[np.isfinite(problem.travel_s)]
    longest = finite.max(initial=1.0)
    fitting = [part for part in FINE if part == 1 or longest * part <= LARGEST]
    return min(_parts(finite), fitting[-1])


def _parts(values: FloatArray) -> int:
    whole = (part for part in FINE if (np.abs(values * part - np.rint(values * part)) < 1e-9).all())
    return next(whole, FINE[-1])


def _up(values: FloatArray) -> IntArray:
    return np.ceil(values - 1e-9).astype(np.int64)


def _down(values: FloatArray) -> IntArray:
    return np.floor(values + 1e-9).astype(np.int64)


def _instants(rounded: Callable[[FloatArray], IntArray], values: FloatArray) -> IntArray:
    return rounded(np.minimum(values, float(AFTER_ALL)))
