"""A search tells what it knows early, only gets better, and stops when told to."""

import threading

import numpy as np
import pytest

from models import Limits, siting
from models.siting import Enough, Progress

RNG = np.random.default_rng(3)
X_KM, Y_KM = RNG.uniform(0, 10, (2, 160))
COST = np.hypot(X_KM[:, None] - X_KM[:60], Y_KM[:, None] - Y_KM[:60])
PERSONS = RNG.integers(1, 50, 160).astype(float)
ROOM = np.full(60, PERSONS.sum() / 8)
NEAR = siting.SiteRules(apart=siting.too_near(X_KM[:60], Y_KM[:60], 1.0))
UP = COST[:60, :15]
PROBLEMS = {
    "median": siting.PMedian(COST, PERSONS, 10),
    "median with rules": siting.PMedian(COST, PERSONS, 10, rules=NEAR),
    "median with capacities": siting.PMedian(COST, PERSONS, 12, capacity=ROOM),
    "center": siting.PCenter(COST, 10),
    "center with rules": siting.PCenter(COST, 10, rules=NEAR),
    "coverage": siting.MaxCoverage(COST, PERSONS, 6, 1.5),
    "coverage with capacities": siting.MaxCoverage(COST, PERSONS, 6, 1.5, ROOM),
    "set cover": siting.SetCover(COST, 1.8),
    "location": siting.FacilityLocation(
        COST[:50, :20] * PERSONS[:50, None], PERSONS[:50], ROOM[:20], ROOM[:20], single_source=True
    ),
    "backup": siting.BackupCoverage(COST, PERSONS, 6, 1.5),
    "robust": siting.RobustCoverage(np.stack([COST, COST[:, ::-1]]), PERSONS, 6, 1.5, "worst"),
    "dispersion": siting.Dispersion(np.hypot(*(np.subtract.outer(a, a) for a in (X_KM, Y_KM))), 8),
    "hierarchy": siting.Hierarchy(
        COST[:40, :20], PERSONS[:40], UP[:20, :6], siting.Level(4), siting.Level(2)
    ),
    "phases": siting.Phases(COST[:, :30], np.stack([PERSONS, PERSONS]), (3, 5)),
}
LARGEST = ("coverage", "coverage with capacities", "backup", "dispersion")


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_told_only_gets_better_and_ends_with_the_plan(name: str):
    told: list[Progress] = []
    plan = siting.solve(PROBLEMS[name], Limits(10.0, 1e-3), listener=told.append)
    sense = -1.0 if name in LARGEST else 1.0
    values, bounds = (sense * np.array(v) for v in zip(*((p.value, p.bound) for p in told), strict=True))
    assert (np.diff(values) <= 0).all()
    assert (np.diff(bounds) >= 0).all()
    assert (bounds <= values).all()
    assert plan.report.objective == pytest.approx(told[-1].value)
    assert plan.report.bound == pytest.approx(told[-1].bound)


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_listener_that_has_enough_at_once_gets_a_plan_that_keeps_everything(name: str):
    def listen(progress: Progress) -> None:
        raise Enough

    plan = siting.solve(PROBLEMS[name], Limits(60.0, 0.0), listener=listen)
    assert plan.decision is not None
    assert siting.check(PROBLEMS[name], plan) == []


def test_a_listener_is_asked_though_nothing_is_new():
    def listen(progress: Progress) -> None:
        if progress.wall_s > 0.5:
            raise Enough

    rng = np.random.default_rng(1)
    # a p-median without any geometry keeps its gap for long
    problem = siting.PMedian(rng.uniform(0, 1000, (400, 400)), np.ones(400), 40)
    plan = siting.solve(problem, Limits(60.0, 0.0), listener=listen)
    assert plan.report.wall_s < 20
    assert siting.check(problem, plan) == []


def test_what_a_listener_raises_reaches_the_caller_and_leaves_no_thread():
    def listen(progress: Progress) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    for name in ("median", "center", "coverage with capacities"):
        with pytest.raises(KeyboardInterrupt):
            siting.solve(PROBLEMS[name], listener=listen)
    assert threading.active_count() == before
