"""The decision of planning again, and its check."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.dispatch.delivery.begun import Begun, begun_trips, changed, freeze
from models.dispatch.delivery.check import check
from models.dispatch.delivery.parts import Changes, Demand, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.plan import Plan, Violation


@dataclass(frozen=True, slots=True, eq=False)
class Replanned:
    """A plan made at a time when another was under way.

    Parameters
    ----------
    problem
        The problem with what is known now; the next planning again starts from it and ``whole``.
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
    """

    problem: Delivery
    whole: DeliveryDecision
    frozen: BoolArray
    rest: Delivery
    ahead: DeliveryDecision
    moved_stops: IntArray
    kept_share: float
    stranded: IntArray


def remaining(problem: Delivery, begun: Begun) -> Delivery:
    """Return what is left to plan of a changed problem once trips have begun."""
    demand, fleet = problem.demand, problem.fleet
    brought = np.zeros(demand.size, dtype=np.int64)
    for _, line, count in begun.rows.drops:
        brought[line] += count
    depot = np.array([problem.fleet.depot[vehicle] for vehicle, *_ in begun.rows.trips], dtype=np.int64)
    stock = problem.stock.copy()
    trip = np.array([row[0] for row in begun.rows.visits], dtype=np.int64)
    for n, line, count in begun.rows.drops:
        stock[depot[trip[n]], demand.commodity[line]] -= count
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
    """Return what a new plan breaks: visits made or driven to that differ, or constraints ahead."""
    if plan.decision is None or again.decision is None:
        return []
    now, made = changed(problem, changes), again.decision
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    begun = freeze(now, plan.decision, at_s, lost)
    rest = remaining(now, begun)
    return [
        *moved_rows(problem, plan.decision, at_s, lost, made),
        *check(rest, Plan(made.ahead, again.report)),
    ]


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
