"""Plan the few who are left around the many who are already moving, on single steps.

Those who keep their way take capacity step by step. Who is planned anew goes in the room that they leave by
the ways to the nearest shelters, the soonest first; who then comes too late, by ways round what is full, in
several looks; and the last along augmenting paths, which move nobody but those planned anew. Where the ways
leave many, all are given more steps, and a gap may remain.

Where not all can be safe by a step, what the search could reach is a cut; weighed with all that is taken, it
says from which step on they might be. Index names: ``a`` arc kept, ``e`` the problem's.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import Int32Array, IntArray
from models.evacuation.certificate import certificate
from models.evacuation.cut import earliest_for
from models.evacuation.kernels.augment import State, augment
from models.evacuation.kernels.chains import arcs_by_node
from models.evacuation.kernels.strip import strip_steps
from models.evacuation.problem import MOST_CELLS, Evacuation, Groups
from models.evacuation.reach import all_with_a_road
from models.evacuation.replay import Rows
from models.evacuation.soonest import NEAREST
from models.evacuation.trimming import Roads, trim_beside
from models.evacuation.ways import Ways, insert, nearest_ways

WEIGHTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""How many times as long a road counts that is always full, one look for ways after the other."""
FINENESS = 4
"""Parts of a step in which lengths are compared then."""
MOST_SEARCHED = 600
"""Persons for whom paths are searched; where ways leave more, the step grows first."""
LATER = 20
"""It grows by one part in so many then."""
TRIES = 30
"""Steps that are tried."""
SEARCHES = 100
"""Searches between two looks at the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Groups of everybody who is planned anew, and thresholds of all nodes for the step they are safe by."""

    groups: Groups
    certificate: IntArray


def planned_beside(
    around: tuple[Evacuation, Rows], exact: Evacuation, at_least: int, deadline: float
) -> Beside | None:
    """Return a plan of everybody with a small clearance; None where not all can be safe, or time is up.

    Parameters
    ----------
    around
        The problem as if nobody moved, and who enters its arcs when and stays in the plan.
    exact
        The same with all that is taken as arcs with windows, to weigh cuts.
    at_least
        A step by which it is soon enough to be safe.
    deadline
        A moment of ``time.perf_counter``.
    """
    problem, entering = around
    roads = trim_beside(problem, all_with_a_road(problem), entering.arc)
    if not 0 < problem.persons == roads.persons or roads.places.sum() < roads.persons:
        return None
    step = at_least
    proof = np.zeros_like(problem.supply)
    for _ in range(TRIES):
        if roads.k * (step + 1) > MOST_CELLS:
            return None
        taken = _taken(roads, problem.capacity, entering, step)
        found = _sent(roads, taken, deadline)
        if isinstance(found, Groups):
            return Beside(found, proof)
        if time.perf_counter() > deadline:
            return None
        if found.size == 0:
            step += 1 + step // LATER
            continue
        proof = certificate(problem, roads, found)
        later = earliest_for(exact, exact.supply, exact.persons, proof)
        if later <= step:
            return None
        step = later
    return None


def _taken(roads: Roads, capacity: IntArray, entering: Rows, step: int) -> Int32Array:
    """Return how much less than its capacity an arc kept has in each step, shape (k, T + 1)."""
    kept = np.repeat(np.arange(roads.k), np.diff(roads.offsets))
    row = np.full(capacity.size, -1, dtype=np.int64)
    row[roads.arc] = np.arange(roads.arc.size)
    place = row[entering.arc]
    inside = place >= 0
    place, persons = place[inside], entering.persons[inside]
    a, t = kept[place], entering.step[inside] - roads.into_steps[place]
    less = roads.capacity[a] - (capacity[entering.arc[inside]] - persons)
    taken = np.zeros((roads.k, step + 1), dtype=np.int32)
    used = (t >= 0) & (t <= step) & (less > 0)
    np.maximum.at(taken, (a[used], t[used]), less[used].astype(np.int32))
    return taken


def _sent(roads: Roads, taken: Int32Array, deadline: float) -> Groups | IntArray:
    """Send everybody by a step; the groups, or the thresholds of a cut, of no node without one."""
    arcs = (roads.tail, roads.head, roads.travel_steps, roads.capacity, roads.opening, roads.closing)
    by_node = (*arcs_by_node(roads.tail, roads.n), *arcs_by_node(roads.head, roads.n))
    wait = np.zeros((roads.n, taken.shape[1]), dtype=np.int32)
    flow, left, places = taken.copy(), roads.supply.copy(), roads.places.copy()
    state = (flow, wait, left, places)
    for weight in WEIGHTS:
        ways = _round_what_is_full(roads, state, weight)
        insert(ways, arcs, state, deadline)
    if left.sum() > MOST_SEARCHED:
        return np.zeros(0, dtype=np.int64)
    while left.any():
        if time.perf_counter() > deadline:
            return np.zeros(0, dtype=np.int64)
        label = augment(arcs, by_node, state, taken, roads.places > 0, SEARCHES)
        if label.size:
            return np.asarray(label)
    source = np.flatnonzero(roads.supply)
    origin, persons, offsets, arc, enter = strip_steps(
        by_node[:2], arcs[1:3], roads.places > 0, (source, roads.supply[source]), flow - taken
    )
    return Groups(roads.node[origin], persons, *roads.unfolded(offsets, arc, enter))


def _round_what_is_full(roads: Roads, state: State, weight: int) -> Ways:
    """Return ways of those left to places left; the more an arc is full, the longer it counts."""
    flow, _, left, places = state
    full = (flow >= roads.capacity[:, None]).mean(axis=1)
    longer = np.rint(roads.travel_steps * (1 + weight * full) * FINENESS).astype(np.int64)
    return nearest_ways(replace(roads, travel_steps=longer, supply=left, places=places), NEAREST)
