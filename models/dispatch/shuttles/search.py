"""Good lists of trips: each to the ambulance that brings it soonest, then simulated annealing."""

import time
from typing import Final

import numpy as np

from models.chance import seeded
from models.dispatch.shuttles.kernels.anneal import COLD, HOT, Lists, Work, anneal
from models.dispatch.shuttles.problem import Shuttles
from models.dispatch.shuttles.timetable import Row, next_row

STEPS_PER_TRIP: Final = 10_000
MOST_STEPS: Final = 3_000_000
ROUNDS: Final = 24
"""The clock is looked at so many times."""


def first_lists(problem: Shuttles) -> list[list[int]]:
    """Return trips by ambulance: dearest for each second of work first, each where it arrives soonest."""
    trips = problem.trips
    order = np.lexsort((trips.limit_s, -trips.weight / np.maximum(problem.carry_s, 1.0)))
    lists: list[list[int]] = [[] for _ in range(problem.ambulances)]
    ends: list[tuple[int, int | None, float]] = [
        (a, None, float(ready_s)) for a, ready_s in enumerate(problem.ready_s)
    ]
    for trip in order.tolist():
        rows = [next_row(problem, end, trip) for end in ends]
        within = [row for row in rows if row.arrive_s <= problem.arrive_by_s[row.ambulance]]
        if within:
            best: Row = min(within, key=lambda row: (row.arrive_s, row.ambulance))
            lists[best.ambulance].append(trip)
            ends[best.ambulance] = (best.ambulance, trip, best.free_s)
        elif lists:
            lists[0].append(trip)  # counts as left until a better place is found
    return lists


def better_lists(problem: Shuttles, lists: list[list[int]], until_s: float, seed: int) -> list[list[int]]:
    """Return better lists; the same seed gives the same ones where time does not end the search."""
    if problem.ambulances == 0 or problem.size < 2:
        return lists
    work, here = _work(problem), _rows(problem, lists)
    best = Lists(here.trip.copy(), here.trips.copy())
    steps = min(MOST_STEPS, STEPS_PER_TRIP * problem.size) // ROUNDS
    hot = HOT * _trip_cost(problem)
    heat = np.geomspace(hot, COLD * hot, ROUNDS + 1)
    chance = seeded(seed)
    for n in range(ROUNDS):
        anneal(work, here, best, chance, heat[n : n + 2], steps)
        if time.perf_counter() > until_s:
            break
    return [best.trip[a, : best.trips[a]].tolist() for a in range(problem.ambulances)]


def _trip_cost(problem: Shuttles) -> float:
    """Return what it costs on average that a patient waits for one more trip; above 0."""
    carry_s = problem.carry_s[np.isfinite(problem.carry_s)]
    return max(1.0, float(problem.trips.weight.mean() * (carry_s.mean() if carry_s.size else 1.0)))


def _work(problem: Shuttles) -> Work:
    trips = problem.trips
    return Work(
        problem.ready_s, problem.arrive_by_s, problem.come_s, problem.back_s, trips.incident, trips.hospital,
        trips.weight, trips.limit_s, problem.carry_s, problem.cost_left(), float(problem.hand_over_s),
        float(problem.late_factor),
    )  # fmt: skip


def _rows(problem: Shuttles, lists: list[list[int]]) -> Lists:
    trip = np.zeros((problem.ambulances, problem.size), dtype=np.int64)
    for a, trips in enumerate(lists):
        trip[a, : len(trips)] = trips
    return Lists(trip, np.array([len(trips) for trips in lists], dtype=np.int64))
