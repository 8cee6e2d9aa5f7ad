"""Solve an allocation for any aim, and say how good the plan is."""

import time

from models.plan import Limits, Plan, SolveReport, Termination
from models.progress import Listener, say_nothing
from models.shelter.aims import Aim, LongestTrip, ShareWithin, TotalTime, Weighed
from models.shelter.aims.longest import least_longest, least_longest_whole
from models.shelter.aims.share import least_share, least_share_whole
from models.shelter.aims.weighed import least_weighed, least_weighed_whole
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
    listener: Listener = say_nothing,
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
    listener
        Is told each better value and bound while whole zones are planned for the least total; it ends the
        search by raising ``Enough``.
    """
    started_s = time.perf_counter()
    decision = _decide(problem, limits, seed, objective, listener)
    return report_on(problem, decision, limits, started_s, seed, objective)


def _decide(
    problem: Allocation, limits: Limits, seed: int, objective: Aim, listener: Listener
) -> AllocationDecision:
    if problem.whole is not None:
        return _decide_whole(problem, limits, seed, objective, listener)
    match objective:
        case TotalTime():
            return least_total(problem, limits.time_s)
        case LongestTrip():
            return least_longest(problem, limits)
        case ShareWithin():
            return least_share(problem, limits, objective)
        case Weighed():
            return least_weighed(problem, limits, objective)


def _decide_whole(
    problem: Allocation, limits: Limits, seed: int, objective: Aim, listener: Listener
) -> AllocationDecision:
    match objective:
        case TotalTime():
            return least_whole(problem, limits, seed, listener)
        case LongestTrip():
            return least_longest_whole(problem, limits, seed)
        case ShareWithin():
            return least_share_whole(problem, limits, objective, seed)
        case Weighed():
            return least_weighed_whole(problem, limits, objective, seed)


def report_on(  # noqa: PLR0913, PLR0917 - the parts of a report
    problem: Allocation,
    decision: AllocationDecision,
    limits: Limits,
    started_s: float,
    seed: int,
    objective: Aim,
) -> Plan[AllocationDecision]:
    """Return the plan that says how good a decision is, by its own certificates.

    Parameters
    ----------
    started_s
        Clock time (``perf_counter``) at which the solve began.
    """
    value = value_reached(problem, decision, objective)
    proven = value_proven(problem, decision, objective)
    assert proven is not None
    bound = min(proven, value)
    # a plan within half a unit of cost per person is optimal up to the rounding of the travel times
    rounding = float(problem.persons @ problem.weight) / UNITS_PER_S
    close = value - bound <= max(limits.relative_gap * abs(value), rounding)
    termination = Termination.OPTIMAL if close else Termination.FEASIBLE
    solver = SPLIT_SOLVER if problem.whole is None else WHOLE_SOLVER
    wall_s = time.perf_counter() - started_s
    return Plan(decision, SolveReport(termination, value, bound, wall_s, solver, seed))
