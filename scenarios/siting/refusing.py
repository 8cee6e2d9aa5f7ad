"""Why a study has no plan that could be built, in terms of the study and not of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from models import Limits, Termination, siting
from scenarios.siting.study import Study

Kind = Literal["number", "budget", "reach", "no_way", "apart", "time", "check"]
# Time for the least number of sites that reach everyone who can be reached.
ASK_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """One cause: its text is ``siting.refused_<kind>``, the numbers are what the text names."""

    kind: Kind
    values: Mapping[str, float | str]


def refusals(study: Study) -> tuple[Refusal, ...]:
    """Return why a study cannot be built; empty where it can."""
    if study.violations:
        return tuple(
            Refusal("check", {"constraint": v.constraint, "where": v.where, "amount": v.amount})
            for v in study.violations[:5]
        )
    if study.plan.decision is None:
        return _without_plan(study)
    if study.model in ("coverage", "cover") and not study.served(np.arange(study.column.size)).any():
        return (_reach(study),)
    return ()


def _without_plan(study: Study) -> tuple[Refusal, ...]:
    if study.plan.report.termination is not Termination.INFEASIBLE:
        return (Refusal("time", {"seconds": study.options.time_limit_s}),)
    found = []
    for cause in siting.causes(study.problem):
        if cause.constraint == "(3) number":
            admitted = study.column.size - study.existing_count
            asked, candidates = study.options.sites, len(study.ground.candidates.features)
            found.append(Refusal("number", {"asked": asked, "admitted": admitted, "candidates": candidates}))
        elif cause.constraint == "(10) budget":
            budget = study.problem.rules.budget or 0.0
            found.append(Refusal("budget", {"budget": budget, "least": budget + cause.amount}))
    return tuple(found) or (_apart(study),)


def _reach(study: Study) -> Refusal:
    if not study.connected.any():
        return Refusal("no_way", {"candidates": study.column.size})
    return Refusal("reach", {"limit": study.limit, "nearest": float(study.cost[study.connected].min())})


def _apart(study: Study) -> Refusal:
    """Say how many sites it takes at least to lead a road to everyone who can be reached."""
    cost = np.where(np.isfinite(study.cost[study.connected]), 0.0, np.inf)
    fixed = np.arange(study.existing_count)
    report = siting.solve(siting.SetCover(cost, 0.0, fixed), Limits(ASK_S), study.options.seed).report
    least = (report.bound or fixed.size) - fixed.size
    return Refusal("apart", {"asked": study.options.sites, "least": least})
