"""Take a flow in time apart into groups that go together.

Index names: ``a`` arcs, ``v`` nodes, ``g`` groups.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, Int32Array, IntArray

Pair = tuple[IntArray, IntArray]


@nb.njit(cache=True)
def strip_steps(
    by_node: Pair, arcs: Pair, is_goal: BoolArray, sources: Pair, flow: Int32Array
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Return groups: origin, persons, offsets, arcs, step of entry of each.

    ``arcs`` are head and travel steps, ``sources`` nodes and persons. Whoever is at a node leaves by the
    first move from there on. ``flow`` (k, T + 1) is used up: where nobody is left it says, below 0, how many
    steps on to look for the next one.
    """
    head, travel = arcs
    source, supply = sources[0], sources[1].copy()
    first, order = by_node
    origin, persons, offsets = [0], [0], [0]
    taken, enter = [0], [0]
    origin.pop(), persons.pop(), taken.pop(), enter.pop()
    steps = flow.shape[1]
    for s in range(source.size):
        while supply[s] > 0:
            v, t, amount, begin = source[s], 0, supply[s], len(taken)
            while not is_goal[v]:
                best, when = -1, steps
                for p in range(first[v], first[v + 1]):
                    a = order[p]
                    u = _next_used(flow[a], t)
                    if u < when:
                        best, when = a, u
                taken.append(best)
                enter.append(when)
                amount = min(amount, int(flow[best, when]))
                t = when + travel[best]
                v = head[best]
            for p in range(begin, len(taken)):
                flow[taken[p], enter[p]] -= amount
            supply[s] -= amount
            origin.append(source[s])
            persons.append(amount)
            offsets.append(len(taken))
    return np.array(origin), np.array(persons), np.array(offsets), np.array(taken), np.array(enter)


@nb.njit(cache=True)
def _next_used(row: Int32Array, begin: int) -> int:
    """Return the first step from one on in which somebody enters an arc, or one after the last."""
    t = begin
    while t < row.size and row[t] <= 0:
        t += max(1, -row[t])
    while begin < t:
        onward = begin + max(1, -row[begin])
        row[begin] = begin - t
        begin = onward
    return t
