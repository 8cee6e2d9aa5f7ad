"""The network in time, on coarse grids: one that allows too much, one that allows no more than there is.

Index names: ``c`` copies of nodes, ordered by node and time.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from models.evacuation.trimming import Roads, steps_to_safety


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Copies of the nodes, each standing for the steps from ``start`` to the next copy's start.

    Parameters
    ----------
    step
        T, the last step.
    node, start
        Of each copy, shape (copies,); a node's copies ascend.
    first
        Where each node's copies begin, shape (n + 1,).
    move_tail, move_head, move_arc, move_most
        Moves over roads: from copy, to copy, the arc, and how many may, shape (moves,). A move into a shelter
        ends in its first copy.
    """

    step: int
    node: IntArray
    start: IntArray
    first: IntArray
    move_tail: IntArray
    move_head: IntArray
    move_arc: IntArray
    move_most: IntArray


def relaxed_grid(roads: Roads, step: int, width: int, threshold: IntArray) -> Grid:
    """Return a grid on which every plan that is clear by a step has a flow; exact for a width of 1.

    Parameters
    ----------
    step
        T: nobody arrives later.
    width
        Steps that a copy stands for.
    threshold
        A copy of each node begins at its threshold, shape (n,).

    Notes
    -----
    Whoever enters an arc during a copy is taken to enter at its first step.
    """
    phase = threshold % width
    copies = np.where(roads.places > 0, 1, (step - phase) // width + 2)
    first = np.concatenate([[0], np.cumsum(copies)])
    node = np.repeat(np.arange(roads.n), copies)
    start = np.maximum(0, phase[node] + (np.arange(node.size) - first[node] - 1) * width)
    arc, begin, end, tail = _moves(roads, first, start, step)
    end = np.minimum(end, step + 1 - roads.travel_steps[arc])
    possible = end > begin
    arc, begin, end, tail = arc[possible], begin[possible], end[possible], tail[possible]
    reached = begin + roads.travel_steps[arc]
    v = roads.head[arc]
    head = first[v] + np.where(roads.places[v] > 0, 0, (reached - phase[v]) // width + 1)
    return Grid(step, node, start, first, tail, head, arc, roads.capacity[arc] * (end - begin))


def tight_grid(roads: Roads, step: int, width: int, cut: IntArray) -> Grid:
    """Return a planning grid that is fine where time is short: round a cut, and before the last moment.

    Parameters
    ----------
    step
        T: nobody arrives later.
    width
        Most steps that a copy stands for; 1 for the exact grid.
    cut
        Thresholds of a cut, shape (n,).

    Notes
    -----
    Round the cut the copies double their length from a single step up: who enters an arc in one of them is
    at its head in one of its copies.
    """
    if width == 1:
        return relaxed_grid(roads, step, 1, cut)
    distance = steps_to_safety(roads)
    node = np.arange(roads.n)
    parts = [
        _after(node, cut % width, width * np.arange(step // width + 1)),
        (node, step + 1 - distance),
        (roads.tail, step + 1 - roads.travel_steps - distance[roads.head]),
    ]
    doubling = -np.concatenate([[0], 2 ** np.arange(int(width).bit_length())])
    last = cut[roads.head] - roads.travel_steps
    crossing = last > cut[roads.tail]
    parts += [_after(node, cut, doubling), _after(roads.tail[crossing], last[crossing], doubling)]
    parts += [(roads.tail, roads.opening), (roads.tail, roads.closing)]
    return _planning_grid(
        roads,
        step,
        (np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])),
    )


def _after(node: IntArray, start: IntArray, shifts: IntArray) -> tuple[IntArray, IntArray]:
    """Return each node with its start and all shifts of it."""
    return np.repeat(node, shifts.size), (start[:, None] + shifts).ravel()


def _planning_grid(roads: Roads, step: int, breaks: tuple[IntArray, IntArray]) -> Grid:
    """Return a grid of which every flow is a plan that is clear by a step, when it is spread evenly.

    Parameters
    ----------
    step
        T: nobody arrives later.
    breaks
        Nodes and steps where a copy of that node begins, each of shape (b,); 0 is always one of them.

    Notes
    -----
    Whoever enters an arc during a copy [a, b) is at its head in the first copy [c, d) with c >= a + tau and
    d >= b + tau.
    """
    span = step + 2
    inside = (breaks[1] >= 0) & (breaks[1] <= step) & (roads.places[breaks[0]] == 0)
    every = np.arange(roads.n)
    key = np.unique(np.concatenate([every * span, (breaks[0] * span + breaks[1])[inside]]))
    node, start = np.divmod(key, span)
    first = np.searchsorted(node, np.arange(roads.n + 1))
    arc, begin, end, tail = _moves(roads, first, start, step)
    # none of those who enter evenly comes too late
    whole = (end <= step + 1 - roads.travel_steps[arc]) & (end > begin)
    arc, begin, end, tail = arc[whole], begin[whole], end[whole], tail[whole]
    v, tau = roads.head[arc], roads.travel_steps[arc]
    from_start = np.searchsorted(key, v * span + begin + tau)
    to_end = np.searchsorted(key, v * span + end + tau) - 1
    head = np.where(roads.places[v] > 0, first[v], np.maximum(from_start, to_end))
    arrives = head < first[v + 1]
    return Grid(
        step, node, start, first, tail[arrives], head[arrives], arc[arrives],
        (roads.capacity[arc] * (end - begin))[arrives],
    )  # fmt: skip


def _moves(
    roads: Roads, first: IntArray, start: IntArray, step: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return each way to enter an arc: the arc, its first step and the one after its last, and the copy."""
    copies = np.diff(first)[roads.tail]
    arc = np.repeat(np.arange(roads.k), copies)
    into = np.concatenate([[0], np.cumsum(copies)])
    tail = first[roads.tail[arc]] + np.arange(arc.size) - into[arc]
    is_last = tail + 1 == first[roads.tail[arc] + 1]
    end = np.where(is_last, step + 1, np.append(start[1:], step + 1)[tail])
    return arc, np.maximum(start[tail], roads.opening[arc]), np.minimum(end, roads.closing[arc]), tail
