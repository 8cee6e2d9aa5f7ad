"""Which streets of a choice of turned lanes a command post can staff: stretches of roads, the best first.

Every junction of a stretch needs police. A stretch is the connected part of one road; stretches are taken by
how many use their turned lanes for each police point. One that is too long for what is left of the police is
taken from its most used street outwards as far as they last.

Index names: ``i`` pairs of opposite arcs.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import BoolArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class TurnedStreets:
    """Streets with turned lanes.

    Parameters
    ----------
    ends
        Nodes at both ends of each street, shape (p, 2).
    road
        Number of the road that each street belongs to, shape (p,).
    use
        How many use its turned lanes, shape (p,); a street that nobody uses so is left alone.
    """

    ends: IntArray
    road: IntArray
    use: IntArray


def staffed(streets: TurnedStreets, police_points: int) -> BoolArray:
    """Return the streets that so many police points are enough for, shape (p,)."""
    stretches = _stretches(streets)
    taken, nodes = np.zeros(streets.use.size, dtype=np.bool_), set[int]()
    for stretch in sorted(stretches, key=lambda rows: (-_worth(streets, rows), rows[0])):
        for i in _outwards(streets, stretch):
            more = nodes | set(streets.ends[i].tolist())
            if len(more) <= police_points:
                taken[i], nodes = True, more
            else:
                break
    return taken


def _stretches(streets: TurnedStreets) -> list[IntArray]:
    """Return the streets of each connected part of a road."""
    used = np.flatnonzero(streets.use > 0)
    if used.size == 0:
        return []
    place = np.column_stack([np.repeat(streets.road[used], 2), streets.ends[used].ravel()])
    _, corner = np.unique(place, axis=0, return_inverse=True)
    corner = corner.ravel()
    size = int(corner.max()) + 1
    joined = coo_array((np.ones(used.size), (corner[::2], corner[1::2])), shape=(size, size))
    part = connected_components(joined, directed=False)[1][corner[::2]]
    return [used[part == one] for one in range(int(part.max()) + 1)]


def _worth(streets: TurnedStreets, rows: IntArray) -> float:
    """Return how many use the turned lanes of a stretch, for each of its police points."""
    return float(streets.use[rows].sum() / np.unique(streets.ends[rows]).size)


def _outwards(streets: TurnedStreets, rows: IntArray) -> list[int]:
    """Return the streets of a stretch, the most used first, then always the most used one that touches."""
    left = rows[np.lexsort((rows, -streets.use[rows]))].tolist()
    order = [left.pop(0)]
    reached = set(streets.ends[order[0]].tolist())
    while left:
        i = next(i for i in left if reached & set(streets.ends[i].tolist()))
        left.remove(i)
        order.append(i)
        reached |= set(streets.ends[i].tolist())
    return order
