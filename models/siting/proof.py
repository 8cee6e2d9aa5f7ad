"""What proves a bound: prices, and where they do not suffice, a tree of cases with prices in each.

For any prices lambda_i, with rho_j = sum_i min(0, d_ij - lambda_i) (see ``choice.py`` for d),

    bound = sum_i lambda_i + sum of rho_j over the open and the p - |open| cheapest free sites      (B)

is at most the total of every choice of p sites that opens the open and none of the closed ones, because it
is the least of a relaxation. With k the dearest chosen free site and l the cheapest one not chosen,

    bound + rho_j - rho_k is a bound where a free j that is not chosen is open      (close j)
    bound + rho_l - rho_j is a bound where a chosen free j is closed                (open j)

and where that reaches the value to be proven, the case needs no look. Everything here is plain NumPy.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from models.siting.choice import Choice
from models.siting.kernels.lagrangian import CLOSED, FREE, OPEN

# Relative rounding of sums of float64.
ROUNDING: Final = 1e-9
# A bound that is above v - 1 by this proves v where totals are whole.
WHOLE_MARGIN: Final = 1e-6
NONE: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A tree of cases. Case 0 is the whole problem; every other one has a parent before it.

    A case without children is proven by its prices, or by having no choice left. With one child, prices close
    and open sites and the child goes on with others. With two, site ``site`` is closed in the one, open in
    the other.

    Parameters
    ----------
    prices
        Prices lambda of each case, shape (k, n).
    parent, site, opened
        Parent of each case, the site by which it differs from its sibling, and whether it is open here,
        shape (k,); of no meaning for case 0, the last two for a single child.
    """

    prices: FloatArray
    parent: IntArray
    site: IntArray
    opened: IntArray

    def grown(self, below: "Proof") -> "Proof":
        """Return this tree with another below its last case, which has no children, as its only child."""
        count = self.parent.size
        parent = below.parent + count
        parent[0] = count - 1
        return Proof(
            np.concatenate([self.prices, below.prices]),
            np.concatenate([self.parent, parent]),
            np.concatenate([self.site, below.site]),
            np.concatenate([self.opened, below.opened]),
        )


class BoundBy(Enum):
    """Who vouches for a bound: the decision's proof, which anyone can evaluate, or the solver HiGHS."""

    PROOF = "proof"
    SOLVER = "solver"


@dataclass(frozen=True, slots=True, eq=False)
class CapacityProof:
    """Prices lambda of being served, shape (n,), for sites with a capacity; see ``capacity.py``."""

    prices: FloatArray


def first_state(choice: Choice) -> Int32Array:
    """Return the state of each site before any case is distinguished: free, or open if it is fixed."""
    state = np.full(choice.cost.shape[1], FREE, dtype=np.int32)
    state[choice.fixed_open] = OPEN
    return state


def bound_of(prices: FloatArray, value: FloatArray, state: Int32Array, p: int) -> float:
    """Return the bound (B); inf where no choice is left."""
    left = p - int((state == OPEN).sum())
    free = np.sort(value[state == FREE])
    if not 0 <= left <= free.size:
        return float("inf")
    return float(prices.sum() + value[state == OPEN].sum() + free[:left].sum())


def fix_sites(value: FloatArray, bound: float, state: Int32Array, p: int, target: float) -> Int32Array:
    """Return the state with every site closed or opened without which, or with which, target is reached."""
    state = state.copy()
    left = p - int((state == OPEN).sum())
    free = np.flatnonzero(state == FREE)
    order = free[np.argsort(value[free], kind="stable")]
    chosen, others = order[:left], order[left:]
    if chosen.size and others.size:
        state[others[bound + value[others] - value[chosen[-1]] >= target]] = CLOSED
        state[chosen[bound + value[others[0]] - value[chosen] >= target]] = OPEN
    elif others.size:
        state[others] = CLOSED
    return state


