"""Solve any siting problem: one door."""

from models.plan import Limits, Plan, Termination
from models.siting.causes import causes
from models.siting.center import solve_center
from models.siting.covering import solve_cover, solve_coverage
from models.siting.location import solve_capacities
from models.siting.median import solve_median
from models.siting.problem import MaxCoverage, PCenter, PMedian, Problem, SetCover, SitingDecision
from models.siting.report import Run


def solve(problem: Problem, limits: Limits = Limits(), seed: int = 1) -> Plan[SitingDecision]:  # noqa: B008
    """Open sites as well as can be, with a bound that :func:`check` derives again.

    Parameters
    ----------
    limits
        Time and gap; when time is up the best plan so far comes with the bound so far. Where totals are
        whole numbers and the gap is below one unit, the optimum itself is proven.
    seed
        Seed of the kicks of the local search; the same seed gives the same plan unless time runs out.

    Returns
    -------
    A plan; its decision is None where there is no solution (INFEASIBLE, see :func:`causes`) or none was
    found.
    """
    if causes(problem):
        return Run(limits, seed, "inspection").without(Termination.INFEASIBLE)
    if isinstance(problem, PMedian):
        return solve_median(problem, limits, seed)
    if isinstance(problem, PCenter):
        return solve_center(problem, limits, seed)
    if isinstance(problem, SetCover):
        return solve_cover(problem, limits, seed)
    if isinstance(problem, MaxCoverage) and problem.capacity is None:
        return solve_coverage(problem, limits, seed)
    return solve_capacities(problem, limits, seed)
