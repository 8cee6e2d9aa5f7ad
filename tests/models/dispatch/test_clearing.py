"""Clearing of roads: worked by hand and against every order."""

import dataclasses
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Termination, dispatch
from models.clock import Audience, Clock
from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.exact import best_of_all, tails_of
from models.dispatch.clearing.kernel import Ground, ground_of, lost_by
from models.dispatch.clearing.network import gaining
from models.dispatch.clearing.prices import price_bound
from models.dispatch.clearing.problem import Prices
from models.dispatch.clearing.proving import no_prices, rising_prices
from models.dispatch.clearing.reach import behind
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.search import Watch, best_of, better_order, first_orders
from models.dispatch.clearing.ways import ways_to_roads, with_open
from models.progress import Telling, say_nothing

INF = np.inf
EXACT = Limits(30.0, 0.0)
ENDLESS = Clock(INF, Audience(Telling(say_nothing)))


def clearing(**given: object) -> dispatch.Clearing:
    return dispatch.Clearing(**{k: np.array(v) if k != "most_s" else v for k, v in given.items()})  # type: ignore[arg-type]


def star(persons: list[int], clear_s: list[float], crews: int = 1, way_s: float = 0.0) -> dispatch.Clearing:
    """Return places that are each cut off by one road from a service in the middle, where the crews stand.

    End 2b is in the middle, end 2b + 1 at place b; a road takes 10 s to drive, having no way counts 110 s.
    """
    n = len(persons)
    middle = np.arange(2 * n) % 2 == 0
    between = np.where(middle[:, None] & middle[None, :], way_s, INF)
    np.fill_diagonal(between, 0.0)
    to_end = np.full((n, 2 * n), INF)
    to_end[np.arange(n), 2 * np.arange(n) + 1] = 0.0
    return clearing(
        persons=persons,
        place_to_service_s=np.full(n, INF),
        place_to_end_s=to_end,
        end_to_service_s=np.where(middle, 0.0, INF),
        between_s=between,
        crew_to_end_s=np.tile(np.where(middle, way_s, INF), (crews, 1)),
        pass_s=np.full((n, 2), 10.0),
        clear_s=np.array(clear_s, float),
        most_s=110.0,
    )


@st.composite
def few(draw: st.DrawFn, crews: int = 1, most: int = 3) -> dispatch.Clearing:
    """Return a drawn road graph of six junctions, contracted: some streets open, a few blocked."""
    n, seconds = 6, st.integers(1, 9)
    far = np.full((n, n), INF)
    np.fill_diagonal(far, 0.0)
    for u, v in draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=5)):
        if u != v:
            far[u, v] = far[v, u] = draw(seconds)
    for k in range(n):  # Floyd and Warshall
        far = np.minimum(far, far[:, k, None] + far[None, k])
    roads = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=most))
    ends = np.array(roads).ravel()
    service, start = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    return clearing(
        persons=draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)),
        place_to_service_s=far[:, service],
        place_to_end_s=far[:, ends],
        end_to_service_s=far[ends, service],
        between_s=far[np.ix_(ends, ends)],
        crew_to_end_s=far[np.ix_([start] * crews, ends)],
        pass_s=[[draw(seconds), draw(seconds)] for _ in roads],
        clear_s=[float(draw(st.integers(1, 20))) for _ in roads],
        most_s=50.0,
    )


def ground_for(problem: dispatch.Clearing) -> Ground:
    limits = limits_of(problem)
    gain = gaining(problem, limits.all_open_s, np.flatnonzero(np.isfinite(limits.soon_s)))
    return ground_of(problem, gain, limits.all_open_s)


def last_prices(problem: dispatch.Clearing, horizon_s: float) -> Prices:
    prices = no_prices()
    for better, _ in rising_prices(problem, limits_of(problem), horizon_s, ENDLESS):
        prices = better
    return prices


