"""A problem as it is solved, beside what its nodes and arcs stand for: people made ready, lanes turned.

Index names: ``v`` nodes, ``a`` arcs, ``h`` homes, ``i`` pairs of opposite arcs.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.evacuation import Evacuation, departures
from models.evacuation.lanes import LanePairs, Lanes, opposite_pairs, with_lanes
from scenarios.evacuation.building import Built
from scenarios.evacuation.movement import persons_of


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A problem and its meaning.

    Parameters
    ----------
    problem
        As it is solved.
    home
        Row of the home at each node, -1 where nobody starts, shape (n,).
    persons
        Persons in the units at each node, shape (n,).
    junction
        Node of the road network at each node, shape (n,).
    offsets, edge
        Edges of the network behind each arc, shapes (k + 1,) and (sum,).
    turned
        Edges whose lanes are turned, shape (n edges,).
    refusing
        Persons who never leave.
    """

    problem: Evacuation
    home: IntArray
    persons: IntArray
    junction: IntArray
    offsets: IntArray
    edge: IntArray
    turned: BoolArray
    refusing: int = 0


def lay(built: Built) -> Laid:
    """Return a built problem as it is, everyone ready and every lane as usual."""
    n = built.problem.supply.size
    home, persons = np.full(n, -1), np.zeros(n, dtype=np.int64)
    home[built.home_node] = np.arange(built.homes.cell.size)
    persons[built.home_node] = built.homes.persons
    offsets, edge = built.pieces()
    none = np.zeros(built.n_edges, dtype=np.bool_)
    return Laid(built.problem, home, persons, built.junction, offsets, edge, none)


def made_ready(laid: Laid, share: FloatArray, every_steps: int, seed: int) -> Laid:
    """Return the problem with people who become ready along a curve; who never does is counted apart.

    Parameters
    ----------
    share
        Share of all units that are ready by each step, shape (steps,).
    seed
        Draws who comes early and who late: homes have too few units to follow a curve each.
    """
    ready = departures(laid.problem, _own_shares(laid.problem.supply, share, seed), every_steps)
    units = ready.problem.supply
    own = persons_of(ready.refusing, laid.problem.supply, laid.persons)
    doors = np.full(ready.problem.tail.size - ready.arcs, laid.offsets[-1])
    return replace(
        laid,
        problem=ready.problem,
        home=laid.home[ready.home],
        persons=_share_out(units, ready.home, laid.persons - own),
        junction=laid.junction[ready.home],
        offsets=np.concatenate([laid.offsets, doors]),
        refusing=int(own.sum()),
    )


def _own_shares(units: IntArray, share: FloatArray, seed: int) -> FloatArray:
    """Return each node's own curve, shape (n, steps), so that all units together follow one to a unit."""
    total = int(units.sum())
    rank = np.random.default_rng(seed).permutation(total)
    step = np.searchsorted(share, (rank + 0.5) / max(total, 1))
    node = np.repeat(np.arange(units.size), units)
    ready = np.zeros((units.size, share.size + 1))
    np.add.at(ready, (node, step), 1.0)
    return np.asarray(np.cumsum(ready[:, :-1], axis=1) / np.maximum(units, 1)[:, None], dtype=np.float64)


def _share_out(units: IntArray, origin: IntArray, persons: IntArray) -> IntArray:
    """Return whole persons for the units at each node, those of an origin in proportion, shape (n',)."""
    order = np.argsort(origin, kind="stable")
    whole = np.bincount(origin, weights=units, minlength=persons.size).astype(np.int64)
    upto = np.cumsum(units[order])
    first = np.flatnonzero(np.diff(origin[order], prepend=-1))
    upto = upto - np.repeat((upto - units[order])[first], np.diff(np.append(first, origin.size)))
    total, all_units = persons[origin[order]], np.maximum(whole[origin[order]], 1)
    shared = np.empty(units.size, dtype=np.int64)
    shared[order] = upto * total // all_units - (upto - units[order]) * total // all_units
    return shared


def candidate_pairs(laid: Laid, allowed: BoolArray, clearing_steps: int) -> LanePairs:
    """Return the pairs of opposite arcs along the same allowed roads.

    Parameters
    ----------
    allowed
        Whether the lanes of each edge may be turned, shape (n edges,).
    """
    pairs = opposite_pairs(laid.problem, clearing_steps)
    kept = [
        _same_roads(laid, int(a), int(b), allowed) for a, b in zip(pairs.forward, pairs.backward, strict=True)
    ]
    rows = np.flatnonzero(kept)
    return LanePairs(
        forward=pairs.forward[rows],
        backward=pairs.backward[rows],
        forward_gain=pairs.forward_gain[rows],
        backward_gain=pairs.backward_gain[rows],
        clearing_steps=pairs.clearing_steps[rows],
    )


def _same_roads(laid: Laid, a: int, b: int, allowed: BoolArray) -> bool:
    there, back = (laid.edge[laid.offsets[x] : laid.offsets[x + 1]] for x in (a, b))
    same = there.size == back.size and there.size > 0 and np.array_equal(there // 2, back[::-1] // 2)
    return bool(same and allowed[there].all())


def with_turned(laid: Laid, pairs: LanePairs, lanes: IntArray) -> Laid:
    """Return the problem with lanes turned; arcs of turned lanes run along the edges of those beside them."""
    beside = np.concatenate([pairs.forward, pairs.backward])
    count = np.diff(laid.offsets)[beside]
    place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    more = laid.edge[np.repeat(laid.offsets[beside], count) + place]
    turned = laid.turned.copy()
    lost = [pairs.backward[lanes == Lanes.TO_FORWARD], pairs.forward[lanes == Lanes.TO_BACKWARD]]
    for a in np.concatenate(lost):
        turned[laid.edge[laid.offsets[a] : laid.offsets[a + 1]]] = True
    return replace(
        laid,
        problem=with_lanes(laid.problem, pairs, lanes),
        offsets=np.concatenate([laid.offsets, laid.offsets[-1] + np.cumsum(count)]),
        edge=np.concatenate([laid.edge, more]),
        turned=turned,
    )
