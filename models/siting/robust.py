"""Coverage that lasts: the same sites serve in many cases, such as draws of closed bridges.

Data
    c_kij cost of serving i from j in case k; w_ki weight of i in case k; p, F, radius and rules as in max
    coverage; q_k probability
Variables
    y_j as elsewhere, the same in all cases; o_ki share of demand i left out in case k
Objectives, with L_k = sum_i w_ki o_ki the weight left out in case k
    expected  least sum_k q_k L_k
    worst     least max_k L_k
    cvar      least t + sum_k q_k max(0, L_k - t) / (1 - a): the mean of the worst 1 - a of the cases
Constraints
    (3), (4), (8)-(10)
    (11) sum of y_j within the radius of i in case k + o_ki >= 1

Source: conditional value at risk as a linear program, Rockafellar and Uryasev (2000).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Plan, Termination, Violation
from models.siting.formulation import Formulation
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy
from models.siting.reduction import Merged, merge
from models.siting.report import Asked, Run
from models.siting.requirements import part, vector
from models.siting.ruled import first_sites, swapped
from models.siting.rules import NO_RULES, SiteRules
from models.solver import Program, least_cost_program

Aim = Literal["expected", "worst", "cvar"]
TOLERANCE: Final = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class RobustCoverage:
    """Open p sites so that little weight is left out over all cases.

    Parameters
    ----------
    cost
        Of serving demand i from site j in case k, shape (k, n, m); inf where there is no way.
    weight
        Of each demand, shape (n,), or of each demand in each case, shape (k, n).
    aim
        ``expected``, ``worst`` or ``cvar``.
    tail
        a of the conditional value at risk: 0.9 is the mean of the worst tenth.
    chance
        Probability of each case, shape (k,); None: all are equally likely. Shares of any sum are taken as
        parts of it.

    Other parameters and errors as in :class:`~models.siting.problem.MaxCoverage`.
    """

    cost: FloatArray
    weight: FloatArray
    p: int | None
    radius: float
    aim: Aim = "expected"
    tail: float = 0.9
    fixed_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rules: SiteRules = NO_RULES
    chance: FloatArray | None = None

    def __post_init__(self) -> None:
        cost = np.asarray(self.cost, dtype=np.float64)
        if cost.ndim != 3 or cost.shape[0] == 0:
            raise ProblemError("siting_cost_shape", shape=cost.shape)
        object.__setattr__(self, "cost", cost)
        k = cost.shape[0]
        weight = np.asarray(self.weight, dtype=np.float64)
        if weight.ndim != 1 and weight.shape != cost.shape[:2]:
            raise ProblemError("siting_vector_shape", name="weight", size=cost.shape[:2], shape=weight.shape)
        object.__setattr__(self, "weight", np.tile(weight, (k, 1)) if weight.ndim == 1 else weight)
        for case in range(k):
            once = self.case(case)
        for name in ("p", "radius", "fixed_open", "rules"):
            object.__setattr__(self, name, getattr(once, name))
        chance = vector(np.ones(k) if self.chance is None else self.chance, "chance", k)
        if not chance.sum() > 0:
            raise ProblemError("siting_share", name="chance", value=float(chance.sum()))
        object.__setattr__(self, "chance", chance / chance.sum())
        object.__setattr__(self, "tail", part(self.tail, "tail"))
        if self.tail == 1:
            raise ProblemError("siting_share", name="tail", value=1.0)

    def case(self, k: int) -> MaxCoverage:
        """Return the max coverage of one case."""
        return MaxCoverage(
            self.cost[k], self.weight[k], self.p, self.radius, fixed_open=self.fixed_open, rules=self.rules
        )

    @property
    def likely(self) -> FloatArray:
        """Probability of each case, shape (k,)."""
        assert self.chance is not None
        return self.chance

    @property
    def all_cases(self) -> MaxCoverage:
        """The max coverage of all cases at once, each at its probability: the expected aim."""
        return MaxCoverage(
            self.cost.reshape(-1, self.cost.shape[2]),
            (self.weight * self.likely[:, None]).ravel(),
            self.p,
            self.radius,
            fixed_open=self.fixed_open,
            rules=self.rules,
        )


def left_out(problem: RobustCoverage, sites: IntArray) -> FloatArray:
    """Return the weight that some open sites leave out in each case, shape (k,)."""
    reached = (problem.cost[:, :, sites] <= problem.radius).any(axis=2)
    return np.asarray((~reached * problem.weight).sum(axis=1), dtype=np.float64)


def robust_value(problem: RobustCoverage, sites: IntArray) -> float:
    """Return the objective of some open sites: weight left out, by the aim."""
    lost = left_out(problem, sites)
    if problem.aim == "expected":
        return float(problem.likely @ lost)
    if problem.aim == "worst":
        return float(lost.max())
    # the least over t is at one of the losses
    above = np.maximum(lost[None, :] - lost[:, None], 0.0) @ problem.likely
    return float((lost + above / (1 - problem.tail)).min())


def solve_robust(problem: RobustCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Open sites that leave little out over all cases; starts from the expected aim by interchange."""
    run = Run(asked, "interchange + branch and cut (HiGHS)")
    whole = problem.all_cases
    sites = first_sites(whole, run)
    if sites is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    merged = merge(whole.cost <= problem.radius, whole.weight)
    if problem.p is not None and merged.weight.size:
        sites = swapped(whole, merged, sites, run)
    cases = [
        merge(cost <= problem.radius, weight)
        for cost, weight in zip(problem.cost, problem.weight, strict=True)
    ]
    run.tell(robust_value(problem, sites), 0.0)
    program, bare = _program(problem, cases)
    start = _values(problem, cases, sites, bare, program.cost.size)
    result = least_cost_program(
        program, run.left_s, run.limits.relative_gap, start=start, look=run.clock.look(run.tell)
    )
    if result.values is not None:
        found = np.flatnonzero(result.values[: problem.cost.shape[2]] > 0.5)
        if robust_value(problem, found) < robust_value(problem, sites):
            sites = found
    value = robust_value(problem, sites)
    least = 0.0 if result.bound is None else max(result.bound, 0.0)
    decision = SitingDecision(np.sort(sites), np.zeros(0, dtype=np.int64), None, BoundBy.SOLVER)
    return run.finished(decision, value, min(least, value))


