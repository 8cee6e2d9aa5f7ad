"""Small deliveries, shuttles and clearing: solving them compiles all kernels that their searches call."""

import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from models.dispatch.clearing.small import two_roads
from models.dispatch.delivery.parts import Demand, Fleet
from models.dispatch.delivery.problem import Delivery
from models.dispatch.delivery.rebuilding import rebuilt
from models.dispatch.delivery.routing import Search
from models.dispatch.delivery.solve import know
from models.dispatch.delivery.timetable import trips_of
from models.dispatch.shuttles.problem import Shuttles, Trips
from models.dispatch.solve import Problem, solve
from models.plan import Limits, Plan
from models.solver import go_on

SEARCH_S: Final = 2.0
"""For the search of a small problem."""
COMPILED_S: Final = 4.0
"""A search that took longer has compiled kernels, and may not have come to those behind them."""
TRIES: Final = 4


def solve_small(problem: Problem) -> Plan[Any]:
    """Plan again until all that the search calls is compiled."""
    for _ in range(TRIES):
        began_s = time.perf_counter()
        plan = solve(problem, Limits(SEARCH_S))
        if time.perf_counter() - began_s < COMPILED_S:
            break
    if isinstance(problem, Delivery):
        _rebuild(problem, plan)
    return plan


def _rebuild(problem: Delivery, plan: Plan[Any]) -> None:
    """Ruin and recreate a plan, which short searches leave while the kernel is not loaded."""
    assert plan.decision is not None  # bringing nothing is a plan too
    known, trips = know(problem), trips_of(plan.decision, np.arange(plan.decision.trip_vehicle.size))
    rebuilt(problem, known.groups, known.can, trips, Search(SEARCH_S, 1, go_on))


def small_problems() -> Iterator[Problem]:
    """Yield a small problem of each kind."""
    yield _delivery(4)
    yield _delivery(1)
    yield _shuttles()
    yield two_roads()


def _delivery(packs: int) -> Delivery:
    """Return two lorries for ten packs and five stops in a row, 100 s apart, that need so many each.

    With few of them a trip has many stops, for which another bound is sought.
    """
    place = np.arange(6)
    way_s = 100.0 * np.abs(place[:, None] - place[None, :])
    line, zeros = np.arange(5), np.zeros(5)
    endless, idle, fleet = np.full(5, np.inf), np.zeros(2), np.zeros(2, dtype=np.int64)
    demand = Demand(line, np.zeros(5, dtype=np.int64), np.full(5, packs), zeros, endless, zeros + 1)
    lorries = Fleet(fleet, idle + 10, idle + np.inf, fleet, idle, idle + np.inf)
    stays = np.array([60.0]), np.full(5, 30.0)
    return Delivery(np.array([[5 * packs]]), demand, lorries, way_s[None], np.ones(1), np.zeros(1), *stays)


def _shuttles() -> Shuttles:
    """Return four ambulances for twelve trips from three incidents to two hospitals, 300 s each way."""
    trip = np.arange(12)
    return Shuttles(
        ready_s=np.zeros(4),
        off_s=np.full(4, np.inf),
        come_s=np.full((4, 3), 300.0),
        drive_s=np.full((3, 2), 300.0),
        back_s=np.full((2, 3), 300.0),
        trips=Trips(trip % 3, trip % 2, np.ones(12), np.full(12, 3600.0)),
        load_s=60.0,
        hand_over_s=60.0,
        late_factor=9.0,
        horizon_s=36_000.0,
    )
