"""Plan again while a plan is under way: what has begun stays, what can stay as it was is the start.

Trips that have not begun are kept as they were where roads and times still allow it; further lines and what
those trips can no longer bring are planned beside them; then all of it is made better together, from there.
"""

import time
from dataclasses import replace
from typing import Final

import numpy as np

from models.dispatch.delivery.begun import begun_trips, changed, freeze
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.parcels import Parcel
from models.dispatch.delivery.parts import Changes, Fleet
from models.dispatch.delivery.pools import Pool
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.rebuilding import can_rebuild, rebuilt
from models.dispatch.delivery.replanned import Replanned, put_together, remaining
from models.dispatch.delivery.routing import PoolRoutes, Search
from models.dispatch.delivery.solve import (
    POOLS_SHARE,
    Known,
    Looking,
    finish,
    improve_pools,
    know,
    solve_delivery,
    trips_of_pools,
)
from models.dispatch.delivery.timetable import Trip, timed, trips_of
from models.plan import Limits, Plan
from models.solver import Route

BESIDE_SHARE: Final = 0.35
"""Part of the time for what is new; the rest makes all of it better together."""
FOR_SEARCH: Final = 0.9
"""Part of the time within which the search ends: the rest is for bounds and rows."""
WORTH_CHANGING: Final = 0.005
"""Vehicles are given other stops than planned where that saves at least this part of the cost."""


def replan(
    problem: Delivery,
    plan: Plan[DeliveryDecision],
    at_s: float,
    changes: Changes,
    *,
    limits: Limits = Limits(5.0),  # noqa: B008
) -> Plan[Replanned]:
    """Return a plan from ``at_s`` on, with what has been driven and is being driven as it was.

    Parameters
    ----------
    plan
        The plan under way; its decision may be ``Replanned.whole`` of an earlier one, ``problem`` then being
        ``Replanned.problem``. Its seed is used again.
    """
    began_s, seed = time.perf_counter(), plan.report.seed
    assert plan.decision is not None, "there is no plan under way"
    now = changed(problem, changes)
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    begun = freeze(now, plan.decision, at_s, lost)
    rest = remaining(now, begun)
    waiting = np.flatnonzero(begun_trips(problem, plan.decision) >= at_s)
    kept = _kept(rest, trips_of(plan.decision, waiting))
    trips = kept + _beside(rest, kept, Limits(BESIDE_SHARE * limits.time_s, limits.relative_gap), seed)
    known = know(rest)
    steady = finish(rest, known, trips, limits, (began_s, seed))
    left_s = FOR_SEARCH * limits.time_s - (time.perf_counter() - began_s)
    better = _better(rest, known, trips, left_s, seed)
    ahead = _steadier(steady, finish(rest, known, better, limits, (began_s, seed)))
    assert ahead.decision is not None
    decision = put_together((now, plan.decision), begun, rest, ahead.decision)
    report = replace(ahead.report, wall_s=time.perf_counter() - began_s)
    return Plan(decision, report)


def _better(rest: Delivery, known: Known, trips: list[Trip], time_s: float, seed: int) -> list[Trip]:
    """Return trips as good or better, for which time is left."""
    looking, began_s = Looking(rest, known), time.perf_counter()
    whole = can_rebuild(rest, time_s)
    states = _states(rest, known.groups, trips)
    improve_pools(rest, known, states, (began_s, (POOLS_SHARE if whole else 1.0) * time_s, seed), looking)
    trips = trips_of_pools(known, states)
    if not whole:
        return trips
    left_s = time_s - (time.perf_counter() - began_s)
    return rebuilt(rest, known.groups, known.can, trips, Search(left_s, seed, looking.look))


def _steadier(steady: Plan[DeliveryDecision], better: Plan[DeliveryDecision]) -> Plan[DeliveryDecision]:
    """Return the plan that changes less, unless the other one is clearly better."""
    assert steady.decision is not None
    assert better.decision is not None
    more = int(steady.decision.short_units.sum()) > int(better.decision.short_units.sum())
    costs = steady.report.objective, better.report.objective
    near = None not in costs and float(costs[0] or 0) <= (1 + WORTH_CHANGING) * float(costs[1] or 0)
    return steady if near and not more else better


