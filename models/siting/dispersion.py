"""p-dispersion: open p sites as far from each other as can be, so that one event does not hit them all.

Data
    d_jk distance between sites j and k; p, F and rules as elsewhere
Objective
    greatest r with d_jk >= r for all open j, k
Constraints
    (3), (4), (8)-(10); (9) for the pairs nearer than r

Method: greedy insertion and swaps, then bisection over the distances that occur; each step asks for p sites
that are pairwise at least so far apart. Source: Erkut (1990).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Plan, Termination, Violation
from models.siting.formulation import Formulation
from models.siting.problem import SitingDecision
from models.siting.proof import BoundBy
from models.siting.report import Asked, Run, nothing_found
from models.siting.requirements import cost_matrix, number_of_sites, site_indices
from models.siting.rules import NO_RULES, SiteRules, broken, kept, taken_up
from models.solver import ProgramResult, least_cost_program


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """Open p sites so that the least distance between two of them is greatest.

    Parameters
    ----------
    distance
        Between sites, shape (m, m), symmetric; the diagonal does not count.
    p, fixed_open, rules
        As in :class:`~models.siting.problem.PMedian`; p is at least 2 to have a distance.

    Raises
    ------
    ProblemError
        If distances are negative, not numbers or not symmetric.
    """

    distance: FloatArray
    p: int
    fixed_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        distance = cost_matrix(self.distance)
        m = distance.shape[0]
        if distance.shape != (m, m) or not (distance == distance.T).all():
            raise ProblemError("siting_square", shape=distance.shape)
        object.__setattr__(self, "distance", distance)
        object.__setattr__(self, "p", number_of_sites(self.p))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, m))
        object.__setattr__(self, "rules", taken_up(self.rules, m))


def solve_dispersion(problem: Dispersion, asked: Asked) -> Plan[SitingDecision]:
    """Open p sites far apart; infeasible where no p sites keep the rules."""
    run = Run(asked, "greedy swaps + bisection (HiGHS)", greatest=True)
    result = _apart(problem, 0.0, run)
    if result.values is None:
        return run.without(nothing_found(result))
    sites = np.flatnonzero(result.values > 0.5)
    if problem.p > 1:
        sites = _swapped(problem, sites)
    level = np.unique(problem.distance[~np.eye(problem.distance.shape[0], dtype=np.bool_)])
    low, high = int(np.searchsorted(level, least_distance(problem, sites))), level.size - 1
    while low < high and run.left_s > 0 and problem.p > 1:
        run.tell(float(level[low]), float(level[high]))
        middle = (low + high + 1) // 2
        result = _apart(problem, float(level[middle]), run)
        if result.values is not None:
            sites = np.flatnonzero(result.values > 0.5)
            low = int(np.searchsorted(level, least_distance(problem, sites)))
        elif result.termination is Termination.INFEASIBLE:
            high = middle - 1
        else:
            break
    value = least_distance(problem, sites)
    bound = value if problem.p == 1 else max(float(level[high]), value)
    decision = SitingDecision(np.sort(sites), np.zeros(0, dtype=np.int64), None, BoundBy.SOLVER)
    return run.finished(decision, value, bound)


def least_distance(problem: Dispersion, sites: IntArray) -> float:
    """Return the least distance between two open sites; 0 where there is only one."""
    between = problem.distance[np.ix_(sites, sites)][~np.eye(sites.size, dtype=np.bool_)]
    return float(between.min()) if between.size else 0.0


def _apart(problem: Dispersion, radius: float, run: Run) -> ProgramResult:
    """Look for p sites that keep the rules and are pairwise at least a radius apart."""
    near = np.argwhere(np.triu(problem.distance < radius, 1))
    made = Formulation()
    y = made.sites(problem.distance.shape[0], p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    k = np.arange(len(near))
    made.require(len(near), (k, y[near[:, 0]], 1.0), (k, y[near[:, 1]], 1.0), upper=1.0)  # (9)
    return least_cost_program(made.program(), run.left_s, 0.0, look=run.clock.look())


def _swapped(problem: Dispersion, sites: IntArray) -> IntArray:
    """Swap one of the two nearest sites for whatever lifts the least distance, while that helps."""
    value = least_distance(problem, sites)
    while True:
        best, best_sites = value, sites
        between = problem.distance[np.ix_(sites, sites)] + np.diag(np.full(sites.size, np.inf))
        for slot in np.unravel_index(int(between.argmin()), between.shape):
            if sites[slot] in problem.fixed_open:
                continue
            rest = np.delete(sites, slot)
            gap = problem.distance[:, rest].min(axis=1)
            gap = np.minimum(gap, least_distance(problem, rest) if rest.size > 1 else np.inf)
            gap[rest] = -1.0
            for j in np.argsort(-gap, kind="stable")[:10]:
                changed = np.sort(np.append(rest, j))
                if gap[j] > best and kept(problem.rules, changed):
                    best, best_sites = float(gap[j]), changed
        if best <= value:
            return sites
        value, sites = best, best_sites


def dispersion_violations(problem: Dispersion, plan: Plan[SitingDecision]) -> Iterator[Violation]:
    """Yield what the plan breaks of (3), (4), (8)-(10), and a wrong objective or bound."""
    if plan.decision is None or plan.report.objective is None:
        return
    sites = plan.decision.open_sites
    if np.unique(sites).size != problem.p:
        yield Violation("(3) number", "open sites", float(np.unique(sites).size - problem.p))
    for j in np.setdiff1d(problem.fixed_open, sites):
        yield Violation("(4) fixed", f"site {j}", 1.0)
    yield from broken(problem.rules, sites)
    value = least_distance(problem, sites)
    if value != plan.report.objective:
        yield Violation("objective", "report", plan.report.objective)
    if plan.report.bound is not None and plan.report.bound < value:
        yield Violation("bound", "better than possible", plan.report.bound - value)
