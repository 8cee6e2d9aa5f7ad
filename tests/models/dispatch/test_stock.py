import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Termination, dispatch
from models.dispatch import Stock

INF = np.inf


def problem(**changes: object) -> Stock:
    """Depots with 10 and 5 units; two stops need 10 each; the second depot reaches the second stop alone."""
    fields: dict[str, object] = {
        "stock": np.array([[10], [5]]),
        "need": np.array([[10], [10]]),
        "cost_s": np.array([[100.0, 200.0], [INF, 50.0]]),
        "priority": np.ones(2),
    }
    return Stock(**{**fields, **changes})


def solved(given: Stock) -> dispatch.StockDecision:
    plan = dispatch.solve(given, Limits(5))
    assert dispatch.check(given, plan) == []
    assert plan.report.termination is Termination.OPTIMAL
    assert plan.decision is not None
    return plan.decision


def test_the_shortage_is_shared_evenly_and_sent_from_near() -> None:
    # 15 units for 20: 7 and 8, so 3 and 2 short; stop 0 gets its own from depot 0 alone
    decision = solved(problem())
    assert decision.short_units.sum() == 5
    assert decision.worst_share == decision.worst_bound == pytest.approx(0.3)
    assert decision.shortage_bound == 5
    # 8 and 7 from depot 0 and 1 are dearer than 7 to stop 0: 8 * 100 + 2 * 200 + 5 * 50 = 1450
    assert decision.short_units[:, 0].tolist() == [2, 3]
    assert decision.seconds_bound == pytest.approx(1450)


def test_a_reserve_stays() -> None:
    # half of 10 and of 5, rounded down for what may leave: 5 + 2
    decision = solved(problem(reserve_share=0.5))
    assert decision.units.sum() == 7


def test_the_more_urgent_stop_is_short_of_less() -> None:
    # shares short weighed 1 : 4; 5 units short as 4 and 1: 0.4 and 0.4
    decision = solved(problem(priority=np.array([1.0, 4.0])))
    assert decision.short_units[:, 0].tolist() == [4, 1]
    assert decision.worst_share == pytest.approx(0.4)


def test_a_stop_without_a_way_has_its_cause_and_leaves_the_rest_to_others() -> None:
    given = problem(cost_s=np.array([[INF, 200.0], [INF, 50.0]]))
    decision = solved(given)
    assert decision.short_units[:, 0].tolist() == [10, 0]
    assert decision.worst_bound == 1
    assert dispatch.causes(given)[0].where == "stop 0 has no way from any depot"


def test_enough_for_all_is_no_shortage() -> None:
    decision = solved(problem(stock=np.array([[20], [5]])))
    assert decision.worst_share == decision.shortage_bound == 0
    # 10 * 100 + 5 * 200 + 5 * 50
    assert decision.seconds_bound == pytest.approx(2250)


def test_nothing_needed_is_nothing_sent() -> None:
    assert solved(problem(need=np.array([[0], [0]]))).units.size == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reserve_share": 1.0}, "dispatch_share"),
        ({"reserve_share": np.nan}, "dispatch_share"),
        ({"priority": np.array([1.0, 0.0])}, "dispatch_number"),
        ({"priority": np.ones(3)}, "dispatch_shape"),
        ({"cost_s": np.array([[1.0, -1.0], [1.0, 1.0]])}, "dispatch_time"),
        ({"cost_s": np.ones((1, 2))}, "dispatch_shape"),
        ({"need": np.array([[1.5], [1]])}, "dispatch_whole"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        problem(**changes)
    assert refused.value.code == code


def test_a_tampered_allocation_is_found_out() -> None:
    given = problem()
    plan = dispatch.solve(given)
    made = plan.decision
    assert made is not None

    def tampered(of: Stock = given, **changes: object) -> set[str]:
        bad = replace(plan, decision=replace(made, **changes))
        return {violation.constraint for violation in dispatch.check(of, bad)}

    assert "(1)" in tampered(units=made.units - 1)
    assert "(2)" in tampered(of=replace(given, stock=np.array([[9], [5]])))
    assert "(3)" in tampered(of=replace(given, cost_s=np.array([[100.0, INF], [INF, 50.0]])))
    assert "figures" in tampered(worst_share=0.1)
    assert "figures" in tampered(seconds_bound=made.seconds_bound + 1)
    assert "figures" in tampered(shortage_bound=made.shortage_bound + 1)
    assert "figures" in tampered(tight=np.zeros((2, 1), dtype=bool))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_small_allocations_are_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cost = np.where(rng.random((2, 2)) < 0.2, INF, rng.integers(1, 50, (2, 2)))
    given = Stock(
        rng.integers(0, 6, (2, 1)),
        rng.integers(0, 6, (2, 1)),
        cost,
        rng.integers(1, 4, 2).astype(float),
        float(rng.choice([0.0, 0.3])),
    )
    decision = solved(given)
    best = min(
        values(given, np.array(sent).reshape(2, 2))
        for sent in itertools.product(range(6), repeat=4)
        if keeps(given, np.array(sent).reshape(2, 2))
    )
    sent = np.zeros((2, 2), dtype=int)
    np.add.at(sent, (decision.depot, decision.stop), decision.units)
    # where a stop is cut off, its share is the greatest and that of the others is still made least
    reached = np.isfinite(cost).any(axis=0).all()
    mine = values(given, sent)
    assert mine[0] == pytest.approx(best[0])
    if reached:
        assert mine == pytest.approx(best)


def keeps(given: Stock, sent: np.ndarray) -> bool:
    enough = (sent.sum(axis=1) <= given.free[:, 0]).all() and (sent.sum(axis=0) <= given.need[:, 0]).all()
    return bool(enough and not sent[~np.isfinite(given.cost_s)].any())


def values(given: Stock, sent: np.ndarray) -> tuple[float, float, float]:
    short = given.need[:, 0] - sent.sum(axis=0)
    weight = given.priority[:, 0]
    worst = (weight * short / np.maximum(given.need[:, 0], 1)).max()
    seconds = np.where(np.isfinite(given.cost_s), given.cost_s, 0.0)
    return float(round(worst, 9)), float(weight @ short), float((seconds * sent).sum())
