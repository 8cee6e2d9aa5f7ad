"""Plan a delivery: who brings what, parcels, routes by pool, and prices that bound the cost."""

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.arrays import BoolArray
from models.clock import Audience
from models.dispatch.delivery.bound import trip_prices
from models.dispatch.delivery.groups import Groups, group_vehicles, reachable
from models.dispatch.delivery.line_bound import Guide, line_guide
from models.dispatch.delivery.line_trips import has_short_trips
from models.dispatch.delivery.parcels import Cutting, parcels_of
from models.dispatch.delivery.pools import pools_of
from models.dispatch.delivery.problem import (
    Delivery,
    DeliveryDecision,
    DeliveryPrices,
    driving_cost,
    weighted_shortage,
)
from models.dispatch.delivery.proof import proven_by_shares
from models.dispatch.delivery.rebuilding import can_rebuild, rebuilt
from models.dispatch.delivery.routing import PoolRoutes, Search, improve, trips_of_pool
from models.dispatch.delivery.shared_trips import best_shortage_price, line_prices
from models.dispatch.delivery.shortage import least_shortage
from models.dispatch.delivery.supply import Rates, Supply, least_cost_supply, unit_rates
from models.dispatch.delivery.timetable import Trip, timed
from models.dispatch.delivery.trip_prices import PARTS as TRIP_PARTS
from models.dispatch.delivery.trip_prices import proven_by_trips
from models.dispatch.delivery.variants import best_variant, is_small
from models.plan import Limits, Plan, SolveReport, Termination
from models.progress import Listener, Telling, say_nothing
from models.solver import RouteLook, go_on

SOLVER: Final = "PyVRP by pools of depots, prices by HiGHS"
CAREFUL: Final = 0.9
"""Part of the vehicles' time that is given away at first: real trips take longer than shared ones."""
MUCH: Final = 100.0
"""A unit short costs this many times the dearest unit brought, by its weight."""
PARTS: Final = 4
"""What is left of a stop's load beyond full ones is cut into parts of a vehicle's load."""
POOLS_SHARE: Final = 0.4
"""Part of the time for pools, where the whole plan is then ruined and recreated."""
NEARLY: Final = 0.97
"""Part of the time within which the search ends."""
SMALL_SHARE: Final = 0.6
"""Part of the time in which small pools are tried in all their variants."""
LEAST_S: Final = 0.02
"""A pool without routes is searched so long at least; one with routes is left where less time remains."""
BOUND_SHARE, LINES_SHARE = 0.15, 0.5
"""Part of the time for the bound by trips, and for that by single lines."""
STEP_S, BOUND_ROUNDS = 1e-9, 25
"""Seconds of a step of pricing, and how often all trips are priced: where that takes longer, it is left."""
LINES_STEP_S, MOST_STEPS = 3e-5, 1_000_000
"""Seconds of the bound by single lines for each group and pair of stops, and how many of these it has been
measured to end for; likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known before any route."""

    groups: Groups
    can: BoolArray
    rates: Rates
    supply: Supply
    by_trips: DeliveryPrices | None
    guide: Guide | None


def solve_delivery(
    problem: Delivery, limits: Limits, seed: int, listener: Listener = say_nothing
) -> Plan[DeliveryDecision]:
    """Bring as much as can be brought, weighted by priority, and drive as little as that takes.

    Where lines may be split and there is time, the whole plan of all depots is made better at last. The
    listener hears that the search begins, then of the cost once every depot has routes, and may raise
    ``Enough`` to end the search: depots without routes get their first ones.
    """
    began_s = time.perf_counter()
    known = know(problem, limits.time_s)
    looking = Looking(problem, known, listener)
    whole = can_rebuild(problem, limits.time_s)
    spent_s = time.perf_counter() - began_s
    pools_s = spent_s + (POOLS_SHARE if whole else 1.0) * (limits.time_s - spent_s)
    given = began_s, pools_s, seed
    states = _with_small_ones(problem, known, _states(problem, known), given, looking)
    improve_pools(problem, known, states, given, looking)
    trips = trips_of_pools(known, states)
    if whole:
        left_s = NEARLY * limits.time_s - (time.perf_counter() - began_s)
        trips = rebuilt(problem, known.groups, known.can, trips, Search(left_s, seed, looking.look))
        looking.tell(trips)
    return finish(problem, known, trips, limits, (began_s, seed))


