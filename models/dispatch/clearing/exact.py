"""All orders of few roads: subsets for one crew, branches for several.

For one crew the loss from a moment on depends on the open roads and where the crew is, not on the time: the
least loss over (open roads, last road) is a dynamic programme over subsets (Held and Karp 1962), O(2^b b^2).

For several crews every plan is a list of (road, crew) by departure; each crew goes when it arrives soonest by
the roads that those before it in the list have opened. Branches are cut where what is sure to be lost is not
less than the best: roads left open no sooner than their crews could come.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of
from models.dispatch.clearing.ways import open_road, ways_to_roads

MOST_ROADS_ONE: Final = 12
"""Roads up to which one crew is planned exactly."""
MOST_ROADS: Final = 6
"""Roads up to which several crews are."""


@dataclass(slots=True)
class Sets:
    """Ways and g by the set of open roads."""

    problem: Clearing
    gains: Gains
    ways: dict[frozenset[int], FloatArray] = field(default_factory=dict)

    def between_s(self, roads: frozenset[int]) -> FloatArray:
        """Return the seconds between ends with these roads open."""
        if not roads:
            return self.problem.between_s
        found = self.ways.get(roads)
        if found is None:
            last = max(roads)
            found = self.ways[roads] = open_road(self.problem, self.between_s(roads - {last}), last)
        return found

    def way_s(self, roads: frozenset[int]) -> float:
        """Return g(S)."""
        return self.gains.way_s(roads, self.between_s(roads))


def best_for_one(problem: Clearing, roads: list[int], gains: Gains) -> list[int]:
    """Return the order of one crew that loses the least; all roads can be reached."""
    sets = Sets(problem, gains)
    least = sets.way_s(frozenset(roads))
    level: dict[tuple[frozenset[int], int | None], tuple[float, tuple[int, ...]]] = {
        (frozenset(), None): (0.0, ())
    }
    for _ in roads:
        after: dict[tuple[frozenset[int], int | None], tuple[float, tuple[int, ...]]] = {}
        for (done, last), (lost, order) in level.items():
            rate = sets.way_s(done) - least
            ways = ways_to_roads(problem, sets.between_s(done), 0, last)
            for b in roads:
                if b in done or not np.isfinite(ways[b]):
                    continue
                found = lost + rate * float(ways[b] + problem.clear_s[b])
                key = (done | {b}, b)
                if key not in after or found < after[key][0]:
                    after[key] = (found, (*order, b))
        level = after
    return list(min(level.values())[1])


@dataclass(slots=True)
class Search:
    """Branches over lists of road and crew.

    Parameters
    ----------
    limits
        What limits any order.
    best, lost
        The best jobs known and what they lose.
    until_s
        When to stop, on the clock of ``time.perf_counter``.
    """

    problem: Clearing
    limits: Limits
    sets: Sets
    best: list[Job]
    lost: float
    until_s: float
    complete: bool = True

    def run(self, roads: list[int]) -> None:
        """Try every list; ``complete`` tells whether time was enough."""
        self._branch([], roads)

    def _branch(self, jobs: list[Job], left: list[int]) -> None:
        if time.perf_counter() > self.until_s:
            self.complete = False
            return
        if not left:
            ordered = sorted(jobs, key=lambda job: (job.open_s, job.road))
            lost = lost_of(ordered, course_of(self.problem, ordered, self.sets.gains))
            if lost < self.lost:
                self.best, self.lost = ordered, lost
            return
        if self._sure(jobs, left) >= self.lost * (1 - 1e-12):
            return
        for job in sorted(self._next(jobs, left), key=lambda job: job.open_s):
            self._branch([*jobs, job], [b for b in left if b != job.road])

    def _next(self, jobs: list[Job], left: list[int]) -> Iterator[Job]:
        """Yield every road that is left with every crew, as soon as it can be there."""
        for crew in range(self.problem.crews):
            own = [job for job in jobs if job.crew == crew]
            free_s, last = (own[-1].open_s, own[-1].road) if own else (0.0, None)
            soonest: dict[int, tuple[float, float]] = {}
            for depart_s in sorted({free_s, *(job.open_s for job in jobs if job.open_s > free_s)}):
                is_open = frozenset(job.road for job in jobs if job.open_s <= depart_s)
                ways = ways_to_roads(self.problem, self.sets.between_s(is_open), crew, last)
                for b in left:
                    arrive_s = depart_s + float(ways[b])
                    if arrive_s < soonest.get(b, (np.inf, 0.0))[0]:
                        soonest[b] = (arrive_s, depart_s)
            for b, (begin_s, depart_s) in soonest.items():
                yield Job(b, crew, depart_s, begin_s, begin_s + float(self.problem.clear_s[b]))

    def _sure(self, jobs: list[Job], left: list[int]) -> float:
        """Return what is lost at least: roads left open when the first free crew could have come."""
        free_s = [0.0] * self.problem.crews
        for job in jobs:
            free_s[job.crew] = max(free_s[job.crew], job.open_s)
        first_s = min(free_s)
        opening = [(job.open_s, job.road) for job in jobs]
        opening += [
            (max(float(self.limits.soon_s[b]), first_s + float(self.limits.work_s[b])), b) for b in left
        ]
        opening.sort()
        roads, now_s, lost = frozenset[int](), 0.0, 0.0
        least = self.sets.way_s(frozenset(b for _, b in opening))
        for open_s, b in opening:
            lost += (open_s - now_s) * (self.sets.way_s(roads) - least)
            roads, now_s = roads | {b}, open_s
        return lost
