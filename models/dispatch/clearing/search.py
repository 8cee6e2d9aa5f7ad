"""Good orders of many roads: by what a road is worth for its work, then changed one by one."""

import time
from typing import Final

import numpy as np

from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.schedule import Gains, Job, course_of, lost_of, timetable
from models.dispatch.clearing.ways import open_road, way_s

STALE: Final = 60
"""The search ends when as many changes for each road have brought nothing."""


def first_orders(problem: Clearing, limits: Limits, roads: list[int]) -> list[list[int]]:
    """Return orders to begin with: by worth for work, by how soon a road could open, and step by step."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(limits.worth / limits.work_s, nan=0.0, posinf=np.inf)
    by_ratio = sorted(roads, key=lambda b: (-ratio[b], b))
    by_time = sorted(roads, key=lambda b: (limits.soon_s[b], b))
    return [by_ratio, by_time, _step_by_step(problem, limits, by_ratio)]


def _step_by_step(problem: Clearing, limits: Limits, by_ratio: list[int]) -> list[int]:
    """Return the order that opens next what gains the most for its work; where nothing does, by ratio."""
    order: list[int] = []
    left, between_s = list(by_ratio), problem.between_s
    now = way_s(problem, between_s)
    while left:
        gains = {b: now - way_s(problem, open_road(problem, between_s, b)) for b in left}
        best = max(left, key=lambda b: gains[b] / max(float(limits.work_s[b]), 1e-9))
        if gains[best] <= 0:
            best = left[0]
        order.append(best)
        left.remove(best)
        between_s = open_road(problem, between_s, best)
        now -= gains[best]
    return order


def better_jobs(
    problem: Clearing, orders: list[list[int]], gains: Gains, until_s: float, seed: int
) -> tuple[list[Job], float]:
    """Return the best timetable found: roads are moved within the list, at random, while that helps.

    The same seed gives the same timetable where time does not end the search.
    """
    rng = np.random.default_rng(seed)
    tried = [(*_valued(problem, order, gains), order) for order in orders]
    lost, jobs, order = min(tried, key=lambda found: found[0])
    if len(order) < 2:
        return jobs, lost
    stale = 0
    while stale < STALE * len(order) and time.perf_counter() < until_s:
        changed = _changed(order, rng)
        value, table = _valued(problem, changed, gains)
        stale = 0 if value < lost * (1 - 1e-9) else stale + 1
        if value <= lost:
            lost, jobs, order = value, table, changed
    return jobs, lost


def _valued(problem: Clearing, order: list[int], gains: Gains) -> tuple[float, list[Job]]:
    jobs = timetable(problem, order)
    return lost_of(jobs, course_of(problem, jobs, gains)), jobs


def _changed(order: list[int], rng: np.random.Generator) -> list[int]:
    """Return a list with one road moved elsewhere, or two roads exchanged."""
    changed = list(order)
    i, j = (int(x) for x in rng.choice(len(order), 2, replace=False))
    if rng.random() < 0.5:
        changed.insert(j, changed.pop(i))
    else:
        changed[i], changed[j] = changed[j], changed[i]
    return changed