class Looking:
    """Asks the listener now and then whether the search is to go on."""

    def __init__(self, problem: Delivery, known: Known, listener: Listener = say_nothing) -> None:
        self._problem, self._known = problem, known
        self._telling = Telling(listener)
        self._audience = Audience(self._telling)
        self._short = np.inf
        self._audience.tell(np.inf, 0.0)

    @property
    def enough(self) -> bool:
        """Whether the listener has had enough."""
        return self._audience.has_enough

    def tell(self, trips: list[Trip]) -> None:
        """Tell cost and bound of trips; less shortage goes before less cost."""
        decision = timed(self._problem, trips)
        short, cost = weighted_shortage(self._problem, decision), driving_cost(self._problem, decision)
        if short > self._short:
            return
        if short < self._short:
            self._telling.forget()
        self._short = short
        bounded = _bounded(self._problem, self._known, decision, short, cost)
        self._audience.tell(cost, bounded.driving_bound_s)

    def look(self) -> bool:
        """Say whether to stop."""
        self._audience.repeat()
        return self.enough


def know(problem: Delivery, time_s: float = 0.0) -> Known:
    """Return what is known before any route; a part of ``time_s`` is for a stronger bound, if it will do."""
    groups = group_vehicles(problem)
    can = reachable(problem, groups)
    rates = unit_rates(problem, groups, can)
    finite = rates.cost[np.isfinite(rates.cost)]
    dear = (
        MUCH
        * float(finite.max(initial=1.0))
        * problem.demand.priority
        / problem.demand.priority.min(initial=1.0)
    )
    supply = least_cost_supply(problem, groups, rates, dear, part=CAREFUL)
    if supply.short.sum() > 1e-6:
        supply = least_cost_supply(problem, groups, rates, dear)
    if supply.short.sum() > 1e-6:
        return Known(groups, can, rates, supply, None, None)
    guide = _by_lines(problem, groups, rates, supply, LINES_SHARE * time_s)
    if guide is not None:
        return Known(groups, can, rates, guide.supply, None, guide)
    return Known(
        groups, can, rates, supply, _by_trips(problem, groups, rates, supply, BOUND_SHARE * time_s), None
    )


def _by_lines(
    problem: Delivery, groups: Groups, rates: Rates, supply: Supply, bound_s: float
) -> Guide | None:
    """Return prices of single lines; None where trips are long or there is no time for them."""
    steps = groups.size * problem.stops**2
    enough = 0 < steps * LINES_STEP_S <= bound_s and steps <= MOST_STEPS
    if not enough or not has_short_trips(problem, groups):
        return None
    return line_guide(problem, groups, rates, supply, time.perf_counter() + bound_s)


def _by_trips(
    problem: Delivery, groups: Groups, rates: Rates, supply: Supply, bound_s: float
) -> DeliveryPrices | None:
    """Return prices of trips; None where there is no time for them."""
    steps = groups.size * TRIP_PARTS * problem.stops**2
    if not steps or steps * STEP_S * BOUND_ROUNDS > bound_s:
        return None
    return trip_prices(problem, groups, rates, supply, time.perf_counter() + bound_s)


def _states(problem: Delivery, known: Known) -> list[PoolRoutes]:
    states = []
    for pool in pools_of(problem, known.groups, known.supply, known.can):
        share = np.zeros_like(known.supply.units)
        share[pool.groups] = known.supply.units[pool.groups]
        parcels = parcels_of(Cutting(problem, known.groups, pool.units, share, PARTS))
        states.append(PoolRoutes(pool, parcels, None, must=True))
    return states


