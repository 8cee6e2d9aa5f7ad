"""Trips of ambulances become times."""

from typing import NamedTuple

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.shuttles.problem import Shuttles


class Row(NamedTuple):
    """A trip with its times, as in ``ShuttlesDecision``."""

    ambulance: int
    trip: int
    depart_s: float
    load_from_s: float
    leave_s: float
    arrive_s: float
    free_s: float


def timed(problem: Shuttles, lists: list[list[int]]) -> list[Row]:
    """Return the trips of each ambulance in order with their times; trips that would be too late are left."""
    rows = []
    for a, trips in enumerate(lists):
        free_s, before = float(problem.ready_s[a]), None
        for trip in trips:
            row = next_row(problem, (a, before, free_s), trip)
            if row.arrive_s <= problem.arrive_by_s[a]:
                rows.append(row)
                free_s, before = row.free_s, trip
    return rows


def next_row(problem: Shuttles, at: tuple[int, int | None, float], trip: int) -> Row:
    """Return a trip of an ambulance that is free at a time after another trip, or where it began."""
    (a, before, free_s), trips = at, problem.trips
    i = trips.incident[trip]
    way_s = problem.come_s[a, i] if before is None else problem.back_s[trips.hospital[before], i]
    load_from_s = round(free_s + float(way_s), 1)
    leave_s = load_from_s + problem.load_s
    arrive_s = round(load_from_s + float(problem.carry_s[trip]), 1)
    return Row(a, trip, free_s, load_from_s, leave_s, arrive_s, arrive_s + problem.hand_over_s)


def total_cost(problem: Shuttles, rows: list[Row]) -> float:
    """Return what a plan costs, trips left included."""
    trip = np.array([row.trip for row in rows], dtype=np.int64)
    arrive_s: FloatArray = np.array([row.arrive_s for row in rows], dtype=np.float64)
    left = problem.cost_left()
    left[trip] = 0.0
    return float(problem.cost(trip, arrive_s).sum() + left.sum())
