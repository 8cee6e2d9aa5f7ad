"""Plan a bus evacuation: a good timetable fast, prices that bound it, all tours at once where that fits."""

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.clock import Audience, Clock
from models.dispatch.buses.bound import TourProgram, Within
from models.dispatch.buses.check import excludes
from models.dispatch.buses.driving import least_driving
from models.dispatch.buses.exact import bring_within
from models.dispatch.buses.problem import BusDecision, BusEvacuation, BusPrices, finish_times_s
from models.dispatch.buses.reach import single_trip_s
from models.dispatch.buses.search import Timetable, better_timetable, first_timetable
from models.dispatch.buses.units import UnitTimes, unit_times
from models.plan import Limits, Plan, SolveReport, Termination
from models.progress import Listener, Telling, say_nothing

SOLVER: Final = "tour prices, annealing and HiGHS"
FIRST_SHARE, BOUND_SHARE = 0.02, 0.4
"""Shares of the time for the first search and for the bound; the rest is for closing the gap."""
FIRST_STEP: Final = 16
"""The first time asked of the prices is above what is excluded by this part of the gap."""


@dataclass(slots=True)
class State:
    """What is known: the best timetable, units by which no plan is done, and the prices that prove some."""

    table: Timetable
    excluded: int
    prices: BusPrices | None


def solve_buses(
    problem: BusEvacuation, limits: Limits, seed: int, listener: Listener = say_nothing
) -> Plan[BusDecision]:
    """Bring everyone so that the last bus is done soonest.

    A plan is INFEASIBLE where the shelters in reach have no room for all, or a point cannot be reached;
    ``causes`` says which. The listener hears of each better last arrival and bound.
    """
    began_s = time.perf_counter()
    clock = Clock(began_s + limits.time_s, Audience(Telling(listener)))
    table = first_timetable(problem)
    if table is None:
        wall_s = time.perf_counter() - began_s
        return Plan(None, SolveReport(Termination.INFEASIBLE, None, None, wall_s, SOLVER, seed))
    driving = least_driving(problem, limits.time_s)
    least_s = max(single_trip_s(problem), 0.0 if driving is None else driving.excluded_s)
    clock.audience.tell(table.last_arrival_s, least_s)
    table = better_timetable(problem, table, least_s, clock.first(FIRST_SHARE * limits.time_s), seed)
    times = unit_times(problem, table.last_arrival_s)
    state = _first_state(problem, times, table, driving)
    _raise_bound(problem, times, state, Clock(began_s + BOUND_SHARE * limits.time_s, clock.audience))
    if times.exact:
        _meet(problem, times, state, clock)
    bound_s = times.bound_s(state.excluded)
    if not _closed(state.table, bound_s, limits):
        state.table = better_timetable(problem, state.table, bound_s, clock, seed + 1)
        clock.audience.tell(state.table.last_arrival_s, bound_s)
    return _plan(problem, state, min(bound_s, state.table.last_arrival_s), limits, (began_s, seed))


def _first_state(
    problem: BusEvacuation, times: UnitTimes, table: Timetable, driving: BusPrices | None
) -> State:
    """Return what the longest single trip and all driving, shared by all buses, exclude."""
    state = State(table, _units_below(times, single_trip_s(problem)), None)
    if driving is not None:
        units = _units_below(times, driving.excluded_s)
        prices = replace(driving, excluded_s=times.excluded_s(units))
        if units > state.excluded and excludes(problem, prices, table.last_arrival_s):
            return State(table, units, prices)
    return state


def _units_below(times: UnitTimes, least_s: float) -> int:
    """Return the most units within which nothing can be done, from the least time of a plan."""
    units = int(np.ceil(least_s / times.unit_s - 1e-9)) - 1
    return units if times.exact else max(units, 0)


def _closed(table: Timetable, bound_s: float, limits: Limits) -> bool:
    return table.last_arrival_s - bound_s <= limits.relative_gap * table.last_arrival_s


def _raise_bound(problem: BusEvacuation, times: UnitTimes, state: State, clock: Clock) -> None:
    """Look for the last time that prices exclude: by longer steps as long as they do, then by halves."""
    program = TourProgram(problem, times)
    low, high = state.excluded, int(state.table.last_arrival_s / times.unit_s + 1e-9)
    step = max((high - low) // FIRST_STEP, 1)
    while high - low > 1 and not clock.over:
        middle = min(low + step, (low + high) // 2 if step * 2 > high - low else high - 1)
        answer, prices = program.within(middle, clock)
        if answer is Within.IMPOSSIBLE:
            low, state.prices, step = middle, prices, 2 * step
            clock.audience.tell(state.table.last_arrival_s, times.bound_s(low))
        else:
            high, step = middle, max((middle - low) // 2, 1)
    state.excluded = low


def _meet(problem: BusEvacuation, times: UnitTimes, state: State, clock: Clock) -> None:
    """Ask for the least time that is not excluded, until it can be done or time is up."""
    while times.bound_s(state.excluded) < state.table.last_arrival_s:
        if clock.over:
            return
        answer = bring_within(problem, times, state.excluded + 1, clock)
        if answer.timetable is not None:
            state.table = answer.timetable
            clock.audience.tell(state.table.last_arrival_s, times.bound_s(state.excluded))
            return
        if not answer.impossible:
            return
        state.excluded += 1
        clock.audience.tell(state.table.last_arrival_s, times.bound_s(state.excluded))


def _plan(
    problem: BusEvacuation, state: State, bound_s: float, limits: Limits, begun: tuple[float, int]
) -> Plan[BusDecision]:
    table, (began_s, seed) = state.table, begun
    decision = BusDecision(
        table.bus,
        table.pickup,
        table.shelter,
        table.persons,
        finish_times_s(problem, table.bus, table.pickup, table.shelter),
        table.last_arrival_s,
        state.prices,
    )
    ended = Termination.OPTIMAL if _closed(table, bound_s, limits) else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, table.last_arrival_s, bound_s, wall_s, SOLVER, seed))
