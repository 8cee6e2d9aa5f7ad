"""Check a run's plan without the solver: the allocation, and every trip on open roads.

It works on arrays that the run folder holds, so that anyone can repeat it later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from models import Plan, Violation, shelter
from models.shelter import Allocation, AllocationDecision

# A trip's time may differ from the sum of its parts by what 32-bit travel times round.
TOLERANCE_S: Final = 0.01
TOLERANCE_SHARE: Final = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """All that is needed to check a plan: problem, plan, roads under the hazard, and the trips taken.

    Parameters
    ----------
    arc_mode
        0 walk, 1 drive, per arc, shape (k,).
    tail, head
        Edge ends, shape (n edges,).
    edge_s
        Time of each edge under the hazard by mode, shape (2, n edges); inf where closed.
    origin_node, site_node
        Where cells and shelters join the network by mode, shapes (2, n) and (2, m).
    route_arc
        Arcs with persons on them, shape (r,), in ascending order.
    route_offset, route_edge
        Edges of each such arc's trip, as offsets of shape (r + 1,) and edges.
    route_access_s
        Seconds off the network of each such trip, shape (r,).
    """

    problem: Allocation
    plan: Plan[AllocationDecision]
    arc_mode: IntArray
    tail: Int32Array
    head: Int32Array
    edge_s: FloatArray
    origin_node: IntArray
    site_node: IntArray
    route_arc: IntArray
    route_offset: IntArray
    route_edge: Int32Array
    route_access_s: FloatArray


def check_run(proof: Proof) -> list[Violation]:
    """Return everything that is wrong with a plan; an empty list when it keeps every constraint."""
    return [*shelter.check(proof.problem, proof.plan), *check_trips(proof)]


def check_trips(proof: Proof) -> Iterator[Violation]:
    """Follow every trip: it joins up, uses open roads only, ends at its shelter, takes its time."""
    assert proof.plan.decision is not None
    used = np.flatnonzero(proof.plan.decision.persons > 0)
    if not np.array_equal(used, proof.route_arc):
        yield Violation("(4) a trip for everyone", "routes", float(used.size - proof.route_arc.size))
        return
    yield from _broken_trips(proof)
    yield from _wrong_times(proof)


def _broken_trips(proof: Proof) -> Iterator[Violation]:
    trip = np.repeat(np.arange(proof.route_arc.size), np.diff(proof.route_offset))
    tail, head = proof.tail[proof.route_edge], proof.head[proof.route_edge]
    mode = proof.arc_mode[proof.route_arc]
    origin = proof.origin_node[mode, proof.problem.cell[proof.route_arc]]
    target = proof.site_node[mode, proof.problem.site[proof.route_arc]]
    came_from = np.concatenate([[-1], head[:-1]]) if head.size else head
    starts = proof.route_offset[:-1][np.diff(proof.route_offset) > 0]
    came_from[starts] = origin[trip[starts]]
    for k in np.flatnonzero(came_from != tail):
        yield Violation("(5) trip joins up", f"arc {proof.route_arc[trip[k]]}", float(k))
    last = origin.copy()
    last[trip] = head  # the last edge of each trip writes last
    for r in np.flatnonzero(last != target):
        yield Violation("(6) trip ends at its shelter", f"arc {proof.route_arc[r]}", float(last[r]))


def _wrong_times(proof: Proof) -> Iterator[Violation]:
    trip = np.repeat(np.arange(proof.route_arc.size), np.diff(proof.route_offset))
    mode = proof.arc_mode[proof.route_arc]
    edge_s = proof.edge_s[mode[trip], proof.route_edge]
    for k in np.flatnonzero(~np.isfinite(edge_s)):
        yield Violation("(7) open roads only", f"arc {proof.route_arc[trip[k]]}", float(proof.route_edge[k]))
    walked_s = np.bincount(trip, weights=edge_s, minlength=proof.route_arc.size) + proof.route_access_s
    stated_s = proof.problem.cost_s[proof.route_arc]
    wrong = ~(np.abs(walked_s - stated_s) <= TOLERANCE_S + TOLERANCE_SHARE * stated_s)
    for r in np.flatnonzero(wrong):
        yield Violation("(8) trip takes its time", f"arc {proof.route_arc[r]}", walked_s[r] - stated_s[r])
