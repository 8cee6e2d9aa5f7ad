"""Sites that still serve when something has happened: one choice over many cases, judged in each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.onemap import Title
from models import Limits, siting
from models.progress import Listener
from models.siting.robust import Aim
from scenarios.siting.cases import Case
from scenarios.siting.explaining import served_by
from scenarios.siting.study import Study, site_capacity

AIMS: Final[tuple[Aim, ...]] = ("expected", "worst", "cvar")
TAIL: Final = 0.8
SOLVE_S: Final = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class RobustChoice:
    """One aim over the cases: sites to build and how they serve in each case.

    Parameters
    ----------
    aim
        ``plan`` is the plan without regard to hazards.
    candidates
        Rows of the candidates that are built.
    left_out
        Persons in need whom no open site reaches within the limit, by case.
    served
        Persons in need who are within the limit and have a place, by case; without capacities all within it.
    expected, worst, cvar
        Of those left out, over the cases.
    objective, bound
        Of the aim's own value; None for the plan.
    """

    aim: str
    candidates: IntArray
    left_out: tuple[float, ...]
    served: tuple[float, ...]
    expected: float
    worst: float
    cvar: float
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case does: who is in need, which sites are lost, how many edges are closed."""

    title: Title
    kind: str
    chance: float
    in_need: float
    lost_existing: int
    lost_candidates: int
    closed_edges: int


@dataclass(frozen=True, slots=True, eq=False)
class RobustStudy:
    """The choices, beginning with the plan that looks at no hazard, and the cases."""

    choices: tuple[RobustChoice, ...]
    cases: tuple[CaseFacts, ...]


def robust_study(
    study: Study, cases: tuple[Case, ...], listen: Callable[[int], Listener] | None = None
) -> RobustStudy:
    """Choose sites for each aim over the cases, and judge the plan that looks at no hazard by the same cases.

    Parameters
    ----------
    listen
        Returns who listens to the solve of an aim, by its number.
    """
    cost = np.stack([case.cost[:, study.column] for case in cases])
    choices = [_judged(study, cases, "plan", study.open_sites, None)]
    for number, aim in enumerate(AIMS):
        problem = _problem(study, cases, cost, aim)
        hear = {} if listen is None else {"listener": listen(number)}
        plan = siting.solve(problem, Limits(SOLVE_S, 1e-3), study.options.seed, **hear)
        if plan.decision is not None:
            told = (plan.report.objective, plan.report.bound)
            choices.append(_judged(study, cases, aim, plan.decision.open_sites, told))
    return RobustStudy(tuple(choices), tuple(_facts(study, case) for case in cases))


def _problem(
    study: Study, cases: tuple[Case, ...], cost: FloatArray, aim: Aim, p: int | None = None
) -> siting.RobustCoverage:
    fixed = np.arange(study.existing_count)
    return siting.RobustCoverage(
        cost,
        np.stack([case.demand for case in cases]),
        fixed.size + study.options.sites if p is None else p,
        study.limit,
        aim,
        TAIL,
        fixed,
        study.rules,
        np.array([case.chance for case in cases]),
    )


def _judged(
    study: Study,
    cases: tuple[Case, ...],
    aim: str,
    sites: IntArray,
    told: tuple[float | None, float | None] | None,
) -> RobustChoice:
    cost = np.stack([case.cost[:, study.column] for case in cases])
    problem = _problem(study, cases, cost, "cvar", sites.size)
    lost = siting.left_out(problem, sites)
    objective, bound = told or (None, None)
    return RobustChoice(
        aim,
        study.column[sites[sites >= study.existing_count]] - len(study.ground.existing),
        tuple(lost.tolist()),
        tuple(_served(study, case, cost[k], sites) for k, case in enumerate(cases)),
        float(lost @ [case.chance for case in cases]),
        float(lost.max()),
        siting.robust_value(problem, sites),
        objective,
        bound,
    )


def _served(study: Study, case: Case, cost: FloatArray, sites: IntArray) -> float:
    capacity = site_capacity(study.ground, study.column[sites])
    return served_by(cost[:, sites], case.demand, study.limit, capacity, study.options.seed)


def _facts(study: Study, case: Case) -> CaseFacts:
    e = len(study.ground.existing)
    admitted = study.ground.candidates.admitted_without(*study.options.rules_left_out)
    return CaseFacts(
        case.title,
        case.kind,
        case.chance,
        float(case.demand.sum()),
        int(case.lost[:e].sum()),
        int((case.lost[e:] & admitted).sum()),
        case.closed_edges,
    )
