"""From a situation and an allocation to who brings what where: needs, stock, vehicles, and the plan.

Index names: ``d`` depots, ``s`` stops (shelters with people), ``k`` commodities, ``q`` lines of demand.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.trips import open_router
from models import Limits, SolveReport, dispatch
from models.dispatch import Delivery, DeliveryDecision, Demand, Stock, StockDecision
from models.shelter import AllocationDecision
from scenarios.evacuation.streets import Streets, Words, streets_of
from scenarios.journeys.journeys import Journeys
from scenarios.progress import Tick, closing
from scenarios.relief.course import Course, course_of
from scenarios.relief.depots import DEPOTS, Depots, Districts, may_serve, read_depots, read_districts
from scenarios.relief.fleet import DAY_S, Garage, fleet_of, read_garage
from scenarios.relief.goods import Goods, read_goods
from scenarios.relief.needs import Guests, count_guests, needs_by_day, read_table
from scenarios.relief.spec import ReliefSpec
from scenarios.relief.travel import Places, Travel, find_travel, plain_streets
from scenarios.schema import Scenario
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """Shelters with people.

    Parameters
    ----------
    name, district
        Shape (s,); the district -1 where none holds it.
    x_m, y_m
        Where they are.
    persons
        By group, shape (s, g), the first for everyone else.
    roofless
        Whether their people need tents.
    """

    name: tuple[str, ...]
    district: IntArray
    x_m: FloatArray
    y_m: FloatArray
    persons: IntArray
    roofless: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a relief is planned from.

    Parameters
    ----------
    need
        Packs by day, shape (days, s, k).
    lost
        Depots that the hazard takes, shape (d,).
    depot_district
        Shape (d,).
    allowed
        Which depots may serve which stops, shape (d, s), and which their own district's do.
    """

    goods: Goods
    depots: Depots
    stops: Stops
    garage: Garage
    districts: Districts
    need: IntArray
    lost: BoolArray
    depot_district: IntArray
    allowed: tuple[BoolArray, BoolArray]
    course: Course
    streets: Streets
    travel: Travel
    reserve_share: float
    load_s: float
    unload_s: float
    places: Places


