"""The least total arrival, with a bound on every plan's.

1. Waves (``waves``): as many to safety as possible by each step. Where every shelter has places for all who
   come to it so, that plan is the best one, and its cuts prove it.
2. Where places are too few they get prices. Networks that are small in time are solved by a least-cost flow
   on all single steps, each person costing the step of arrival; larger ones on a grid of longer copies, for
   the prices alone, and the plan is one of waves that stop at full shelters. Waves with prices and room for
   all are the bound, which for the prices of an optimal flow is the optimum.
3. Where time ends before the waves do, the plan is that of the clearance; the cuts of the waves so far and
   that of the clearance are the bound. If they are far apart, as in 4.
4. Networks too large for waves: whoever can be safe soonest goes first, by the ways of the plan with the
   least clearance and by those to the nearest shelters; the few who then come too late are sent along
   augmenting paths. The bound is from static flows (``profile``). Where waves fit but do not end in time,
   those of the first waves that stop at full shelters go before all others (``soonest_first``).
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation.clearance import Clearance
from models.evacuation.deadlines import Cut
from models.evacuation.flows import soonest_safe
from models.evacuation.grids import Grid, relaxed_grid
from models.evacuation.profile import fewest_late
from models.evacuation.schedule import Schedule
from models.evacuation.soonest import part_of_time, soonest_first
from models.evacuation.static import StaticBound
from models.evacuation.trimming import Roads, longest_way
from models.evacuation.waves import WAVE_MOVES, Waves, send_in_waves, with_room

EXACT_MOVES = 200_000
"""Networks in time with at most so many moves are solved as they are where places are few."""
PRICE_MOVES = 40_000
"""About so many moves has a grid that is only asked for prices."""
BOUND_SHARE = 1 / 2
"""Share of the time that is left for a bound from static flows."""
NEAR_ENOUGH = 1.005
"""A total so many times its bound is not improved when time is short."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """Cuts that prove a total arrival, over the roads.

    Parameters
    ----------
    price
        Steps that whoever ends in each shelter counts as later, shape (n,).
    step
        Ascending, shape (m,).
    threshold
        A cut at each step, shape (m, n).
    """

    price: IntArray
    step: IntArray
    threshold: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """A schedule with a small total arrival, a bound in person-steps, and its proof if cuts prove it."""

    schedule: Schedule
    bound: float
    proof: Proof | None


def least_total(roads: Roads, found: Clearance, deadline: float) -> Total:
    """Return a schedule with a small total arrival and a bound on every plan's."""
    last = found.schedule.step
    moves = roads.k * (last + 1)
    free = np.zeros(roads.n, dtype=np.int64)
    # waves with room for all are likely to be the plan only where there is; the rest is for the other way
    share = 1 / 2 if (roads.places[roads.places > 0] == roads.persons).all() else 1 / 4
    until = part_of_time(share, deadline)
    first = None if moves > WAVE_MOVES else send_in_waves(with_room(roads), free, last, until)
    if first is None:
        return _near(roads, found, np.zeros(0), deadline)
    if first.schedule.left:
        return _stopped(roads, found, first, deadline)
    if (first.schedule.arrived <= roads.places).all():
        return Total(first.schedule, float(first.late()), _proof(first, free))
    if moves <= EXACT_MOVES:
        schedule, price = _exact(roads, last)
    else:
        schedule = soonest_first(roads, found, deadline)
        price = soonest_safe(roads, _grid(roads, last, 1 + moves // PRICE_MOVES)).price
    later = last + longest_way(roads) + int(price.max())
    second = send_in_waves(with_room(roads), price, later, deadline)
    proven = [(float(first.late()), _proof(first, free))]
    if second is not None and second.schedule.left == 0:
        proven.append((float(second.late() - price @ roads.places), _proof(second, price)))
    return Total(schedule, *max(proven, key=lambda pair: pair[0]))


def _stopped(roads: Roads, found: Clearance, waves: Waves, deadline: float) -> Total:
    """Return the plan of the clearance with what waves prove, or a better one if that is too far off."""
    proven = Total(found.schedule, *bound_beyond(waves, found.bound))
    if found.schedule.total_arrival <= proven.bound * NEAR_ENOUGH:
        return proven
    near = _near(roads, found, roads.persons - waves.safe, deadline)
    best = proven if proven.bound >= near.bound else near
    return replace(best, schedule=near.schedule)


def bound_beyond(waves: Waves, clearance: StaticBound) -> tuple[float, Proof]:
    """Return a bound on the total arrival from waves that end before everybody is sent, and its proof.

    After the last wave its cut, moved along with the step, and that of the clearance say how many at most
    are safe by each step; the one that lets fewer be safe counts.
    """
    roads, last = waves.schedule.roads, int(waves.step[-1])
    cuts = [Cut.at(roads, waves.threshold[-1], last), Cut.at(roads, clearance.threshold, clearance.step - 1)]
    beyond = np.arange(last + 1, clearance.step)
    fewest = [min(cuts, key=lambda cut: cut.most_by(step)) for step in beyond.tolist()]
    pairs = list(zip(fewest, beyond.tolist(), strict=True))
    late = sum(roads.persons - cut.most_by(step) for cut, step in pairs)
    rows = [cut.moved_to(step)[None] for cut, step in pairs]
    steps, thresholds = np.concatenate([waves.step, beyond]), np.concatenate([waves.threshold, *rows])
    free = np.zeros(roads.n, dtype=np.int64)
    return waves.late() + late, Proof(free, steps, thresholds)


def _proof(waves: Waves, price: IntArray) -> Proof:
    return Proof(price, waves.step, waves.threshold)


def _grid(roads: Roads, step: int, width: int) -> Grid:
    return relaxed_grid(roads, step, width, np.zeros(roads.n, dtype=np.int64))


def _exact(roads: Roads, step: int) -> tuple[Schedule, IntArray]:
    """Solve on all single steps, with prices of places; the horizon grows until it is long enough.

    It is when no road opens or closes any more and the roads have been empty for as long as the longest of
    the shortest ways takes: whatever a longer horizon adds could then happen sooner.
    """
    longest = longest_way(roads)
    horizon = max(step, roads.last_change) + longest
    while True:
        grid = _grid(roads, horizon, 1)
        flow = soonest_safe(roads, grid)
        used = flow.moves.move > 0
        last = int((grid.start[grid.move_tail] + roads.travel_steps[grid.move_arc])[used].max())
        if max(last, roads.last_change) + longest <= horizon:
            schedule = Schedule.of_flow(roads, grid, flow.moves)
            assert schedule.left == 0, "single steps have room for what was planned on them"
            return schedule, flow.price
        horizon = last + 2 * longest


def _near(roads: Roads, found: Clearance, known_late: FloatArray | IntArray, deadline: float) -> Total:
    """Send the soonest first, with the bound from static flows and from what is known of the first steps."""
    late = fewest_late(roads, found, part_of_time(BOUND_SHARE, deadline))
    first = min(late.size, known_late.size)
    late[:first] = np.maximum(late[:first], known_late[:first])
    return Total(soonest_first(roads, found, deadline), float(np.ceil(late.sum())), None)