def _with_small_ones(
    problem: Delivery,
    known: Known,
    states: list[PoolRoutes],
    given: tuple[float, float, int],
    looking: Looking,
) -> list[PoolRoutes]:
    """Return the pools, small ones as the best of their variants; ``given`` as for ``improve_pools``."""
    began_s, time_s, seed = given
    left_s = SMALL_SHARE * (time_s - (time.perf_counter() - began_s)) / max(len(states), 1)
    return [
        best_variant(problem, known.groups, state, Search(left_s, seed, looking.look))
        if is_small(problem, state.pool) and left_s > 0
        else state
        for state in states
    ]


def improve_pools(
    problem: Delivery,
    known: Known,
    states: list[PoolRoutes],
    given: tuple[float, float, int],
    looking: Looking,
) -> None:
    """Give each pool its part of the time, a short round first; larger pools more.

    ``given`` is when the search began, how long it may take, and the seed.
    """
    began_s, time_s, seed = given
    look: RouteLook = looking.look
    weight = np.array([len(state.parcels) + 1.0 for state in states])
    for share in (0.15, 1.0):
        left_s = share * (NEARLY * time_s - (time.perf_counter() - began_s))
        for state, part in zip(states, weight / max(weight.sum(), 1.0), strict=True):
            if state.routes is not None and (looking.enough or left_s * part < LEAST_S):
                continue
            search = Search(max(left_s * part, LEAST_S), seed, look)
            improve(problem, known.groups, state, Search(LEAST_S, seed, go_on) if looking.enough else search)
        if all(state.routes is not None for state in states):
            looking.tell(trips_of_pools(known, states))


def trips_of_pools(known: Known, states: list[PoolRoutes]) -> list[Trip]:
    """Return the trips of all pools."""
    return [trip for state in states for trip in trips_of_pool(known.groups, state)]


def finish(
    problem: Delivery, known: Known, trips: list[Trip], limits: Limits, begun: tuple[float, int]
) -> Plan[DeliveryDecision]:
    """Return the plan of these trips with its bounds; ``begun`` is when it began, and the seed."""
    return proven(problem, known, timed(problem, trips), limits, begun)


def proven(
    problem: Delivery, known: Known, decision: DeliveryDecision, limits: Limits, begun: tuple[float, int]
) -> Plan[DeliveryDecision]:
    """Return a plan with its bounds; ``begun`` is when it began, and the seed."""
    short = weighted_shortage(problem, decision)
    if short > 0:
        bound, prices = least_shortage(problem, known.groups, known.rates)
        decision = replace(decision, shortage_bound=min(bound, short), shortage_prices=prices)
    cost = driving_cost(problem, decision)
    decision = _bounded(problem, known, decision, short, cost)
    closed = cost - decision.driving_bound_s <= limits.relative_gap * cost
    proven = closed and short <= decision.shortage_bound * (1 + 1e-9)
    ended = Termination.OPTIMAL if proven else Termination.FEASIBLE
    wall_s = time.perf_counter() - begun[0]
    return Plan(decision, SolveReport(ended, cost, decision.driving_bound_s, wall_s, SOLVER, begun[1]))


def _bounded(
    problem: Delivery, known: Known, decision: DeliveryDecision, short: float, cost: float
) -> DeliveryDecision:
    supply, groups, rates = known.supply, known.groups, known.rates
    vehicle = supply.time[groups.of]
    line = line_prices(problem, groups, rates, supply.stock, vehicle)
    phi = best_shortage_price(problem, line, short)
    prices = DeliveryPrices(line, np.zeros(problem.stops), supply.stock, vehicle, phi)
    bound = proven_by_shares(problem, groups, rates, prices, short)
    if known.by_trips is not None and short == 0:
        by_trips = proven_by_trips(problem, groups, rates, known.by_trips, short)
        if by_trips > bound:
            bound, prices = by_trips, known.by_trips
    if known.guide is not None and short == 0 and known.guide.bound > bound:
        bound, prices = known.guide.bound, known.guide.prices
    return replace(decision, driving_bound_s=float(min(max(bound, 0.0), cost)), driving_prices=prices)
