"""Solve any siting problem: one door."""

from collections.abc import Callable
from typing import Any, Final, overload

from models.plan import Limits, Plan, Termination
from models.progress import Listener, say_nothing
from models.siting.backup import BackupCoverage, solve_backup
from models.siting.bounded_center import solve_bounded_center
from models.siting.causes import causes
from models.siting.center import solve_center
from models.siting.check import AnyProblem, OneLevel
from models.siting.cover import solve_cover
from models.siting.covering import solve_coverage
from models.siting.dispersion import Dispersion, solve_dispersion
from models.siting.hierarchy import Hierarchy, HierarchyDecision, solve_hierarchy
from models.siting.location import solve_service
from models.siting.median import solve_median
from models.siting.phases import PhasedDecision, Phases, solve_phases
from models.siting.problem import MaxCoverage, PCenter, PMedian, Problem, SetCover, SitingDecision, plain
from models.siting.report import Asked, Run
from models.siting.robust import RobustCoverage, solve_robust
from models.siting.ruled_median import solve_ruled_median
from models.siting.shared_coverage import solve_shared_coverage


@overload
def solve(
    problem: OneLevel, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[SitingDecision]: ...
@overload
def solve(
    problem: Hierarchy, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[HierarchyDecision]: ...
@overload
def solve(
    problem: Phases, limits: Limits = ..., seed: int = ..., *, listener: Listener = ...
) -> Plan[PhasedDecision]: ...


def solve(
    problem: AnyProblem,
    limits: Limits = Limits(),  # noqa: B008
    seed: int = 1,
    *,
    listener: Listener = say_nothing,
) -> Plan[Any]:
    """Open sites as well as can be, with a bound that :func:`check` derives again.

    Parameters
    ----------
    limits
        Time and gap; when time is up the best plan so far comes with the bound so far. Where totals are
        whole numbers and the gap is below one unit, the optimum itself is proven.
    seed
        Seed of the kicks of the local search; the same seed gives the same plan unless time runs out.
    listener
        Is told each better value and bound, first when there is a plan, and the last again now and then; it
        ends the search by raising ``Enough``: then the best plan so far is returned.

    Returns
    -------
    A plan; its decision is None where there is no solution (INFEASIBLE, see :func:`causes`) or none was
    found.
    """
    asked = Asked(limits, seed, listener)
    method = _LEVELS.get(type(problem))
    if method is not None:
        return method(problem, asked)
    return _solve_one_level(problem, asked)  # type: ignore[arg-type]


def _solve_one_level(
    problem: Problem | BackupCoverage | RobustCoverage, asked: Asked
) -> Plan[SitingDecision]:
    if isinstance(problem, BackupCoverage):
        plain_one: Problem = problem.once
    else:
        plain_one = problem.case(0) if isinstance(problem, RobustCoverage) else problem
    if causes(plain_one):
        return Run(asked, "inspection").without(Termination.INFEASIBLE)
    return _method(problem)(problem, asked)


def _method(problem: Problem | BackupCoverage | RobustCoverage) -> Callable[..., Plan[SitingDecision]]:
    if isinstance(problem, BackupCoverage | RobustCoverage):
        return solve_backup if isinstance(problem, BackupCoverage) else solve_robust
    if isinstance(problem, MaxCoverage):
        return solve_coverage if problem.capacity is None else solve_shared_coverage
    if isinstance(problem, PCenter):
        return solve_center if plain(problem) else solve_bounded_center
    if isinstance(problem, SetCover) and problem.capacity is None:
        return solve_cover
    if isinstance(problem, PMedian) and problem.capacity is None and problem.p is not None:
        return solve_ruled_median if problem.rules.binds else solve_median
    return solve_service


_LEVELS: Final[dict[type, Callable[..., Plan[Any]]]] = {
    Dispersion: solve_dispersion,
    Hierarchy: solve_hierarchy,
    Phases: solve_phases,
}
