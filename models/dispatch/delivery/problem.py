"""Goods go from depots to stops, split where that helps, in several trips, by their deadlines.

Sets
    D depots; S stops; K commodities; V vehicles, each with a home depot and a kind; Q lines of demand, each
    at a stop and of a commodity
Data
    stock_dk and amount_q in whole units; weight and volume of a unit; t_kind,ij seconds between places;
    load_d seconds to load a trip, unload_s seconds of a visit; of vehicles payload, space, ready_v, back_v,
    fixed_v and cost_v; of lines earliest_q, due_q, priority_q
Decision
    trips, each of a vehicle, in order; visits of a trip, in order; units handed over at a visit by line;
    units short by line
Constraints
    (1) a trip starts and ends at the home depot of its vehicle, drives ways that exist, and makes visits
    (2) the units handed over of a line and those short are amount_q; all are whole and at least 0
    (3) what all trips from d carry of commodity k is at most stock_dk
    (4) the weight and the volume of what a trip carries fit its vehicle
    (5) a visit with units of line q arrives by due_q; handing over begins at earliest_q at the soonest and
        takes unload_s, each visit
    (6) a vehicle loads its first trip from ready_v, a further one after it is back, load_d seconds each; it
        is back from its last by back_v
    (7) without ``split``, a line is brought by one visit, whole or not at all
    (8) without ``reload``, a vehicle makes at most one trip
    (9) vehicles of one convoy make the same trips: they leave, arrive and are back together, at the pace of
        the slowest, from when the last is ready until the first must be back; they load side by side, and so
        they unload
Objective
    first the least weighted shortage, sum priority_q short_q; then the least cost of driving: cost_v a
    second, fixed_v of each vehicle with a trip; with the usual costs these are seconds of driving

Sources: Dror and Trudeau (1989), split deliveries; Cattaruzza, Absi and Feillet (2016), several trips;
Golden et al. (1984), vehicles of several kinds.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.delivery.parts import Demand, Fleet
from models.dispatch.delivery.validating import numbers, travel, whole_table, within


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """A delivery over ``d`` depots, ``s`` stops, ``k`` commodities, ``v`` vehicles and ``q`` lines.

    Parameters
    ----------
    stock
        Whole units at each depot that may leave, shape (d, k).
    demand, fleet
        Lines and vehicles.
    travel_s
        Seconds between places, depots first, then stops, shape (kinds, d + s, d + s); inf where that kind of
        vehicle has no way.
    unit_weight_kg, unit_volume_m3
        Of each commodity, shape (k,).
    load_s
        Seconds to load one trip at each depot, shape (d,).
    unload_s
        Seconds of each visit to a stop, shape (s,).
    split
        Whether a line may be brought by several visits.
    reload
        Whether a vehicle may make several trips.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, amounts are not whole, shapes do not fit, a line or a vehicle
        names a stop, a commodity, a depot or a kind that is not there.
    """

    stock: IntArray
    demand: Demand
    fleet: Fleet
    travel_s: FloatArray
    unit_weight_kg: FloatArray
    unit_volume_m3: FloatArray
    load_s: FloatArray
    unload_s: FloatArray
    split: bool = True
    reload: bool = True

    def __post_init__(self) -> None:
        weight = numbers(self.unit_weight_kg, "unit_weight_kg")
        volume = numbers(self.unit_volume_m3, "unit_volume_m3")
        load, unload = numbers(self.load_s, "load_s"), numbers(self.unload_s, "unload_s")
        if volume.shape != weight.shape:
            raise ProblemError(
                "dispatch_shape", name="unit_volume_m3", shape=volume.shape, expected=weight.shape
            )
        stock = whole_table(self.stock, "stock", weight.size)
        if stock.shape[0] != load.size:
            raise ProblemError("dispatch_shape", name="load_s", shape=load.shape, expected=(stock.shape[0],))
        travel_s = travel(self.travel_s, load.size + unload.size)
        within(self.demand.stop, unload.size, "demand.stop")
        within(self.demand.commodity, weight.size, "demand.commodity")
        within(self.fleet.depot, load.size, "fleet.depot")
        within(self.fleet.kind, travel_s.shape[0], "fleet.kind")
        fields = {
            "stock": stock,
            "travel_s": travel_s,
            "unit_weight_kg": weight,
            "unit_volume_m3": volume,
            "load_s": load,
            "unload_s": unload,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def depots(self) -> int:
        """How many depots there are; stop s is place ``depots + s`` of ``travel_s``."""
        return int(self.load_s.size)

    @property
    def stops(self) -> int:
        """How many stops there are."""
        return int(self.unload_s.size)


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryPrices:
    """Prices that prove a bound on the cost of driving; see ``proof.py``.

    Parameters
    ----------
    line
        What a unit of each line is worth, shape (q,), at least 0.
    visit
        What each visit to a stop is worth until it has its fewest visits, shape (s,), at least 0.
    stock
        What a unit of each depot's stock costs, shape (d, k), at least 0.
    vehicle
        What a second of each vehicle costs (without ``reload``: its trip), shape (v,), at least 0.
    shortage
        What a weighted unit short saves at most; inf where nothing is short.
    """

    line: FloatArray
    visit: FloatArray
    stock: FloatArray
    vehicle: FloatArray
    shortage: float


@dataclass(frozen=True, slots=True, eq=False)
class ShortagePrices:
    """Prices that prove a bound on the weighted shortage; see ``shortage.py``.

    Parameters
    ----------
    stock
        Of a unit of each depot's stock, shape (d, k), at least 0.
    vehicle
        Of a second of each vehicle (without ``reload``: of all it carries), shape (v,), at least 0.
    """

    stock: FloatArray
    vehicle: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DeliveryDecision:
    """A plan of trips, ordered by vehicle and time; visits by trip and time; drops by visit.

    Parameters
    ----------
    trip_vehicle, trip_depot
        Of each trip, shape (t,).
    trip_start_s, trip_end_s
        When it leaves the depot, loaded, and when it is back, shape (t,).
    visit_trip, visit_stop, visit_arrive_s, visit_leave_s
        Of each visit, shape (n,), in the order of driving.
    drop_visit, drop_line, drop_units
        What is handed over at each visit, by line of demand, shape (l,).
    short_units
        Units of each line that nobody brings, shape (q,).
    shortage_bound, driving_bound_s
        What is proven on either objective: no plan has less weighted shortage; none with no more of it than
        this one costs less. The second is in seconds where the fleet has no costs of its own.
    shortage_prices, driving_prices
        What proves them; None where the bound is 0 without proof.
    """

    trip_vehicle: IntArray
    trip_depot: IntArray
    trip_start_s: FloatArray
    trip_end_s: FloatArray
    visit_trip: IntArray
    visit_stop: IntArray
    visit_arrive_s: FloatArray
    visit_leave_s: FloatArray
    drop_visit: IntArray
    drop_line: IntArray
    drop_units: IntArray
    short_units: IntArray
    shortage_bound: float
    driving_bound_s: float
    shortage_prices: ShortagePrices | None
    driving_prices: DeliveryPrices | None


def weighted_shortage(problem: Delivery, decision: DeliveryDecision) -> float:
    """Return the first objective of a plan."""
    return float(problem.demand.priority @ decision.short_units)


def driving_cost(problem: Delivery, decision: DeliveryDecision) -> float:
    """Return the second objective of a plan; inf where it drives a way that does not exist."""
    fixed, per_s = problem.fleet.costs
    used = np.unique(decision.trip_vehicle)
    driven = driving_s(problem, decision)
    return float(fixed[used].sum() + per_s[decision.trip_vehicle] @ driven)


def driving_s(problem: Delivery, decision: DeliveryDecision) -> FloatArray:
    """Return the seconds that each trip drives, shape (t,)."""
    trips = decision.trip_vehicle.size
    kind = problem.fleet.kind[decision.trip_vehicle]
    place = problem.depots + decision.visit_stop
    trip = decision.visit_trip
    seconds = np.zeros(trips)
    first = np.flatnonzero(np.diff(trip, prepend=-1))
    last = np.flatnonzero(np.diff(trip, append=trips))
    depot = decision.trip_depot[trip]
    np.add.at(seconds, trip[first], problem.travel_s[kind[trip[first]], depot[first], place[first]])
    np.add.at(seconds, trip[last], problem.travel_s[kind[trip[last]], place[last], depot[last]])
    on = np.flatnonzero(trip[1:] == trip[:-1])
    np.add.at(seconds, trip[on], problem.travel_s[kind[trip[on]], place[on], place[on + 1]])
    return seconds
