"""The roads over the time of the relief, for each kind of vehicle.

Index names: ``h`` kinds of vehicles, ``t`` steps of the hazard, ``e`` edges of the road network.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.hazard import Flood, wade_through_water
from scenarios.relief.fleet import Kinds
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Seconds that vehicles take for the edges, step by step.

    Parameters
    ----------
    start_s
        When each step begins, seconds after the relief does, ascending from 0, shape (t,).
    edge_s
        Shape (h, t, e); inf while closed.
    """

    start_s: FloatArray
    edge_s: FloatArray

    @property
    def worst_s(self) -> FloatArray:
        """The slowest of all steps, shape (h, e): plans rest on it, whatever the hour."""
        return np.asarray(self.edge_s.max(axis=1))

    def step_at(self, at_s: float) -> int:
        """Return the step that holds a time."""
        return max(int(np.searchsorted(self.start_s, at_s, side="right")) - 1, 0)

    def closing(self, edges: IntArray, from_s: float) -> "Course":
        """Return the same with edges that are closed from a time on."""
        start_s = np.unique(np.append(self.start_s, max(from_s, 0.0)))
        step = np.searchsorted(self.start_s, start_s, side="right") - 1
        edge_s = self.edge_s[:, step].copy()
        edge_s[np.ix_(np.arange(edge_s.shape[0]), np.flatnonzero(start_s >= from_s), edges)] = np.inf
        return Course(start_s, edge_s)

    def after(self, from_s: float) -> "Course":
        """Return what is left of it from a time on, still counted from the beginning of the relief."""
        first = self.step_at(from_s)
        return Course(np.append(max(from_s, 0.0), self.start_s[first + 1 :]), self.edge_s[:, first:])


def course_of(situation: Situation, kinds: Kinds, start_s: float, lasts_s: float) -> Course:
    """Return what the hazard makes of the roads from the beginning of the relief to its end.

    Without steps that come later, or for a scenario planned at one time (``hazard.at_s``), there is one step.
    """
    begins_s = _begins(situation, start_s, start_s + lasts_s)
    edge_s = np.stack([_times(situation, kinds, at_s) for at_s in begins_s], axis=1)
    return Course(np.maximum(np.array(begins_s) - start_s, 0.0), edge_s)


def _begins(situation: Situation, start_s: float, end_s: float) -> list[float]:
    """Return a time of each step of the hazard that the relief meets, on the hazard's clock."""
    if situation.impact.at_s is not None:
        return [situation.impact.at_s]
    return [start_s, *(one_s for one_s in situation.hazard.steps_s if start_s < one_s < end_s)]


def _times(situation: Situation, kinds: Kinds, at_s: float) -> FloatArray:
    """Return the seconds of each edge for each kind in the step that holds a time, shape (h, e)."""
    free_s = situation.roads.drive_s / kinds.speed_factor[:, None]
    steps_s = np.array(situation.hazard.steps_s)
    step = int(np.searchsorted(steps_s, at_s, side="right")) - 1
    if step < 0:
        return np.asarray(free_s)
    if isinstance(situation.hazard, Flood):
        return _in_water(situation, kinds, free_s, at_s)
    emergency_s = situation.impact.roads.step_s["emergency"][step]
    with np.errstate(invalid="ignore", divide="ignore"):
        slower = emergency_s / situation.roads.emergency_s
    closed = ~np.isfinite(emergency_s) & np.isfinite(situation.roads.emergency_s)
    return np.where(closed, np.inf, free_s * np.where(np.isfinite(slower) & (slower > 1), slower, 1.0))


def _in_water(situation: Situation, kinds: Kinds, free_s: FloatArray, at_s: float) -> FloatArray:
    """Return the same in a flood: every kind is stopped by a depth of its own; bridges stay above it."""
    spared = situation.impact.roads.value <= 0
    depth_m = situation.ground.sounder.sound(situation.hazard, at_s).roads
    depth_m = np.repeat(np.where(spared, 0.0, depth_m), 2)
    length_m = np.repeat(situation.roads.features["length_m"].to_numpy(np.float64), 2)
    return np.stack(
        [
            wade_through_water(
                free_s[h], length_m, depth_m, situation.standards,
                close_depth_m=float(kinds.passable_depth_m[h]),
            )
            for h in range(len(kinds.key))
        ]
    )  # fmt: skip
