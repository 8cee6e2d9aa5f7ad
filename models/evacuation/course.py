"""The course of an evacuation in slices of time: who is on which road, who waits, who is safe.

For pictures and animations; nothing is planned or judged here.

Index names: ``a`` arc, ``t`` step, ``s`` slice.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from models.evacuation.problem import Evacuation
from models.evacuation.replay import Replay, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Where people are at the end of some steps.

    Parameters
    ----------
    step
        The steps, shape (s,).
    on_road
        Persons on each arc at those steps: who has entered and is not yet at its head. ``step`` of the rows
        is the step itself, not its number.
    waiting
        Persons who wait before each arc at those steps.
    safe
        Persons who are safe by those steps, shape (s,).
    """

    step: IntArray
    on_road: Rows
    waiting: Rows
    safe: IntArray


def course(problem: Evacuation, replayed: Replay, every_steps: int) -> Course:
    """Return the course of a replay, one slice every so many steps, the last at or after the clearance.

    Notes
    -----
    O(entries x travel steps / every_steps).
    """
    last = max(replayed.clearance_step, int(replayed.entered.step.max(initial=0)))
    step = np.arange(0, last + every_steps, every_steps, dtype=np.int64)
    safe = np.concatenate([[0], np.cumsum(replayed.arrivals)])
    queued = replayed.queued
    shown = queued.step % every_steps == 0
    return Course(
        step,
        _on_road(problem, replayed.entered, every_steps),
        Rows(queued.arc[shown], queued.step[shown], queued.persons[shown]),
        safe[np.minimum(step + 1, safe.size - 1)].astype(np.int64),
    )


def _on_road(problem: Evacuation, entered: Rows, every_steps: int) -> Rows:
    """Count who entered at t in each slice from t to t + travel - 1."""
    first = -(-entered.step // every_steps)
    beyond = -(-(entered.step + problem.travel_steps[entered.arc]) // every_steps)
    times = np.maximum(beyond - first, 0)
    rows = np.repeat(np.arange(times.size), times)
    place = np.arange(rows.size) - np.repeat(np.cumsum(times) - times, times)
    k = problem.tail.size
    slot, which = np.unique((first[rows] + place) * k + entered.arc[rows], return_inverse=True)
    persons = np.bincount(which.ravel(), weights=entered.persons[rows], minlength=slot.size)
    return Rows(slot % k, slot // k * every_steps, persons.astype(np.int64))
