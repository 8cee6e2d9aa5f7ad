"""Making a plan fit: zones of overfull shelters go elsewhere."""

import numpy as np

from dss.arrays import IntArray
from models.shelter.whole.ways import Town


def repair(town: Town, at: IntArray) -> IntArray:
    """Move the smallest zones of overfull shelters to their cheapest way with room, being unmet the last."""
    at, ways, loads = at.copy(), town.ways, town.loads(at)
    for j in np.flatnonzero(loads > ways.capacity):
        members = np.flatnonzero(ways.site[at] == j)
        for z in members[np.argsort(ways.size[members], kind="stable")]:
            if loads[j] <= ways.capacity[j]:
                break
            options = np.arange(ways.start[z], ways.start[z + 1])
            options = options[loads[ways.site[options]] + ways.size[z] <= ways.capacity[ways.site[options]]]
            best = options[np.argmin(ways.cost[options])]
            loads[j] -= ways.size[z]
            loads[ways.site[best]] += ways.size[z]
            at[z] = best
    return at
