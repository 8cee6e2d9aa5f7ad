"""Every aim: by hand, against all placements of single persons, and its proof against tampering."""

from dataclasses import replace

import numpy as np
import pytest
from allocations import dense, fewest_unmet, placements, problems
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Plan, Violation, shelter
from models.shelter import AllocationDecision, LongestTrip, ShareWithin, TotalTime, Weighed

AIMS = [TotalTime(), LongestTrip(), ShareWithin(0.5), ShareWithin(0.95), Weighed(1.0, 1.0), Weighed(1.0, 0.1)]
# total: cell 0 to shelter 0 (2 x 10), cell 1 to shelter 1 (2 x 100): 220, longest 100.
# shortest longest trip: both crossed over, 2 x 60 + 2 x 70: 260, longest 70.
CROSSING = dense([2, 2], [2, 2], [[10, 60], [70, 100]])


def names(violations: list[Violation]) -> set[str]:
    return {violation.constraint for violation in violations}


def late(problem: shelter.Allocation, plan: Plan[AllocationDecision], limit_s: float) -> int:
    return int(plan.decision.persons[problem.cost_s > limit_s].sum())


def test_the_shortest_longest_trip_costs_more_in_all():
    assert shelter.solve(CROSSING).report.objective == 220.0
    plan = shelter.solve(CROSSING, objective=LongestTrip())
    assert plan.decision.aim_proof.limit_s == 70.0
    assert plan.report.objective == 260.0
    assert plan.report.bound == pytest.approx(260.0)


def test_weights_decide_between_total_and_longest():
    # 220 + w 4 x 100 against 260 + w 4 x 70: equal at w = 1/3
    assert shelter.solve(CROSSING, objective=Weighed(1, 0.3)).report.objective == pytest.approx(340.0)
    assert shelter.solve(CROSSING, objective=Weighed(1, 0.4)).report.objective == pytest.approx(372.0)


def test_half_arrive_within_ten_seconds():
    # 10 people: 5 of them can be 10 s away, the others are 90 s away or (3 of them) 50 s
    problem = dense([5, 5], [5, 3, 9], [[10, 50, 90], [40, 50, 90]])
    plan = shelter.solve(problem, objective=ShareWithin(0.5))
    assert plan.decision.aim_proof.limit_s == 10.0
    assert late(problem, plan, 10.0) == 5
    # 3 at 50 s, 2 at 90 s
    assert plan.report.objective == 5 * 10 + 3 * 50 + 2 * 90


@pytest.mark.parametrize("aim", AIMS, ids=str)
@settings(deadline=None, max_examples=40)
@given(problem=problems(most_cells=3))
def test_plans_of_every_aim_pass_the_check_and_leave_the_fewest_unmet(aim, problem: shelter.Allocation):
    plan = shelter.solve(problem, objective=aim)
    assert shelter.check(problem, plan, objective=aim) == []
    assert plan.report.bound <= plan.report.objective + 1e-6
    assert int(plan.decision.unmet.sum()) == fewest_unmet(problem, np.isfinite)


@settings(deadline=None, max_examples=40)
@given(problems())
def test_no_shorter_longest_trip_places_as_many(problem: shelter.Allocation):
    plan = shelter.solve(problem, objective=LongestTrip())
    limit_s = plan.decision.aim_proof.limit_s
    assume(limit_s > 0)
    unmet = int(plan.decision.unmet.sum())
    assert fewest_unmet(problem, lambda cost_s: cost_s <= limit_s) == unmet
    assert fewest_unmet(problem, lambda cost_s: cost_s < limit_s) > unmet


@settings(deadline=None, max_examples=40)
@given(problems(most_cells=3), st.sampled_from([0.1, 1.0, 3.0]))
def test_the_weighed_optimum_is_that_of_all_limits(problem: shelter.Allocation, weight: float):
    plan = shelter.solve(problem, Limits(relative_gap=1e-9), objective=Weighed(1.0, weight))
    unmet = int(plan.decision.unmet.sum())
    values = []
    for limit_s in np.unique(problem.cost_s):
        part = problem.restricted(problem.cost_s <= limit_s)
        found = shelter.solve(part)
        if int(found.decision.unmet.sum()) == unmet:
            longest_s = part.cost_s[found.decision.persons > 0].max(initial=0.0)
            values.append(found.report.objective + weight * problem.persons.sum() * longest_s)
    assert plan.report.objective == pytest.approx(min(values, default=0.0), abs=0.05)


def test_whole_communities_take_the_shortest_longest_trip_too():
    # whole: community 0 (2) and 1 (2) as in CROSSING
    problem = replace(CROSSING, whole=np.array([0, 1]))
    plan = shelter.solve(problem, Limits(time_s=60.0), objective=LongestTrip())
    least = min((unmet, longest) for _, unmet, longest in placements(problem))
    assert (int(plan.decision.unmet.sum()), plan.decision.aim_proof.limit_s) == least
    assert shelter.check(problem, plan, objective=LongestTrip()) == []


