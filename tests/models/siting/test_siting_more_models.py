"""Backup coverage, dispersion, two levels and phases: by hand and by brute force."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Termination, siting

INF = np.inf
EXACT = Limits(relative_gap=0.0)
AT_KM = np.array([0.0, 1.0, 4.0, 10.0])
ROAD = np.abs(AT_KM[:, None] - AT_KM[None, :])
PERSONS = np.array([3.0, 1.0, 2.0, 4.0])


def test_backup_is_worth_what_it_counts_for():
    # Within 3 km, two sites. 1 and 10: all 10 once, none twice: 0.5 x 10 = 5. 0 and 1: 3 + 1 twice, 2 once:
    # 0.5 x 6 + 0.5 x 4 = 5. 1 and 4: 3 once, 1 + 2 twice: 0.5 x 6 + 0.5 x 3 = 4.5. So 5; at a share of 0.6
    # 0 and 1 give 0.4 x 6 + 0.6 x 4 = 4.8 and 1 and 10 only 0.4 x 10 = 4.
    half = siting.BackupCoverage(ROAD, PERSONS, 2, 3.0)
    more = siting.BackupCoverage(ROAD, PERSONS, 2, 3.0, backup_share=0.6)
    for problem, value in ((half, 5.0), (more, 4.8)):
        plan = siting.solve(problem, EXACT)
        assert plan.report.objective == pytest.approx(value)
        assert plan.report.bound == pytest.approx(value)
        assert siting.check(problem, plan) == []
    assert siting.solve(more, EXACT).decision.open_sites.tolist() == [0, 1]


def test_two_depots_stand_as_far_apart_as_the_road_allows():
    # 0 and 10 are 10 km apart. Three: 0, 4, 10 keep 4 km; 0, 1, 10 keep 1; 1, 4, 10 keep 3.
    for p, sites, gap in ((2, [0, 3], 10.0), (3, [0, 2, 3], 4.0)):
        problem = siting.Dispersion(ROAD, p)
        plan = siting.solve(problem, EXACT)
        assert plan.decision.open_sites.tolist() == sites
        assert plan.report.objective == plan.report.bound == gap
        assert siting.check(problem, plan) == []


def test_a_station_of_the_first_level_stands_near_its_second_level():
    # One post on the road and one hospital at 10. With a post at j all persons walk to it and half go on:
    # at 0: 0 + 1 + 8 + 40 + 5 x 10 = 99; at 1: 3 + 0 + 6 + 36 + 5 x 9 = 90;
    # at 4: 12 + 3 + 0 + 24 + 5 x 6 = 69; at 10: 30 + 9 + 12 + 0 + 0 = 51.
    problem = siting.Hierarchy(ROAD, PERSONS, ROAD[:, [3]], siting.Level(1), siting.Level(1), 0.5)
    plan = siting.solve(problem, EXACT)
    assert plan.decision.open_sites.tolist() == [3]
    assert plan.report.objective == plan.report.bound == 51
    assert siting.check(problem, plan) == []


def test_what_is_built_first_stays_and_serves_later():
    # Phase one has people at 0 only, phase two everyone; one site, then two. First at 0 costs 0, then 9 with
    # 10 (see the p-median): 9 in all. First at 1 costs 3, and 9 with 10: 12.
    weight = np.array([[3.0, 0, 0, 0], PERSONS])
    problem = siting.Phases(ROAD, weight, (1, 2))
    plan = siting.solve(problem, EXACT)
    assert [sites.tolist() for sites in plan.decision.open_sites] == [[0], [0, 3]]
    assert plan.report.objective == plan.report.bound == 9
    assert siting.check(problem, plan) == []


def test_a_site_that_closes_between_phases_is_caught():
    problem = siting.Phases(ROAD, np.array([PERSONS, PERSONS]), (1, 2))
    plan = siting.solve(problem, EXACT)
    others = np.setdiff1d(np.arange(4), plan.decision.open_sites[0])[:2]
    at = np.array([plan.decision.assignment[0], others[ROAD[:, others].argmin(axis=1)]])
    wrong = replace(plan.decision, open_sites=(plan.decision.open_sites[0], others), assignment=at)
    found = siting.check(problem, replace(plan, decision=wrong))
    assert "(13) stays open" in {v.constraint for v in found}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: siting.Phases(ROAD, np.array([PERSONS, PERSONS]), (2, 1)), "siting_phases_fall"),
        (lambda: siting.Phases(ROAD, PERSONS, (1, 2)), "siting_link_shape"),
        (lambda: siting.Dispersion(ROAD[:, :2], 2), "siting_square"),
        (lambda: siting.Dispersion(np.triu(ROAD), 2), "siting_square"),
        (lambda: siting.BackupCoverage(ROAD, PERSONS, 2, 3.0, 1.5), "siting_share"),
        (
            lambda: siting.Hierarchy(ROAD, PERSONS, ROAD[:2], siting.Level(1), siting.Level(1)),
            "siting_link_shape",
        ),
    ],
)
def test_bad_input_is_refused(make, code: str):
    with pytest.raises(ProblemError) as error:
        make()
    assert error.value.code == code
    assert error.value.message("zh") != error.value.message("en")


def test_more_sites_than_there_are_is_infeasible_in_every_model():
    for problem in (
        siting.BackupCoverage(ROAD, PERSONS, 9, 3.0),
        siting.Dispersion(ROAD, 9),
        siting.Hierarchy(ROAD, PERSONS, ROAD, siting.Level(9), siting.Level(1)),
        siting.Phases(ROAD, np.array([PERSONS, PERSONS]), (1, 9)),
    ):
        plan = siting.solve(problem)
        assert plan.report.termination is Termination.INFEASIBLE
        assert plan.decision is None


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), m=st.integers(2, 6))
def test_brute_force_agrees(seed: int, m: int):
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(1, 6)), int(rng.integers(1, m + 1))
    cost, weight = rng.integers(0, 9, (n, m)).astype(float), rng.integers(0, 5, n).astype(float)
    share = float(rng.choice([0.0, 0.3, 0.5, 0.8, 1.0]))
    times = {s: (cost[:, s] <= 4).sum(axis=1) for s in combinations(range(m), p)}
    most = max(weight @ ((1 - share) * (t >= 1) + share * (t >= 2)) for t in times.values())
    judge(siting.BackupCoverage(cost, weight, p, 4.0, share), most)
    square = np.triu(rng.integers(0, 20, (m, m)), 1).astype(float)
    square += square.T
    far = max(min((square[a, b] for a, b in combinations(s, 2)), default=0.0) for s in times)
    judge(siting.Dispersion(square, p), far)
    onward = rng.integers(0, 9, (m, 3)).astype(float)
    paths = min(
        weight @ (cost[:, s, None] + share * onward[s, :][None][:, :, u]).min(axis=(1, 2))
        for s in map(list, times)
        for u in map(list, combinations(range(3), 2))
    )
    judge(siting.Hierarchy(cost, weight, onward, siting.Level(p), siting.Level(2), share), paths)
    first = int(rng.integers(1, p + 1))
    weights = rng.integers(0, 5, (2, n)).astype(float)
    phased = min(
        weights[0] @ cost[:, a].min(axis=1) + weights[1] @ cost[:, s].min(axis=1)
        for s in map(list, times)
        for a in map(list, combinations(s, first))
    )
    judge(siting.Phases(cost, weights, (first, p)), phased)


def judge(problem, best: float):
    plan = siting.solve(problem, EXACT)
    assert siting.check(problem, plan) == []
    assert plan.report.objective == pytest.approx(best, abs=1e-6)
    assert plan.report.bound == pytest.approx(best, abs=1e-6)


def robust_by_hand(aim: str, tail: float, lost: np.ndarray) -> float:
    if aim == "expected":
        return float(lost.mean())
    if aim == "worst":
        return float(lost.max())
    return min(float(t + np.maximum(lost - t, 0).mean() / (1 - tail)) for t in lost)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), m=st.integers(1, 5), aim=st.sampled_from(["expected", "worst", "cvar"]))
def test_brute_force_agrees_over_many_cases(seed: int, m: int, aim: str):
    rng = np.random.default_rng(seed)
    k, n, p = int(rng.integers(1, 5)), int(rng.integers(1, 6)), int(rng.integers(1, m + 1))
    cost, weight = rng.integers(0, 9, (k, n, m)).astype(float), rng.integers(0, 5, n).astype(float)
    cost[rng.random(cost.shape) < 0.2] = INF
    best = min(
        robust_by_hand(aim, 0.6, (~(cost[:, :, s] <= 4).any(axis=2)) @ weight)
        for s in map(list, combinations(range(m), p))
    )
    judge(siting.RobustCoverage(cost, weight, p, 4.0, aim, 0.6), best)


def test_the_site_that_lasts_is_not_the_one_that_covers_most_on_a_fine_day():
    # Persons 3, 4, 3. On a fine day site 0 covers all, site 1 leaves out 4; with the bridge out site 0
    # reaches only the 4 of its bank and leaves out 6, site 1 still 4. Worst: 6 against 4.
    one = np.array([[1.0, 1.0], [1.0, INF], [1.0, 1.0]])
    two = np.array([[INF, 1.0], [1.0, INF], [INF, 1.0]])
    weight = np.array([3.0, 4.0, 3.0])
    problem = siting.RobustCoverage(np.stack([one, two]), weight, 1, 2.0, "worst")
    plan = siting.solve(problem, EXACT)
    assert siting.left_out(problem, np.array([0])).tolist() == [0.0, 6.0]
    assert plan.decision.open_sites.tolist() == [1]
    assert plan.report.objective == plan.report.bound == 4


@pytest.mark.parametrize("tail", [-0.1, 1.0, np.nan])
def test_a_tail_that_is_none_is_refused(tail: float):
    with pytest.raises(ProblemError) as error:
        siting.RobustCoverage(ROAD[None], PERSONS, 1, 2.0, "cvar", tail)
    assert error.value.code == "siting_share"
