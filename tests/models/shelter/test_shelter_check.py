"""The check finds every kind of tampering."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from models import Plan, shelter
from models.shelter import AllocationDecision

PROBLEM = shelter.Allocation(
    persons=np.array([3, 4]),
    capacity=np.array([4, 2]),
    cell=np.array([0, 0, 1, 1]),
    site=np.array([0, 1, 0, 1]),
    cost_s=np.array([10.0, 50.0, 20.0, 30.0]),
)


def tamper(**changes: object) -> Callable[[Plan[AllocationDecision]], Plan[AllocationDecision]]:
    def change(plan: Plan[AllocationDecision]) -> Plan[AllocationDecision]:
        return replace(plan, decision=replace(plan.decision, **changes))

    return change


def report(**changes: object) -> Callable[[Plan[AllocationDecision]], Plan[AllocationDecision]]:
    return lambda plan: replace(plan, report=replace(plan.report, **changes))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (tamper(persons=np.array([3, 0, 1, 1])), "(1) persons"),
        (tamper(unmet=np.array([0, 0])), "(1) persons"),
        (tamper(persons=np.array([3, 0, 2, 1])), "(2) capacity"),
        (tamper(persons=np.array([4, -1, 1, 2])), "(3) whole"),
        (tamper(unmet=np.array([1, -1])), "(3) whole"),
        (tamper(persons=np.array([3, 0, 1])), "shape"),
        (report(objective=100.0), "objective"),
        (report(objective=float("nan")), "objective"),
        (report(objective=None), "objective"),
        (report(bound=111.0), "bound"),
        (report(bound=float("nan")), "bound"),
        (tamper(prices=np.array([0.0, 0.0])), "bound"),
        (tamper(prices=None), "bound"),
    ],
)
def test_a_tampered_plan_is_caught(change, constraint: str):
    plan = shelter.solve(PROBLEM)
    assert shelter.check(PROBLEM, plan) == []
    assert constraint in {violation.constraint for violation in shelter.check(PROBLEM, change(plan))}


def test_a_plan_without_decision_breaks_nothing():
    plan = replace(shelter.solve(PROBLEM), decision=None)
    assert shelter.check(PROBLEM, plan) == []
