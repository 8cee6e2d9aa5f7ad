"""Plan shuttles: every plan for few trips, annealing for many, a bound for all."""

import time
from typing import Final

import numpy as np

from dss.arrays import BoolArray
from models.dispatch.shuttles.bound import busy_s, cost_bound, last_bound_s
from models.dispatch.shuttles.exact import MOST_AMBULANCES, MOST_TRIPS, best_lists
from models.dispatch.shuttles.prices import find_prices
from models.dispatch.shuttles.problem import Shuttles, ShuttlesDecision
from models.dispatch.shuttles.search import better_lists, first_lists
from models.dispatch.shuttles.timetable import Row, timed, total_cost
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "lists of trips, annealing; prices of time"
SHARES: Final = (0.5, 0.4)
"""Shares of the time for the search and for the prices."""


def solve_shuttles(problem: Shuttles, limits: Limits, seed: int) -> Plan[ShuttlesDecision]:
    """Bring all patients, the most urgent soonest; trips that cannot be made in time are left."""
    began_s = time.perf_counter()
    few = problem.size <= MOST_TRIPS and problem.ambulances <= MOST_AMBULANCES
    if few:
        lists = best_lists(problem)
    else:
        lists = better_lists(problem, first_lists(problem), began_s + SHARES[0] * limits.time_s, seed)
    rows = timed(problem, lists)
    cost = total_cost(problem, rows)
    busy = busy_s(problem)
    until_s = max((row.arrive_s for row in rows), default=0.0) + float(busy[np.isfinite(busy)].max(initial=0))
    prices = find_prices(problem, until_s, SHARES[1] * limits.time_s)
    bound = min(cost, cost_bound(problem, prices))
    decision = ShuttlesDecision(
        ambulance=_column(rows, "ambulance"),
        trip=_column(rows, "trip"),
        depart_s=_times(rows, "depart_s"),
        load_from_s=_times(rows, "load_from_s"),
        leave_s=_times(rows, "leave_s"),
        arrive_s=_times(rows, "arrive_s"),
        free_s=_times(rows, "free_s"),
        left=_left(problem, rows),
        last_arrival_s=max((row.arrive_s for row in rows), default=0.0),
        cost_bound=bound,
        last_bound_s=last_bound_s(problem),
        prices=prices,
    )
    proven = cost if few else bound
    near = cost - proven <= limits.relative_gap * max(cost, 1e-9)
    ended = Termination.OPTIMAL if near else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, cost, proven, wall_s, SOLVER, seed))


def _column(rows: list[Row], name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array([getattr(row, name) for row in rows], dtype=np.int64)


def _times(rows: list[Row], name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _left(problem: Shuttles, rows: list[Row]) -> BoolArray:
    left = np.ones(problem.size, dtype=np.bool_)
    left[_column(rows, "trip")] = False
    return left
