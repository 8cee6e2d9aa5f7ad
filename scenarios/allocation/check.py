"""Check a run's plan without the solver: the allocation, and every trip on open roads.

It works on arrays that the run folder holds, so that anyone can repeat it later.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models import Plan, Violation, shelter
from models.shelter import Allocation, AllocationDecision
from scenarios.allocation.facts import CAUSES, WITHIN_REACH, Allocating, split_problem

# A trip's time may differ from the sum of its parts by what 32-bit travel times round.
TOLERANCE_S: Final = 0.01
TOLERANCE_SHARE: Final = 1e-5
WALK: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class RouteTiming:
    """When trips are where, on roads that change under way.

    Parameters
    ----------
    depart_s
        When everyone leaves, on the hazard's clock.
    start_s
        When each step begins, shape (k,); the last one lasts for ever.
    edge_s
        Time of each edge by mode and step, shape (2, k, n edges); inf where closed.
    ready_s
        When each trip has come to its first road, shape (r,).
    enter_s, leave_s
        When each edge of all trips is entered and left, shape of ``Proof.route_edge``.
    """

    depart_s: float
    start_s: FloatArray
    edge_s: FloatArray
    ready_s: FloatArray
    enter_s: FloatArray
    leave_s: FloatArray


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
    origin_edge, site_edge
        Edge that affected cells and shelters join by mode, shapes (2, c) and (2, m): the even one of a
        road's two edges; the odd one, one higher, leads back.
    origin_share, site_share
        How far along that edge, 0 at its tail to 1 at its head, same shapes.
    route_arc
        Arcs with persons on them, shape (r,), in ascending order.
    route_offset, route_edge
        Edges of each such arc's trip, as offsets of shape (r + 1,) and edges; of the first and the last one
        only the part beyond the origin and before the site is travelled.
    route_access_s
        Seconds off the network of each such trip, shape (r,).
    allocating
        What the plan was to achieve, whose the rows of its problem are, and what it is compared with.
    timing
        Where roads change under way: when the trips are where. Points then join the roads at nodes.
    """

    problem: Allocation
    plan: Plan[AllocationDecision]
    arc_mode: IntArray
    tail: Int32Array
    head: Int32Array
    edge_s: FloatArray
    origin_edge: IntArray
    origin_share: FloatArray
    site_edge: IntArray
    site_share: FloatArray
    route_arc: IntArray
    route_offset: IntArray
    route_edge: Int32Array
    route_access_s: FloatArray
    allocating: Allocating
    timing: RouteTiming | None = None


def check_run(proof: Proof) -> list[Violation]:
    """Return everything that is wrong with a plan; an empty list when it keeps every constraint."""
    aim = proof.allocating.aim
    broken = [*shelter.check(proof.problem, proof.plan, objective=aim), *check_trips(proof)]
    if proof.allocating.split is not None:
        broken += shelter.check(split_problem(proof.problem), proof.allocating.split, objective=aim)
    return [*broken, *check_causes(proof)]


def check_causes(proof: Proof) -> Iterator[Violation]:
    """Check that everyone without a place has a cause that can be: none in reach, or one that is full."""
    assert proof.plan.decision is not None
    unmet, cause = proof.plan.decision.unmet, proof.allocating.rows.cause
    offered = np.bincount(proof.problem.cell, minlength=unmet.size) > 0
    unknown = (unmet > 0) != ((cause >= 0) & (cause < len(CAUSES)))
    for i in np.flatnonzero(unknown | ((cause >= 0) & (cause < WITHIN_REACH) & offered)):
        yield Violation("(9) cause", f"row {i}", float(cause[i]))
    if proof.problem.whole is None:
        yield from _room_left(proof, (cause == len(CAUSES) - 1) & offered)


def _room_left(proof: Proof, full: BoolArray) -> Iterator[Violation]:
    """Find people said to be left out by full shelters while one in their reach has room."""
    assert proof.plan.decision is not None
    problem = proof.problem
    load = np.bincount(problem.site, proof.plan.decision.persons, problem.capacity.size)
    room = (load < problem.capacity)[problem.site] & full[problem.cell] & (problem.weight > 0)[problem.cell]
    for a in np.flatnonzero(room):
        yield Violation("(9) cause", f"row {problem.cell[a]}", float(problem.site[a]))


