"""A study in numbers: what is shown on the command line and written as study.json."""

from dataclasses import asdict
from typing import Any

import numpy as np

from models import Violation, siting
from scenarios.siting.explaining import CAUSES, Answer, Explanation, served_persons, served_share
from scenarios.siting.frontier import Point
from scenarios.siting.robust import RobustStudy
from scenarios.siting.study import Study


def study_figures(
    study: Study,
    explanation: Explanation | None,
    points: tuple[Point, ...] = (),
    robust: RobustStudy | None = None,
) -> dict[str, Any]:
    """Return everything that can be said of a study, JSON-ready; ``explanation`` is None without a plan."""
    return {
        "preset": study.ground.preset.name,
        "model": study.model,
        "measure": study.ground.preset.profile.measure,
        "limit": study.limit,
        **_ground(study),
        **_plan(study),
        **({} if explanation is None else _found(study, explanation)),
        "frontier": [_point(point) for point in points],
        "robust": None if robust is None else _robust(robust),
        "standards": [
            {"key": v.key, "value": _number(v.value), "unit": v.unit, "status": v.status, "source": v.source}
            for v in study.ground.standards.used
        ],
        "layers": [
            {
                "key": layer.key,
                "owner": layer.owner.zh,
                "date": layer.date.isoformat(),
                "sha256": layer.sha256,
            }
            for layer in study.ground.onemap.layers
        ],
    }


def _ground(study: Study) -> dict[str, Any]:
    candidates = study.ground.candidates
    return {
        "cells": int(study.ground.cells.cell.size),
        "resolution": study.ground.cells.resolution,
        "persons": round(float(study.ground.demand.sum())),
        "existing_sites": len(study.ground.existing),
        "candidates": len(candidates.features),
        "admitted": int(candidates.admitted_without(*study.options.without_rules).sum()),
        "excluded_by": dict(candidates.counts()),
        "rules_left_out": list(study.options.without_rules),
        "unexamined": [asdict(rule) for rule in candidates.unexamined],
    }


def _plan(study: Study) -> dict[str, Any]:
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
        "causes": [asdict(cause) for cause in study_causes(study)],
        "violations": [asdict(violation) for violation in study.violations],
    }


def study_causes(study: Study) -> list[Violation]:
    """Return why there is no plan, as far as can be seen."""
    return [] if study.plan.decision is not None else siting.causes(study.problem)


def _found(study: Study, explanation: Explanation) -> dict[str, Any]:
    demand, share = study.ground.demand, served_share(study)
    before = served_persons(study, np.arange(study.existing_count))
    near = study.cost[:, study.open_sites].min(axis=1)
    reached = np.isfinite(near)
    left = explanation.cause >= 0
    return {
        "covered_before": round(before),
        "covered": round(float(demand @ share)),
        "covered_share": round(float(demand @ share) / max(float(demand.sum()), 1.0), 4),
        "mean": round(float(np.average(near[reached], weights=demand[reached])), 1),
        "longest": round(float(near[reached].max()), 1),
        "sites": [asdict(gain) for gain in explanation.gains],
        "left_out": {
            name: round(float((demand * (1 - share))[left & (explanation.cause == k)].sum()))
            for k, name in enumerate(CAUSES)
        },
        "radius_for_all": _answer(explanation.radius),
        "number_for_all": _answer(explanation.number),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"value": answer.value, "bound": answer.bound, "termination": answer.termination.value}


def _point(point: Point) -> dict[str, Any]:
    return {**asdict(point), "candidates": point.candidates.tolist()}


def _robust(robust: RobustStudy) -> dict[str, Any]:
    choices = [{**asdict(c), "candidates": c.candidates.tolist()} for c in robust.choices]
    return {"cases": robust.cases, "bridges": robust.bridges, "chance": robust.chance, "choices": choices}


def _number(value: Any) -> Any:
    return value if isinstance(value, float) else dict(value)
