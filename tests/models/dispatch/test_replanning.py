import time
from dataclasses import replace

import numpy as np
import pytest

from models import Limits, dispatch
from models.dispatch import Changes, Delivery, Demand, Fleet, Replanned
from models.dispatch.delivery.parcels import Parcel
from models.dispatch.delivery.pools import Pool
from models.dispatch.delivery.routing import PoolRoutes
from models.dispatch.delivery.solve import improve_pools, know
from models.dispatch.delivery.timetable import Drop, Trip, timed
from models.plan import Plan
from models.solver import Route

INF = np.inf
LIMITS = Limits(0.8)
WAYS = np.array(
    [
        [0.0, 100.0, 200.0, 300.0],
        [100.0, 0.0, 100.0, 200.0],
        [200.0, 100.0, 0.0, 100.0],
        [300.0, 200.0, 100.0, 0.0],
    ]
)


def lines(*rows: tuple[int, int]) -> Demand:
    """Return lines of stop and amount, without windows, of one commodity."""
    stop, amount = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    zeros = np.zeros(stop.size)
    return Demand(stop, zeros, amount, zeros, zeros + INF, zeros + 1)


def problem(*rows: tuple[int, int], vehicles: int = 1) -> Delivery:
    """A road with a depot and stops at 100, 200 and 300 s; trucks of 10 kg; 50 s to load, 20 s a visit."""
    zeros = np.zeros(vehicles)
    fleet = Fleet(zeros, zeros + 10, zeros + INF, zeros, zeros, zeros + INF)
    stay = np.array([50.0]), np.full(3, 20.0)
    return Delivery(np.array([[100]]), lines(*rows), fleet, WAYS[None], np.ones(1), np.zeros(1), *stay)


def planned(given: Delivery) -> Plan[dispatch.DeliveryDecision]:
    plan = dispatch.solve(given, LIMITS)
    assert dispatch.check(given, plan) == []
    return plan


def replanned(
    given: Delivery, plan: Plan[dispatch.DeliveryDecision], at_s: float, changes: Changes
) -> Replanned:
    again = dispatch.replan(given, plan, at_s, changes, limits=LIMITS)
    assert dispatch.check_replanned(given, plan, at_s, changes, again) == []
    assert again.decision is not None
    return again.decision


def test_nothing_new_changes_nothing() -> None:
    given = problem((0, 10), (1, 10))
    plan = planned(given)
    made = replanned(given, plan, 60.0, Changes())
    assert plan.decision is not None
    assert np.array_equal(made.whole.visit_arrive_s, plan.decision.visit_arrive_s)
    assert made.moved_stops.size == 0
    assert made.kept_share == 1


def test_a_new_demand_is_brought_once_the_truck_is_back() -> None:
    # 50 s loading, 100 s there, 20 s, 100 s back: 270 s; then 50 + 300 s to the far stop
    given = problem((0, 10))
    made = replanned(given, planned(given), 60.0, Changes(more_demand=lines((2, 5))))
    assert made.whole.visit_stop.tolist() == [0, 2]
    assert made.whole.visit_arrive_s.tolist() == [150.0, 620.0]
    assert made.whole.short_units.tolist() == [0, 0]
    assert made.frozen.tolist() == [True, False]


def test_a_running_leg_is_finished_and_the_next_one_goes_round() -> None:
    # both stops in one trip; between them the road is lost: the truck goes on by the depot's other road
    given = problem((0, 5), (1, 5))
    plan = planned(given)
    longer = WAYS.copy()
    longer[1, 2] = longer[2, 1] = 450.0
    made = replanned(given, plan, 100.0, Changes(travel_s=longer[None]))
    assert plan.decision is not None
    first = plan.decision.visit_stop[0]
    assert made.whole.visit_stop.tolist() == [first, 1 - first]
    assert made.whole.visit_arrive_s[0] == plan.decision.visit_arrive_s[0]
    assert made.whole.visit_arrive_s[1] == made.whole.visit_leave_s[0] + 450


def test_what_a_lost_truck_carried_is_brought_by_another() -> None:
    given = problem((2, 10), vehicles=2)
    plan = planned(given)
    assert plan.decision is not None
    lost = int(plan.decision.trip_vehicle[0])
    made = replanned(given, plan, 100.0, Changes(lost_vehicles=np.array([lost])))
    assert made.stranded.tolist() == [lost]
    assert made.whole.short_units.tolist() == [0]
    # at 100 s the other one loads 50 s and drives 300 s
    assert made.whole.visit_arrive_s.tolist() == [450.0]
    assert made.moved_stops.tolist() == [2]


