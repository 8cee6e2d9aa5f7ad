"""Contraflow: lanes of one direction of a street turned for the other, once they have been cleared.

For every pair of opposite arcs one of three things is chosen: leave it, turn the backward lanes (the forward
arc gains an arc beside it that opens after the clearing steps, the backward arc closes from the start), or
turn the forward lanes. If both gains are given to a pair and nothing is taken (the relaxation), every plan of
every choice is still a plan, so the least clearance of the relaxed problem is a bound on all choices.

Source of the idea: Kim, Shekhar and Min (2008), contraflow transportation network reconfiguration.
Index names: ``i`` pair, ``a`` arc.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.evacuation.problem import Evacuation
from models.evacuation.validating import node_indices, whole_amounts


class Lanes(IntEnum):
    """What is done with a pair of opposite arcs."""

    UNDECIDED = 0
    KEPT = 1
    TO_FORWARD = 2
    TO_BACKWARD = 3


@dataclass(frozen=True, slots=True, eq=False)
class LanePairs:
    """Streets whose lanes may be turned, ``p`` pairs of opposite arcs of a problem.

    Parameters
    ----------
    forward, backward
        Arcs from u to v and from v to u, shape (p,); an arc may be in one pair.
    forward_gain, backward_gain
        Persons who may enter in a step by the lanes that are turned to a direction, shape (p,), whole.
    clearing_steps
        Steps before turned lanes may be entered: the time that police and the last oncoming traffic need,
        shape (p,), whole.
    """

    forward: IntArray
    backward: IntArray
    forward_gain: IntArray
    backward_gain: IntArray
    clearing_steps: IntArray

    def __post_init__(self) -> None:
        p = np.asarray(self.forward).size
        for name in ("forward_gain", "backward_gain", "clearing_steps"):
            object.__setattr__(self, name, whole_amounts(getattr(self, name), name, p))

    @property
    def p(self) -> int:
        """How many pairs."""
        return self.forward_gain.size


def opposite_pairs(problem: Evacuation, clearing_steps: int) -> LanePairs:
    """Return all pairs of opposite arcs of a problem; turned lanes carry what they carried before.

    Notes
    -----
    Of parallel arcs between the same nodes the first forward one is paired with the first backward one.
    """
    key = problem.tail * problem.supply.size + problem.head
    back = problem.head * problem.supply.size + problem.tail
    up = np.flatnonzero((problem.tail < problem.head) & (problem.capacity > 0))
    down = np.flatnonzero((problem.tail > problem.head) & (problem.capacity > 0))
    up = up[np.unique(key[up], return_index=True)[1]]
    down = down[np.unique(back[down], return_index=True)[1]]
    _, i, j = np.intersect1d(key[up], back[down], assume_unique=True, return_indices=True)
    forward, backward = up[i], down[j]
    return LanePairs(
        forward=forward,
        backward=backward,
        forward_gain=problem.capacity[backward],
        backward_gain=problem.capacity[forward],
        clearing_steps=np.full(forward.size, clearing_steps),
    )


def require_opposite(problem: Evacuation, pairs: LanePairs) -> None:
    """Refuse pairs that are not opposite arcs of a problem.

    Raises
    ------
    ProblemError
        If an index is outside, two arcs of a pair are not opposite, or an arc is in two pairs.
    """
    k = problem.tail.size
    forward = node_indices(pairs.forward, "forward", k, pairs.p)
    backward = node_indices(pairs.backward, "backward", k, pairs.p)
    wrong = (problem.tail[forward] != problem.head[backward]) | (
        problem.head[forward] != problem.tail[backward]
    )
    both = np.concatenate([forward, backward])
    twice = np.bincount(both, minlength=k)[both].reshape(2, -1).max(axis=0, initial=0) > 1
    for i in np.flatnonzero(wrong | twice)[:1]:
        raise ProblemError("evacuation_pair", pair=int(i), forward=int(forward[i]), backward=int(backward[i]))


def with_lanes(problem: Evacuation, pairs: LanePairs, lanes: IntArray) -> Evacuation:
    """Return a problem with lanes turned.

    Parameters
    ----------
    lanes
        One of ``Lanes`` for each pair, shape (p,); an undecided pair has both gains and loses nothing.

    Returns
    -------
    The problem with 2 p more arcs, whatever is turned: the forward arcs' turned lanes, then the backward
    arcs', with capacity 0 where they are not turned.
    """
    free = lanes == Lanes.UNDECIDED
    gain = np.concatenate(
        [
            np.where(free | (lanes == Lanes.TO_FORWARD), pairs.forward_gain, 0),
            np.where(free | (lanes == Lanes.TO_BACKWARD), pairs.backward_gain, 0),
        ]
    )
    beside = np.concatenate([pairs.forward, pairs.backward])
    capacity = problem.capacity.copy()
    capacity[pairs.backward[lanes == Lanes.TO_FORWARD]] = 0
    capacity[pairs.forward[lanes == Lanes.TO_BACKWARD]] = 0
    opening = np.zeros_like(problem.capacity) if problem.opening_step is None else problem.opening_step
    cleared = np.maximum(opening[beside], np.tile(pairs.clearing_steps, 2))
    return replace(
        problem,
        tail=np.concatenate([problem.tail, problem.tail[beside]]),
        head=np.concatenate([problem.head, problem.head[beside]]),
        travel_steps=np.concatenate([problem.travel_steps, problem.travel_steps[beside]]),
        capacity=np.concatenate([capacity, gain]),
        opening_step=np.concatenate([opening, cleared]),
        closing_step=_beside(problem.closing_step, beside),
    )


def police_points(problem: Evacuation, pairs: LanePairs, lanes: IntArray) -> IntArray:
    """Return the nodes at both ends of every street with turned lanes, each once, in order."""
    turned = (lanes == Lanes.TO_FORWARD) | (lanes == Lanes.TO_BACKWARD)
    arc = pairs.forward[turned]
    return np.unique(np.concatenate([problem.tail[arc], problem.head[arc]]))


def _beside(steps: FloatArray | None, beside: IntArray) -> FloatArray | None:
    return None if steps is None else np.concatenate([steps, steps[beside]])