def settled(state: Int32Array, p: int) -> bool:
    """Return whether no choice is left: all places are taken, or every free site is needed."""
    left = p - int((state == OPEN).sum())
    return left == 0 or left == int((state == FREE).sum())


def proven_bound(choice: Choice, proof: Proof, claim: float, closed: IntArray = NONE) -> float:
    """Return the bound that the proof proves, at most ``claim``; 0, as costs are not negative, if it is none.

    Parameters
    ----------
    claim
        The value to be proven; sites are fixed where they reach it.
    closed
        Sites that some best choice does without.
    """
    if not _is_tree(choice, proof):
        return 0.0
    i, j = np.nonzero(choice.cost < proof.prices.max(axis=0)[:, None])
    cost = choice.cost[i, j]
    whole = choice.whole
    target = (claim - 1 + WHOLE_MARGIN) if whole else claim - ROUNDING * abs(claim)
    states: dict[int, Int32Array] = {0: first_state(choice)}
    states[0][closed] = CLOSED
    above = np.zeros(proof.parent.size)  # what holds for a case because it holds for its parent
    least = claim
    children: list[list[int]] = [[] for _ in proof.parent]
    for k in range(1, proof.parent.size):
        children[proof.parent[k]].append(k)
    for k in range(proof.parent.size):
        if k not in states:  # an impossible case, or below one
            continue
        state = states.pop(k)
        value = np.bincount(j, np.minimum(cost - proof.prices[k][i], 0.0), state.size).astype(np.float64)
        bound = bound_of(proof.prices[k], value, state, choice.p)
        holds = max(bound, above[k])
        if holds >= target:  # whatever stands below this case is not needed
            least = min(least, _leaf_bound(choice, state, holds, whole=whole))
            continue
        state = fix_sites(value, bound, state, choice.p, target)
        above[children[k]] = holds
        for child in children[k]:
            below = state if len(children[k]) == 1 else _case(state, proof.site[child], proof.opened[child])
            if below is not None:
                states[child] = below
        if not children[k]:
            least = min(least, _leaf_bound(choice, state, holds, whole=whole))
    return max(least, 0.0)


def _leaf_bound(choice: Choice, state: Int32Array, bound: float, *, whole: bool) -> float:
    left = choice.p - int((state == OPEN).sum())
    if 0 <= left <= int((state == FREE).sum()) and settled(state, choice.p):
        bound = max(bound, choice.total(np.flatnonzero(state == OPEN if left == 0 else state != CLOSED)))
    return float(np.ceil(bound - WHOLE_MARGIN)) if whole and np.isfinite(bound) else bound


def _case(state: Int32Array, j: int, opened: bool) -> Int32Array | None:
    """Return the state with site j open or closed; None where it is already the opposite."""
    wanted = OPEN if opened else CLOSED
    if state[j] not in (FREE, wanted):
        return None
    state = state.copy()
    state[j] = wanted
    return state


def _is_tree(choice: Choice, proof: Proof) -> bool:
    n, m = choice.cost.shape
    k = proof.prices.shape[0]
    if k == 0 or proof.prices.shape != (k, n) or not np.isfinite(proof.prices).all():
        return False
    if not proof.parent.shape == proof.site.shape == proof.opened.shape == (k,):
        return False
    parent, site = proof.parent[1:], proof.site[1:]
    if not ((parent >= 0) & (parent < np.arange(1, k)) & (site >= 0) & (site < m)).all():
        return False
    families: dict[int, list[int]] = {}
    for child, above in enumerate(parent, start=1):
        families.setdefault(int(above), []).append(child)
    return all(_is_family(proof, family) for family in families.values())


def _is_family(proof: Proof, family: list[int]) -> bool:
    if len(family) == 1:
        return True
    if len(family) != 2:
        return False
    a, b = family
    return bool(proof.site[a] == proof.site[b] and {int(proof.opened[a]), int(proof.opened[b])} == {0, 1})
