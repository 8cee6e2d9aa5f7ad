from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from dss.arrays import IntArray
from dss.errors import ProblemError
from models import Limits, dispatch
from models.dispatch import Changes, Delivery, DeliveryDecision, Demand, Fleet, Replanned
from models.dispatch.delivery.convoys.merging import merge, shares, tightened
from models.dispatch.delivery.convoys.packing import pack
from models.plan import Plan, Violation

INF = np.inf
LIMITS = Limits(0.6)
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


def fleet(*payload_kg: float, convoy: tuple[int, ...]) -> Fleet:
    """Return vehicles of one depot, the second kind for those after the first two."""
    zeros = np.zeros(len(payload_kg))
    kind = np.where(np.arange(zeros.size) < 2, 0, 1)
    return Fleet(zeros, np.array(payload_kg), zeros + INF, kind, zeros, zeros + INF, convoy=np.array(convoy))


def problem(demand: Demand, vehicles: Fleet, unit_kg: float = 1.0) -> Delivery:
    """A road with a depot and stops at 100, 200 and 300 s, twice that for the second kind; 50 s, 20 s."""
    stay = np.array([50.0]), np.full(3, 20.0)
    ways = np.stack([WAYS, 2 * WAYS])
    return Delivery(np.array([[100]]), demand, vehicles, ways, np.array([unit_kg]), np.zeros(1), *stay)


def solved(given: Delivery) -> DeliveryDecision:
    plan = dispatch.solve(given, LIMITS)
    assert dispatch.check(given, plan) == []
    assert plan.decision is not None
    return plan.decision


def loads(given: Delivery, decision: DeliveryDecision) -> IntArray:
    """Return the units that each trip carries."""
    trip = decision.visit_trip[decision.drop_visit]
    held = np.bincount(trip, weights=decision.drop_units, minlength=decision.trip_vehicle.size)
    return held.astype(np.int64)


def test_two_trucks_of_a_convoy_make_one_trip_together() -> None:
    # 16 units, 10 each: both load by 50 s, arrive at 150 s, leave at 170 s, are back at 270 s
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(4, 4)))
    made = solved(given)
    assert made.trip_vehicle.tolist() == [0, 1]
    assert made.trip_start_s.tolist() == [50.0, 50.0]
    assert made.visit_arrive_s.tolist() == [150.0, 150.0]
    assert made.trip_end_s.tolist() == [270.0, 270.0]
    assert loads(given, made).tolist() == [8, 8]


def test_a_convoy_comes_along_where_one_truck_would_do() -> None:
    # 3 units fit into one truck; together they drive 2 x 200 s, which loads rounded to 128ths prove almost
    plan = dispatch.solve(problem(lines((0, 3)), fleet(10, 10, convoy=(0, 0))), LIMITS)
    assert plan.report.objective == 400.0
    assert plan.report.bound == pytest.approx(400.0, rel=0.01)
    alone = dispatch.solve(problem(lines((0, 3)), fleet(10, 10, convoy=(0, 1))), LIMITS)
    assert alone.report.objective == 200.0


def test_a_convoy_goes_at_the_pace_of_its_slowest() -> None:
    # the third vehicle takes twice as long: 200 s to the first stop; 3 vehicles x 400 s
    given = problem(lines((0, 25)), fleet(10, 10, 10, convoy=(1, 1, 1)))
    made = solved(given)
    assert made.visit_arrive_s.tolist() == [250.0] * 3
    assert dispatch.solve(given, LIMITS).report.objective == 1200.0


def test_a_convoy_waits_for_its_last_and_is_back_for_its_first() -> None:
    vehicles = fleet(10, 10, convoy=(0, 0))
    late = replace(vehicles, ready_s=np.array([0.0, 500.0]), back_by_s=np.array([770.0, INF]))
    # loading from 500 s, 550 s, there at 650 s, 670 s, back at 770 s: just in time for the first stop alone
    made = solved(problem(lines((0, 12), (1, 1)), late))
    assert made.trip_end_s.tolist() == [770.0, 770.0]
    assert made.short_units.tolist() == [0, 1]


def test_a_unit_is_not_cut_to_fill_two_trucks() -> None:
    # 20 kg together, but of units of 6 kg each truck takes one: the third waits for a second trip
    given = problem(lines((0, 3)), fleet(10, 10, convoy=(0, 0)), unit_kg=6.0)
    made = solved(given)
    assert loads(given, made).max() == 1
    assert made.short_units.tolist() == [0]
    assert np.unique(made.trip_start_s).size == 2


