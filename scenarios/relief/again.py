"""A relief planned again from a moment on: what is under way stays, the rest is planned anew.

Legs that have been driven and legs under way stay as they were (`models.dispatch.replan`). A vehicle whose
present leg leads over a road that is now closed, or that is lost, stops where it is for the rest of its day:
what it has handed over stays handed over, what it has on board is lost with it.

Index names: ``t`` trips, ``n`` visits, ``l`` legs, ``v`` rows of the fleet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.routing import Router
from models import Limits, Plan, Violation, dispatch
from models.dispatch import Changes, Replanned
from scenarios.relief.checking import check_drives
from scenarios.relief.course import Course
from scenarios.relief.drives import Drives, drive, leg_rows, replay
from scenarios.relief.fleet import DAY_S
from scenarios.relief.inject import News
from scenarios.relief.planning import kinds_by_reach
from scenarios.relief.record import Record, Solved, Told, network_of
from scenarios.relief.travel import Legs, Travel, find_travel


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """A plan from a moment on.

    Parameters
    ----------
    before, news
        What was planned, and what has happened.
    changes, plan
        The same in the terms of the model, and what it answered.
    told
        The whole relief as it now is: what is over, what goes on, what is new.
    old_leg
        Leg of the plan before that each leg is, shape (l,); -1 where it is new.
    halted
        Trips whose vehicle stops where it is: they have no way back.
    """

    before: Told
    news: News
    changes: Changes
    plan: Plan[Replanned]
    told: Told
    old_leg: IntArray
    halted: IntArray

    @property
    def made(self) -> Replanned:
        """What the model answered."""
        assert self.plan.decision is not None
        return self.plan.decision


def plan_again(told: Told, news: News, limits: Limits) -> Again:
    """Plan a relief again after news."""
    record = told.record
    course = record.course.closing(news.edges, news.at_s)
    worst_s = course.after(news.at_s).worst_s
    network = network_of(told)
    travel = find_travel(network, told.streets, worst_s, record.places, Router(network))
    own_kind = record.garage.kind[record.vehicle]
    _, travel_s = kinds_by_reach(record.allowed, travel.seconds, record.problem.fleet.depot, own_kind)
    changes = changes_by(record, news, course, travel_s)
    before = record.solved.plan(record.decision)
    plan = dispatch.replan(record.problem, before, news.at_s, changes, limits=limits)
    made = plan.decision
    assert made is not None  # bringing nothing is a plan too
    drives = _drives(record, made, travel, news.at_s)
    new = carried_on(record, news, plan, Roads(course, travel.on_road, drives))
    return again_of(told, news, changes, plan, new)


def changes_by(record: Record, news: News, course: Course, travel_s: FloatArray) -> Changes:
    """Return news in the terms of the model: travel times from then on, and who drives no further."""
    lost = np.flatnonzero(news.lost[record.vehicle] | caught(record, news.at_s, course))
    return Changes(travel_s, news.more if news.more.size else None, lost, news.stock)


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """The roads of a plan made again over time, which of them each place joins, and its drives."""

    course: Course
    on_road: IntArray
    drives: Drives


def carried_on(record: Record, news: News, plan: Plan[Replanned], roads: Roads) -> Record:
    """Return the record of a relief that is carried on after news."""
    made = plan.decision
    assert made is not None
    return replace(
        record,
        problem=made.problem,
        decision=made.whole,
        solved=Solved.of(plan.report),
        line_day=np.concatenate([record.line_day, (news.more.earliest_s // DAY_S).astype(np.int64)]),
        need=_need(record, news),
        course=roads.course,
        on_road=roads.on_road,
        drives=roads.drives,
    )


def again_of(before: Told, news: News, changes: Changes, plan: Plan[Replanned], record: Record) -> Again:
    """Gather a plan made again: which of its legs are old, and which trips have no way back."""
    assert plan.decision is not None
    old_leg, no_way = _sorted_legs(before.record, plan.decision, news.at_s)
    halted = np.unique(record.drives.trip[no_way])
    return Again(before, news, changes, plan, Told(record, before.streets), old_leg, halted)


def caught(record: Record, at_s: float, course: Course) -> BoolArray:
    """Return which rows of the fleet are on a leg that leads over a road that is closed, shape (v,)."""
    drives = record.drives
    found = np.zeros(record.problem.fleet.size, dtype=np.bool_)
    for leg in np.flatnonzero((drives.depart_s < at_s) & (drives.arrive_s > at_s)).tolist():
        edges, share = drives.legs.of(leg)
        _, closed = drive(course, int(drives.kind[leg]), edges, share, float(drives.depart_s[leg]))
        if closed is not None:
            found[record.decision.trip_vehicle[drives.trip[leg]]] = True
    return found


def check_again(again: Again) -> list[Violation]:
    """Return what a plan made again breaks, without a solver.

    What was driven and is being driven is as it was, the rest keeps every constraint, and every leg that was
    not over when the news came can be driven on the roads as they then are.
    """
    record, new, at_s = again.before.record, again.told.record, again.news.at_s
    before = record.solved.plan(record.decision)
    ahead = (new.drives.arrive_s > at_s) & ~_ways_back(new, again.halted)
    old, fresh = again.old_leg >= 0, again.old_leg < 0
    return [
        *dispatch.check_replanned(record.problem, before, at_s, again.changes, again.plan),
        *check_drives(new),
        *_ways_as_before(again),
        *replay(only(new.drives, ahead & old), new.course, again.told.streets, record.on_road),
        *replay(only(new.drives, ahead & fresh), new.course, again.told.streets, new.on_road),
    ]


def _ways_as_before(again: Again) -> Iterator[Violation]:
    """Find legs that had begun and have other edges now."""
    old, new = again.before.record.drives.legs, again.told.record.drives.legs
    for leg in np.flatnonzero(again.old_leg >= 0).tolist():
        was, now = old.of(int(again.old_leg[leg])), new.of(leg)
        if not all(np.array_equal(one, other) for one, other in zip(was, now, strict=True)):
            yield Violation("(frozen)", f"way of leg {leg}", 1.0)


def only(drives: Drives, chosen: BoolArray) -> Drives:
    """Return some legs of drives."""
    rows = np.flatnonzero(chosen)
    return Drives(
        drives.trip[rows], drives.begin[rows], drives.end[rows], drives.depart_s[rows],
        drives.arrive_s[rows], drives.kind[rows], _gathered([drives.legs.of(leg) for leg in rows.tolist()]),
    )  # fmt: skip


def _ways_back(record: Record, trips: IntArray) -> BoolArray:
    """Return which legs are the ways back of some trips, shape (l,)."""
    last = np.diff(record.drives.trip, append=record.decision.trip_vehicle.size) > 0
    return np.asarray(last & np.isin(record.drives.trip, trips), dtype=np.bool_)


def _drives(record: Record, made: Replanned, travel: Travel, at_s: float) -> Drives:
    """Return the legs of all trips: those begun before the news on the edges that they had, others anew."""
    rows, kind = _legs_of(record, made)
    trip, begin, end = (rows[name].astype(np.int64) for name in ("trip", "begin", "end"))
    old_leg, no_way = _sorted_legs(record, made, at_s)
    fresh = np.flatnonzero((old_leg < 0) & ~no_way)
    legs = travel.legs(kind[fresh], begin[fresh], end[fresh])
    place = {int(leg): number for number, leg in enumerate(fresh)}
    none = (np.zeros(0, dtype=np.int64), np.zeros(0))
    found = [
        record.drives.legs.of(int(old)) if old >= 0 else legs.of(place[leg]) if leg in place else none
        for leg, old in enumerate(old_leg.tolist())
    ]
    return Drives(trip, begin, end, rows["depart_s"], rows["arrive_s"], kind, _gathered(found))


def _legs_of(record: Record, made: Replanned) -> tuple[dict[str, FloatArray], IntArray]:
    """Return the legs of all trips, and the kind of vehicle that drives each."""
    rows = leg_rows(made.whole, len(record.depots.name))
    vehicle = made.whole.trip_vehicle[rows["trip"].astype(np.int64)]
    return rows, record.garage.kind[record.vehicle[vehicle]]


def _sorted_legs(record: Record, made: Replanned, at_s: float) -> tuple[IntArray, BoolArray]:
    """Return which leg before each leg is, -1 where it is new, and which new ones have no way."""
    rows, _ = _legs_of(record, made)
    trip, begin, end = (rows[name].astype(np.int64) for name in ("trip", "begin", "end"))
    vehicle = made.whole.trip_vehicle[trip]
    old_leg = _same_legs(record, (vehicle, begin, end, rows["depart_s"]), at_s)
    way = np.isfinite(made.problem.travel_s[made.problem.fleet.kind[vehicle], begin, end])
    return old_leg, (old_leg < 0) & (~way | (rows["arrive_s"] <= at_s))


def _same_legs(
    record: Record, legs: tuple[IntArray, IntArray, IntArray, FloatArray],
    at_s: float,
) -> IntArray:  # fmt: skip
    """Return the leg of the plan before that each leg is, where that had begun before the news, else -1."""
    drives = record.drives
    vehicle = record.decision.trip_vehicle[drives.trip]
    keys = zip(
        vehicle.tolist(), drives.begin.tolist(), drives.end.tolist(), np.round(drives.depart_s, 2).tolist(),
        strict=True,
    )  # fmt: skip
    known = {key: leg for leg, key in enumerate(keys) if drives.depart_s[leg] < at_s}
    asked = zip(*(one.tolist() for one in legs[:3]), np.round(legs[3], 2).tolist(), strict=True)
    return np.array([known.get(key, -1) for key in asked], dtype=np.int64)


def _gathered(found: list[tuple[IntArray, FloatArray]]) -> Legs:
    none = (np.zeros(0, dtype=np.int64), np.zeros(0))
    edge = np.concatenate([edges for edges, _ in (none, *found)])
    share = np.concatenate([shares for _, shares in (none, *found)])
    offsets = np.concatenate([[0], np.cumsum([edges.size for edges, _ in found], dtype=np.int64)])
    return Legs(offsets, edge, share)


def _need(record: Record, news: News) -> IntArray:
    """Return the packs needed with the news, by day, shape (days, s, k)."""
    need = record.need.copy()
    day = (news.more.earliest_s // DAY_S).astype(np.int64)
    np.add.at(need, (day, news.more.stop, news.more.commodity), news.more.amount)
    return need
