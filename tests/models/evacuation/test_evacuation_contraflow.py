"""Lanes turned for the other direction: by hand, against all choices, and with a proof that is checked."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from evacuations import problem_of, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, evacuation
from models.evacuation import Evacuation, LanePairs, Lanes
from models.evacuation.lanes import with_lanes


def street(persons: int) -> Evacuation:
    """One street of one step to the shelter, one a step each way (the way back leads out of a shelter)."""
    return problem_of([(0, 1, 1, 1), (1, 0, 1, 1), (1, 2, 1, 9)], {0: persons}, {2: np.inf}, 3)


def test_turned_lanes_open_after_they_are_cleared() -> None:
    # 7 persons over 0 -> 1 -> 2. One a step: entries 0..6, arrival of the last 8. With the other lane from
    # step 2: 1 at 0, 1 at 1, then 2 a step: 2 2 3 3 4, the last enters at 4 and is safe at 6
    problem = street(7)
    assert evacuation.solve(problem).report.objective == 8
    result = evacuation.contraflow(problem, evacuation.opposite_pairs(problem, clearing_steps=2))
    assert result.lanes.tolist() == [Lanes.TO_FORWARD]
    assert result.plan.report.objective == result.bound_step == 6
    assert result.police.tolist() == [0, 1]
    assert result.is_best


def test_lanes_that_nobody_needs_are_not_turned() -> None:
    # 3 persons: entries 0 1 2, safe at 4; the other lane would open at step 3
    problem = street(3)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=3)
    result = evacuation.contraflow(problem, pairs)
    assert result.lanes.tolist() == [Lanes.KEPT]
    assert result.police.size == 0
    assert result.is_best


def test_a_street_that_is_needed_both_ways_is_kept() -> None:
    # shelters at both ends of 0 - 1, each with room for those at the other end alone
    arcs = [(0, 1, 1, 1), (1, 0, 1, 1), (0, 2, 1, 9), (1, 3, 1, 9)]
    problem = problem_of([*arcs, (4, 0, 1, 9), (5, 1, 1, 9)], {4: 4, 5: 4}, {2: 4, 3: 4}, 6)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=0)
    assert pairs.forward.tolist() == [0]
    result = evacuation.contraflow(problem, pairs)
    # everybody is near a shelter of its own: nothing is turned
    assert result.lanes.tolist() == [Lanes.KEPT]
    assert evacuation.check_contraflow(problem, pairs, result) == []


def best_of_all(problem: Evacuation, pairs: LanePairs) -> tuple[int, int]:
    """Try every choice: most persons, then the least clearance of as many."""
    found = []
    for lanes in product((Lanes.KEPT, Lanes.TO_FORWARD, Lanes.TO_BACKWARD), repeat=pairs.p):
        decision = evacuation.solve(with_lanes(problem, pairs, np.array(lanes, dtype=np.int64))).decision
        assert decision is not None
        found.append((int(decision.groups.persons.sum()), -decision.clearance_step))
    return max(found)


@given(problems(), st.integers(0, 3))
@settings(max_examples=60)
def test_no_other_choice_of_lanes_is_better(problem: Evacuation, clearing_steps: int) -> None:
    both_ways = replace(
        problem,
        tail=np.concatenate([problem.tail, problem.head[:3]]),
        head=np.concatenate([problem.head, problem.tail[:3]]),
        travel_steps=np.concatenate([problem.travel_steps, problem.travel_steps[:3]]),
        capacity=np.concatenate([problem.capacity, np.ones_like(problem.capacity[:3])]),
    )
    pairs = evacuation.opposite_pairs(both_ways, clearing_steps)
    result = evacuation.contraflow(both_ways, pairs)
    assert evacuation.check_contraflow(both_ways, pairs, result) == []
    assert result.is_best
    assert (result.most_persons, -result.bound_step) == best_of_all(both_ways, pairs)


def test_a_stopped_search_has_a_valid_bound() -> None:
    problem = street(7)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=2)
    result = evacuation.contraflow(problem, pairs, Limits(time_s=0.0))
    assert result.plan.decision is not None
    assert result.bound_step <= 6 <= result.plan.decision.clearance_step
    assert evacuation.check_contraflow(problem, pairs, result) == []


def test_a_leaf_that_is_left_out_is_caught() -> None:
    problem = street(7)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=2)
    result = evacuation.contraflow(problem, pairs)
    missing = replace(result, leaves=())
    assert "no choice is left out" in {v.where for v in evacuation.check_contraflow(problem, pairs, missing)}


def test_a_better_bound_than_is_proven_is_caught() -> None:
    problem = street(7)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=2)
    result = evacuation.contraflow(problem, pairs)
    claimed = replace(result, bound_step=result.bound_step + 1)
    assert [v.constraint for v in evacuation.check_contraflow(problem, pairs, claimed)] == ["bound"]


def test_lanes_that_are_both_kept_and_turned_are_caught() -> None:
    problem = street(7)
    pairs = evacuation.opposite_pairs(problem, clearing_steps=2)
    result = evacuation.contraflow(problem, pairs)
    both = replace(result, problem=with_lanes(problem, pairs, np.array([Lanes.UNDECIDED])))
    assert [v.constraint for v in evacuation.check_contraflow(problem, pairs, both)] == ["lanes"]


def test_arcs_that_are_not_opposite_are_refused() -> None:
    one = np.array([1])
    with pytest.raises(ProblemError):
        evacuation.contraflow(street(7), LanePairs(np.array([0]), np.array([2]), one, one, one))
