"""Ways without circles: who would come back to a node stays there instead.

Waiting is free, so cutting a circle out of a way keeps the plan's every step and only frees room: nobody is
told to drive there and back. Index names: ``g`` group, ``i`` place in the groups' list of arcs.
"""

import numpy as np

from dss.arrays import IntArray
from models.evacuation.kernels.circles import cut_circles
from models.evacuation.problem import Evacuation, Groups


def without_loops(problem: Evacuation, groups: Groups) -> Groups:
    """Return the groups with every circle cut out of their ways; steps of entry and arrivals stay.

    A group whose way leads back to its origin sets out later. O(length of all ways).
    """
    kept = cut_circles(
        groups.origin, groups.offsets, problem.head[groups.arc], np.full(problem.supply.size, -1)
    )
    lengths: IntArray = np.add.reduceat(kept, groups.offsets[:-1]) if groups.origin.size else kept
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.flatnonzero(kept)
    return Groups(groups.origin, groups.persons, offsets, groups.arc[rows], groups.enter_step[rows])