def _kept(rest: Delivery, trips: list[Trip]) -> list[Trip]:
    """Return the trips that can still be driven, one after the other, and bring nothing that is not asked."""
    left, kept = rest.demand.amount.copy(), []
    stock, free_s = rest.stock.copy(), rest.fleet.ready_s.copy()
    for trip in trips:
        lines = np.array([line for drop in trip.drops for line in drop.units], dtype=np.int64)
        counts = np.array([count for drop in trip.drops for count in drop.units.values()], dtype=np.int64)
        depot, v = rest.fleet.depot[trip.vehicle], trip.vehicle
        held = np.bincount(rest.demand.commodity[lines], weights=counts, minlength=stock.shape[1])
        asked = np.bincount(lines, weights=counts, minlength=left.size)
        driven = timed(rest, [trip], ready_s=free_s)
        due = rest.demand.due_s[driven.drop_line]
        fits = (asked <= left).all() and (held <= stock[depot]).all()
        in_time = (driven.visit_arrive_s[driven.drop_visit] <= due).all()
        if fits and in_time and driven.trip_end_s[0] <= rest.fleet.back_by_s[v]:
            kept.append(trip)
            left -= asked.astype(np.int64)
            stock[depot] -= held.astype(np.int64)
            free_s[v] = driven.trip_end_s[0]
    return kept


def _beside(rest: Delivery, kept: list[Trip], limits: Limits, seed: int) -> list[Trip]:
    """Return trips for what the kept ones do not bring, by vehicles once they are done with those."""
    done = timed(rest, kept)
    if not done.short_units.any():
        return []
    free_s = rest.fleet.ready_s.copy()
    np.maximum.at(free_s, done.trip_vehicle, done.trip_end_s)
    stock = rest.stock.copy()
    depot = done.trip_depot[done.visit_trip[done.drop_visit]]
    np.subtract.at(stock, (depot, rest.demand.commodity[done.drop_line]), done.drop_units)
    beside = replace(
        rest,
        stock=stock,
        demand=replace(rest.demand, amount=done.short_units),
        fleet=_without(replace(rest.fleet, ready_s=free_s), done, reload=rest.reload),
    )
    found = solve_delivery(beside, limits, seed).decision
    assert found is not None
    return trips_of(found, np.arange(found.trip_vehicle.size))


def _without(fleet: Fleet, done: DeliveryDecision, *, reload: bool) -> Fleet:
    """Return the fleet without the vehicles that have made their only trip."""
    if reload:
        return fleet
    room = fleet.weight_kg.copy()
    room[done.trip_vehicle] = 0.0
    return replace(fleet, weight_kg=room)


def _states(rest: Delivery, groups: Groups, trips: list[Trip]) -> list[PoolRoutes]:
    """Return the trips as routes of each depot, every visit a parcel."""
    states = []
    for depot in np.unique(rest.fleet.depot):
        chosen = np.flatnonzero(rest.fleet.depot[groups.first] == depot)
        own = [trip for trip in trips if rest.fleet.depot[trip.vehicle] == depot]
        parcels: list[Parcel] = []
        by_vehicle: dict[int, list[list[int]]] = {}
        for trip in own:
            first = len(parcels)
            parcels += [Parcel(drop.stop, dict(drop.units)) for drop in trip.drops]
            by_vehicle.setdefault(trip.vehicle, []).append(list(range(first, len(parcels))))
        routes = [
            Route(int(np.flatnonzero(chosen == groups.of[v])[0]), by_vehicle[v]) for v in sorted(by_vehicle)
        ]
        units = np.zeros(rest.demand.size, dtype=np.int64)
        states.append(PoolRoutes(Pool(chosen, units), parcels, routes, must=True))
    return states
