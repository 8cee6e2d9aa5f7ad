"""Take a flow in time apart into groups that go together.

Index names: ``c`` copies of nodes, ``m`` moves, ``a`` arcs, ``v`` nodes, ``g`` groups.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, Int32Array, IntArray

Pair = tuple[IntArray, IntArray]


@nb.njit(cache=True)
def strip_grid(
    by_copy: Pair, move_head: IntArray, is_goal: BoolArray, sources: Pair, flows: Pair
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return ways on a grid: which source, persons, offsets, moves. O(moves x longest way).

    ``by_copy`` are first (copies + 1,) and order of each copy's moves; ``sources`` the copies where people
    start and how many; ``flows`` who move and who stay, and are used up.
    """
    first, order = by_copy
    start, supply = sources[0], sources[1].copy()
    move, stay = flows
    origin, persons, offsets, moves = [0], [0], [0], [0]
    origin.pop(), persons.pop(), moves.pop()
    at = first[:-1].copy()
    for s in range(start.size):
        while supply[s] > 0:
            c, amount, begin = start[s], supply[s], len(moves)
            waits = [0]
            waits.pop()
            while not is_goal[c]:
                while at[c] < first[c + 1] and move[order[at[c]]] == 0:
                    at[c] += 1
                if at[c] < first[c + 1]:
                    m = order[at[c]]
                    moves.append(m)
                    amount = min(amount, move[m])
                    c = move_head[m]
                else:
                    waits.append(c)
                    amount = min(amount, stay[c])
                    c += 1
            for p in range(begin, len(moves)):
                move[moves[p]] -= amount
            for c in waits:
                stay[c] -= amount
            supply[s] -= amount
            origin.append(s)
            persons.append(amount)
            offsets.append(len(moves))
    return np.array(origin), np.array(persons), np.array(offsets), np.array(moves)


@nb.njit(cache=True)
def strip_steps(
    by_node: Pair, arcs: Pair, is_goal: BoolArray, sources: Pair, flow: Int32Array
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Return groups: origin, persons, offsets, arcs, step of entry of each.

    ``arcs`` are head and travel steps, ``sources`` nodes and persons. Whoever is at a node leaves by the
    first move from there on. ``flow`` (k, T + 1) is used up.
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
                    u = t
                    while u < when and flow[a, u] == 0:
                        u += 1
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
