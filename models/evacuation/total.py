"""The least total arrival: exact on networks that are small in time, else near, with a bound.

Exact: a least-cost flow on the network in time, each person costing the step of arrival. The horizon is long
enough when no road opens or closes any more and the roads have been empty for as long as the longest of the
shortest ways takes: whatever a longer horizon adds could then happen sooner.

Near: whoever can be safe soonest goes first, by the ways of the plan with the least clearance and by those to
the nearest shelters; the few who then come too late are sent along augmenting paths, so that the clearance
stays the least. Bound: sum over steps t of the persons who cannot be safe by t (``profile``).
"""

import numpy as np

from models.evacuation.clearance import Clearance
from models.evacuation.flows import soonest_safe
from models.evacuation.grids import relaxed_grid
from models.evacuation.profile import least_total_bound
from models.evacuation.schedule import Schedule
from models.evacuation.trimming import Roads, longest_way
from models.evacuation.ways import nearest_ways

EXACT_MOVES = 600_000
"""Networks in time with at most so many moves are solved as they are."""
NEAREST = 4
"""Shelters whose shortest way each source may take."""


def least_total(roads: Roads, found: Clearance, deadline: float) -> tuple[Schedule, float]:
    """Return a schedule with a small total arrival and a bound on every plan's, in person-steps."""
    if roads.k * (found.schedule.step + 1) <= EXACT_MOVES:
        return _exact(roads, found.schedule.step)
    return _near(roads, found, deadline)


def _exact(roads: Roads, step: int) -> tuple[Schedule, float]:
    """Solve on all single steps; the horizon grows until it is long enough."""
    longest = longest_way(roads)
    horizon = max(step, roads.last_change) + longest
    while True:
        grid = relaxed_grid(roads, horizon, 1, np.zeros(roads.n, dtype=np.int64))
        arrival = grid.start[grid.move_tail] + roads.travel_steps[grid.move_arc]
        moves = soonest_safe(roads, grid, arrival)
        last = int(arrival[moves.move > 0].max())
        if max(last, roads.last_change) + longest <= horizon:
            schedule = Schedule.of_flow(roads, grid, moves)
            assert schedule.left == 0, "single steps have room for what was planned on them"
            return schedule, float(schedule.total_arrival)
        horizon = last + 2 * longest


def _near(roads: Roads, found: Clearance, deadline: float) -> tuple[Schedule, float]:
    """Send people by the ways of the plan found and by their nearest ones, the soonest first."""
    bound = least_total_bound(roads, found, deadline)
    ways = found.schedule.ways().together_with(nearest_ways(roads, NEAREST))
    sooner = Schedule.soonest(roads, found.schedule.step, ways)
    sooner.complete(deadline)
    if sooner.left or sooner.total_arrival >= found.schedule.total_arrival:
        return found.schedule, bound
    return sooner, bound
