"""Hierarchies and phases that are too large for branch and cut still get a plan and a bound that holds."""

import numpy as np
import pytest

from models import Limits, Termination, siting
from models.siting import hierarchy, phases

RNG = np.random.default_rng(5)
X_KM, Y_KM = RNG.uniform(0, 10, (2, 60))
COST = np.hypot(X_KM[:, None] - X_KM[:20], Y_KM[:, None] - Y_KM[:20])
PERSONS = RNG.integers(1, 50, 60).astype(float)
TWO_LEVELS = siting.Hierarchy(COST, PERSONS, COST[:20, :6], siting.Level(5), siting.Level(2), 0.4)
THREE_PHASES = siting.Phases(COST, np.stack([PERSONS, PERSONS[::-1], PERSONS]), (2, 4, 7), [3])


@pytest.mark.parametrize(("room", "problem"), [(hierarchy, TWO_LEVELS), (phases, THREE_PHASES)])
def test_without_branch_and_cut_plan_and_bound_enclose_the_optimum(monkeypatch, room, problem):
    exact = siting.solve(problem, Limits(30.0, 0.0))
    assert exact.report.termination is Termination.OPTIMAL
    monkeypatch.setattr(room, "SMALL", 0)
    plan = siting.solve(problem, Limits(30.0, 0.0))
    assert siting.check(problem, plan) == []
    assert plan.report.bound <= exact.report.objective * (1 + 1e-9)
    assert plan.report.objective >= exact.report.objective * (1 - 1e-9)
    assert plan.report.objective <= exact.report.objective * 1.05


def test_more_sites_than_there_are_is_infeasible():
    upper = siting.Level(7)
    asked = siting.Hierarchy(COST, PERSONS, COST[:20, :6], siting.Level(5), upper)
    assert siting.solve(asked).report.termination is Termination.INFEASIBLE
    asked = siting.Phases(COST, np.stack([PERSONS, PERSONS]), (2, 21))
    assert siting.solve(asked).report.termination is Termination.INFEASIBLE


def test_demands_that_nobody_may_serve_leave_no_plan():
    cost = COST.copy()
    cost[0] = np.inf
    asked = siting.Phases(cost, np.stack([PERSONS, PERSONS]), (2, 4))
    assert siting.solve(asked, Limits(10.0)).report.termination is Termination.INFEASIBLE
