"""Which demand no relocation covers."""

import numpy as np

from models.dispatch.teams.relocation.problem import Relocation
from models.plan import Violation


def causes(problem: Relocation) -> list[Violation]:
    """Return the points with weight that no station is near enough to."""
    beyond = ~problem.covers().any(axis=0) & (problem.weight > 0)
    return [Violation("(3)", f"point {i}", float(problem.weight[i])) for i in np.flatnonzero(beyond)]
