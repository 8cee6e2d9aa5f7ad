"""Plan the clearing of roads: good orders, prices that bound every order, all orders of few roads."""

import time
from functools import cache
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.clock import Audience, Clock
from models.dispatch.clearing.bound import Limits as OrderLimits
from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.exact import MOST_ROADS, best_of_all, tails_of
from models.dispatch.clearing.kernel import ground_of, lost_by
from models.dispatch.clearing.network import gaining
from models.dispatch.clearing.problem import Clearing, ClearingDecision, Prices
from models.dispatch.clearing.proving import no_prices, rising_prices
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.search import ROUNDS, Watch, best_of, better_order, first_orders
from models.dispatch.clearing.small import two_roads
from models.plan import Limits, Plan, SolveReport, Termination
from models.progress import Listener, Telling, say_nothing

SOLVER: Final = "orders of roads, annealing, prices of time"
NEAR: Final = 1e-6
"""Rounding of a gap that is just small enough."""
FIRST_ROUNDS: Final = 2
"""Rounds of the search before prices are looked for."""
FIRST_SHARE: Final = 0.2
PRICE_SHARE: Final = 0.6
EXACT_SHARE: Final = 0.9
"""Shares of the time by which the first rounds, the prices, and the search of all orders end."""


def solve_clearing(
    problem: Clearing, limits: Limits, seed: int, listener: Listener = say_nothing
) -> Plan[ClearingDecision]:
    """Open roads so that people lose the least; roads that no crew ever gets to are said, not planned.

    The listener hears of each better order and bound. Where kernels are not compiled yet, which installing
    does, compiling comes on top of the time limit.
    """
    _compile()
    return _solved(problem, limits, seed, listener)


@cache
def _compile() -> None:
    """Plan two roads, so that kernels are compiled before the time of a plan runs."""
    toy = two_roads()
    _solved(toy, Limits(np.inf, 0.0), 1, say_nothing)
    known = limits_of(toy)
    ground = ground_of(toy, gaining(toy, known.all_open_s, np.arange(2)), known.all_open_s)
    endless = Clock(np.inf, Audience(Telling(say_nothing)))
    best_of_all(ground, tails_of(toy, known, no_prices()), np.inf, endless)


def _solved(problem: Clearing, limits: Limits, seed: int, listener: Listener) -> Plan[ClearingDecision]:
    began_s = time.perf_counter()
    audience = Audience(Telling(listener))
    known, gains = limits_of(problem), Gains(problem)
    roads = np.flatnonzero(np.isfinite(known.soon_s))
    ground = ground_of(problem, gaining(problem, known.all_open_s, roads), known.all_open_s)
    rng = np.random.default_rng(seed)

    def until(share: float) -> Clock:
        return Clock(began_s + share * limits.time_s, audience)

    order = best_of(ground, first_orders(known))
    first = Watch(until(FIRST_SHARE))
    first.tell(lost_by(ground, order, np.inf))
    order = better_order(ground, order, range(FIRST_ROUNDS), first, rng)
    jobs, lost = _valued(problem, order, gains)
    enough, last = lost * (1 - limits.relative_gap), until(EXACT_SHARE)
    bound, prices = _bound(problem, known, (jobs, lost), enough, until(PRICE_SHARE))
    proven = min(bound, lost)
    if roads.size <= MOST_ROADS and problem.crews and bound < enough and not last.over:
        better, least = best_of_all(ground, tails_of(problem, known, prices), enough, last)
        proven = max(proven, least)
        if better is not None:
            jobs, lost = better, least
    if not _near(lost, proven, limits):
        order = better_order(ground, order, range(FIRST_ROUNDS, ROUNDS), Watch(until(1.0), proven), rng)
        jobs, lost = _valued(problem, order, gains)
    decision = _decision(problem, jobs, np.isinf(known.soon_s), gains, (min(bound, lost), prices))
    proven = min(proven, decision.lost)
    audience.tell(decision.lost, proven)
    ended = Termination.OPTIMAL if _near(decision.lost, proven, limits) else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, decision.lost, proven, wall_s, SOLVER, seed))


def _bound(
    problem: Clearing, known: OrderLimits, best: tuple[list[Job], float], enough: float, clock: Clock
) -> tuple[float, Prices]:
    """Return the greatest bound found until it is ``enough`` or time is up, and its prices."""
    (jobs, lost), bound, prices = best, lost_bound(problem, known), no_prices()
    clock.audience.tell(lost, min(bound, lost))
    horizon_s = max((job.open_s for job in jobs), default=0.0)
    for found, value in rising_prices(problem, known, horizon_s, clock):
        bound, prices = max(bound, value), found
        clock.audience.tell(lost, min(bound, lost))
        if bound >= enough:
            break
    return bound, prices


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