@pytest.mark.parametrize("aim", [LongestTrip(), ShareWithin(0.5), ShareWithin(0.8), Weighed(1, 0.4)], ids=str)
@settings(deadline=None, max_examples=15)
@given(problem=problems(most_cells=4))
def test_whole_communities_keep_every_aim_and_its_proof(aim, problem: shelter.Allocation):
    whole = replace(problem, whole=np.arange(problem.persons.size) // 2)
    plan = shelter.solve(whole, Limits(time_s=3.0), objective=aim)
    assert shelter.check(whole, plan, objective=aim) == []
    assert plan.report.bound <= plan.report.objective + 1e-6


def test_whole_communities_weigh_total_and_longest_trip_as_split_ones_do_where_nothing_must_be_split():
    problem = replace(CROSSING, whole=np.array([0, 1]))
    for weight, objective in ((0.3, 340.0), (0.4, 372.0)):
        plan = shelter.solve(problem, Limits(time_s=3.0), objective=Weighed(1, weight))
        assert plan.report.objective == pytest.approx(objective)
        assert plan.report.bound == pytest.approx(objective)


def test_the_share_of_whole_communities_is_as_early_as_any_placement_allows():
    # 5 and 5 whole, shelters of 5, 3 and 9: one community is 10 s away, the other 50 s is too small for it
    problem = dense([5, 5], [5, 3, 9], [[10, 50, 90], [40, 50, 90]], whole=np.array([0, 1]))
    plan = shelter.solve(problem, Limits(time_s=3.0), objective=ShareWithin(0.5))
    proof = plan.decision.aim_proof
    assert (proof.limit_s, proof.proven_s) == (10.0, 10.0)
    # 5 x 10 + 5 x 90
    assert plan.report.objective == 500.0
    for change in ({"bound_s": 40.0}, {"bound_s": 95.0}, {"limit_s": 5.0}):
        tampered = replace(plan, decision=replace(plan.decision, aim_proof=replace(proof, **change)))
        assert "share" in names(shelter.check(problem, tampered, objective=ShareWithin(0.5))), change


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: ShareWithin(1.0), "shelter_share"),
        (lambda: ShareWithin(float("nan")), "shelter_share"),
        (lambda: Weighed(0.0, 1.0), "shelter_weights"),
        (lambda: Weighed(1.0, float("inf")), "shelter_weights"),
    ],
)
def test_weights_and_shares_outside_their_range_are_refused(make, code: str):
    with pytest.raises(ProblemError) as caught:
        make()
    assert caught.value.code == code


def test_a_claimed_shorter_longest_trip_is_caught():
    plan = shelter.solve(CROSSING, objective=LongestTrip())
    proof = plan.decision.aim_proof
    for change in ({"limit_s": 60.0}, {"bound_s": 100.0}, {"cells": np.array([0])}, {"cells": np.array([5])}):
        tampered = replace(plan, decision=replace(plan.decision, aim_proof=replace(proof, **change)))
        assert "longest trip" in names(shelter.check(CROSSING, tampered, objective=LongestTrip())), change


def test_a_plan_for_another_aim_is_caught():
    total, longest = shelter.solve(CROSSING), shelter.solve(CROSSING, objective=LongestTrip())
    assert "aim" in names(shelter.check(CROSSING, total, objective=LongestTrip()))
    # and the plan of the longest trip claims a bound that its prices do not prove for the total
    assert "bound" in names(shelter.check(CROSSING, longest))


def test_a_claimed_earlier_share_is_caught():
    problem = dense([5, 5], [5, 3, 9], [[10, 50, 90], [40, 50, 90]])
    plan = shelter.solve(problem, objective=ShareWithin(0.8))
    proof = plan.decision.aim_proof
    changes = ({"limit_s": 10.0}, {"limit_s": 95.0}, {"prices": np.zeros(2)}, {"prices": np.full(3, 9.0)})
    for change in changes:
        tampered = replace(plan, decision=replace(plan.decision, aim_proof=replace(proof, **change)))
        assert "share" in names(shelter.check(problem, tampered, objective=ShareWithin(0.8))), change


def test_a_missing_step_of_the_weighed_proof_is_caught():
    aim = Weighed(1, 0.4)
    plan = shelter.solve(CROSSING, objective=aim)
    proof = plan.decision.aim_proof
    fewer = replace(proof, steps=proof.steps[:-1])
    tampered = replace(plan, decision=replace(plan.decision, aim_proof=fewer))
    assert "bound" in names(shelter.check(CROSSING, tampered, objective=aim))
