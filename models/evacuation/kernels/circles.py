"""Find circles in ways.

Index names: ``g`` group, ``i`` place in the groups' list of arcs.
"""

import numba as nb
import numpy as np

from dss.arrays import IntArray


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
