"""The search for trips that earn more than they cost: against all orders of all sets of stops."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import floyd_warshall

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.kernels.completions import completions
from models.dispatch.delivery.kernels.earnings import part_rewards, stop_earnings
from models.dispatch.delivery.kernels.paying import paying_trips
from models.dispatch.delivery.line_trips import PARTS

Earnings = tuple[FloatArray, FloatArray, IntArray]


def drawn(seed: int) -> tuple[Earnings, FloatArray, float]:
    """What up to 5 stops earn by load, ways, and a room; some lines take next to no room of it."""
    rng = np.random.default_rng(seed)
    stops = int(rng.integers(1, 6))
    first = np.concatenate([[0], np.cumsum(rng.integers(1, 4, stops))]).astype(np.int64)
    lines = int(first[-1])
    tiny = rng.random(lines) < rng.choice([0.0, 0.3, 0.7])
    load = np.where(tiny, 10 ** rng.uniform(-5, -1.5, lines), rng.uniform(0.02, 0.9, lines))
    dense = rng.uniform(0, 1, lines) * 10 ** rng.uniform(-1, 2, lines)
    of = np.repeat(np.arange(stops), np.diff(first))
    order = np.lexsort((-dense, of))
    visit = np.where(rng.random(stops) < 0.5, rng.uniform(0, 60, stops), 0.0)
    kink = np.maximum(np.bincount(of, weights=load) * rng.uniform(0.3, 1, stops), 0.001)
    at, worth, knots = stop_earnings(first, load[order], (dense * load)[order], visit, kink)
    worth -= np.where(rng.random(stops) < 0.3, rng.uniform(0, 3, stops), 0.0)[:, None]
    where = rng.uniform(0, rng.choice([3, 20, 60]), (stops + 1, 2))
    ways = np.abs(where[:, None] - where[None]).sum(axis=2) * rng.uniform(0.8, 1.2, (stops + 1, stops + 1))
    ways = floyd_warshall(ways)
    np.fill_diagonal(ways, np.inf)
    return (at, worth, knots), ways, float(rng.choice([1.0, 0.5, 0.17]))


def earned_by(chosen: tuple[int, ...], earns: Earnings, room: float) -> float:
    """Return what visits to stops earn together: the dearest by load first, as long as there is room."""
    load, worth, knots = earns
    steps = [
        (load[s, i] - load[s, i - 1], worth[s, i] - worth[s, i - 1])
        for s in chosen
        for i in range(1, knots[s])
    ]
    total = sum(worth[s, 0] for s in chosen)
    for more, gain in sorted(steps, key=lambda step: -step[1] / step[0]):
        taken = min(more, room)
        total += gain * taken / more
        room -= taken
    return float(total)


def best_of_all(earns: Earnings, ways: FloatArray, room: float, start: float) -> float:
    """Return what the best trip earns beyond its cost, over all orders of all sets of stops."""
    best, places = -np.inf, range(ways.shape[0] - 1)
    for count in range(1, ways.shape[0]):
        for chosen in itertools.combinations(places, count):
            earned = earned_by(chosen, earns, room) - start
            for order in itertools.permutations(chosen):
                path = (0, *(s + 1 for s in order), 0)
                best = max(best, earned - sum(float(ways[a, b]) for a, b in itertools.pairwise(path)))
    return best


# 24 parts are the coarsest that the argument of part_rewards allows for 5 stops: one has more than three
@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 1_000_000), slack=st.floats(-7, -1), parts=st.sampled_from([PARTS, 24]))
def test_the_best_trip_that_pays_is_found(seed: int, slack: float, parts: int) -> None:
    earns, ways, room = drawn(seed)
    best = best_of_all(earns, ways, room, 1.0)
    ahead = completions(ways, part_rewards(*earns, room, parts))
    if best <= 1e-6:
        _, value, all_seen = paying_trips((ways, 1.0, room), earns, ahead, (1e-6, 0.0, 200_000, 1, False))
        assert all_seen
        assert not value.size
        return
    least = best * (1 - 10**slack)
    _, value, all_seen = paying_trips((ways, 1.0, room), earns, ahead, (least, 0.0, 200_000, 1, False))
    assert all_seen
    np.testing.assert_allclose(value.max(), best, rtol=1e-6)
