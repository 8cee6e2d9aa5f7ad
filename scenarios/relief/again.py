"""A relief planned again from a moment on: what is on its way goes on, the rest is planned anew.

A trip that has left its depot goes on as ordered where its roads stay open. Where they do not, or its
vehicle is lost, the vehicle stops where it is for the rest of its day: what it has handed over stays handed
over, what it has on board is lost with it. Everything else, trips still loading included, is planned anew,
from the stock that is left, for what is still needed.

Index names: ``t`` trips, ``n`` visits, ``l`` drops, ``q`` lines, ``v`` rows of the fleet.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.routing import Router
from models import Limits, Violation, dispatch
from models.dispatch import Delivery, DeliveryDecision, Demand, Fleet
from scenarios.relief.course import Course
from scenarios.relief.drives import Drives, drive, drives_of, replay
from scenarios.relief.fleet import DAY_S
from scenarios.relief.inject import News
from scenarios.relief.planning import kinds_by_reach
from scenarios.relief.record import Record, Solved, Told, network_of
from scenarios.relief.travel import Legs, find_travel


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What has become of the trips of a plan at a moment.

    Parameters
    ----------
    kept
        Trips on their way or over that go on as ordered, shape (t,).
    stopped
        Trips whose vehicle stops where it is, shape (t,).
    done
        Visits that are made all the same: of kept trips all, of stopped ones those so far, shape (n,).
    """

    kept: BoolArray
    stopped: BoolArray
    done: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Again:
    """A plan from a moment on.

    Parameters
    ----------
    before, news
        What was planned, and what has happened.
    standing
        What became of the trips of the plan before.
    told
        The plan from then on: its problem is what is left, its trips are those planned anew.
    """

    before: Told
    news: News
    standing: Standing
    told: Told


