"""Send units to incidents: one transport for the sum; bisection over arrivals for the last one."""

import time
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.teams.transport import carry, ranked_profit
from models.dispatch.teams.units.problem import LastProof, Teams, TeamsDecision
from models.plan import Limits, Plan, SolveReport, Termination

SOLVER: Final = "flow of least cost with prices"


def solve_teams(problem: Teams, limits: Limits, seed: int) -> Plan[TeamsDecision]:
    """Send units so that the most urgent needs are met and units arrive soonest; always proven."""
    del limits  # a flow is done long before any
    began_s = time.perf_counter()
    allowed, last = problem.allowed(), None
    if problem.aim == "last":
        allowed, last = soonest_last(problem, allowed)
    supply, room = np.ones(problem.ready_s.size, dtype=np.int64), problem.needs.units
    amount, prices = carry(profits(problem, allowed), allowed, supply, room)
    unit, need = np.nonzero(amount)
    arrive_s = problem.arrive_s[unit, problem.needs.incident[need]]
    decision = TeamsDecision(
        unit=unit,
        need=need,
        arrive_s=arrive_s,
        short_units=room - amount.sum(axis=0),
        last_arrival_s=float(arrive_s.max(initial=0.0)),
        prices=prices,
        last=last,
    )
    objective = objective_s(problem, decision)
    wall_s = time.perf_counter() - began_s
    report = SolveReport(Termination.OPTIMAL, objective, objective, wall_s, SOLVER, seed)
    return Plan(decision, report)


def objective_s(problem: Teams, decision: TeamsDecision) -> float:
    """Return what is made least once the needs are met: the weighted sum, or the last arrival, seconds."""
    if problem.aim == "last":
        return decision.last_arrival_s
    incident = problem.needs.incident[decision.need]
    moved = 0.0
    if problem.keep is not None:
        moved = float(
            problem.keep.max(axis=1, initial=0.0).sum() - problem.keep[decision.unit, incident].sum()
        )
    return round(float(problem.priority[incident] @ decision.arrive_s) + moved, 1)


def profits(problem: Teams, allowed: BoolArray) -> IntArray:
    """Return M * rank - p * a + k of each pair, shape (u, l); ``allowed`` pairs alone set M."""
    tenths = np.where(allowed, problem.tenths(), 0)
    weight, ones = problem.priority[problem.needs.incident], np.ones(problem.ready_s.size, dtype=np.int64)
    saved = np.where(allowed, problem.kept_tenths(), 0)
    return ranked_profit(tenths, weight, problem.ranks(), ones, saved)


def rank_profits(problem: Teams) -> IntArray:
    """Return the rank of each pair's need, shape (u, l): what meeting needs alone is worth."""
    return np.broadcast_to(problem.ranks(), (problem.ready_s.size, problem.needs.units.size)).copy()


def soonest_last(problem: Teams, allowed: BoolArray) -> tuple[BoolArray, LastProof]:
    """Return the pairs by the least last arrival that meets as many needs, and its proof."""
    supply, rank = np.ones(problem.ready_s.size, dtype=np.int64), rank_profits(problem)
    arrive_s: FloatArray = problem.arrive_s[:, problem.needs.incident]
    amount, most = carry(rank, allowed, supply, problem.needs.units)
    worth = int((amount * rank).sum())
    times_s = np.unique(np.concatenate([[0.0], arrive_s[allowed]]))
    sooner = carry(rank, np.zeros_like(allowed), supply, problem.needs.units)[1]
    low, high = -1, times_s.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        within = allowed & (arrive_s <= times_s[middle])
        amount, prices = carry(rank, within, supply, problem.needs.units)
        if int((amount * rank).sum()) < worth:
            low, sooner = middle, prices
        else:
            high = middle
    return allowed & (arrive_s <= times_s[high]), LastProof(most, sooner)
