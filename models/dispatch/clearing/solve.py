"""Plan the clearing of roads: good orders, prices that bound every order, all orders of few roads."""

import time
from functools import cache
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.exact import MOST_ROADS, best_of_all, tails_of
from models.dispatch.clearing.kernel import ground_of
from models.dispatch.clearing.network import gaining
from models.dispatch.clearing.prices import price_bound
from models.dispatch.clearing.problem import Clearing, ClearingDecision, Prices
from models.dispatch.clearing.proving import find_prices, no_prices
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.search import ROUNDS, best_of, better_order, first_orders
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "orders of roads, annealing, prices of time"
NEAR: Final = 1e-6
"""Rounding of a gap that is just small enough."""
FIRST_ROUNDS: Final = 2
"""Rounds of the search before prices are looked for."""
FIRST_SHARE: Final = 0.2
PRICE_SHARE: Final = 0.6
EXACT_SHARE: Final = 0.9
"""Shares of the time by which the first rounds, the prices, and the search of all orders end."""


def solve_clearing(problem: Clearing, limits: Limits, seed: int) -> Plan[ClearingDecision]:
    """Open roads so that people lose the least; roads that no crew ever gets to are said, not planned.

    Where kernels must be compiled first, as after an installation, that comes on top of the time limit.
    """
    _compile()
    return _solved(problem, limits, seed)


@cache
def _compile() -> None:
    """Plan two roads, so that kernels are compiled before the time of a plan runs."""
    middle = np.array([True, False, True, False])
    apart_s = np.where(middle[:, None] & middle[None, :], 1.0, np.inf)
    np.fill_diagonal(apart_s, 0.0)
    toy = Clearing(
        persons=np.array([3, 4]),
        place_to_service_s=np.full(2, np.inf),
        place_to_end_s=np.array([[np.inf, 0.0, np.inf, np.inf], [np.inf, np.inf, np.inf, 0.0]]),
        end_to_service_s=np.where(middle, 0.0, np.inf),
        between_s=apart_s,
        crew_to_end_s=np.where(middle, 1.0, np.inf)[None, :],
        pass_s=np.ones((2, 2)),
        clear_s=np.array([10.0, 20.0]),
        most_s=100.0,
    )
    _solved(toy, Limits(np.inf, 0.0), 1)
    known = limits_of(toy)
    ground = ground_of(toy, gaining(toy, known.all_open_s, np.arange(2)), known.all_open_s)
    best_of_all(ground, tails_of(toy, known, no_prices()), np.inf, np.inf)


def _solved(problem: Clearing, limits: Limits, seed: int) -> Plan[ClearingDecision]:
    began_s = time.perf_counter()
    known, gains = limits_of(problem), Gains(problem)
    roads = np.flatnonzero(np.isfinite(known.soon_s))
    ground = ground_of(problem, gaining(problem, known.all_open_s, roads), known.all_open_s)
    rng = np.random.default_rng(seed)

    def until_s(share: float) -> float:
        return began_s + share * limits.time_s

    order = best_of(ground, first_orders(known))
    order = better_order(ground, order, range(FIRST_ROUNDS), until_s(FIRST_SHARE), rng)
    jobs, lost = _valued(problem, order, gains)
    horizon_s = max((job.open_s for job in jobs), default=0.0)
    enough = lost * (1 - limits.relative_gap)
    prices = find_prices(problem, known, horizon_s, enough, until_s(PRICE_SHARE))
    bound = max(price_bound(problem, known, prices), lost_bound(problem, known))
    proven = min(bound, lost)
    if roads.size <= MOST_ROADS and problem.crews and bound < enough:
        tails = tails_of(problem, known, prices)
        better, least = best_of_all(ground, tails, enough, until_s(EXACT_SHARE))
        proven = max(proven, least)
        if better is not None:
            jobs, lost = better, least
    if not _near(lost, proven, limits):
        order = better_order(ground, order, range(FIRST_ROUNDS, ROUNDS), until_s(1.0), rng)
        jobs, lost = _valued(problem, order, gains)
    decision = _decision(problem, jobs, np.isinf(known.soon_s), gains, (min(bound, lost), prices))
    ended = Termination.OPTIMAL if _near(decision.lost, proven, limits) else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, decision.lost, min(proven, decision.lost), wall_s, SOLVER, seed))


def _near(lost: float, proven: float, limits: Limits) -> bool:
    return lost - proven <= limits.relative_gap * (1 + NEAR) * max(lost, 1e-9)


def _valued(problem: Clearing, order: IntArray, gains: Gains) -> tuple[list[Job], float]:
    jobs = timetable(problem, order.tolist())
    return jobs, lost_of(jobs, course_of(problem, jobs, gains))


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