@dataclass(frozen=True, slots=True, eq=False)
class Supplied:
    """Which depot sends what where: a problem, what was decided, and how the solve ended."""

    problem: Stock
    decision: StockDecision
    report: SolveReport


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The plan of a relief.

    Parameters
    ----------
    supply, own
        Stock shared out, and the same without any aid from other districts.
    problem, decision
        The delivery and the plan of trips.
    line_day
        Day of each line of demand, from 0, shape (q,).
    vehicle
        Vehicle of each row of the problem's fleet.
    report
        How the solve ended.
    """

    supply: Supplied
    own: Supplied
    problem: Delivery
    decision: DeliveryDecision
    line_day: IntArray
    vehicle: IntArray
    report: SolveReport


def settle(
    scenario: Scenario, spec: ReliefSpec, situation: Situation, allocated: tuple[Journeys, AllocationDecision]
) -> Setting:
    """Gather needs, stock, vehicles and ways.

    Raises
    ------
    ScenarioError
        If the scenario names what is not there, or there is no stock, vehicle or need.
    MapError
        If the map has no depots.
    """
    standards, onemap = situation.standards, situation.onemap
    groups = [group.key for group in scenario.allocation.groups]
    goods = read_goods(spec.goods, standards)
    depots = read_depots(onemap, goods, spec.stock, datetime.now(UTC).date())
    districts = read_districts(onemap)
    stops = _stops(situation, count_guests(situation, *allocated, spec, len(groups)), districts)
    table = read_table(standards, spec, groups)
    garage = read_garage(spec, depots.name, standards)
    course = course_of(situation, garage.kinds, spec.start_s, DAY_S * spec.days)
    network = situation.roads.network
    no_nodes = np.zeros(0, dtype=np.int64)
    streets = streets_of(
        situation.roads, (np.zeros(1, dtype=np.int64), no_nodes), no_nodes, shelter=no_nodes.astype(object)
    )
    places = Places(
        np.concatenate([depots.x_m, stops.x_m]),
        np.concatenate([depots.y_m, stops.y_m]),
        standards.number("relief.carry_m"),
    )
    router = open_router(network, onemap.folder)
    district = districts.of_points(depots.x_m, depots.y_m)
    lost = situation.impact.facilities[DEPOTS].lost
    return Setting(
        goods=goods,
        depots=depots,
        stops=stops,
        garage=garage,
        districts=districts,
        need=needs_by_day(stops.persons, stops.roofless, table, goods, spec.days),
        lost=lost,
        depot_district=district,
        allowed=(
            may_serve(spec.aid, districts, district, stops.district),
            may_serve("none", districts, district, stops.district),
        ),
        course=course,
        streets=plain_streets(streets),
        travel=find_travel(network, streets, course.worst_s, places, router),
        reserve_share=(
            standards.number("relief.reserve_share") if spec.reserve_share is None else spec.reserve_share
        ),
        load_s=60 * standards.number("relief.load_min"),
        unload_s=60 * standards.number("relief.unload_min"),
        places=places,
    )


def plan_relief(setting: Setting, spec: ReliefSpec, seed: int, tick: Tick) -> Planned:
    """Share out the stock, then plan the trips; the tick says how far that is, and may raise to stop."""
    supply = share_stock(setting, setting.allowed[0], spec)
    own = share_stock(setting, setting.allowed[1], spec)
    demand, line_day = _lines(setting, supply.decision, spec)
    fleet, vehicle = fleet_of(setting.garage, spec)
    kind, travel_s = kinds_by_reach(setting.allowed[0], setting.travel.seconds, fleet.depot, fleet.kind)
    problem = Delivery(
        stock=np.where(setting.lost[:, None], 0, supply.problem.free),
        demand=demand,
        fleet=replace(fleet, kind=kind),
        travel_s=travel_s,
        unit_weight_kg=setting.goods.weight_kg,
        unit_volume_m3=setting.goods.volume_m3,
        load_s=np.full(len(setting.depots.name), setting.load_s),
        unload_s=np.full(len(setting.stops.name), setting.unload_s),
        split=spec.split,
        reload=spec.reload,
    )
    limits = Limits(spec.time_limit_s, 1e-4)
    plan = dispatch.solve(problem, limits, seed, listener=closing(tick, limits.time_s))
    assert plan.decision is not None  # bringing nothing is a plan too
    return Planned(supply, own, problem, plan.decision, line_day, vehicle, plan.report)


def share_stock(setting: Setting, allowed: BoolArray, spec: ReliefSpec) -> Supplied:
    """Share out the stock of all days, the greatest share short of any need kept least."""
    d = len(setting.depots.name)
    between_s = setting.travel.seconds[:, :d, d:]
    at = np.stack([np.bincount(setting.garage.depot[setting.garage.kind == h], minlength=d) > 0
                   for h in range(between_s.shape[0])])  # fmt: skip
    reach_s = np.where(at[:, :, None], between_s, np.inf).min(axis=0)
    usable = allowed & ~setting.lost[:, None]
    problem = Stock(
        stock=setting.depots.stock,
        need=setting.need.sum(axis=0),
        cost_s=np.where(usable, reach_s, np.inf),
        priority=np.ones(len(setting.stops.name)),
        reserve_share=setting.reserve_share,
    )
    plan = dispatch.solve(problem, Limits(spec.time_limit_s, 1e-4), 1)
    assert plan.decision is not None
    return Supplied(problem, plan.decision, plan.report)


def lines_by_day(need: IntArray, short: IntArray) -> IntArray:
    """Return the packs that can be had by day, shape (days, s, k): what is short is short on the last days.

    >>> import numpy as np
    >>> lines_by_day(np.array([[[4]], [[4]], [[4]]]), np.array([[5]]))[:, 0, 0].tolist()
    [4, 3, 0]
    """
    before = np.cumsum(need, axis=0) - need
    left = need.sum(axis=0) - short
    return np.clip(left[None] - before, 0, need)


def _lines(setting: Setting, decision: StockDecision, spec: ReliefSpec) -> tuple[Demand, IntArray]:
    packs = lines_by_day(setting.need, decision.short_units)
    day, stop, commodity = np.nonzero(packs)
    urgency = setting.goods.priority[commodity] * (spec.days - day)
    begin_s: FloatArray = np.asarray(DAY_S * day, dtype=np.float64)
    demand = Demand(
        stop=stop,
        commodity=commodity,
        amount=packs[day, stop, commodity],
        earliest_s=begin_s,
        due_s=begin_s + 3600.0 * spec.due_h,
        priority=urgency.astype(np.float64),
    )
    return demand, day


def kinds_by_reach(
    allowed: BoolArray, seconds: FloatArray, depot: IntArray, kind: IntArray
) -> tuple[IntArray, FloatArray]:
    """Return the model's kinds: vehicles of a kind whose depots may serve the same stops share one.

    Parameters
    ----------
    allowed
        Which depots may serve which stops, shape (d, s).
    seconds
        Between places, by kind of vehicle, shape (h, d + s, d + s).
    depot, kind
        Of each row of the fleet.

    Returns
    -------
    The model's kind of each row, and seconds between places, shape (kinds, d + s, d + s).
    """
    patterns, pattern = np.unique(allowed, axis=0, return_inverse=True)
    pairs, row = np.unique(np.column_stack([kind, pattern.ravel()[depot]]), axis=0, return_inverse=True)
    by_kind = seconds[pairs[:, 0]].copy()
    for one, (_, pattern_row) in enumerate(pairs):
        barred = allowed.shape[0] + np.flatnonzero(~patterns[pattern_row])
        by_kind[one][:, barred] = np.inf
        by_kind[one][barred, :] = np.inf
    return row.ravel().astype(np.int64), by_kind


def _stops(situation: Situation, guests: Guests, districts: Districts) -> Stops:
    shelters = situation.shelters
    x_m, y_m = shelters.x_m[guests.shelter], shelters.y_m[guests.shelter]
    names: Words = shelters.features[col.NAME].to_numpy(object)[guests.shelter]
    return Stops(
        tuple(str(name) for name in names), districts.of_points(x_m, y_m), x_m, y_m, guests.persons,
        guests.roofless,
    )  # fmt: skip
