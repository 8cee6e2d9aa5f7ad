"""The decision of planning again, and its check."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.dispatch.delivery.begun import Begun, begun_trips, changed, freeze
from models.dispatch.delivery.check import check
from models.dispatch.delivery.parts import Changes, Demand, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.timetable import Rows, as_decision
from models.dispatch.same import same_fields
from models.plan import Plan, Violation


@dataclass(frozen=True, slots=True, eq=False)
class Replanned:
    """A plan made at a time when another was under way.

    Parameters
    ----------
    problem
        The problem with what is known now; the next planning again starts from it and ``whole``. What was
        lost on the way is no longer in its stock; vehicles that do not come home carry nothing more.
    whole
        All trips: those that had begun, then the new ones, by vehicle. Its bounds are 0: what is proven
        stands in ``ahead``.
    frozen
        Which visits of ``whole`` were made or driven to at the time, shape (n,).
    rest
        What was left to plan: lines, stock and vehicles as they come free.
    ahead
        Its plan; the report's objective and bound are of it.
    moved_stops
        Stops that another vehicle comes to than was planned, of those still to be visited then and now.
    kept_share
        Part of the stops still to be visited that keep their vehicles; 1 where there are none.
    stranded
        Vehicles that began a trip and do not come home: lost, or without a way.
    lost_units
        Units of each line that those have on board, shape (q,); they are no longer in ``problem.stock``.
    """

    problem: Delivery
    whole: DeliveryDecision
    frozen: BoolArray
    rest: Delivery
    ahead: DeliveryDecision
    moved_stops: IntArray
    kept_share: float
    stranded: IntArray
    lost_units: IntArray


def remaining(problem: Delivery, begun: Begun) -> Delivery:
    """Return what is left to plan of a changed problem once trips have begun."""
    demand, fleet = problem.demand, problem.fleet
    brought = np.zeros(demand.size, dtype=np.int64)
    for _, line, count in begun.rows.drops:
        brought[line] += count
    stock = problem.stock - begun.gone
    lines = Demand(
        demand.stop,
        demand.commodity,
        np.maximum(demand.amount - brought, 0),
        demand.earliest_s,
        demand.due_s,
        demand.priority,
    )
    fixed, per_s = fleet.costs
    gone = ~np.isfinite(begun.ready_s)
    if not problem.reload:
        gone |= begun.used
    ready_s = np.where(gone, 0.0, begun.ready_s)
    back_by_s = np.where(gone, 0.0, fleet.back_by_s)
    vehicles = Fleet(
        fleet.depot,
        np.where(gone, 0.0, fleet.weight_kg),
        np.where(gone, 0.0, fleet.volume_m3),
        fleet.kind,
        ready_s,
        back_by_s,
        np.where(begun.used, 0.0, fixed),
        per_s,
    )
    return Delivery(
        np.maximum(stock, 0),
        lines,
        vehicles,
        problem.travel_s,
        problem.unit_weight_kg,
        problem.unit_volume_m3,
        problem.load_s,
        problem.unload_s,
        problem.split,
        problem.reload,
    )


def check_replanned(
    problem: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes, again: Plan[Replanned]
) -> list[Violation]:
    """Return what a new plan breaks: a past that differs, constraints ahead, or their sum."""
    if plan.decision is None or again.decision is None:
        return []
    made = again.decision
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    derived = derive_replanned(problem, plan.decision, at_s, changes, made.ahead)
    return [
        *moved_rows(problem, plan.decision, at_s, lost, made),
        *check(derived.rest, Plan(made.ahead, again.report)),
        *([] if same_fields(made, derived) else [Violation("(whole)", "begun and ahead together", 1.0)]),
    ]


def derive_replanned(
    problem: Delivery, before: DeliveryDecision, at_s: float, changes: Changes, ahead: DeliveryDecision
) -> Replanned:
    """Return the decision of planning again that has some plan for what is ahead; needs no solver."""
    now = changed(problem, changes)
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    begun = freeze(now, before, at_s, lost)
    return put_together((now, before), begun, remaining(now, begun), ahead)


def moved_rows(
    problem: Delivery, before: DeliveryDecision, at_s: float, lost: IntArray, made: Replanned
) -> Iterator[Violation]:
    """Find visits made or driven to that are not in the new plan as they were."""
    kept = visit_rows(made.whole, np.flatnonzero(made.frozen))
    begun = begun_trips(problem, before)
    first = np.diff(before.visit_trip, prepend=-1) > 0
    left_s = np.where(first, before.trip_start_s[before.visit_trip], np.roll(before.visit_leave_s, 1))
    is_lost = np.isin(before.trip_vehicle[before.visit_trip], lost)
    stays = (begun[before.visit_trip] < at_s) & (left_s < at_s) & ~(is_lost & (before.visit_arrive_s > at_s))
    for n in np.flatnonzero(stays):
        if not visit_rows(before, np.array([n])) <= kept:
            yield Violation("(frozen)", f"visit {n}", 1.0)


def put_together(
    under_way: tuple[Delivery, DeliveryDecision], begun: Begun, rest: Delivery, ahead: DeliveryDecision
) -> Replanned:
    """Put what has begun and what is ahead together, by vehicle.

    Parameters
    ----------
    under_way
        The problem with what is known now, and the plan before.
    begun, rest
        What that leaves under way, and what is left to plan.
    ahead
        The plan of the rest.
    """
    now, before = under_way
    whole, frozen = _whole(now, begun, ahead)
    moved, kept_share = _moved(whole, frozen, before)
    stranded = np.flatnonzero(~np.isfinite(begun.ready_s) & begun.used)
    return Replanned(
        _without(now, begun), whole, frozen, rest, ahead, moved, kept_share, stranded, begun.lost.sum(axis=0)
    )


def _whole(now: Delivery, begun: Begun, ahead: DeliveryDecision) -> tuple[DeliveryDecision, BoolArray]:
    rows, frozen = Rows([], [], []), []
    first = as_decision(now, begun.rows)
    parts = [
        (first, np.array(begun.frozen, dtype=np.bool_)),
        (ahead, np.zeros(ahead.visit_trip.size, np.bool_)),
    ]
    keys = [
        (int(part.trip_vehicle[t]), x, t)
        for x, (part, _) in enumerate(parts)
        for t in range(part.trip_vehicle.size)
    ]
    for vehicle, x, t in sorted(keys):
        part, stays = parts[x]
        for n in np.flatnonzero(part.visit_trip == t):
            drops = np.flatnonzero(part.drop_visit == n)
            rows.drops += [(len(rows.visits), int(part.drop_line[y]), int(part.drop_units[y])) for y in drops]
            times = float(part.visit_arrive_s[n]), float(part.visit_leave_s[n])
            rows.visits.append((len(rows.trips), int(part.visit_stop[n]), *times))
            frozen.append(bool(stays[n]))
        rows.trips.append((vehicle, float(part.trip_start_s[t]), float(part.trip_end_s[t])))
    return as_decision(now, rows), np.array(frozen, dtype=np.bool_)


def _moved(whole: DeliveryDecision, frozen: BoolArray, before: DeliveryDecision) -> tuple[IntArray, float]:
    """Return stops that other vehicles visit from here on than was planned, and the share of the others."""
    done = set(_pairs(whole, np.flatnonzero(frozen)))
    then: dict[int, set[int]] = {}
    now: dict[int, set[int]] = {}
    for table, decision, visits in (
        (then, before, np.arange(before.visit_trip.size)),
        (now, whole, np.flatnonzero(~frozen)),
    ):
        for stop, vehicle in _pairs(decision, visits):
            if (stop, vehicle) not in done:
                table.setdefault(stop, set()).add(vehicle)
    both = sorted(then.keys() & now.keys())
    moved = [stop for stop in both if then[stop] != now[stop]]
    share = 1.0 - len(moved) / len(both) if both else 1.0
    return np.array(moved, dtype=np.int64), share


def _pairs(decision: DeliveryDecision, visits: IntArray) -> list[tuple[int, int]]:
    vehicle = decision.trip_vehicle[decision.visit_trip[visits]]
    return list(zip(decision.visit_stop[visits].tolist(), vehicle.tolist(), strict=True))


def _without(now: Delivery, begun: Begun) -> Delivery:
    """Return a problem without what was lost on the way and without the vehicles that do not come home."""
    lost = np.zeros_like(now.stock)
    depot, line = np.nonzero(begun.lost)
    np.add.at(lost, (depot, now.demand.commodity[line]), begun.lost[depot, line])
    away = ~np.isfinite(begun.ready_s)
    fleet = replace(
        now.fleet,
        weight_kg=np.where(away, 0.0, now.fleet.weight_kg),
        volume_m3=np.where(away, 0.0, now.fleet.volume_m3),
    )
    return replace(now, stock=np.maximum(now.stock - lost, 0), fleet=fleet)


def visit_rows(decision: DeliveryDecision, visits: IntArray) -> set[tuple[float, ...]]:
    """Return visits as rows: vehicle, stop, arrival, leaving, and the lines and units handed over."""
    rows = set()
    for n in visits.tolist():
        drops = np.flatnonzero(decision.drop_visit == n)
        handed = [(int(decision.drop_line[x]), int(decision.drop_units[x])) for x in drops]
        flat = [float(value) for pair in sorted(handed) for value in pair]
        vehicle = float(decision.trip_vehicle[decision.visit_trip[n]])
        times = float(decision.visit_arrive_s[n]), float(decision.visit_leave_s[n])
        rows.add((vehicle, float(decision.visit_stop[n]), *times, *flat))
    return rows
