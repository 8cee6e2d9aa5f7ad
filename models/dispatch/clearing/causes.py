"""Which roads no crew ever gets to."""

import numpy as np

from models.dispatch.clearing.bound import soonest_s
from models.dispatch.clearing.problem import Clearing
from models.plan import Violation


def causes(problem: Clearing) -> list[Violation]:
    """Return the roads that stay closed whatever the order, with the seconds of work on them."""
    return [
        Violation("(3)", f"road {b} has no way", float(problem.clear_s[b]))
        for b in np.flatnonzero(np.isinf(soonest_s(problem)))
    ]
