"""As many to safety as possible by each step, one step after another: an earliest arrival flow.

Where every shelter has room for all who come, one flow brings the most to safety by every step at once (Gale
1959), and it is found by sending the most by one step and, on top of it, by the next. Its total arrival is
the least of all plans. The latest steps in which nodes can be left for safety are a least cut at every step,
and these cuts together prove the total.

Places that are too few get a price in steps: whoever ends in a shelter counts as arrived so much later. The
least total with prices, less the price of all places, is a bound for any prices from 0 up.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from models.evacuation.schedule import Schedule
from models.evacuation.trimming import Roads, steps_from

WAVE_MOVES = 20_000_000
"""Networks in time with at most so many moves are sent in waves."""
NEARNESS = 16
"""Waves between two looks at how near those who are left are."""


@dataclass(frozen=True, slots=True, eq=False)
class Waves:
    """People sent wave after wave.

    Parameters
    ----------
    schedule
        Who has been sent.
    step
        By when each wave is safe, prices included, shape (m,), ascending.
    safe
        Persons safe by then, shape (m,).
    threshold
        A cut for each wave, shape (m, n).
    """

    schedule: Schedule
    step: IntArray
    safe: IntArray
    threshold: IntArray

    def late(self) -> int:
        """Return person-steps, prices included, that no plan goes below where all places are enough."""
        persons = self.schedule.roads.persons
        return int(np.diff(self.step, prepend=-1) @ (persons - self.safe))


def with_room(roads: Roads) -> Roads:
    """Return roads whose shelters have room for all."""
    return replace(roads, places=np.where(roads.places > 0, roads.persons, 0))


def send_in_waves(roads: Roads, price: IntArray, last: int, deadline: float) -> Waves | None:
    """Send everybody, as many as possible by each step.

    Parameters
    ----------
    price
        Steps that whoever ends in each shelter counts as later, shape (n,).
    last
        The last step of arrival.
    deadline
        A moment of ``time.perf_counter``.

    Returns
    -------
    The waves until time is up or the last step has come; some may be left. None where not even the first
    wave is sent. Those who are sent when shelters are full go elsewhere or make others go, whoever comes
    later; then it is not the best plan.
    """
    schedule, soonest = Schedule(roads, last), steps_from(roads, roads.supply > 0)
    is_shelter = roads.places > 0
    stuck = ~is_shelter & (np.bincount(roads.tail, minlength=roads.n) == 0)
    safe, thresholds = [], []
    for step in range(last + int(price.max()) + 1):
        if time.perf_counter() > deadline:
            break
        if step % NEARNESS == 0:
            near = schedule.steps_from_left()
        due = np.where(is_shelter, np.minimum(step - price, last), -1)
        latest = schedule.send_by(due, soonest, near)
        threshold = np.maximum(latest + 1, np.minimum(soonest, step + 1))
        threshold[is_shelter] = np.maximum(0, step + 1 - price[is_shelter])
        threshold[stuck] = 0  # nobody goes on from there, so whoever goes there crosses no cut
        safe.append(roads.persons - schedule.left)
        thresholds.append(threshold)
        if schedule.left == 0:
            break
    if not safe:
        return None
    return Waves(schedule, np.arange(len(safe)), np.array(safe), np.array(thresholds))