def test_what_is_lost_on_board_is_gone_for_good() -> None:
    # a stock of 15: 10 are on board of the truck that is lost at 100 s, so the other one can bring but 5
    given = replace(problem((2, 10), vehicles=2), stock=np.array([[15]]))
    plan = planned(given)
    assert plan.decision is not None
    lost = int(plan.decision.trip_vehicle[0])
    made = replanned(given, plan, 100.0, Changes(lost_vehicles=np.array([lost])))
    assert made.lost_units.tolist() == [10]
    assert made.whole.short_units.tolist() == [5]
    assert made.problem.stock.tolist() == [[5]]
    # at 500 s 10 more are asked for: the depot is empty, and the lost truck does not come back
    later = Changes(more_demand=lines((0, 10)))
    second = replanned(made.problem, Plan(made.whole, plan.report), 500.0, later)
    assert second.whole.short_units.tolist() == [5, 10]
    assert set(second.ahead.trip_vehicle.tolist()) <= {1 - lost}


def test_trips_that_were_slipped_in_are_found_out() -> None:
    given = problem((0, 10), (1, 10), vehicles=2)
    plan = planned(given)
    again = dispatch.replan(given, plan, 0.0, Changes(), limits=LIMITS)
    made = again.decision
    assert made is not None
    bad = replace(
        again, decision=replace(made, whole=replace(made.whole, drop_units=made.whole.drop_units + 1))
    )
    found = {one.constraint for one in dispatch.check_replanned(given, plan, 0.0, Changes(), bad)}
    assert found == {"(whole)"}


def test_a_truck_cut_off_from_home_makes_no_further_trip() -> None:
    given = problem((2, 10), (0, 10), vehicles=1)
    plan = planned(given)
    assert plan.decision is not None
    first = int(plan.decision.visit_stop[0])
    closed = WAYS.copy()
    closed[1 + first, :] = INF
    made = replanned(given, plan, 100.0, Changes(travel_s=closed[None]))
    assert made.stranded.tolist() == [0]
    assert made.whole.short_units.sum() == 10


def test_planning_again_and_again_starts_from_the_last_plan() -> None:
    given = problem((0, 10), (1, 10))
    plan = planned(given)
    first = dispatch.replan(given, plan, 60.0, Changes(more_demand=lines((2, 5))), limits=LIMITS)
    assert first.decision is not None
    going = Plan(first.decision.whole, first.report)
    second = replanned(first.decision.problem, going, 300.0, Changes(more_demand=lines((2, 5))))
    assert second.whole.short_units.sum() == 0
    assert second.problem.demand.size == 4


def test_a_changed_past_is_found_out() -> None:
    given = problem((0, 10), (1, 10))
    plan = planned(given)
    again = dispatch.replan(given, plan, 100.0, Changes(), limits=LIMITS)
    made = again.decision
    assert made is not None
    whole = replace(made.whole, visit_arrive_s=made.whole.visit_arrive_s + 1)
    bad = replace(again, decision=replace(made, whole=whole))
    found = {
        violation.constraint for violation in dispatch.check_replanned(given, plan, 100.0, Changes(), bad)
    }
    assert "(frozen)" in found


@pytest.mark.parametrize("at_s", [0.0, 149.0, 151.0, 10_000.0])
def test_any_time_keeps_the_units(at_s: float) -> None:
    given = problem((0, 7), (1, 9), (2, 12), vehicles=2)
    made = replanned(given, planned(given), at_s, Changes(more_demand=lines((1, 3))))
    brought = np.bincount(made.whole.drop_line, weights=made.whole.drop_units, minlength=4)
    assert (brought + made.whole.short_units == [7, 9, 12, 3]).all()
    assert made.whole.short_units.sum() == 0


def test_trips_begin_when_their_vehicles_are_free() -> None:
    # free from 500 s: 50 s loading, 200 s there, 20 s, 200 s back
    made = timed(problem((1, 10)), [Trip(0, [Drop(1, {0: 10})])], ready_s=np.array([500.0]))
    assert made.visit_arrive_s.tolist() == [750.0]
    assert made.trip_end_s.tolist() == [970.0]


def test_routes_stay_where_no_time_is_left_to_better_them() -> None:
    # two trips of 300 s by the far stop where one would do: nothing is searched, so both stay
    given = problem((2, 4))
    parcels = [Parcel(2, {0: 2}), Parcel(2, {0: 2})]
    state = PoolRoutes(Pool(np.array([0]), np.array([4])), parcels, [Route(0, [[0], [1]])], must=True)
    improve_pools(given, know(given), [state], (time.perf_counter(), 0.0, 1))
    assert state.routes == [Route(0, [[0], [1]])]
