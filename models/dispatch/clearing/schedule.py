"""A list of roads becomes a timetable: whoever is free takes the first road of the list in reach."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.ways import open_road, way_s, ways_to_roads


@dataclass(frozen=True, slots=True)
class Job:
    """A road with its crew: when the crew sets off to it, begins, and is done."""

    road: int
    crew: int
    depart_s: float
    begin_s: float
    open_s: float


@dataclass(slots=True)
class Gains:
    """Remembers g(S) of sets of roads that were asked for before."""

    problem: Clearing
    known: dict[frozenset[int], float] = field(default_factory=dict)

    def way_s(self, roads: frozenset[int], between_s: FloatArray) -> float:
        """Return g(S); ``between_s`` are the ways with exactly these roads open."""
        found = self.known.get(roads)
        if found is None:
            found = self.known[roads] = way_s(self.problem, between_s)
        return found


def timetable(problem: Clearing, order: Sequence[int]) -> list[Job]:
    """Return the jobs of a list in the order in which roads open; roads out of reach are left out.

    At each moment the idle crew that is nearest to the first road of the list within reach goes there; crews
    that reach nothing wait for the next road to open.
    """
    waiting, idle = list(order), dict.fromkeys(range(problem.crews))  # idle crews by their last road
    between_s, now_s = problem.between_s, 0.0
    running: list[Job] = []
    done: list[Job] = []
    while True:
        while idle and waiting:
            ways = {k: ways_to_roads(problem, between_s, k, last) for k, last in idle.items()}
            found = next(((b, k) for b in waiting if (k := _nearest(ways, b)) is not None), None)
            if found is None:
                break
            b, crew = found
            begin_s = now_s + float(ways[crew][b])
            running.append(Job(b, crew, now_s, begin_s, begin_s + float(problem.clear_s[b])))
            waiting.remove(b)
            del idle[crew]
        if not running:
            return done
        ended = min(running, key=lambda job: (job.open_s, job.road))
        running.remove(ended)
        done.append(ended)
        idle[ended.crew] = ended.road
        idle = dict(sorted(idle.items()))
        between_s, now_s = open_road(problem, between_s, ended.road), ended.open_s


def _nearest(ways: dict[int, FloatArray], b: int) -> int | None:
    crew = min(ways, key=lambda k: (ways[k][b], k))
    return crew if np.isfinite(ways[crew][b]) else None


def course_of(problem: Clearing, jobs: Sequence[Job], gains: Gains) -> FloatArray:
    """Return g before any road is open and after each of the jobs, which open in their order, (r + 1,)."""
    between_s, roads = problem.between_s, frozenset[int]()
    course = [gains.way_s(roads, between_s)]
    for job in jobs:
        between_s, roads = open_road(problem, between_s, job.road), roads | {job.road}
        course.append(gains.way_s(roads, between_s))
    return np.array(course)


def lost_of(jobs: Sequence[Job], course: FloatArray) -> float:
    """Return the person-seconds of way above those with everything open, held for seconds."""
    lasting_s = np.diff([0.0, *(job.open_s for job in jobs)])
    return float(lasting_s @ (course[:-1] - course[-1]))
