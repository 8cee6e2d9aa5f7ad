"""Let groups set out as late as their arrival allows.

Index names: ``g`` group, ``a`` arc, ``t`` step.
"""

import numba as nb

from dss.arrays import Int32Array, IntArray


@nb.njit(cache=True)
def hold_back(
    order: IntArray, persons: IntArray, offsets: IntArray, way: tuple[IntArray, IntArray],
    arcs: tuple[IntArray, IntArray, IntArray], entering: Int32Array,
) -> None:  # fmt: skip
    """Move every step of entry but a group's last to the latest one with room, group by group.

    ``way`` are arcs and steps of entry; ``arcs`` travel steps, capacity and the step after the last one of
    entry; ``entering`` (k, T + 1) counts who enters. The steps of entry and ``entering`` are changed. The
    step that a group had has room for it, so nobody gets later than before. O(sum of lengths x waits).
    """
    arc, enter = way
    travel, capacity, closing = arcs
    for g in order:
        for i in range(offsets[g + 1] - 2, offsets[g] - 1, -1):
            a, before = arc[i], enter[i]
            t = min(enter[i + 1] - travel[a], closing[a] - 1)
            while t > before and entering[a, t] + persons[g] > capacity[a]:
                t -= 1
            entering[a, before] -= persons[g]
            entering[a, t] += persons[g]
            enter[i] = t
