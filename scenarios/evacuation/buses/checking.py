"""Check the vehicles of a record without a solver: trips, bound, places left, everyone counted."""

from collections.abc import Iterator, Mapping

import numpy as np

from models import Violation, dispatch
from scenarios.evacuation.buses.carried import CARRIED, Carried, CarriedMeans
from scenarios.evacuation.buses.taken import arrived_at, brought_to, places_left
from scenarios.evacuation.movement import PlannedMeans
from scenarios.evacuation.record import Moved


def check_carried(
    moved: Mapping[PlannedMeans, Moved], carried: Mapping[CarriedMeans, Carried]
) -> Iterator[Violation]:
    """Find what is wrong with the vehicles that fetch people beside other plans."""
    taken = [arrived_at(one) for one in moved.values()]
    for means in CARRIED:
        one = carried.get(means)
        if one is None:
            continue
        for broken in dispatch.check(one.problem, one.plan):
            yield Violation(broken.constraint, f"{means}: {broken.where}", broken.amount)
        left = places_left(one.capacity, taken)
        over = one.problem.shelter_capacity - left
        if over.max(initial=0.0) > 0:
            yield Violation("places", f"{means}: more than are left", float(over.max()))
        yield from _counted(means, one)
        taken.append(brought_to(one))


def _counted(means: CarriedMeans, one: Carried) -> Iterator[Violation]:
    """Find people who are lost between home, pick-up point and plan, and vehicles that come too late."""
    living, size = one.living, one.problem.demand.size
    fetched = living.point >= 0
    at = np.bincount(living.point[fetched], weights=living.persons[fetched], minlength=size)
    off = at - one.problem.demand - one.no_way - one.no_place
    if off.any():
        yield Violation("persons", f"{means}: pick-up points", float(np.abs(off).sum()))
    horizon_s = one.service.horizon_s
    if horizon_s is not None and one.decision.last_arrival_s > horizon_s:
        yield Violation("closing", f"{means}: roads", one.decision.last_arrival_s - horizon_s)
