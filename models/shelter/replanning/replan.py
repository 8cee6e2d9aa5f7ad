"""Plan again after something changed, so that few people are told to go elsewhere."""

import time
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from dss.errors import ProblemError
from models.plan import Limits, Plan, Termination
from models.shelter.aims import Aim, TotalTime
from models.shelter.exact import report_on, solve
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.replanning.mending import mend_plan

TOTAL_TIME = TotalTime()


@dataclass(frozen=True, slots=True)
class Told:
    """What a new plan means for those who had been told where to go.

    Parameters
    ----------
    before
        Persons who had been told.
    kept
        Persons whose shelter stays.
    forced
        Persons whose arc or shelter is gone: no plan can keep them, for want of the way or of the places.
    """

    before: int
    kept: int
    forced: int

    @property
    def elsewhere(self) -> int:
        """Persons who must be told anew: to go to another shelter, or that there is no place for them."""
        return self.before - self.kept


def follow(
    problem: Allocation, before: Allocation, decision: AllocationDecision, stability_s: float
) -> Allocation:
    """Return the problem with what people were told, each one told anew counting ``stability_s``.

    Parameters
    ----------
    problem
        The problem as it is now: cells and shelters keep their numbers; a lost shelter has capacity 0 or no
        arcs, a closed road no arc or a longer one.
    before, decision
        The problem and the plan that people were told.

    Raises
    ------
    ProblemError
        If the numbers of cells or shelters differ.
    """
    return replace(problem, previous=_told(problem, before, decision), stability_s=stability_s)


def replan(  # noqa: PLR0913 - a problem, its past, and how to solve it
    problem: Allocation,
    before: Allocation,
    decision: AllocationDecision,
    *,
    stability_s: float,
    limits: Limits = Limits(),  # noqa: B008
    seed: int = 1,
    objective: Aim = TOTAL_TIME,
) -> Plan[AllocationDecision]:
    """Return a plan that weighs person-time against telling people anew.

    Where cells may be split and the total counts, the plan before is mended: what still fits at its prices
    stays, so that a lost shelter or a closed road costs a fraction of planning from the start. The result is
    as good. Its report counts ``stability_s`` for each of them; check it against ``follow`` with the same
    arguments.
    """
    started_s = time.perf_counter()
    following = follow(problem, before, decision, stability_s)
    if objective == TOTAL_TIME and following.whole is None and decision.prices is not None:
        mended = mend_plan(following, decision.prices, decision.unmet)
        if mended is not None:
            plan = report_on(following, mended, limits, started_s, seed, objective)
            if plan.report.termination is Termination.OPTIMAL:
                return plan
    return solve(following, limits, seed, objective=objective)


def told_anew(
    problem: Allocation, decision: AllocationDecision, before: Allocation, told: AllocationDecision
) -> Told:
    """Count who keeps the shelter that they were told."""
    previous = _told(problem, before, told)
    kept = int(np.minimum(previous, decision.persons).sum())
    could = np.bincount(problem.site, weights=previous, minlength=problem.capacity.size)
    possible = int(np.minimum(could, problem.capacity).sum())
    total = int(told.persons.sum())
    return Told(total, kept, total - possible)


def _told(problem: Allocation, before: Allocation, decision: AllocationDecision) -> IntArray:
    """Return the persons told to take each arc of the problem, shape (k,). O(k log k)."""
    shapes = (problem.persons.size, problem.capacity.size), (before.persons.size, before.capacity.size)
    if shapes[0] != shapes[1]:
        raise ProblemError("shelter_previous", now=shapes[0], before=shapes[1])
    used = np.flatnonzero(decision.persons > 0)
    m = max(problem.capacity.size, 1)
    old = before.cell[used] * m + before.site[used]
    order = np.argsort(old)
    pair = problem.cell * m + problem.site
    place = np.minimum(np.searchsorted(old, pair, sorter=order), max(used.size - 1, 0))
    if used.size == 0:
        return np.zeros(pair.size, dtype=np.int64)
    found = old[order][place] == pair
    return np.where(found, decision.persons[used][order][place], 0)
