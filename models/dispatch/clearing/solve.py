"""Plan the clearing of roads: every order of few roads, good orders of many, a bound for all."""

import time
from typing import Final

import numpy as np

from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.exact import MOST_ROADS, MOST_ROADS_ONE, Search, Sets, best_for_one
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.search import better_jobs, first_orders
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "orders of roads, local search"
SEARCH_SHARE: Final = 0.5
"""Share of the time for the search where all orders are tried afterwards."""


def solve_clearing(problem: Clearing, limits: Limits, seed: int) -> Plan[ClearingDecision]:
    """Open roads so that people lose the least; roads that no crew ever gets to are said, not planned."""
    began_s = time.perf_counter()
    known, gains = limits_of(problem), Gains(problem)
    roads = [int(b) for b in np.flatnonzero(np.isfinite(known.soon_s))]
    few = len(roads) <= (MOST_ROADS_ONE if problem.crews == 1 else MOST_ROADS)
    jobs, lost = better_jobs(
        problem,
        first_orders(problem, known, roads),
        gains,
        began_s + limits.time_s * (SEARCH_SHARE if few else 1.0),
        seed,
    )
    bound = min(lost_bound(problem, known), lost)
    proven = bound
    if few and problem.crews == 1:
        jobs = timetable(problem, best_for_one(problem, roads, gains))
        proven = lost = lost_of(jobs, course_of(problem, jobs, gains))
    elif few:
        search = Search(problem, known, Sets(problem, gains), jobs, lost, began_s + limits.time_s)
        search.run(roads)
        jobs, lost = search.best, search.lost
        proven = lost if search.complete else bound
    decision = _decision(problem, jobs, np.isinf(known.soon_s), gains, min(bound, lost))
    optimal = decision.lost - proven <= limits.relative_gap * max(decision.lost, 1e-9)
    ended = Termination.OPTIMAL if optimal else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, decision.lost, min(proven, decision.lost), wall_s, SOLVER, seed))


def _decision(
    problem: Clearing, jobs: list[Job], unreached: np.ndarray, gains: Gains, bound: float
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
        bound=bound,
    )
