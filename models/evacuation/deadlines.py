"""The most who can be safe by a deadline, or ever where roads close, and the least clearance of as many.

1. A least cut up to a last step T, moved along with T, bounds how many can be safe by any other step. So it
   says by which step as many as are wanted can be safe at the soonest: that is the next T. Where it says
   never, fewer are wanted. Cuts come from relaxed grids first (``grids``), then from schedules on the exact
   network (``schedule``), whose augmenting paths end with one.
2. The most are those of a deadline's step, or those whom a cut gives no more of however late T is.
3. The cuts met say by which step so many can be safe at the soonest; from there on as in 1, with that number.

Every number of persons and every step has its cut. Only the second search heeds the time limit: how many can
be safe is always settled.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from models.evacuation.clearance import NEARLY, Clearance, drawn_up, width_for
from models.evacuation.cut import entries_across
from models.evacuation.flows import most_safe
from models.evacuation.grids import relaxed_grid
from models.evacuation.problem import FOREVER
from models.evacuation.schedule import Schedule
from models.evacuation.static import StaticBound
from models.evacuation.trimming import Roads

FINE_ENOUGH = 1_000_000
"""Grids with more moves are not refined: few are left then, and the exact search is quick."""
FEW = 300
"""Persons who may be left to the exact search in any case."""


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A plan of as many as can be safe.

    Parameters
    ----------
    found
        The plan and the bound on the clearance of as many.
    threshold
        The cut that proves that no more can be safe, shape (n nodes of the roads,); FOREVER, or the step
        after the deadline, where a node is not reached.
    """

    found: Clearance
    threshold: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A cut of the network in time up to a step; nodes with a later threshold are not reached.

    ``across`` are the arcs that may cross it, wherever it is moved to.
    """

    roads: Roads
    threshold: IntArray
    step: int
    across: IntArray

    @classmethod
    def at(cls, roads: Roads, threshold: IntArray, step: int) -> "Cut":
        """Return the cut with some thresholds at a step."""
        start, end = threshold[roads.tail], threshold[roads.head]
        later = (end > step) | (end - roads.travel_steps > start)
        return cls(roads, threshold, step, np.flatnonzero((start <= step) & later))

    def moved_to(self, step: int) -> IntArray:
        """Return the thresholds with another last step, shape (n,)."""
        reached = self.threshold <= self.step
        return np.where(reached, np.minimum(self.threshold, step + 1), step + 1)

    def most_by(self, step: int) -> float:
        """Return a number of persons that no plan exceeds by a step."""
        roads, threshold, a = self.roads, self.moved_to(step), self.across
        ends = (threshold[roads.tail[a]], threshold[roads.head[a]])
        window = (roads.opening[a], roads.closing[a])
        entries = entries_across(ends, roads.travel_steps[a], window, step)
        staying = float(roads.supply[threshold > 0].sum() + roads.places[threshold <= step].sum())
        return min(float(roads.persons), float(roads.capacity[a] @ entries) + staying)

    def first_step(self, persons: int) -> int:
        """Return the first step by which so many are not ruled out; FOREVER where they are for good.

        Notes
        -----
        ``most_by`` grows with the step: bisection.
        """
        low, high = 0, FOREVER
        while low < high:
            middle = (low + high) // 2
            if self.most_by(middle) < persons:
                low = middle + 1
            else:
                high = middle
        return low


def most_and_soonest(roads: Roads, deadline_step: int | None, deadline: float) -> Saved:
    """Plan for as many as can be safe by a step, or ever, as soon as so many can be.

    Parameters
    ----------
    deadline_step
        Nobody is safe who arrives later; None where there is no such step.
    deadline
        Moment of ``time.perf_counter`` past which the clearance is not improved.
    """
    gates = Cut.at(roads, np.where(roads.places > 0, 1, 0), 0)
    if deadline_step is None:
        schedule, cuts = _most_ever(gates)
    else:
        schedule, cuts = _most_by(gates, deadline_step)
    last = FOREVER - 1 if deadline_step is None else deadline_step
    proof = np.full(roads.n, last + 1, dtype=np.int64)
    if schedule.left:
        proof = min(cuts, key=lambda cut: cut.most_by(last)).moved_to(last)
    return Saved(_soonest(schedule, cuts, deadline), proof)


def _most_by(gates: Cut, step: int) -> tuple[Schedule, list[Cut]]:
    """Return a schedule of the most who can be safe by a step, and its cut if not everybody is."""
    persons = min(gates.roads.persons, int(gates.most_by(step)))
    schedule = drawn_up(gates.roads, _bound(gates, step), persons - FEW, FINE_ENOUGH)
    label = schedule.complete(np.inf)
    return schedule, [gates] if label is None else [gates, Cut.at(gates.roads, label, step)]


def _most_ever(gates: Cut) -> tuple[Schedule, list[Cut]]:
    """Return a schedule of the most who can ever be safe, and cuts; one of them proves it."""
    roads, cuts = gates.roads, [gates]
    wanted, step = _raised(cuts, roads.persons)
    schedule = drawn_up(roads, _bound(cuts[-1], step), wanted - FEW, FINE_ENOUGH)
    while True:
        label = schedule.complete(np.inf)
        if label is None:
            return schedule, cuts
        cuts.append(Cut.at(roads, label, schedule.step))
        wanted = min(wanted, int(cuts[-1].most_by(FOREVER - 1)))
        if schedule.leaving.sum() >= wanted:
            return schedule, cuts
        schedule = _further(schedule, cuts[-1], wanted)


def _soonest(latest: Schedule, cuts: list[Cut], deadline: float) -> Clearance:
    """Return a schedule of as many with the least last step, or the latest one where time is up."""
    roads, persons = latest.roads, int(latest.leaving.sum())
    best = max(cuts, key=lambda cut: cut.first_step(persons))
    step = best.first_step(persons)
    if step < latest.step:
        met = [best]
        _, step = _raised(met, persons)
        best = met[-1]
    schedule = (
        latest if step >= latest.step else drawn_up(roads, _bound(best, step), persons - FEW, FINE_ENOUGH)
    )
    while schedule.step < latest.step:
        label = schedule.complete(deadline)
        if schedule.leaving.sum() == persons:
            return Clearance(_bound(best, step), schedule)
        if label is None:
            break  # time is up
        best = Cut.at(roads, label, step)
        schedule = _further(schedule, best, persons)
        step = schedule.step
    return Clearance(_bound(best, step), latest)


def _raised(cuts: list[Cut], wanted: int) -> tuple[int, int]:
    """Return how many may ever be safe of those wanted, and a step before which they are not.

    The cuts met on relaxed grids are added to ``cuts``; the last one proves the step.
    """
    roads = cuts[-1].roads
    while True:
        wanted = min(wanted, int(cuts[-1].most_by(FOREVER - 1)))
        step = cuts[-1].first_step(wanted)
        phase = cuts[-1].moved_to(step)
        flow = most_safe(roads, relaxed_grid(roads, step, width_for(roads, step), phase))
        if flow.persons >= wanted:
            return wanted, step
        cuts.append(Cut.at(roads, flow.threshold, step))


def _further(schedule: Schedule, cut: Cut, wanted: int) -> Schedule:
    """Return a schedule up to the step by which a cut lets so many be safe: drawn up anew where many miss."""
    step = cut.first_step(wanted)
    if wanted - schedule.leaving.sum() <= max(FEW, NEARLY * wanted):
        return schedule.longer(step)
    return drawn_up(schedule.roads, _bound(cut, step), wanted - FEW, FINE_ENOUGH)


def _bound(cut: Cut, step: int) -> StaticBound:
    """Return a cut as the proof of a clearance of no less than a step."""
    return StaticBound(step, cut.moved_to(step - 1), cut.moved_to(step))
