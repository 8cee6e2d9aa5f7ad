"""How soon a bus can be at a pick-up point at all, and at a shelter from there."""

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.buses.problem import BusEvacuation


def soonest_s(problem: BusEvacuation) -> FloatArray:
    """Return the seconds after which a bus can be at each point, shape (p,); inf where none gets there.

    A bus may come by other points and shelters where that is shorter than the straight way.
    """
    ways = problem.pickup_to_shelter_s
    soonest = problem.depot_to_pickup_s[problem.buses_at_depot > 0].min(axis=0, initial=np.inf)
    for _ in range(ways.shape[0]):
        at_shelter = (soonest[:, None] + ways).min(axis=0, initial=np.inf)
        sooner = np.minimum(soonest, (at_shelter[None, :] + ways).min(axis=1, initial=np.inf))
        if (sooner == soonest).all():
            break
        soonest = sooner
    return np.asarray(soonest, dtype=np.float64)


def single_trip_s(problem: BusEvacuation) -> float:
    """Return the longest of the shortest trips by each point: no number of buses is done sooner."""
    open_ways = problem.pickup_to_shelter_s[:, problem.shelter_capacity > 0]
    onward = open_ways.min(axis=1, initial=np.inf)
    return float((soonest_s(problem) + onward)[problem.demand > 0].max(initial=0.0))
