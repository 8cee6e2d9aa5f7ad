"""Robust coverage with weights and a chance of its own for each case."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import siting
from models.siting.robust import Aim

AIMS: tuple[Aim, ...] = ("expected", "worst", "cvar")


def by_hand(lost: np.ndarray, chance: np.ndarray, aim: Aim, tail: float) -> float:
    """Return the value of losses by the definition: of the tail, the mean over its share of the chances."""
    if aim == "expected":
        return float(lost @ chance)
    if aim == "worst":
        return float(lost.max())
    left, total = 1 - tail, 0.0
    for k in np.argsort(-lost):
        part = min(left, chance[k])
        total += part * lost[k]
        left -= part
    return total / (1 - tail)


def test_a_likely_case_with_much_at_stake_draws_the_site():
    # One site of two; case 0 reaches only by site 0 (weight 10), case 1 only by site 1 (weight 6).
    cost = np.array([[[1.0, np.inf]], [[np.inf, 1.0]]])
    weight = np.array([[10.0], [6.0]])
    # With 0.2 and 0.8, site 0 leaves out 0.8 x 6 = 4.8 and site 1 leaves out 0.2 x 10 = 2.
    problem = siting.RobustCoverage(cost, weight, 1, 1.0, "expected", chance=np.array([1.0, 4.0]))
    plan = siting.solve(problem)
    assert plan.decision.open_sites.tolist() == [1]
    assert plan.report.objective == pytest.approx(2)
    assert siting.check(problem, plan) == []
    # The worst case is 6 with site 0 and 10 with site 1, however likely.
    worst = siting.RobustCoverage(cost, weight, 1, 1.0, "worst", chance=np.array([1.0, 4.0]))
    assert siting.solve(worst).decision.open_sites.tolist() == [0]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(AIMS))
def test_every_aim_is_the_least_over_all_choices(seed: int, aim: Aim):
    rng = np.random.default_rng(seed)
    cost, weight = rng.integers(1, 9, (3, 5, 4)).astype(float), rng.integers(0, 9, (3, 5)).astype(float)
    chance = rng.integers(1, 5, 3).astype(float)
    problem = siting.RobustCoverage(cost, weight, 2, 3.0, aim, 0.6, chance=chance)
    plan = siting.solve(problem)
    values = []
    for sites in combinations(range(4), 2):
        lost = (~(cost[:, :, list(sites)] <= 3).any(axis=2) * weight).sum(axis=1)
        values.append(by_hand(lost, chance / chance.sum(), aim, 0.6))
    assert plan.report.objective == pytest.approx(min(values))
    assert siting.check(problem, plan) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"chance": np.array([1.0, -1.0])}, "siting_vector"),
        ({"chance": np.zeros(2)}, "siting_share"),
        ({"chance": np.ones(3)}, "siting_vector_shape"),
        ({"weight": np.ones((3, 1))}, "siting_vector_shape"),
        ({"weight": np.array([[1.0], [-1.0]])}, "siting_vector"),
    ],
)
def test_weights_and_chances_that_cannot_be_are_refused(change: dict[str, np.ndarray], code: str):
    whole = {"cost": np.ones((2, 1, 2)), "weight": np.ones((2, 1)), "p": 1, "radius": 1.0}
    with pytest.raises(ProblemError) as error:
        siting.RobustCoverage(**{**whole, **change})
    assert error.value.code == code
