"""Solve any siting problem: one door."""

from models.plan import Limits, Plan, Termination
from models.siting.bounded_center import solve_bounded_center
from models.siting.causes import causes
from models.siting.center import solve_center
from models.siting.cover import solve_cover
from models.siting.covering import solve_coverage
from models.siting.location import solve_service
from models.siting.median import solve_median
from models.siting.problem import MaxCoverage, PCenter, PMedian, Problem, SetCover, SitingDecision, plain
from models.siting.report import Run
from models.siting.ruled_median import solve_ruled_median
from models.siting.shared_coverage import solve_shared_coverage


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
    if isinstance(problem, MaxCoverage):
        shared = problem.capacity is not None
        return (solve_shared_coverage if shared else solve_coverage)(problem, limits, seed)
    if isinstance(problem, PCenter):
        return (solve_center if plain(problem) else solve_bounded_center)(problem, limits, seed)
    if isinstance(problem, SetCover) and problem.capacity is None:
        return solve_cover(problem, limits, seed)
    if isinstance(problem, PMedian) and problem.capacity is None and problem.p is not None:
        return (solve_ruled_median if problem.rules.binds else solve_median)(problem, limits, seed)
    return solve_service(problem, limits, seed)