def least_lost(problem: dispatch.Clearing) -> float:
    """Try every list of (road, crew), each crew leaving at any moment at which it is free or a road opens."""
    reached = np.flatnonzero(np.isfinite(limits_of(problem).soon_s)).tolist()
    best = INF
    for order in permutations(reached):
        for crews in product(range(problem.crews), repeat=len(order)):
            jobs: list[Job] = []
            for b, k in zip(order, crews, strict=True):
                own = [job for job in jobs if job.crew == k]
                free_s, last = (own[-1].open_s, own[-1].road) if own else (0.0, None)
                arrivals = []
                for t in {free_s, *(job.open_s for job in jobs if job.open_s > free_s)}:
                    is_open = [job.road for job in jobs if job.open_s <= t]
                    arrivals.append((t + ways_to_roads(problem, with_open(problem, is_open), k, last)[b], t))
                begin_s, depart_s = min(arrivals)
                jobs.append(Job(b, k, depart_s, begin_s, begin_s + float(problem.clear_s[b])))
            if all(np.isfinite(job.open_s) for job in jobs):
                jobs.sort(key=lambda job: job.open_s)
                best = min(best, lost_of(jobs, course_of(problem, jobs, Gains(problem))))
    return best


def test_one_crew_opens_first_what_helps_most_people_an_hour():
    # each person gains 110 - 10 = 100 s. Smith's rule: 30 / 10 > 40 / 20, so road 0 first:
    # 10 s x (30 + 40) x 100 + 20 s x 40 x 100 = 70,000 + 80,000; the other way round 20 x 7,000 + 10 x 3,000
    plan = dispatch.solve(star([30, 40], [10, 20]), EXACT)
    assert plan.decision is not None
    assert plan.decision.road.tolist() == [0, 1]
    assert plan.decision.open_s.tolist() == [10, 30]
    assert plan.report.objective == 150_000
    assert plan.decision.way_s.tolist() == [7_700, 4_700, 700]


def test_the_bound_is_met_where_roads_have_nothing_to_do_with_each_other():
    problem = star([30, 40], [10, 20])
    # for one crew the weighted completions 3,000 x 10 s + 4,000 x 30 s are Smith's rule itself
    assert lost_bound(problem, limits_of(problem)) == pytest.approx(150_000)


def test_two_crews_share_the_roads():
    plan = dispatch.solve(star([10, 10], [10, 10], crews=2), EXACT)
    assert plan.decision is not None
    assert sorted(plan.decision.crew.tolist()) == [0, 1]
    assert plan.report.objective == 10 * 20 * 100


def test_a_road_behind_another_is_opened_after_it():
    # service - road 0 - road 1 - 9 people: only both together help them; the crew cannot begin at road 1
    between = np.full((4, 4), INF)
    np.fill_diagonal(between, 0.0)
    between[1, 2] = between[2, 1] = 0.0
    problem = clearing(
        persons=[9], place_to_service_s=[INF], place_to_end_s=[[INF, INF, INF, 0]],
        end_to_service_s=[0, INF, INF, INF], between_s=between, crew_to_end_s=[[0, INF, INF, INF]],
        pass_s=np.full((2, 2), 5.0), clear_s=[30.0, 7.0], most_s=100.0,
    )  # fmt: skip
    plan = dispatch.solve(problem, EXACT)
    assert plan.decision is not None
    assert plan.decision.open_s.tolist() == [30, 37]
    assert plan.report.objective == 9 * 90 * 37
    # both roads are needed: 37 s of work by one crew, and nothing opens sooner
    assert lost_bound(problem, limits_of(problem)) == pytest.approx(9 * 90 * 37)


def test_a_road_that_no_crew_gets_to_is_said():
    problem = star([5, 7], [10, 10])
    cut = dataclasses.replace(
        problem, crew_to_end_s=np.array([[0, INF, INF, INF]]), between_s=np.where(np.eye(4) > 0, 0.0, INF)
    )
    plan = dispatch.solve(cut, EXACT)
    assert plan.decision is not None
    assert plan.decision.unreached.tolist() == [False, True]
    assert dispatch.check(cut, plan) == []


@given(few())
@settings(max_examples=40)
def test_no_order_of_one_crew_loses_less(problem: dispatch.Clearing):
    plan = dispatch.solve(problem, EXACT)
    assert plan.report.objective == pytest.approx(least_lost(problem))
    assert plan.report.bound == plan.report.objective
    assert dispatch.check(problem, plan) == []


@given(few(crews=2))
@settings(max_examples=40)
def test_no_order_of_two_crews_loses_less(problem: dispatch.Clearing):
    plan = dispatch.solve(problem, EXACT)
    assert plan.report.objective == pytest.approx(least_lost(problem))
    assert dispatch.check(problem, plan) == []