def check_trips(proof: Proof) -> Iterator[Violation]:
    """Follow every trip: it joins up, uses open roads only, ends at its shelter, takes its time."""
    assert proof.plan.decision is not None
    used = np.flatnonzero(proof.plan.decision.persons > 0)
    if not np.array_equal(used, proof.route_arc):
        yield Violation("(4) a trip for everyone", "routes", float(used.size - proof.route_arc.size))
        return
    trips = _Trips(proof)
    yield from _broken_trips(trips)
    if proof.timing is None:
        yield from _wrong_times(trips)
    else:
        yield from _wrong_clock(trips, proof.timing)


class _Trips:
    """The trips of a proof laid out: ``r`` trips, ``k`` edges of all trips one after the other."""

    def __init__(self, proof: Proof) -> None:
        arc, first = proof.route_arc, proof.route_offset
        self.proof, self.arc = proof, arc
        self.mode = proof.arc_mode[arc]
        rows = proof.allocating.rows
        i, j = rows.cell[proof.problem.cell[arc]], proof.problem.site[arc]
        # who walks more slowly takes longer on the road; a car does not
        self.pace = np.where(self.mode == WALK, rows.pace[proof.problem.cell[arc]], 1.0)
        self.origin = _Place(proof, proof.origin_edge[self.mode, i], proof.origin_share[self.mode, i])
        self.site = _Place(proof, proof.site_edge[self.mode, j], proof.site_share[self.mode, j])
        self.trip = np.repeat(np.arange(arc.size), np.diff(first))
        self.edge = proof.route_edge
        self.moving = np.flatnonzero(np.diff(first) > 0)
        self.begin, self.end = first[:-1][self.moving], first[1:][self.moving] - 1

    def name(self, r: int | np.integer) -> str:
        return f"arc {self.arc[r]}"


class _Place:
    """Places on roads: ``share`` of the way along ``edge``, whose way back is ``edge + 1``."""

    def __init__(self, proof: Proof, edge: IntArray, share: FloatArray) -> None:
        self.edge, self.share = edge, share
        at_tail = np.where(share == 0, proof.tail[edge], np.nan)
        self.node = np.where(share == 1, proof.head[edge], at_tail)
        """The node at which a place lies, NaN where it lies between nodes."""

    def along(self, r: IntArray, edge: Int32Array, met: Int32Array, share_if_met: float) -> FloatArray:
        """Return how far along an edge each place lies.

        ``share_if_met`` where it is not on the edge's road but at its node ``met``; NaN where neither.
        """
        off_road = np.where(self.node[r] == met, share_if_met, np.nan)
        back = np.where(edge == self.edge[r] + 1, 1.0 - self.share[r], off_road)
        return np.where(edge == self.edge[r], self.share[r], back)


def _broken_trips(trips: _Trips) -> Iterator[Violation]:
    proof, edge = trips.proof, trips.edge
    inner = np.setdiff1d(np.arange(edge.size), trips.begin)
    for k in inner[proof.tail[edge[inner]] != proof.head[edge[inner - 1]]]:
        yield Violation("(5) trip joins up", trips.name(trips.trip[k]), float(k))
    for place in (trips.origin, trips.site):
        back = np.minimum(place.edge + 1, proof.tail.size - 1)
        paired = (proof.tail[place.edge] == proof.head[back]) & (proof.head[place.edge] == proof.tail[back])
        for r in np.flatnonzero(~paired):
            yield Violation("(5) trip joins up", trips.name(r), float(place.edge[r]))
    still = np.setdiff1d(np.arange(trips.arc.size), trips.moving)
    for r in still[~(trips.origin.node[still] == trips.site.node[still])]:
        yield Violation("(6) trip ends at its shelter", trips.name(r), float(trips.site.edge[r]))
    skipped, unused = _end_parts(trips)
    for r in trips.moving[np.isnan(skipped)]:
        yield Violation("(5) trip joins up", trips.name(r), float(trips.origin.edge[r]))
    backward = (trips.begin == trips.end) & (skipped + unused > 1 + TOLERANCE_SHARE)
    for r in trips.moving[np.isnan(unused) | backward]:
        yield Violation("(6) trip ends at its shelter", trips.name(r), float(trips.site.edge[r]))


