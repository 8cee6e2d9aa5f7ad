"""Routes of vehicles of several kinds from several depots, with windows and several trips, by PyVRP.

PyVRP is loaded with the first call: it is not needed by anyone who plans no routes.
"""

import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from models.solver.route_numbers import engine_data, first_penalties
from models.solver.route_problem import Route, RouteProblem

if TYPE_CHECKING:
    from pyvrp import ProblemData, Solution
    from pyvrp import Route as EngineRoute

PATIENCE: Final = 300
"""A search ends after this many steps without anything better, times the square of the parcels."""
HIGHEST_PENALTY: Final = 1.0e9
NEIGHBOURS, FARTHER = 20, 40
"""Parcels near each that it may be moved beside: fewer make rounds faster; more where vehicles cost."""

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
    data = engine_data(problem)
    stop = _Stop(time_s, problem.parcels.place.size, look)
    with warnings.catch_warnings():
        # that not everything can be brought is said by the answer, not on the console
        warnings.simplefilter("ignore")
        found = _search(data, start, stop, seed)
    return _routes(found) if found.is_feasible() else None


def _search(data: "ProblemData", start: list[Route] | None, stop: "_Stop", seed: int) -> "Solution":
    """Return the best of an iterated local search."""
    from pyvrp import (  # noqa: PLC0415 - loaded only where it is used
        IteratedLocalSearch,
        PenaltyManager,
        PenaltyParams,
        RandomNumberGenerator,
        Solution,
    )
    from pyvrp.search import (  # noqa: PLC0415
        OPERATORS,
        LocalSearch,
        NeighbourhoodParams,
        compute_neighbours,
    )

    random = RandomNumberGenerator(seed=seed)
    costly = any(one.fixed_cost for one in data.vehicle_types())
    near = compute_neighbours(data, NeighbourhoodParams(num_neighbours=FARTHER if costly else NEIGHBOURS))
    local = LocalSearch(data, random, near)
    for operator in OPERATORS:
        if operator.supports(data):
            local.add_operator(operator(data))
    penalties = PenaltyManager(first_penalties(data), PenaltyParams(max_penalty=HIGHEST_PENALTY))
    if start is None:
        drawn = Solution.make_random(data, random)
        first = local(drawn, penalties.max_cost_evaluator(), exhaustive=True)
    else:
        first = Solution(data, [_as_route(data, route) for route in start])
    return IteratedLocalSearch(data, penalties, local, first).run(stop, collect_stats=False).best


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
