"""Which demand no relocation covers, and why a reserve lacks units."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.relocation.problem import Relocation, RelocationDecision
from models.plan import Violation

RESERVE_CAUSES: Final = ("no_station", "none_free", "no_move")
"""A district has no station; no other has a unit to spare; moves are used up, or there is no way or room."""


def causes(problem: Relocation) -> list[Violation]:
    """Return the points with weight that no station is near enough to, and districts without a station."""
    beyond = ~problem.covers().any(axis=0) & (problem.weight > 0)
    found = [Violation("(3)", f"point {i}", float(problem.weight[i])) for i in np.flatnonzero(beyond)]
    reserve = problem.reserve
    if reserve is None:
        return found
    bare = ~reserve.inside.any(axis=1) & (reserve.least > 0)
    return found + [Violation("(6)", f"district {z}", float(reserve.least[z])) for z in np.flatnonzero(bare)]


def reserve_causes(problem: Relocation, decision: RelocationDecision) -> IntArray:
    """Return the units that each district lacks by cause, shape (z, 3), causes as in ``RESERVE_CAUSES``.

    A unit can be spared where its station is in no district that would lack it.
    """
    reserve = problem.reserve
    if reserve is None:
        return np.zeros((0, len(RESERVE_CAUSES)), dtype=np.int64)
    lacking, standing = reserve.lacking(decision.after), reserve.standing(decision.after)
    needed = (reserve.inside & (standing <= reserve.least)[:, None]).any(axis=0)
    spare = bool(((decision.after > 0) & ~needed).any())
    bare = ~reserve.inside.any(axis=1)
    cause = np.where(bare, 0, 2 if spare else 1)
    table = np.zeros((lacking.size, len(RESERVE_CAUSES)), dtype=np.int64)
    table[np.arange(lacking.size), cause] = lacking
    return table