@given(few(crews=2, most=4), st.booleans())
@settings(max_examples=40)
def test_all_orders_hold_the_best_with_and_without_prices(problem: dispatch.Clearing, priced: bool):
    limits, ground, least = limits_of(problem), ground_for(problem), least_lost(problem)
    prices = last_prices(problem, 60.0) if priced else no_prices()
    jobs, lost = best_of_all(ground, tails_of(problem, limits, prices), INF, ENDLESS)
    assert lost == pytest.approx(least)
    assert jobs is not None
    assert lost_of(jobs, course_of(problem, jobs, Gains(problem))) == pytest.approx(least)


def test_twelve_roads_and_three_crews_are_proven():
    rng = np.random.default_rng(5)
    problem = star(rng.integers(1, 99, 12).tolist(), rng.uniform(5, 60, 12).tolist(), crews=3, way_s=3.0)
    plan = dispatch.solve(problem, EXACT)
    assert plan.report.termination is Termination.OPTIMAL
    assert dispatch.check(problem, plan) == []


@given(few(), st.integers(1, 2))
@settings(max_examples=60)
def test_the_bound_holds_and_the_search_is_never_below_the_optimum(problem: dispatch.Clearing, crews: int):
    asked = dataclasses.replace(problem, crew_to_end_s=np.tile(problem.crew_to_end_s, (crews, 1)))
    least, limits = least_lost(asked), limits_of(asked)
    ground = ground_for(asked)
    found = better_order(
        ground, best_of(ground, first_orders(limits)), range(2), Watch(ENDLESS), np.random.default_rng(1)
    )
    lost = lost_by(ground, found, INF)
    near = 1e-9 * max(least, 1.0)
    assert lost_bound(asked, limits) <= least + near
    assert lost >= least - near


@given(few(), st.integers(1, 2))
@settings(max_examples=40)
def test_the_bound_by_prices_holds_and_is_no_worse_than_a_plan(problem: dispatch.Clearing, crews: int):
    asked = dataclasses.replace(problem, crew_to_end_s=np.tile(problem.crew_to_end_s, (crews, 1)))
    least, limits = least_lost(asked), limits_of(asked)
    prices = last_prices(asked, 100.0)
    assert price_bound(asked, limits, prices) <= least + 1e-6 * max(least, 1.0)


@given(few(crews=2), st.integers(0, 9))
@settings(max_examples=40)
def test_any_prices_bound_every_order(problem: dispatch.Clearing, seed: int):
    rng = np.random.default_rng(seed)
    place, road = np.divmod(np.arange(problem.persons.size * problem.roads), problem.roads)
    pairs = np.array([(b, c) for b in range(problem.roads) for c in range(problem.roads)]).T
    prices = Prices(
        edges_s=np.array([0.0, 7, 15, 40]),
        crew=rng.uniform(0, 100, 3),
        place=place, road=road, toll=rng.uniform(0, 60, (place.size, 3)),
        before=pairs[0], behind=pairs[1], reach=rng.uniform(0, 60, (pairs.shape[1], 3)),
    )  # fmt: skip
    least = least_lost(problem)
    assert price_bound(problem, limits_of(problem), prices) <= least + 1e-9 * max(least, 1.0)


def test_prices_prove_by_hand_what_no_order_is_below():
    # road 0 gains 3,000 for 10 s of work, road 1 4,000 for 20 s; places grant all of it.
    # Nothing open for 30 s: 7,000 x 30 = 210,000. A crew costs 3,500 a second, from 10 s on 500, from 20 s on
    # 0: 40,000. Road 0 at 10 s: 35,000 - 3,000 x 20 = -25,000; at 20 s: 5,000 - 30,000 = -25,000.
    # Road 1 at 20 s: 40,000 - 4,000 x 10 = 0
    problem, none = star([30, 40], [10, 20]), np.zeros(0, int)
    edges_s, crew = np.array([0.0, 10, 20, 30]), np.array([3500.0, 500, 0])
    toll = np.array([[3000.0] * 3, [4000.0] * 3])
    prices = Prices(edges_s, crew, np.arange(2), np.arange(2), toll, none, none, np.zeros((0, 3)))
    # 210,000 - 40,000 - 25,000 + 0; the best order loses 150,000
    assert price_bound(problem, limits_of(problem), prices) == pytest.approx(145_000)


@given(few(crews=2), st.permutations(range(3)))
@settings(max_examples=40)
def test_the_kernel_values_a_list_as_its_timetable_does(problem: dispatch.Clearing, order: list[int]):
    listed = [b for b in order if b < problem.roads and np.isfinite(limits_of(problem).soon_s[b])]
    jobs = timetable(problem, listed)
    lost = lost_of(jobs, course_of(problem, jobs, Gains(problem)))
    assert lost_by(ground_for(problem), np.array(listed, dtype=np.int64), INF) == pytest.approx(lost)


