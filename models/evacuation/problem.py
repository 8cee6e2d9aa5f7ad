"""Everyone leaves over a network in time: who takes which road at which step, and is safe when.

Sets
    V nodes; A arcs (u, v); S, part of V: nodes where people are; Z, part of V: shelters; t = 0, 1, 2 ...
    steps
Data
    tau_a whole steps to travel arc a, at least 1; cap_a persons who may enter it in one step; b_s persons at
    s; c_z places in shelter z, inf where they are enough for all; [open_a, close_a) steps in which arc a may
    be entered; end_v step from which nobody may be at node v
Variables
    x_at >= 0 whole persons who enter arc a at step t
Constraints
    (1) whoever enters an arc at t is at its head at t + tau_a; anybody may wait anywhere for any time
    (2) x_at <= cap_a                      no more enter an arc in a step than its capacity
    (3) nobody leaves a shelter            flow ends in the first shelter it meets
    (4) sum of arrivals at z <= c_z        no shelter above its places
    (5) everybody who can reach a place leaves; who cannot is told apart, with the cause
    (6) x_at = 0 unless open_a <= t < min(close_a, end_u, end_v - tau_a)     roads and nodes close
Objectives
    clearance           least step T by which the last person is safe (quickest transshipment)
    total arrival       least sum of everybody's step of arrival, over all plans of any clearance
    most safe           most persons safe by a deadline, and the least clearance of as many

Sources: Ford and Fulkerson (1958), flows over time; Hoppe and Tardos (2000), quickest transshipment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.evacuation.validating import (
    closings,
    node_indices,
    places,
    whole_amounts,
    whole_steps,
)

Objective = Literal["clearance", "total_arrival", "most_safe"]
A = TypeVar("A")
FOREVER = 2**40
"""A step that no plan reaches: the closing of what never closes."""
MOST_CELLS = 150_000_000
"""Arcs times steps above which nobody is taken out of a plan and planned anew in single steps."""


@dataclass(frozen=True, slots=True, eq=False)
class Evacuation:
    """An evacuation problem over ``n`` nodes and ``k`` arcs.

    Parameters
    ----------
    tail, head
        Nodes of each arc, shape (k,); arcs may be parallel.
    travel_steps
        Whole steps that an arc takes, shape (k,), at least 1.
    capacity
        Persons who may enter an arc in one step, shape (k,), whole; 0 closes it.
    supply
        Persons at each node at step 0, shape (n,), whole.
    shelter_capacity
        Places at each node, shape (n,), whole or inf; 0 where there is no shelter.
    opening_step, closing_step
        Steps from which, and from which on no longer, each arc may be entered, shape (k,), whole; a closing
        may be inf. None: all arcs are always open. Whoever entered before the closing finishes the arc, so a
        closing is the first step in which entering is no longer safe.
    node_closing_step
        Step from which nobody may be at each node, shape (n,), whole or inf: nobody waits there, leaves there
        or arrives there from then on. Whoever arrived at a shelter before counts as safe, so give no places
        to a shelter that is lost with the people in it. None: no node closes.

    Raises
    ------
    ProblemError
        If a number is negative, not whole or not a number, an index is outside, shapes do not fit, or people
        start in a shelter (they are safe already: leave them out).
    """

    tail: IntArray
    head: IntArray
    travel_steps: IntArray
    capacity: IntArray
    supply: IntArray
    shelter_capacity: FloatArray
    opening_step: IntArray | None = None
    closing_step: FloatArray | None = None
    node_closing_step: FloatArray | None = None

    def __post_init__(self) -> None:
        shelter_capacity = places(self.shelter_capacity)
        supply = whole_amounts(self.supply, "supply", shelter_capacity.size)
        k = np.asarray(self.tail).size
        fields = {
            "tail": node_indices(self.tail, "tail", supply.size, k),
            "head": node_indices(self.head, "head", supply.size, k),
            "travel_steps": whole_steps(self.travel_steps, k),
            "capacity": whole_amounts(self.capacity, "capacity", k),
            "supply": supply,
            "shelter_capacity": shelter_capacity,
            "opening_step": _if_given(self.opening_step, lambda x: whole_amounts(x, "opening_step", k)),
            "closing_step": _if_given(self.closing_step, lambda x: closings(x, "closing_step", k)),
            "node_closing_step": _if_given(
                self.node_closing_step, lambda x: closings(x, "node_closing_step", supply.size)
            ),
        }
        safe = np.flatnonzero((supply > 0) & (shelter_capacity > 0))
        if safe.size:
            node = int(safe[0])
            raise ProblemError("evacuation_at_shelter", node=node, persons=int(supply[node]))
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def persons(self) -> int:
        """Everybody."""
        return int(self.supply.sum())

    @property
    def has_windows(self) -> bool:
        """Whether any road or node opens or closes."""
        given = (self.opening_step, self.closing_step, self.node_closing_step)
        return any(steps is not None for steps in given)

    def entry_window(self) -> tuple[IntArray, IntArray]:
        """Return the first step in which each arc may be entered and the one after the last, shape (k,) each.

        Notes
        -----
        A node that closes at step e closes the arcs out of it at e and those into it at e - tau: who is at
        the node later could only wait there, so nothing else needs to be known of it. FOREVER where an arc
        does not close.
        """
        opening = np.zeros_like(self.travel_steps) if self.opening_step is None else self.opening_step
        closing = np.full(self.tail.size, np.inf) if self.closing_step is None else self.closing_step
        if self.node_closing_step is not None:
            arriving = self.node_closing_step[self.head] - self.travel_steps
            closing = np.minimum(np.minimum(closing, self.node_closing_step[self.tail]), arriving)
        return opening, np.clip(closing, 0, FOREVER).astype(np.int64)


def _if_given(steps: A | None, validated: Callable[[A], A]) -> A | None:
    return None if steps is None else validated(steps)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """People who go together: the same arcs at the same steps.

    Parameters
    ----------
    origin
        Node where each group starts, shape (g,).
    persons
        Persons in each group, shape (g,).
    offsets
        Where each group's arcs begin in ``arc``, shape (g + 1,).
    arc, enter_step
        The arcs in the order of travel and the step in which each is entered, shape (sum of lengths,). A
        group that enters an arc later than it arrived has waited before it.
    """

    origin: IntArray
    persons: IntArray
    offsets: IntArray
    arc: IntArray
    enter_step: IntArray

    @classmethod
    def none(cls) -> "Groups":
        """Return no groups."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros(1, dtype=np.int64), nothing, nothing)

    @property
    def departure_step(self) -> IntArray:
        """The step in which each group sets out, shape (g,)."""
        return np.asarray(self.enter_step[self.offsets[:-1]], dtype=np.int64)

    def arrival_step(self, travel_steps: IntArray) -> IntArray:
        """Return the step in which each group is safe, shape (g,)."""
        last = self.offsets[1:] - 1
        return np.asarray(self.enter_step[last] + travel_steps[self.arc[last]], dtype=np.int64)

    def taken(self, rows: IntArray) -> "Groups":
        """Return some of the groups in a given order, each as often as it is named."""
        lengths = np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        place = np.repeat(self.offsets[rows] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Groups(self.origin[rows], self.persons[rows], offsets, self.arc[place], self.enter_step[place])


@dataclass(frozen=True, slots=True, eq=False)
class ArrivalProof:
    """Cuts that prove a bound on the total arrival; see ``models.evacuation.cut``.

    Parameters
    ----------
    price
        Steps that whoever ends in each shelter counts as later, shape (n,); 0 where places are enough.
    step
        Ascending steps, prices included, shape (m,).
    threshold
        A cut at each step: one number per node, shape (m, n).
    """

    price: IntArray
    step: IntArray
    threshold: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class EvacuationDecision:
    """A plan.

    Parameters
    ----------
    objective
        What was to be least.
    groups
        Who goes when and where.
    clearance_step
        The step in which the last group is safe; 0 where nobody goes.
    total_arrival_steps
        Sum over persons of their step of arrival.
    cut_off, no_place
        Persons at each node who stay because no road leads to a shelter, or because the shelters they can
        reach have no more places, shape (n,).
    certificate
        One number per node that proves the bound on the clearance, shape (n,); see ``models.evacuation.cut``.
    overtaken
        Persons at each node who stay because roads or nodes close too soon, or the deadline is too near,
        shape (n,).
    deadline_step
        The deadline of ``most_safe``; None where there is none.
    persons_certificate
        One number per node that proves that no more persons can be safe by the deadline, or ever, shape (n,);
        None where nothing closes and there is no deadline.
    arrival_proof
        What proves the bound on the total arrival; None for other objectives, and on networks so large that
        the bound rests on the solver.
    """

    objective: Objective
    groups: Groups
    clearance_step: int
    total_arrival_steps: int
    cut_off: IntArray
    no_place: IntArray
    certificate: IntArray
    overtaken: IntArray
    deadline_step: int | None = None
    persons_certificate: IntArray | None = None
    arrival_proof: ArrivalProof | None = None

    @property
    def staying(self) -> IntArray:
        """Persons at each node who stay, whatever the cause, shape (n,)."""
        return np.asarray(self.cut_off + self.no_place + self.overtaken, dtype=np.int64)