def plan_again(told: Told, news: News, limits: Limits, seed: int) -> Again:
    """Plan a relief again after news."""
    record = told.record
    course = record.course.closing(news.edges, news.at_s)
    network = network_of(told)
    worst_s = course.after(news.at_s).worst_s
    travel = find_travel(network, told.streets, worst_s, record.places, Router(network))
    standing = stand(record, news, course)
    own_kind = record.garage.kind[record.vehicle]
    _, travel_s = kinds_by_reach(record.allowed, travel.seconds, record.problem.fleet.depot, own_kind)
    residual = residual_of(record, news, standing, travel_s)
    plan = dispatch.solve(residual, limits, seed)
    decision = plan.decision
    assert decision is not None  # bringing nothing is a plan too
    kind = record.garage.kind[record.vehicle[decision.trip_vehicle]]
    new = replace(
        record,
        problem=residual,
        decision=decision,
        solved=Solved.of(plan.report),
        line_day=np.concatenate([record.line_day, (news.more.earliest_s // DAY_S).astype(np.int64)]),
        need=_need_left(record, residual, news),
        course=course,
        on_road=travel.on_road,
        drives=drives_of(decision, len(record.depots.name), kind, travel),
    )
    return Again(told, news, standing, Told(new, told.streets))


def check_again(again: Again) -> list[Violation]:
    """Return what a plan made again breaks, without a solver.

    The problem is derived again from the plan before, the news and the travel times it was given; trips that
    go on are driven again on the roads as they now are, and so are the new ones.
    """
    record, new, news = again.before.record, again.told.record, again.news
    standing = stand(record, news, new.course)
    broken = [] if _same_standing(standing, again.standing) else [Violation("frozen", "trips under way", 1.0)]
    due = residual_of(record, news, standing, new.problem.travel_s)
    broken += [
        Violation("residual", name, 1.0)
        for name in ("stock", "demand", "fleet")
        if not _equal(getattr(due, name), getattr(new.problem, name))
    ]
    kept = np.flatnonzero(standing.kept[record.drives.trip] & (record.drives.arrive_s > news.at_s))
    return [
        *broken,
        *dispatch.check(new.problem, new.solved.plan(new.decision)),
        *replay(_only(record.drives, kept), new.course, again.told.streets, record.on_road),
        *replay(new.drives, new.course, again.told.streets, new.on_road),
    ]


def stand(record: Record, news: News, course: Course) -> Standing:
    """Return what has become of the trips of a plan when news come."""
    decision = record.decision
    left = decision.trip_start_s <= news.at_s
    lost = news.lost[record.vehicle_of_trip()] & (decision.trip_end_s > news.at_s)
    open_way = _still_open(record, news.at_s, course)
    kept = left & ~lost & open_way
    stopped = left & ~kept
    trip = decision.visit_trip
    made = decision.visit_leave_s <= news.at_s
    return Standing(kept, stopped, kept[trip] | (stopped[trip] & made))


def _still_open(record: Record, at_s: float, course: Course) -> BoolArray:
    """Return which trips can go on as ordered, shape (t,): what they still have to drive is open."""
    drives = record.drives
    can = np.ones(record.decision.trip_vehicle.size, dtype=np.bool_)
    for leg in np.flatnonzero(drives.arrive_s > at_s).tolist():
        edges, share = drives.legs.of(leg)
        _, closed = drive(course, int(drives.kind[leg]), edges, share, float(drives.depart_s[leg]))
        if closed is not None:
            can[drives.trip[leg]] = False
    return can


def residual_of(record: Record, news: News, standing: Standing, travel_s: FloatArray) -> Delivery:
    """Return what is left to plan: lines still to be brought, stock still there, vehicles once they are back.

    Parameters
    ----------
    travel_s
        From place to place by the model's kinds of vehicles, on the roads as they now are.
    """
    problem, decision = record.problem, record.decision
    return replace(
        problem,
        stock=np.maximum(news.stock - _gone(record, standing), 0),
        demand=_lines_left(problem.demand, news, _handed_over(decision, standing, problem.demand.size)),
        fleet=_fleet_left(record, news, standing),
        travel_s=travel_s,
    )


def _gone(record: Record, standing: Standing) -> IntArray:
    """Return the packs that have left each depot, those on board of stopped vehicles too, shape (d, k)."""
    decision = record.decision
    trip = decision.visit_trip[decision.drop_visit]
    left = (standing.kept | standing.stopped)[trip]
    gone = np.zeros_like(record.problem.stock)
    commodity = record.problem.demand.commodity[decision.drop_line]
    np.add.at(gone, (decision.trip_depot[trip][left], commodity[left]), decision.drop_units[left])
    return gone


def _handed_over(decision: DeliveryDecision, standing: Standing, lines: int) -> IntArray:
    """Return the packs of each line that kept trips bring and stopped ones have brought, shape (q,)."""
    done = standing.done[decision.drop_visit]
    units = np.bincount(decision.drop_line[done], weights=decision.drop_units[done], minlength=lines)
    return units.astype(np.int64)


def _lines_left(demand: Demand, news: News, brought: IntArray) -> Demand:
    """Return what is still to be brought of each line, and the new ones; what is overdue can come no more."""
    late = demand.due_s < news.at_s
    earliest_s = np.minimum(np.maximum(demand.earliest_s, news.at_s), demand.due_s)
    more = news.more
    return Demand(
        np.concatenate([demand.stop, more.stop]),
        np.concatenate([demand.commodity, more.commodity]),
        np.concatenate([np.where(late, 0, demand.amount - brought), more.amount]),
        np.concatenate([earliest_s, more.earliest_s]),
        np.concatenate([demand.due_s, more.due_s]),
        np.concatenate([demand.priority, more.priority]),
    )


def _fleet_left(record: Record, news: News, standing: Standing) -> Fleet:
    """Return the vehicles: ready when they are back, those that stopped not before their next day."""
    decision, fleet = record.decision, record.problem.fleet
    ready_s: FloatArray = np.maximum(fleet.ready_s, news.at_s)
    np.maximum.at(ready_s, decision.trip_vehicle[standing.kept], decision.trip_end_s[standing.kept])
    out: BoolArray = news.lost[record.vehicle] | (fleet.back_by_s < ready_s)
    out[decision.trip_vehicle[standing.stopped]] = True
    if not record.problem.reload:
        out[decision.trip_vehicle[standing.kept]] = True
    return replace(fleet, ready_s=np.where(out, fleet.back_by_s, ready_s))


def _need_left(record: Record, residual: Delivery, news: News) -> IntArray:
    """Return the packs that the new plan is to bring, by day, shape (days, s, k)."""
    need = np.zeros_like(record.need)
    day = np.concatenate([record.line_day, (news.more.earliest_s // DAY_S).astype(np.int64)])
    demand = residual.demand
    np.add.at(need, (day, demand.stop, demand.commodity), demand.amount)
    return need


def _same_standing(one: Standing, other: Standing) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Standing.__slots__)


def _equal(one: object, other: object) -> bool:
    """Tell whether two arrays, or two values made of arrays, are the same."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, Demand | Fleet):
        return all(_equal(getattr(one, name), getattr(other, name)) for name in type(one).__slots__)
    return one == other


def _only(drives: Drives, rows: IntArray) -> Drives:
    """Return some legs of drives."""
    found = [drives.legs.of(leg) for leg in rows.tolist()]
    none = (np.zeros(0, dtype=np.int64), np.zeros(0))
    edge, share = (np.concatenate([one[side] for one in (none, *found)]) for side in range(2))
    offsets = np.concatenate([[0], np.cumsum([one[0].size for one in found], dtype=np.int64)])
    return Drives(
        drives.trip[rows], drives.begin[rows], drives.end[rows], drives.depart_s[rows],
        drives.arrive_s[rows], drives.kind[rows], Legs(offsets, edge, share),
    )  # fmt: skip