def test_what_lies_behind_a_road_waits_for_it():
    # crew - 0 - 1 - 2: 1 is behind 0 and 2 behind 1; that 2 is behind 0 follows
    between = np.full((6, 6), INF)
    np.fill_diagonal(between, 0.0)
    for u, v in ((1, 2), (3, 4)):
        between[u, v] = between[v, u] = 0.0
    start = np.full((1, 6), INF)
    start[0, 0] = 0.0
    chain = dataclasses.replace(star([1, 2, 3], [5, 5, 5]), between_s=between, crew_to_end_s=start)
    assert behind(chain, limits_of(chain)) == [(0, 1), (1, 2)]


@given(few())
@settings(max_examples=30)
def test_another_crew_never_loses_more(problem: dispatch.Clearing):
    more = dataclasses.replace(problem, crew_to_end_s=np.tile(problem.crew_to_end_s, (2, 1)))
    one, two = (dispatch.solve(asked, EXACT).report.objective for asked in (problem, more))
    assert one is not None
    assert two is not None
    assert two <= one * (1 + 1e-12)


def test_many_roads_get_a_plan_that_passes_the_check():
    rng = np.random.default_rng(5)
    problem = star(rng.integers(1, 99, 15).tolist(), rng.uniform(5, 60, 15).tolist(), crews=2, way_s=3.0)
    plan = dispatch.solve(problem, Limits(1.0, 0.0))
    assert dispatch.check(problem, plan) == []
    assert plan.report.gap is not None
    assert plan.report.gap < 0.25


def test_no_crew_and_no_road_are_plans():
    nobody = dataclasses.replace(star([5], [10]), crew_to_end_s=np.zeros((0, 2)))
    nothing = star([], [])
    for problem in (nobody, nothing):
        plan = dispatch.solve(problem, EXACT)
        assert plan.decision is not None
        assert plan.decision.road.size == 0
        assert plan.report.objective == 0
        assert dispatch.check(problem, plan) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"open_s": np.array([9.0, 30])}, "(1)"),
        ({"begin_s": np.array([0.0, 9])}, "(3)"),
        ({"depart_s": np.array([0.0, 5])}, "(2)"),
        ({"road": np.array([0, 0])}, "(1)"),
        ({"road": np.array([0, 5])}, "(1)"),
        ({"lost": 1.0}, "figures"),
        ({"bound": 150_001.0}, "figures"),
        ({"way_s": np.array([7_700.0, 4_000, 700])}, "figures"),
    ],
)
def test_the_check_finds_a_plan_that_was_tampered_with(change: dict[str, object], constraint: str):
    problem = star([30, 40], [10, 20])
    plan = dispatch.solve(problem, EXACT)
    assert plan.decision is not None
    broken = dispatch.check(
        problem, dataclasses.replace(plan, decision=dataclasses.replace(plan.decision, **change))
    )
    assert constraint in {violation.constraint for violation in broken}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"most_s": INF}, "response_seconds"),
        ({"clear_s": np.array([INF, 1])}, "response_seconds"),
        ({"pass_s": np.zeros((1, 2))}, "dispatch_shape"),
        ({"persons": np.array([0.5, 1])}, "dispatch_whole"),
        ({"between_s": np.full((4, 4), np.nan)}, "dispatch_time"),
        ({"between_s": np.where(np.triu(np.ones((4, 4))) > 0, 0.0, INF)}, "response_one_way"),
        ({"pass_s": np.full((2, 2), INF)}, "response_seconds"),
    ],
)
def test_arrays_that_make_no_problem_are_refused(wrong: dict[str, object], code: str):
    with pytest.raises(ProblemError) as refused:
        dataclasses.replace(star([30, 40], [10, 20]), **wrong)
    assert refused.value.code == code


def test_roads_out_of_reach_are_seen_before_planning():
    apart = dataclasses.replace(
        star([5, 7], [10, 20]),
        crew_to_end_s=np.array([[0, INF, INF, INF]]),
        between_s=np.where(np.eye(4) > 0, 0.0, INF),
    )
    assert [(one.where, one.amount) for one in dispatch.causes(apart)] == [("road 1 has no way", 20.0)]
