"""Capacities shared out: flows, greedy, swaps and prices."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Limits, siting
from models.siting.reduction import merge
from models.siting.report import Asked, Run
from models.siting.sharing import Sharers


def sharers(seed: int) -> Sharers:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 10, (14, 7))
    problem = siting.MaxCoverage(
        cost, rng.integers(1, 20, 14).astype(float), 3, 4.0, rng.integers(5, 40, 7).astype(float)
    )
    return Sharers(problem, merge(cost <= 4.0, problem.weight))


def test_a_flow_by_hand():
    # Sites 0 and 1 hold 5 each; demand 0 (8) reaches both, demand 1 (4) only site 0: 5 + 5 of 12 are served.
    # Site 2 reaches demand 1 alone and holds 9, so it may add 2: the flow has room for the rest of 12 there.
    cost = np.array([[0.0, 0.0, 9.0], [0.0, 9.0, 0.0]])
    problem = siting.MaxCoverage(cost, np.array([8.0, 4.0]), 2, 1.0, np.array([5.0, 5.0, 9.0]))
    flow = Sharers(problem, merge(cost <= 1.0, problem.weight)).flow(np.array([0, 1]))
    assert flow.served == 10
    assert flow.load.tolist() == [5, 5]
    assert flow.gain[2] >= 2


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_prices_bound_what_any_sites_serve_and_swaps_never_lose(seed: int):
    asked = sharers(seed)
    run = Run(Asked(Limits(10.0), 1), "test", greatest=True)
    start = asked.greedy()
    swapped = asked.swapped(start, run)
    served = asked.flow(swapped).served
    assert served >= asked.flow(start).served
    assert asked.prices(served, run).bound >= served - 1e-6


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_one_more_site_adds_no_more_than_the_cut_says(seed: int):
    asked = sharers(seed)
    flow = asked.flow(np.array([0, 1]))
    for j in range(2, 7):
        assert asked.flow(np.array([0, 1, j])).served <= flow.served + flow.gain[j] + 1e-6
