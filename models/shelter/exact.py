"""Solve an allocation for any aim, and say how good the plan is."""

import time

from dss.errors import ProblemError
from models.plan import Limits, Plan, SolveReport, Termination
from models.shelter.aims import Aim, LongestTrip, ShareWithin, TotalTime, Weighed
from models.shelter.aims.longest import least_longest, least_longest_whole
from models.shelter.aims.share import least_share
from models.shelter.aims.weighed import least_weighed
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.proof import value_proven, value_reached
from models.shelter.splitting.lanes import UNITS_PER_S
from models.shelter.splitting.transport import least_total
from models.shelter.whole.search import least_whole

SPLIT_SOLVER = "OR-Tools SimpleMinCostFlow"
WHOLE_SOLVER = "annealing, pair splitting and SCIP"
TOTAL_TIME = TotalTime()


def solve(
    problem: Allocation,
    limits: Limits = Limits(),  # noqa: B008
    seed: int = 1,
    *,
    objective: Aim = TOTAL_TIME,
) -> Plan[AllocationDecision]:
    """Allocate everyone who can be, as the objective says.

    The plan is always there: who finds no place is unmet. ``report.objective`` and ``report.bound`` are the
    (weighed) person-seconds of those with a place; where cells may be split, the number of unmet persons is
    the least possible.

    Parameters
    ----------
    limits
        The time limit stops the search; the bound then still holds, with a gap.
    seed
        Of the search for whole zones; splitting uses no chance.

    Raises
    ------
    ProblemError
        If whole zones are to be planned for a share of arrivals or for weighed aims.
    """
    started_s = time.perf_counter()
    decision = _decide(problem, limits, seed, objective)
    return Plan(
        decision, _report(problem, decision, limits, time.perf_counter() - started_s, seed, objective)
    )


def _decide(problem: Allocation, limits: Limits, seed: int, objective: Aim) -> AllocationDecision:
    whole = problem.whole is not None
    match objective:
        case TotalTime():
            return least_whole(problem, limits, seed) if whole else least_total(problem, limits.time_s)
        case LongestTrip():
            return least_longest_whole(problem, limits, seed) if whole else least_longest(problem, limits)
        case _ if whole:
            raise ProblemError("shelter_whole_aim", objective=type(objective).__name__)
        case ShareWithin():
            return least_share(problem, limits, objective)
        case Weighed():
            return least_weighed(problem, limits, objective)


def _report(  # noqa: PLR0913, PLR0917 - the parts of a report
    problem: Allocation,
    decision: AllocationDecision,
    limits: Limits,
    wall_s: float,
    seed: int,
    objective: Aim,
) -> SolveReport:
    """Say how good a decision is, by its own certificates."""
    value = value_reached(problem, decision, objective)
    proven = value_proven(problem, decision, objective)
    assert proven is not None
    bound = min(proven, value)
    # a plan within half a unit of cost per person is optimal up to the rounding of the travel times
    rounding = float(problem.persons @ problem.weight) / UNITS_PER_S
    close = value - bound <= max(limits.relative_gap * abs(value), rounding)
    termination = Termination.OPTIMAL if close else Termination.FEASIBLE
    solver = SPLIT_SOLVER if problem.whole is None else WHOLE_SOLVER
    return SolveReport(termination, value, bound, wall_s, solver, seed)
