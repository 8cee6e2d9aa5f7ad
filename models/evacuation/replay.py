"""Replay a plan on a network of point queues, without the planner: whether people get there when it says.

Each arc has one queue at its entry. As many enter in a step as the arc has capacity; whoever entered is at
the next queue, or safe, after the arc's steps. Nothing is shared with the search but the problem's arrays.

Three rules of who enters when:

``first_come``
    People leave at the step they are told and drive on as the queues let them, who comes first enters first;
    those who come in the same step stand in the order in which they entered their last arcs. A plan may let
    people wait half-way; here they do not, so they come to some queues earlier than planned, ahead of others
    who are then late. The plan's clearance can be missed, and the replay says by how much.
``in_order``
    The same, but a queue lets in first whom the plan lets in first, as police at a junction would. Nobody is
    later than planned anywhere: take the first step t in which somebody should have entered an arc and does
    not. All whom the plan lets into that arc by t came there in time, and the arc never stood still or served
    later ones while one of them waited; so by t all of them entered, which contradicts. (That is the earliest
    due date rule of Jackson 1955 for jobs of one step.) So the clearance is never above the plan's, and equal
    to it where the plan's is proven to be the least.
``on_time``
    Nobody joins a queue before the planned step of entry. A plan that keeps its capacities is replayed as it
    is, without any queue.

Index names: ``g`` group, ``a`` arc, ``v`` node, ``t`` step.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.evacuation.kernels.point_queue import Fleet, Network, run_queues
from models.evacuation.problem import Evacuation, Groups

Rule = Literal["first_come", "in_order", "on_time"]

MOST_STEPS = 1_000_000
"""Departures later than this are a slip of units; arcs that open later do not open."""
NEVER = 2**60


class Rows(NamedTuple):
    """Persons at arcs in steps, only where there are any; in the order of the steps, shape (rows,) each."""

    arc: IntArray
    step: IntArray
    persons: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What came of a plan.

    Parameters
    ----------
    arrivals
        Persons who are safe in each step from 0 on, shape (steps,); its last step is the clearance.
    arrived
        Who came to safety by which last arc when.
    entered
        Who entered which arc when.
    queued
        Who still waits before which arc after each step's entries.
    stranded
        Persons who cannot go on because the arc before them, the node they are at or their shelter is closed,
        by the arc they wanted to enter or, at the shelter, came by, shape (k,).
    stranded_of
        The same by group, shape (g,).
    safe_step
        Step in which the last person of each group is safe, -1 where nobody of it is, shape (g,).
    waited_person_steps
        What each group waited in queues, shape (g,).
    """

    arrivals: IntArray
    arrived: Rows
    entered: Rows
    queued: Rows
    stranded: IntArray
    stranded_of: IntArray
    safe_step: IntArray
    waited_person_steps: IntArray

    @property
    def clearance_step(self) -> int:
        """The step in which the last person who gets through is safe; 0 where nobody is."""
        return max(0, self.arrivals.size - 1)

    @property
    def total_arrival_steps(self) -> int:
        """Sum over those who are safe of their step of arrival."""
        return int(self.arrivals @ np.arange(self.arrivals.size))

    def step_of_share(self, share: float) -> int | None:
        """Return the step by which a share of all persons is safe; None where so many never are."""
        everybody = int(self.arrivals.sum() + self.stranded.sum())
        reached = np.flatnonzero(np.cumsum(self.arrivals) >= share * everybody)
        return int(reached[0]) if reached.size else None


def replay(problem: Evacuation, groups: Groups, rule: Rule = "first_come") -> Replay:
    """Replay groups on a problem's network.

    Parameters
    ----------
    rule
        Who enters when: see the module.

    Raises
    ------
    ProblemError
        If a group has no way, its way is none, or a step is negative or later than a million.
    """
    _require_ways(problem, groups)
    network, fleet = _network(problem), _fleet(problem, groups, rule)
    ring_steps = int(network.travel.max(initial=0)) + int(fleet.hold.max(initial=0)) + 2
    entered, queued, safe, tally = run_queues(network, fleet, ring_steps)
    arrived = _rows(safe)
    return Replay(
        np.bincount(arrived.step, weights=arrived.persons).astype(np.int64),
        arrived, _rows(entered), _rows(queued),
        tally.stranded, tally.stranded_of, tally.safe_step, tally.waited,
    )  # fmt: skip


def planned_entries(groups: Groups) -> Rows:
    """Return who enters which arc when by the plan itself, in the order of the steps."""
    persons = np.repeat(groups.persons, np.diff(groups.offsets))
    k = int(groups.arc.max(initial=0)) + 1
    slot, which = np.unique(groups.enter_step * k + groups.arc, return_inverse=True)
    sums = np.bincount(which.ravel(), weights=persons, minlength=slot.size).astype(np.int64)
    return Rows(slot % k, slot // k, sums)


def _rows(flat: IntArray) -> Rows:
    arc, step, persons = flat.reshape(-1, 3).T.copy()
    return Rows(arc, step, persons)


def _network(problem: Evacuation) -> Network:
    k, n = problem.tail.size, problem.supply.size
    opening = np.zeros(k, dtype=np.int64) if problem.opening_step is None else problem.opening_step
    closing = np.where(opening > MOST_STEPS, 0, _closing(problem.closing_step, k))
    return Network(
        problem.tail, problem.travel_steps, problem.capacity, opening, closing,
        _closing(problem.node_closing_step, n),
    )  # fmt: skip


def _closing(steps: FloatArray | None, size: int) -> IntArray:
    if steps is None:
        return np.full(size, NEVER, dtype=np.int64)
    return np.minimum(steps, NEVER).astype(np.int64)


def _fleet(problem: Evacuation, groups: Groups, rule: Rule) -> Fleet:
    first, last = groups.offsets[:-1], groups.offsets[1:] - 1
    hold = groups.enter_step
    if rule != "on_time":
        hold = np.zeros_like(hold)
        hold[first] = groups.enter_step[first]
    turn = groups.enter_step if rule == "in_order" else np.zeros_like(hold)
    ready = np.argsort(hold[first], kind="stable").astype(np.int64)
    goal = problem.head[groups.arc[last]]
    return Fleet(ready, groups.persons, groups.offsets, groups.arc, goal, hold, turn)


def _require_ways(problem: Evacuation, groups: Groups) -> None:
    """Refuse what cannot be replayed; whether a plan is a good one is for `check` to say."""
    if (np.diff(groups.offsets) <= 0).any():
        g = int(np.flatnonzero(np.diff(groups.offsets) <= 0)[0])
        raise ProblemError("replay_way", group=g)
    inside = (groups.arc >= 0) & (groups.arc < problem.tail.size)
    joined = np.ones(groups.arc.size, dtype=np.bool_)
    if inside.all():
        joined = problem.tail[groups.arc] == np.roll(problem.head[groups.arc], 1)
        joined[groups.offsets[:-1]] = problem.tail[groups.arc[groups.offsets[:-1]]] == groups.origin
    wrong = np.flatnonzero(~(inside & joined))
    if wrong.size:
        g = int(np.searchsorted(groups.offsets, wrong[0], side="right")) - 1
        raise ProblemError("replay_way", group=g)
    late = np.flatnonzero((groups.enter_step < 0) | (groups.enter_step > MOST_STEPS))
    if late.size:
        g = int(np.searchsorted(groups.offsets, late[0], side="right")) - 1
        raise ProblemError("replay_step", group=g, value=int(groups.enter_step[late[0]]), most=MOST_STEPS)