def _program(problem: RobustCoverage, cases: list[Merged]) -> tuple[Program, FloatArray]:
    """Return the program, and the weight that no site reaches in each case, shape (k,)."""
    k = len(cases)
    bare = np.array(
        [weight.sum() - case.weight.sum() for weight, case in zip(problem.weight, cases, strict=True)]
    )
    made = Formulation()
    y = made.sites(problem.cost.shape[2], p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    expected = problem.aim == "expected"
    most = float(problem.weight.sum(axis=1).max())
    lost = made.add(k, cost=problem.likely if expected else 0.0, greatest=most)
    for row, case in enumerate(cases):
        out = made.add(case.weight.size)
        i, j = np.nonzero(case.covered)
        g = np.arange(case.weight.size)
        made.require(case.weight.size, (i, y[j], 1.0), (g, out, 1.0), lower=1.0)  # (11)
        one = np.zeros(1, dtype=np.int64)
        made.require(
            1, (one, lost[[row]], 1.0), (np.zeros(g.size, np.int64), out, -case.weight), lower=bare[row]
        )
    if not expected:
        t = made.add(1, cost=1.0, greatest=most)
        above = made.add(
            k,
            cost=problem.likely / (1 - problem.tail) if problem.aim == "cvar" else 0.0,
            greatest=most if problem.aim == "cvar" else 0.0,
        )
        each = np.arange(k)
        made.require(
            k, (each, t[np.zeros(k, np.int64)], 1.0), (each, above, 1.0), (each, lost, -1.0), lower=0.0
        )
    return made.program(), bare


def _values(
    problem: RobustCoverage, cases: list[Merged], sites: IntArray, bare: FloatArray, size: int
) -> FloatArray:
    """Return the variables of some open sites."""
    y = np.isin(np.arange(problem.cost.shape[2]), sites).astype(np.float64)
    outs = [(~case.covered[:, sites].any(axis=1)).astype(np.float64) for case in cases]
    lost = bare + np.array([case.weight @ out for case, out in zip(cases, outs, strict=True)])
    parts = [y, lost, *outs]
    if problem.aim != "expected":
        t = lost.max()
        if problem.aim == "cvar":
            above = np.maximum(lost[None, :] - lost[:, None], 0.0) @ problem.likely
            t = lost[np.argmin(lost + above / (1 - problem.tail))]
        parts += [np.array([t]), np.maximum(lost - t, 0.0)]
    values = np.concatenate(parts)
    assert values.size == size
    return values


def robust_violations(problem: RobustCoverage, plan: Plan[SitingDecision]) -> Iterator[Violation]:
    """Yield a wrong objective or bound; the sites are checked as those of a max coverage."""
    if plan.decision is None or plan.report.objective is None:
        return
    value = robust_value(problem, plan.decision.open_sites)
    if abs(value - plan.report.objective) > TOLERANCE * max(value, 1.0):
        yield Violation("objective", "report", plan.report.objective)
    if plan.report.bound is not None and plan.report.bound > value + TOLERANCE * max(value, 1.0):
        yield Violation("bound", "better than possible", plan.report.bound - value)
