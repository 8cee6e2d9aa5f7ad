"""Roads and homes over time: how long a road takes while it serves, and when it must have been left.

Index names: ``e`` directed edges, ``c`` affected cells, ``k`` steps of the hazard.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ScenarioError
from dss.hazard.impact import Mode
from dss.hazard.over_time import times_over_steps
from scenarios.evacuation.spec import EvacuationSpec
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class RoadCourse:
    """What the edges are worth to one mode of travel.

    Parameters
    ----------
    time_s
        The slowest time of each edge while it serves, shape (n edges,); inf where it never does.
    leave_by_s
        Seconds from the start of the evacuation by which everyone must be off each edge, shape (n edges,);
        inf where it stays open.
    """

    time_s: FloatArray
    leave_by_s: FloatArray


def road_course(situation: Situation, spec: EvacuationSpec, mode: Mode) -> RoadCourse:
    """Return how edges serve: as the hazard leaves them, or until it comes.

    Notes
    -----
    While the hazard is followed, an edge serves until it closes or is ``evacuation.usable_slowdown`` times
    slower than at the start; the plan counts its slowest time before. That is on the safe side. A road that
    opens again later is not used again.
    """
    if not spec.follows_hazard:
        edge_s = situation.impact.roads.edge_s[mode]
        return RoadCourse(edge_s, np.full(edge_s.size, np.inf))
    steps = times_over_steps(situation.hazard, situation.impact, situation.roads, mode)
    first = max(int(np.searchsorted(steps.start_s, spec.start_s, side="right")) - 1, 0)
    times_s, start_s = steps.travel_time_s[first:], steps.start_s[first:]
    limit = situation.standards.number("evacuation.usable_slowdown")
    serves = np.logical_and.accumulate(np.isfinite(times_s) & (times_s <= limit * times_s[0]), axis=0)
    slowest = np.where(serves, times_s, 0.0).max(axis=0)
    count = serves.sum(axis=0)
    ends_s = np.append(start_s, np.inf)[count] - spec.start_s
    return RoadCourse(np.where(count > 0, slowest, np.inf), np.where(count > 0, ends_s, np.inf))


def home_course(situation: Situation, spec: EvacuationSpec, affected: IntArray) -> FloatArray:
    """Return by when each affected cell must have been left, from the start of the evacuation, shape (c,).

    Raises
    ------
    ScenarioError
        If the hazard is to be followed, and has reached every home when the evacuation begins.
    """
    if not spec.follows_hazard:
        return np.full(affected.size, np.inf)
    by_s = situation.impact.cells.from_s[affected] - spec.start_s
    if (by_s <= 0).all():
        raise ScenarioError("evacuation_no_warning", start=spec.start_s, cells=affected.size)
    return np.maximum(by_s, 0.0)
