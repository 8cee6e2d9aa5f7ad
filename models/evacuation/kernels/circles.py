"""Find circles in ways, and take them out of a flow on copies of nodes.

Index names: ``g`` group, ``i`` place in a list of arcs or moves, ``c`` copy, ``m`` move, ``s`` source.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, IntArray

Pair = tuple[IntArray, IntArray]


@nb.njit(cache=True)
def cut_circles(origin: IntArray, offsets: IntArray, reached: IntArray, place: IntArray) -> IntArray:
    """Return 1 for each arc that is left when circles are cut out, else 0, shape (sum of lengths,).

    ``reached`` is the node at the end of each arc; ``place`` is -1 for every node, and is again afterwards.
    """
    kept = np.ones(reached.size, np.int64)
    for g in range(origin.size):
        begin, end = offsets[g], offsets[g + 1]
        place[origin[g]] = begin
        for i in range(begin, end):
            back = place[reached[i]]
            if back >= 0:  # the node was left by the arc at ``back`` before
                for j in range(back, i + 1):
                    if kept[j] == 1:
                        kept[j] = 0
                        place[reached[j]] = -1
            place[reached[i]] = i + 1
        place[origin[g]] = -1
        for i in range(begin, end):
            place[reached[i]] = -1
    return kept


@nb.njit(cache=True)
def straight_moves(
    by_copy: Pair, moves: Pair, node: IntArray, is_goal: BoolArray, sources: Pair, flows: Pair
) -> IntArray:
    """Return who take each move when whoever would come back to a node stays there, shape (moves,).

    ``by_copy`` are first (copies + 1,) and order of each copy's moves; ``moves`` the copy they lead to and
    room for the answer, zero; ``node`` is the node of each copy; ``sources`` the copies where people start
    and how many; ``flows`` who move and who stay, and are used up. O(moves x longest way).
    """
    first, order = by_copy
    move_head, kept = moves
    supply, (move, stay) = sources[1].copy(), flows
    place = np.full(node.max() + 1, -1)
    at = first[:-1].copy()
    for s in range(supply.size):
        while supply[s] > 0:
            c, amount = sources[0][s], supply[s]
            taken, waits, way = [c], [c], [c]
            taken.pop(), waits.pop(), way.pop()
            place[node[c]] = 0
            while not is_goal[c]:
                while at[c] < first[c + 1] and move[order[at[c]]] == 0:
                    at[c] += 1
                if at[c] == first[c + 1]:
                    waits.append(c)
                    amount = min(amount, stay[c])
                    c += 1
                    continue
                m = order[at[c]]
                amount = min(amount, move[m])
                c = move_head[m]
                taken.append(m)
                way.append(m)
                _cut_back(way, move_head, node, place, node[c])
            for m in taken:
                move[m] -= amount
            for c in waits:
                stay[c] -= amount
            for m in way:
                kept[m] += amount
                place[node[move_head[m]]] = -1
            place[node[sources[0][s]]] = -1
            supply[s] -= amount
    return kept


@nb.njit(cache=True)
def _cut_back(way: list[int], move_head: IntArray, node: IntArray, place: IntArray, here: int) -> None:
    """Shorten a way that has come to a node to where it was there first; ``place`` says where that was."""
    while place[here] >= 0 and len(way) > place[here]:
        last = node[move_head[way.pop()]]
        if last != here:
            place[last] = -1
    place[here] = len(way)