def _end_parts(trips: _Trips) -> tuple[FloatArray, FloatArray]:
    """Return the shares of first and last edges that moving trips leave out; NaN where off the road."""
    proof, r = trips.proof, trips.moving
    first, last = trips.edge[trips.begin], trips.edge[trips.end]
    skipped = trips.origin.along(r, first, proof.tail[first], 0.0)
    return skipped, 1.0 - trips.site.along(r, last, proof.head[last], 1.0)


def _wrong_times(trips: _Trips) -> Iterator[Violation]:
    proof = trips.proof
    edge_s = proof.edge_s[trips.mode[trips.trip], trips.edge]
    for k in np.flatnonzero(~np.isfinite(edge_s)):
        yield Violation("(7) open roads only", trips.name(trips.trip[k]), float(trips.edge[k]))
    skipped, unused = _end_parts(trips)
    with np.errstate(invalid="ignore"):  # a closed road gives NaN, which is wrong too
        road_s = np.bincount(trips.trip, weights=edge_s, minlength=trips.arc.size).astype(np.float64)
        road_s[trips.moving] -= edge_s[trips.begin] * skipped + edge_s[trips.end] * unused
        taken_s = trips.pace * road_s + proof.route_access_s
    stated_s = proof.problem.cost_s[trips.arc]
    wrong = ~(np.abs(taken_s - stated_s) <= TOLERANCE_S + TOLERANCE_SHARE * stated_s)
    for r in np.flatnonzero(wrong):
        yield Violation("(8) trip takes its time", trips.name(r), taken_s[r] - stated_s[r])


def _wrong_clock(trips: _Trips, timing: RouteTiming) -> Iterator[Violation]:
    """Check trips on the clock: never on a closed road, each road taken at its pace, nobody early."""
    edge_s = timing.edge_s[trips.mode[trips.trip], :, trips.edge]
    until_s = np.append(timing.start_s[1:], np.inf)
    spent_s = np.minimum(timing.leave_s[:, None], until_s) - np.maximum(
        timing.enter_s[:, None], timing.start_s
    )
    spent_s = np.maximum(spent_s, 0.0)
    caught = (spent_s > TOLERANCE_S) & ~np.isfinite(edge_s)
    for k in np.flatnonzero(caught.any(axis=1)):
        yield Violation("(7) open roads only", trips.name(trips.trip[k]), float(trips.edge[k]))
    with np.errstate(divide="ignore", invalid="ignore"):
        done = np.where(spent_s > 0, spent_s / edge_s, 0.0).sum(axis=1)
    needed_s = np.where(np.isfinite(edge_s), edge_s, 0.0).max(axis=1)
    too_fast = ~((1.0 - done) * needed_s <= TOLERANCE_S + TOLERANCE_SHARE * needed_s)
    for k in np.flatnonzero(too_fast & (needed_s > 0)):
        yield Violation("(8) trip takes its time", trips.name(trips.trip[k]), float(done[k]))
    before_s = np.append(-np.inf, timing.leave_s[:-1])
    before_s[trips.begin] = timing.ready_s[trips.moving]
    for k in np.flatnonzero(~(timing.enter_s >= before_s - TOLERANCE_S)):
        yield Violation("(8) trip takes its time", trips.name(trips.trip[k]), float(timing.enter_s[k]))
    yield from _wrong_arrivals(trips, timing)


def _wrong_arrivals(trips: _Trips, timing: RouteTiming) -> Iterator[Violation]:
    off_road_s = trips.proof.route_access_s
    access_s = timing.ready_s - timing.depart_s
    for r in np.flatnonzero(~((access_s >= 0) & (access_s <= off_road_s + TOLERANCE_S))):
        yield Violation("(8) trip takes its time", trips.name(r), float(access_s[r]))
    arrival_s = timing.ready_s.copy()
    arrival_s[trips.moving] = timing.leave_s[trips.end]
    taken_s = arrival_s - timing.ready_s + off_road_s
    stated_s = trips.proof.problem.cost_s[trips.arc]
    for r in np.flatnonzero(~(np.abs(taken_s - stated_s) <= TOLERANCE_S + TOLERANCE_SHARE * stated_s)):
        yield Violation("(8) trip takes its time", trips.name(r), taken_s[r] - stated_s[r])