def test_what_no_truck_of_a_convoy_can_hold_stays_and_says_so() -> None:
    # 16 kg are less than 20 kg together, more than 10 kg each; the other commodity is brought
    two = Demand(
        *(np.array(row) for row in ([0, 1], [0, 1], [1, 5])), np.zeros(2), np.full(2, INF), np.ones(2)
    )
    given = replace(
        problem(lines((0, 1)), fleet(10, 10, convoy=(0, 0))),
        demand=two,
        stock=np.array([[9, 9]]),
        unit_weight_kg=np.array([16.0, 1.0]),
        unit_volume_m3=np.zeros(2),
    )
    plan = dispatch.solve(given, LIMITS)
    assert dispatch.check(given, plan) == []
    assert plan.decision is not None
    assert plan.decision.short_units.tolist() == [1, 0]
    assert plan.decision.shortage_bound == 1.0
    assert dispatch.causes(given) == [Violation("(4)", "line 0 is larger than any vehicle", 1.0)]


def test_each_vehicle_of_a_convoy_that_reaches_nothing_is_named() -> None:
    # the third vehicle has no ways, so its convoy has none
    given = problem(lines((0, 5)), fleet(10, 10, 10, convoy=(0, 1, 1)))
    nowhere = np.stack([WAYS, np.full_like(WAYS, INF)])
    found = dispatch.causes(replace(given, travel_s=nowhere))
    assert [cause.where for cause in found] == [
        "vehicle 1 has no way to any stop and back",
        "vehicle 2 has no way to any stop and back",
    ]


def test_a_line_that_must_not_be_split_may_ride_in_two_trucks_of_a_convoy() -> None:
    given = replace(problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0))), split=False)
    assert solved(given).short_units.tolist() == [0]
    assert dispatch.causes(given) == []
    apart = replace(given, fleet=fleet(10, 10, convoy=(0, 1)))
    assert [cause.constraint for cause in dispatch.causes(apart)] == ["(4)"]


def test_the_vehicles_of_a_convoy_have_one_depot() -> None:
    zeros = np.zeros(3)
    with pytest.raises(ProblemError, match="7") as refused:
        Fleet(np.array([0, 0, 1]), zeros, zeros, zeros, zeros, zeros, convoy=np.array([5, 7, 7]))
    assert "convoy 7, vehicle 1 stands at depot 0" in refused.value.message("en")


def _changed(plan: Plan[DeliveryDecision], **rows: object) -> Plan[DeliveryDecision]:
    assert plan.decision is not None
    return Plan(replace(plan.decision, **rows), plan.report)


def test_the_check_finds_a_truck_that_drives_apart() -> None:
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    assert plan.decision is not None
    late = plan.decision.trip_end_s + np.array([0.0, 60.0])
    found = dispatch.check(given, _changed(plan, trip_end_s=late))
    assert found == [Violation("(9)", "convoy 0: vehicle 1", 1.0)]


def test_the_check_finds_a_truck_that_holds_too_much_though_the_convoy_does_not() -> None:
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0)))
    plan = _changed(dispatch.solve(given, LIMITS), drop_units=np.array([12, 4]))
    assert dispatch.check(given, plan) == [Violation("(4)", "trip 0: weight", 2.0)]


def test_the_check_finds_a_cost_that_forgets_a_truck() -> None:
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    cheap = Plan(plan.decision, replace(plan.report, objective=200.0))
    assert [one.where for one in dispatch.check(given, cheap)] == ["objective"]


sizes = st.floats(0.1, 5.0)


