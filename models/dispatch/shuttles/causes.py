"""Which trips no ambulance can make, whatever others do."""

import numpy as np

from models.dispatch.shuttles.problem import Shuttles
from models.plan import Violation


def causes(problem: Shuttles) -> list[Violation]:
    """Return trips that no ambulance has a way for, (2), or can make in time, (3)."""
    trips, found = problem.trips, []
    come_s = problem.come_s[:, trips.incident]
    way = np.isfinite(come_s) & np.isfinite(problem.carry_s)[None, :]
    arrive_s = problem.ready_s[:, None] + come_s + problem.carry_s[None, :]
    in_time = way & (arrive_s <= problem.arrive_by_s[:, None])
    for t in range(problem.size):
        if not way[:, t].any():
            found.append(Violation("(2)", f"trip {t}: no way", 1.0))
        elif not in_time[:, t].any():
            found.append(Violation("(3)", f"trip {t}: too late", 1.0))
    return found
