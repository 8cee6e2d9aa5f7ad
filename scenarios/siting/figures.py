"""A study in numbers: what is shown on the command line and written as study.json."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from dss import columns as col
from dss.standards.reader import StandardValue
from scenarios.siting.explaining import CAUSES, Answer, Explanation, served_persons, served_share
from scenarios.siting.frontier import Point
from scenarios.siting.measures import measure_service
from scenarios.siting.refusing import Refusal
from scenarios.siting.robust import RobustStudy
from scenarios.siting.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Extras:
    """What is known beside where to build; nothing yet where a study has no plan or is under way.

    Parameters
    ----------
    standards
        Values that only the cases used.
    """

    explanation: Explanation | None = None
    points: tuple[Point, ...] = ()
    robust: RobustStudy | None = None
    standards: tuple[StandardValue, ...] = ()

    def with_points(self, points: tuple[Point, ...]) -> "Extras":
        """Return the same with a frontier."""
        return replace(self, points=points)

    def with_robust(self, robust: RobustStudy, standards: Iterable[StandardValue]) -> "Extras":
        """Return the same with choices that last, and the values that their cases used."""
        return replace(self, robust=robust, standards=tuple({v.key: v for v in standards}.values()))


def study_figures(study: Study, extras: Extras, refused: tuple[Refusal, ...] = ()) -> dict[str, Any]:
    """Return everything that can be said of a study, JSON-ready."""
    found = {} if extras.explanation is None else _found(study, extras.explanation)
    return {
        "preset": study.ground.preset.name,
        "model": study.model,
        "measure": study.ground.preset.profile.measure,
        "limit": study.limit,
        **_ground(study),
        **_plan(study, refused),
        **found,
        "frontier": [{**asdict(point), "candidates": point.candidates.tolist()} for point in extras.points],
        "robust": None if extras.robust is None else _robust(study, extras.robust),
        "standards": [_standard(value) for value in used_standards(study, extras)],
        "layers": [
            {
                "key": layer.key,
                "owner": layer.owner.zh,
                "date": layer.date.isoformat(),
                "sha256": layer.sha256,
            }
            for layer in study.ground.onemap.used
        ],
    }


def used_standards(study: Study, extras: Extras) -> list[StandardValue]:
    """Return every value that the study or its cases read, by key; those that a case sets come beside."""
    own = {(value.key, value.status): value for value in study.ground.standards.used}
    more = {(value.key, value.status): value for value in extras.standards}
    return [value for _, value in sorted({**more, **own}.items())]


def _ground(study: Study) -> dict[str, Any]:
    candidates = study.ground.candidates
    left_out = study.options.rules_left_out
    return {
        "cells": int(study.ground.cells.cell.size),
        "resolution": study.ground.cells.resolution,
        "people": study.ground.who,
        "people_basis": study.ground.counts.by[study.ground.who].basis,
        "persons": round(float(study.ground.demand.sum())),
        "persons_known": {
            who: round(float(count.persons.sum())) for who, count in study.ground.counts.by.items()
        },
        "existing_sites": len(study.ground.existing),
        "candidates": len(candidates.features),
        "admitted": int(candidates.admitted_without(*left_out).sum()),
        "excluded_together": int((~candidates.admitted_without(*left_out)).sum()),
        "excluded_by": dict(candidates.counts()),
        "rules": [
            {**asdict(rule), "effect": rule.effect.value, "left_out": rule.rule in left_out}
            for rule in candidates.examined
        ],
        "rules_left_out": list(left_out),
        "unexamined": [asdict(rule) for rule in candidates.unexamined],
    }


def _plan(study: Study, refused: tuple[Refusal, ...]) -> dict[str, Any]:
    report, decision = study.plan.report, study.plan.decision
    return {
        "termination": report.termination.value,
        "objective": report.objective,
        "bound": report.bound,
        "gap": report.gap,
        "bound_by": None if decision is None else decision.bound_by.value,
        "solver": report.solver,
        "wall_s": round(report.wall_s, 2),
        "seed": report.seed,
        "causes": [{"kind": cause.kind, **cause.values} for cause in refused],
        "violations": [asdict(violation) for violation in study.violations],
    }


def _found(study: Study, explanation: Explanation) -> dict[str, Any]:
    demand, share = study.ground.demand, served_share(study)
    near = study.cost[:, study.open_sites].min(axis=1, initial=np.inf)
    service = measure_service(near, demand, share)
    left = explanation.cause >= 0
    return {
        "covered_before": round(served_persons(study, np.arange(study.existing_count))),
        "covered": round(service.covered),
        "covered_share": round(service.covered_share, 4),
        "mean": None if service.mean is None else round(service.mean, 1),
        "longest": None if service.longest is None else round(service.longest, 1),
        "budget": study.rules.budget,
        "spent": study.spent(study.open_sites),
        "sites_without_area": _without_area(study),
        "sites": [
            {**asdict(gain), "statements": _statements(study, gain.candidate)} for gain in explanation.gains
        ],
        "left_out": {
            name: round(float((demand * (1 - share))[left & (explanation.cause == k)].sum()))
            for k, name in enumerate(CAUSES)
        },
        "reach": _reach(study),
        "radius_for_all": _answer(explanation.radius),
        "number_for_all": _answer(explanation.number),
    }


def _without_area(study: Study) -> int:
    """Return how many sites to build are points, whose capacity nobody knows and nothing limits."""
    if study.ground.preset.profile.room is None:
        return 0
    return int((study.ground.candidates.features.area.to_numpy()[study.chosen_candidates] <= 0).sum())


def _statements(study: Study, candidate: int) -> list[dict[str, str]]:
    """Return what the rules that exclude nobody say of a site."""
    found = study.ground.candidates.statements
    return [{"rule": e.rule, "stated": e.stated} for e in found if e.candidate == candidate]


def _reach(study: Study) -> list[dict[str, Any]]:
    """Return of all people that are known how many are within the limit, capacities aside: before and now."""
    before, now = study.served(np.arange(study.existing_count)), study.served(study.open_sites)
    return [
        {
            "who": who,
            "basis": count.basis,
            "persons": round(float(count.persons.sum())),
            "before": round(float(count.persons[before].sum())),
            "now": round(float(count.persons[now].sum())),
        }
        for who, count in study.ground.counts.by.items()
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    return {"value": answer.value, "bound": answer.bound, "termination": answer.termination.value}


def _robust(study: Study, robust: RobustStudy) -> dict[str, Any]:
    names = study.ground.candidates.features[col.NAME].to_numpy(object)
    return {
        "cases": [{**asdict(case), "title": case.title.model_dump()} for case in robust.cases],
        "choices": [
            {
                **asdict(choice),
                "candidates": choice.candidates.tolist(),
                "names": [str(name) for name in names[choice.candidates]],
            }
            for choice in robust.choices
        ],
    }


def _standard(value: StandardValue) -> dict[str, Any]:
    return {
        "key": value.key,
        "value": _number(value.value),
        "unit": value.unit,
        "status": value.status,
        "source": value.source,
    }


def _number(value: float | Mapping[str, float]) -> float | dict[str, float]:
    return value if isinstance(value, float) else dict(value)
