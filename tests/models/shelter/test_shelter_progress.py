"""A search tells what it knows early, only gets better, and stops when told to."""

import threading

import numpy as np
import pytest
from allocations import town

from models import Limits, shelter
from models.shelter import Enough, Progress

PROBLEM = town(150, 8, 0.9)


def test_value_and_bound_come_early_and_only_get_better():
    told: list[Progress] = []
    plan = shelter.solve(PROBLEM, Limits(time_s=3.0, relative_gap=1e-5), listener=told.append)
    assert len(told) > 2
    values, bounds = np.array([p.value for p in told]), np.array([p.bound for p in told])
    assert (np.diff(values) <= 0).all()
    assert (np.diff(bounds) >= 0).all()
    assert (bounds <= values).all()
    assert told[0].wall_s < 2.0
    unmet = 50_000.0 * float(plan.decision.unmet.sum())
    assert plan.report.objective + unmet == pytest.approx(values[-1])
    assert plan.report.bound + unmet == pytest.approx(bounds[-1], rel=1e-4)


def test_a_listener_that_has_enough_gets_the_best_plan_so_far():
    def listen(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 2:
            raise Enough

    told: list[Progress] = []
    plan = shelter.solve(PROBLEM, Limits(time_s=60.0), listener=listen)
    assert plan.report.wall_s < 30
    assert shelter.check(PROBLEM, plan) == []
    unmet = 50_000.0 * float(plan.decision.unmet.sum())
    assert plan.report.objective + unmet == pytest.approx(told[-1].value)


def test_what_a_listener_raises_reaches_the_caller_and_leaves_no_thread():
    def listen(progress: Progress) -> None:
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        shelter.solve(PROBLEM, Limits(time_s=60.0), listener=listen)
    assert threading.active_count() == before
