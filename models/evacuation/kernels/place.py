"""Send the people of one origin after the other by the few ways that carry the most of them in time.

Index names: ``p`` way, ``a`` arc, ``g`` group, ``t`` step.
"""

import numba as nb
import numpy as np

from dss.arrays import Int32Array, IntArray
from models.evacuation.kernels.soonest import Arcs, Out, first_step, soonest_way

Ways = tuple[IntArray, IntArray, IntArray]
"""Known ways: the first of each origin, shape (n + 1,); where the arcs of each begin; the arcs."""
Sent = tuple[IntArray, IntArray, IntArray, IntArray, IntArray]
"""Groups: origin, persons, offsets, arcs, steps of entry."""


@nb.njit(cache=True)
def place(
    order: IntArray, most: IntArray, ways: Ways, out: Out, arcs: Arcs, flow: Int32Array,
    state: tuple[IntArray, IntArray],
) -> Sent:  # fmt: skip
    """Send the people of each origin of ``order`` by up to ``most`` ways, shape (n,).

    Each time the way is taken by which the most of those left can arrive in time, of these the shortest: a
    known way or, where none of these carries all, the one by which the next person would be safe soonest.
    ``flow`` (k, T + 1) counts who enters, ``state`` are persons left and places left per node; all are
    changed. Who cannot arrive by T is left.
    """
    left, places = state
    origin, persons, ends, arcs_of, entered = [0], [0], [0], [0], [0]
    origin.pop(), persons.pop(), arcs_of.pop(), entered.pop()
    for v in order:
        for _ in range(most[v]):
            row, best = _best_way(v, ways, out, arcs, flow, state)
            if best == 0:
                break
            amounts, steps = _send(row, arcs, flow, best)
            for amount in amounts:
                origin.append(v)
                persons.append(amount)
                arcs_of.extend(row)
                ends.append(len(arcs_of))
            entered.extend(steps)
            left[v] -= best
            places[out[2][row[-1]]] -= best
    return np.array(origin), np.array(persons), np.array(ends), np.array(arcs_of), np.array(entered)


@nb.njit(cache=True)
def _best_way(
    v: int, ways: Ways, out: Out, arcs: Arcs, flow: Int32Array, state: tuple[IntArray, IntArray]
) -> tuple[IntArray, int]:
    """Return the way that carries the most of those left at an origin in time, and how many."""
    first, offsets, arc = ways
    left, places = state
    chosen, best, shortest = arc[:0], 0, 0
    for p in range(first[v], first[v + 1]):
        row = arc[offsets[p] : offsets[p + 1]]
        wanted, long = min(left[v], places[out[2][row[-1]]]), arcs[0][row].sum()
        if wanted < max(best, 1) or (wanted == best and long >= shortest):
            continue
        amount = _fitting(row, arcs, flow, wanted)
        if amount > best or (0 < amount == best and long < shortest):
            chosen, best, shortest = row, amount, long
    if best < left[v]:
        row = soonest_way(v, out, arcs, flow, places > 0)
        if row.size > 0:
            amount = _fitting(row, arcs, flow, min(left[v], places[out[2][row[-1]]]))
            if amount > best:
                chosen, best = row, amount
    return chosen, best


@nb.njit(cache=True)
def _fitting(row: IntArray, arcs: Arcs, flow: Int32Array, wanted: int) -> int:
    """Return how many can arrive in time by a way; nobody is sent."""
    amounts, steps = _send(row, arcs, flow, wanted)
    sent = 0
    for g in range(len(amounts)):
        sent += amounts[g]
        for i in range(row.size):
            flow[row[i], steps[g * row.size + i]] -= amounts[g]
    return sent


@nb.njit(cache=True)
def _send(row: IntArray, arcs: Arcs, flow: Int32Array, wanted: int) -> tuple[list[int], list[int]]:
    """Send as many as can arrive in time; persons of each group, and its steps of entry."""
    travel, capacity = arcs[0], arcs[1]
    amounts, steps = [0], [0]
    amounts.pop(), steps.pop()
    enter = np.zeros(row.size, dtype=np.int64)
    while wanted > 0:
        present, amount = 0, wanted
        for i in range(row.size):
            a = row[i]
            t = first_step(a, max(present, enter[i]), arcs, flow)
            if t < 0:
                return amounts, steps
            enter[i] = t
            amount = min(amount, capacity[a] - flow[a, t])
            present = t + travel[a]
        for i in range(row.size):
            flow[row[i], enter[i]] += amount
        steps.extend(enter)
        amounts.append(amount)
        wanted -= amount
    return amounts, steps
