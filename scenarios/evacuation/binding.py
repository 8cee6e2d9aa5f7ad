"""What sets the clearance: the pocket that cannot be emptied sooner, and the roads that bind it.

The certificate of a clearance is a cut of the network in time. One step before the proven clearance it has
less room than people who must cross. Those who start inside are the pocket; the arcs on which the cut has its
room are the binding ones. Index names: ``v`` nodes, ``a`` arcs.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation import Evacuation
from models.evacuation.cut import entries_across
from scenarios.evacuation.movement import Movement


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """A pocket and its way out.

    Parameters
    ----------
    node
        Nodes where the people of the pocket start, shape (p,).
    arc, room
        Arcs that people of the pocket must take, and how many of them could, one step too soon, shapes (q,);
        those with the most room first. None where the way is long and no road is short of room.
    shelter
        Shelters that are full in the cut, shape (s,).
    """

    node: IntArray
    arc: IntArray
    room: FloatArray
    shelter: IntArray


def binding_of(movement: Movement) -> Binding:
    """Return what sets a movement's clearance, from its certificate alone."""
    problem, decision = movement.problem, movement.decision
    threshold = decision.certificate
    step = round(movement.clearance_bound_s / movement.step_s) - 1
    leaving = problem.supply - decision.staying
    node = np.flatnonzero((leaving > 0) & (threshold == 0))
    if step < 0 or node.size == 0:
        none = np.zeros(0, dtype=np.int64)
        return Binding(none, none, np.zeros(0), none)
    room = room_of_cut(problem, threshold, step)
    arc = np.flatnonzero(room > 0)
    arc = arc[np.argsort(-room[arc], kind="stable")]
    full = np.flatnonzero((problem.shelter_capacity > 0) & (threshold <= step))
    return Binding(node, arc, room[arc], full)


def room_of_cut(problem: Evacuation, threshold: IntArray, step: int) -> FloatArray:
    """Return how many may cross a cut in time over each arc, shape (k,)."""
    ends = threshold[problem.tail], threshold[problem.head]
    entries = entries_across(ends, problem.travel_steps, problem.entry_window(), step)
    leaves = problem.shelter_capacity[problem.tail] == 0
    return np.asarray(problem.capacity * entries * leaves, dtype=np.float64)
