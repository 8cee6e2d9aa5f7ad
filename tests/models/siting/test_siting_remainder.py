"""What prices leave of a covering is the same covering, only smaller."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.siting.kernels.lagrangian import CLOSED, FREE, OPEN
from models.siting.reduction import merge
from models.siting.remainder import remainder


def test_a_remainder_by_hand():
    # Site 0 is open and covers demand 0; site 1 is closed, so demand 1 (weight 5) is lost; demands 2 and 3
    # are covered by the free site 2 alone: one demand of weight 3.
    covered = np.array([[1, 0, 0, 1], [0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]], dtype=bool)
    merged = merge(covered, np.array([7.0, 5.0, 1.0, 2.0]))
    rest = remainder(merged, np.array([OPEN, CLOSED, FREE, FREE], dtype=np.int32), 2)
    assert rest.lost == 5
    assert rest.merged.weight.tolist() == [3]
    assert rest.p == 1
    assert rest.all_sites(np.array([0])).tolist() == [0, 2]
    assert rest.within(np.array([0, 3])).tolist() == [1]
    assert rest.within(np.array([1, 2])) is None


@given(st.integers(0, 10_000))
def test_what_the_remainder_leaves_out_is_what_the_covering_leaves_out(seed: int):
    rng = np.random.default_rng(seed)
    covered = rng.random((12, 6)) < 0.3
    merged = merge(covered, rng.integers(1, 9, 12).astype(float))
    state = rng.choice([CLOSED, FREE, OPEN], 6).astype(np.int32)
    p = int((state == OPEN).sum()) + int(rng.integers(0, (state == FREE).sum() + 1))
    rest = remainder(merged, state, p)
    sites = rng.choice(rest.free.size, rest.p, replace=False)
    whole = merged.weight @ ~merged.covered[:, rest.all_sites(sites)].any(axis=1)
    assert rest.lost + rest.merged.weight @ ~rest.merged.covered[:, sites].any(axis=1) == whole
    assert rest.gather(merged.weight).sum() == rest.merged.weight.sum()
