"""Whoever can be safe soonest goes first: a plan with a small total arrival, which no proof comes with.

Waves that stop at full shelters are the best while no shelter is full, and cost most time for the last
people. So the first waves are sent for a part of the time; those who are left go by the ways of the plan with
the least clearance and by those to the nearest shelters, the soonest first, in the room that is left; the few
who then come too late along augmenting paths. Without waves that is quick, and kept where it is better.
"""

import time

import numpy as np

from models.evacuation.clearance import Clearance
from models.evacuation.schedule import Schedule
from models.evacuation.trimming import Roads
from models.evacuation.waves import WAVE_MOVES, send_in_waves
from models.evacuation.ways import Ways, nearest_ways

NEAREST = 4
"""Shelters whose shortest way each source may take."""
WAVE_SHARE = 0.6
"""Share of the time that is left for waves."""


def part_of_time(share: float, deadline: float) -> float:
    """Return the moment of ``time.perf_counter`` when a share of the time until another has gone."""
    now = time.perf_counter()
    return now + share * (deadline - now)


def soonest_first(roads: Roads, found: Clearance, deadline: float) -> Schedule:
    """Return a schedule of everybody that is never worse than that of the clearance, nor later.

    Parameters
    ----------
    found
        A plan of everybody; nobody is sent later than its last step.
    deadline
        A moment of ``time.perf_counter``; past it nothing is begun and the best plan so far returned.
    """
    best, step = found.schedule, found.schedule.step
    if time.perf_counter() > deadline:
        return best
    ways = best.ways().together_with(nearest_ways(roads, NEAREST))
    begun = _begun_in_waves(roads, step, deadline)
    for schedule in [Schedule(roads, step)] if begun is None else [begun, Schedule(roads, step)]:
        if time.perf_counter() <= deadline:
            best = _better(schedule, best, ways, deadline)
    return best


def _begun_in_waves(roads: Roads, step: int, deadline: float) -> Schedule | None:
    """Return a schedule of those who are sent in waves in a part of the time."""
    if roads.k * (step + 1) > WAVE_MOVES:
        return None
    free = np.zeros(roads.n, dtype=np.int64)
    waves = send_in_waves(roads, free, step, part_of_time(WAVE_SHARE, deadline))
    return None if waves is None else waves.schedule


def _better(schedule: Schedule, best: Schedule, ways: Ways, deadline: float) -> Schedule:
    """Complete a schedule and return it where it is better; one that cannot be is not completed."""
    schedule.send_along(ways, deadline)
    if schedule.total_arrival < best.total_arrival:
        schedule.complete(deadline)
    is_better = schedule.left == 0 and schedule.total_arrival < best.total_arrival
    return schedule if is_better else best