@drawn(
    units=st.lists(st.integers(0, 12), min_size=3, max_size=3),
    size=st.lists(st.tuples(sizes, sizes), min_size=3, max_size=3),
    room=st.lists(st.tuples(st.floats(1.0, 40.0), st.floats(1.0, 40.0)), min_size=2, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_no_truck_is_packed_beyond_its_room_and_what_surely_packs_does(
    units: list[int], size: list[tuple[float, float]], room: list[tuple[float, float]]
) -> None:
    rooms, unit = np.array(room), np.array(size)
    zeros = np.zeros(rooms.shape[0])
    vehicles = Fleet(zeros, rooms[:, 0], rooms[:, 1], zeros, zeros, zeros + INF, convoy=zeros)
    share = shares(vehicles, np.arange(rooms.shape[0]))
    riding = pack(np.array(units), unit, rooms, share)
    assert (riding.sum(axis=0) <= units).all()
    assert (riding @ unit <= rooms * (1 + 1e-6)).all()
    demand = Demand(np.zeros(3), np.arange(3), np.ones(3), np.zeros(3), np.full(3, INF), np.ones(3))
    ways, stay = np.zeros((1, 2, 2)), np.ones(1)
    given = Delivery(np.full((1, 3), 99), demand, vehicles, ways, unit[:, 0], unit[:, 1], stay, stay)
    sure = tightened(merge(given), 1.0).fleet
    load = np.array(units) @ unit
    if (
        (merge(given).merged.stock > 0).all()
        and load[0] <= sure.weight_kg[0]
        and load[1] <= sure.volume_m3[0]
    ):
        assert riding.sum(axis=0).tolist() == units


@drawn(
    amounts=st.lists(st.integers(1, 14), min_size=3, max_size=3),
    payload=st.lists(st.integers(4, 12), min_size=3, max_size=3),
)
@settings(max_examples=4, deadline=None)
def test_driving_together_is_never_better_than_driving_alone(amounts: list[int], payload: list[int]) -> None:
    demand = lines(*enumerate(amounts))
    together = problem(demand, fleet(*payload, convoy=(0, 0, 1)), unit_kg=3.0)
    plan = dispatch.solve(together, Limits(0.3))
    assert dispatch.check(together, plan) == []
    alone = dispatch.solve(problem(demand, fleet(*payload, convoy=(0, 1, 2)), unit_kg=3.0), Limits(0.3))
    assert plan.decision is not None
    assert alone.decision is not None
    assert alone.decision.short_units.sum() == 0 == plan.decision.short_units.sum()
    assert (alone.report.bound or 0.0) <= (plan.report.objective or 0.0) + 1e-6


def replanned(
    given: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes
) -> Plan[Replanned]:
    again = dispatch.replan(given, plan, at_s, changes, limits=LIMITS)
    assert dispatch.check_replanned(given, plan, at_s, changes, again) == []
    return again


def decided(again: Plan[Replanned]) -> Replanned:
    assert again.decision is not None
    return again.decision


def test_a_convoy_under_way_brings_what_is_new_together_on_its_next_trip() -> None:
    # back at 270 s, 50 s loading, 300 s to the far stop
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    made = decided(replanned(given, plan, 60.0, Changes(more_demand=lines((2, 14)))))
    assert made.whole.short_units.tolist() == [0, 0]
    assert made.whole.trip_vehicle.tolist() == [0, 0, 1, 1]
    assert made.whole.visit_arrive_s.tolist() == [150.0, 620.0] * 2
    assert made.frozen.tolist() == [True, False] * 2


def test_a_truck_that_is_lost_leaves_its_convoy_and_the_other_drives_on_with_its_own_load() -> None:
    # both hand over at the first stop; on the way to the second one is lost with its 4 units
    given = problem(lines((0, 8), (1, 8)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    assert plan.decision is not None
    assert plan.decision.visit_stop.tolist() in ([0, 1, 0, 1], [1, 0, 1, 0])
    own = plan.decision
    at_s = float(own.visit_leave_s[0]) + 10.0
    changes = Changes(lost_vehicles=np.array([1]))
    made = decided(replanned(given, plan, at_s, changes))
    assert made.stranded.tolist() == [1]
    assert (made.ahead.trip_vehicle == 0).all()
    later = own.visit_arrive_s[own.drop_visit] > at_s
    lost = later & (own.trip_vehicle[own.visit_trip[own.drop_visit]] == 1)
    assert own.drop_units[lost].sum() == made.ahead.drop_units.sum() > 0
    assert made.lost_units.sum() == own.drop_units[lost].sum()
    assert made.whole.short_units.tolist() == [0, 0]
    assert np.unique(made.problem.fleet.convoys).size == 2


def test_who_had_nothing_for_a_stop_need_not_come_along_once_the_convoy_is_parted() -> None:
    # 9 and 3 units at three stops: the second truck hands over at the last ones alone, and is then lost
    given = problem(lines((0, 9), (1, 1), (2, 2)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    for at_s in (10.0, 60.0, 160.0, 300.0):
        for lost in (0, 1):
            made = decided(replanned(given, plan, at_s, Changes(lost_vehicles=np.array([lost]))))
            assert made.whole.short_units.tolist() == [0, 0, 0]
            handed = np.bincount(made.ahead.drop_visit, minlength=made.ahead.visit_trip.size)
            assert (handed > 0).all()


def test_a_plan_made_again_can_be_planned_again() -> None:
    given = problem(lines((0, 16), (1, 10)), fleet(10, 10, 10, convoy=(0, 0, 0)))
    first = replanned(given, dispatch.solve(given, LIMITS), 60.0, Changes(lost_vehicles=np.array([2])))
    one = decided(first)
    again = replanned(one.problem, Plan(one.whole, first.report), 90.0, Changes(more_demand=lines((2, 5))))
    assert decided(again).whole.short_units.tolist()[2] == 0


def test_a_member_that_changes_the_past_is_found() -> None:
    given = problem(lines((0, 16)), fleet(10, 10, convoy=(0, 0)))
    plan = dispatch.solve(given, LIMITS)
    again = replanned(given, plan, 200.0, Changes())
    made = decided(again)
    swapped = replace(made.whole, drop_units=np.array([9, 7]))
    bad = Plan(replace(made, whole=swapped), again.report)
    found = dispatch.check_replanned(given, plan, 200.0, Changes(), bad)
    assert [violation.constraint for violation in found] == ["(frozen)", "(frozen)", "(whole)"]
