"""Plan the clearing of roads: good orders, prices that bound every order, all orders of few roads."""

import time
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.dispatch.clearing.bound import Limits as Known
from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.exact import MOST_ROADS, MOST_ROADS_ONE, Search, Sets, best_for_one
from models.dispatch.clearing.kernel import ground_of
from models.dispatch.clearing.network import gaining
from models.dispatch.clearing.prices import price_bound
from models.dispatch.clearing.problem import Clearing, ClearingDecision, Prices
from models.dispatch.clearing.proving import find_prices
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.search import ROUNDS, best_of, better_order, first_orders
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "orders of roads, annealing, prices of time"
FIRST_ROUNDS: Final = 2
"""Rounds of the search before prices are looked for."""
FIRST_SHARE: Final = 0.2
PRICE_SHARE: Final = 0.6
"""Shares of the time by which the first rounds, and the prices, end."""
LEAST_SHARE: Final = 0.2
"""Share of the time for prices where that is past, as while kernels are compiled for the first time."""


def solve_clearing(problem: Clearing, limits: Limits, seed: int) -> Plan[ClearingDecision]:
    """Open roads so that people lose the least; roads that no crew ever gets to are said, not planned."""
    began_s = time.perf_counter()
    known = limits_of(problem)
    roads = np.flatnonzero(np.isfinite(known.soon_s))
    ground = ground_of(problem, gaining(problem, known.all_open_s, roads), known.all_open_s)
    rng = np.random.default_rng(seed)

    def searched(order: IntArray, rounds: range, share: float) -> IntArray:
        return better_order(ground, order, rounds, began_s + share * limits.time_s, rng)

    order = searched(best_of(ground, first_orders(known)), range(FIRST_ROUNDS), FIRST_SHARE)
    gains = Gains(problem)
    jobs, lost = _valued(problem, order, gains)
    horizon_s = max((job.open_s for job in jobs), default=0.0)
    enough = lost * (1 - limits.relative_gap)
    until_s = max(began_s + PRICE_SHARE * limits.time_s, time.perf_counter() + LEAST_SHARE * limits.time_s)
    prices = find_prices(problem, known, horizon_s, enough, until_s)
    bound = max(price_bound(problem, known, prices), lost_bound(problem, known))
    if bound < enough:
        jobs, lost = _valued(problem, searched(order, range(FIRST_ROUNDS, ROUNDS), 1.0), gains)
    bound = proven = min(bound, lost)
    if roads.size <= (MOST_ROADS_ONE if problem.crews == 1 else MOST_ROADS) and bound < enough:
        jobs, lost, proven = _all_orders(problem, known, gains, (jobs, lost, bound), began_s + limits.time_s)
    decision = _decision(problem, jobs, np.isinf(known.soon_s), gains, (min(bound, lost), prices))
    optimal = decision.lost - proven <= limits.relative_gap * max(decision.lost, 1e-9)
    ended = Termination.OPTIMAL if optimal else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, decision.lost, min(proven, decision.lost), wall_s, SOLVER, seed))


def _valued(problem: Clearing, order: IntArray, gains: Gains) -> tuple[list[Job], float]:
    jobs = timetable(problem, order.tolist())
    return jobs, lost_of(jobs, course_of(problem, jobs, gains))


def _all_orders(
    problem: Clearing, known: Known, gains: Gains, best: tuple[list[Job], float, float], until_s: float
) -> tuple[list[Job], float, float]:
    """Return the best jobs of all, what they lose, and what is proven; ``best`` are those known."""
    roads = np.flatnonzero(np.isfinite(known.soon_s)).tolist()
    if problem.crews == 1:
        jobs, lost = _valued(problem, np.array(best_for_one(problem, roads, gains)), gains)
        return jobs, lost, lost
    search = Search(problem, known, Sets(problem, gains), best[0], best[1], until_s)
    search.run(roads)
    return search.best, search.lost, search.lost if search.complete else best[2]


def _decision(
    problem: Clearing, jobs: list[Job], unreached: BoolArray, gains: Gains, proof: tuple[float, Prices]
) -> ClearingDecision:
    course = course_of(problem, jobs, gains)
    return ClearingDecision(
        road=np.array([job.road for job in jobs], dtype=np.int64),
        crew=np.array([job.crew for job in jobs], dtype=np.int64),
        depart_s=np.array([job.depart_s for job in jobs]),
        begin_s=np.array([job.begin_s for job in jobs]),
        open_s=np.array([job.open_s for job in jobs]),
        way_s=course,
        unreached=unreached,
        lost=lost_of(jobs, course),
        bound=proof[0],
        prices=proof[1],
    )
