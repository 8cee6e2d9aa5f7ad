"""What a list of roads loses, in one kernel: the timetable of ``schedule.py`` with every way kept up to date.

Index names: ``e, x`` ends, ``u, v`` the two ends of a road, ``b`` roads, ``k`` crews, ``r`` places that gain.
"""

from typing import NamedTuple

import numba as nb
import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.clearing.network import Gaining
from models.dispatch.clearing.problem import Clearing


class Ground(NamedTuple):
    """The contracted roads as plain arrays.

    Parameters
    ----------
    between_s, pass_s, clear_s, to_service_s, crew_to_end_s
        As the problem's.
    first, row, entry_s
        Places that reach end e by open roads stand in ``first[e]:first[e + 1]``, as rows of ``before_s``.
    persons, before_s, after_s
        Of the places that gain.
    """

    between_s: FloatArray
    pass_s: FloatArray
    clear_s: FloatArray
    to_service_s: FloatArray
    crew_to_end_s: FloatArray
    first: IntArray
    row: IntArray
    entry_s: FloatArray
    persons: FloatArray
    before_s: FloatArray
    after_s: FloatArray


def ground_of(problem: Clearing, gain: Gaining, all_open_s: FloatArray) -> Ground:
    """Return the arrays; entries that help nobody even with every road open are left out."""
    onward_s = (all_open_s + problem.end_to_service_s[None, :]).min(axis=1, initial=np.inf)
    entry_s = problem.place_to_end_s[gain.place]
    helps = entry_s + onward_s[None, :] < gain.before_s[:, None]
    end, row = np.nonzero(helps.T)
    return Ground(
        np.ascontiguousarray(problem.between_s),
        np.ascontiguousarray(problem.pass_s),
        problem.clear_s,
        problem.end_to_service_s,
        np.ascontiguousarray(problem.crew_to_end_s),
        np.searchsorted(end, np.arange(2 * problem.roads + 1)),
        row,
        entry_s[row, end],
        gain.persons,
        gain.before_s,
        gain.after_s,
    )


@nb.njit(cache=True)
def open_in_place(between_s: FloatArray, pass_s: FloatArray, b: int) -> None:
    """Let a road be open in the seconds between ends: O(b) for ends that it does not help, O(b^2) at most."""
    u, v = 2 * b, 2 * b + 1
    from_u, from_v = between_s[u].copy(), between_s[v].copy()
    for x in range(between_s.shape[0]):
        by_u, by_v = between_s[x, u] + pass_s[b, 0], between_s[x, v] + pass_s[b, 1]
        if by_u < between_s[x, v] or by_v < between_s[x, u]:
            for e in range(between_s.shape[0]):
                between_s[x, e] = min(between_s[x, e], by_u + from_v[e], by_v + from_u[e])


@nb.njit(cache=True)
def people_gain(
    ground: Ground, between_s: FloatArray, b: int, onward_s: FloatArray, way_s: FloatArray
) -> float:
    """Return how many person-seconds a road saves, and bring the ways of ends and places up to date.

    ``between_s`` without the road.
    """
    u, v = 2 * b, 2 * b + 1
    at_u, at_v = ground.pass_s[b, 0] + onward_s[v], ground.pass_s[b, 1] + onward_s[u]
    saved = 0.0
    for e in range(onward_s.size):
        found_s = min(between_s[e, u] + at_u, between_s[e, v] + at_v)
        if found_s < onward_s[e]:
            onward_s[e] = found_s
            for i in range(ground.first[e], ground.first[e + 1]):
                r = ground.row[i]
                if ground.entry_s[i] + found_s < way_s[r]:
                    saved += ground.persons[r] * (way_s[r] - ground.entry_s[i] - found_s)
                    way_s[r] = ground.entry_s[i] + found_s
    return saved


@nb.njit(cache=True)
def way_of_crew(ground: Ground, between_s: FloatArray, k: int, last: int, b: int) -> float:
    """Return the seconds of a crew to a road, from its last road or, where that is -1, from its start."""
    u, v, found_s = 2 * b, 2 * b + 1, np.inf
    if last >= 0:
        for e in (2 * last, 2 * last + 1):
            found_s = min(found_s, between_s[e, u], between_s[e, v])
        return found_s
    for e in range(between_s.shape[0]):
        found_s = min(found_s, ground.crew_to_end_s[k, e] + min(between_s[e, u], between_s[e, v]))
    return found_s


@nb.njit(cache=True)
def onward_by_open_roads(ground: Ground) -> FloatArray:
    """Return the seconds from each end to the nearest service by open roads."""
    onward_s = ground.to_service_s.copy()
    for e in range(onward_s.size):
        for x in range(onward_s.size):
            onward_s[e] = min(onward_s[e], ground.between_s[e, x] + ground.to_service_s[x])
    return onward_s


@nb.njit(cache=True)
def _nearest(
    ground: Ground, between_s: FloatArray, last: IntArray, work: IntArray, b: int
) -> tuple[int, float]:
    """Return the idle crew nearest to a road and its way, -1 where none reaches it."""
    nearest, least_s = -1, np.inf
    for k in range(last.size):
        if work[k] < 0:
            far_s = way_of_crew(ground, between_s, k, last[k], b)
            if far_s < least_s:
                nearest, least_s = k, far_s
    return nearest, least_s


@nb.njit(cache=True)
def _first_done(work: IntArray, until_s: FloatArray) -> int:
    """Return the crew that is done next, -1 for none; the lower road where two are."""
    first = -1
    for k in range(work.size):
        if work[k] >= 0 and (first < 0 or (until_s[k], work[k]) < (until_s[first], work[first])):
            first = k
    return first


@nb.njit(cache=True)
def lost_by(ground: Ground, order: IntArray, most: float) -> float:
    """Return what a list of roads loses, inf as soon as that is sure to be above ``most``.

    At each moment the idle crew that is nearest to the first road of the list within reach goes there; crews
    that reach nothing wait for the next road to open. O(b^3) at most.
    """
    crews = ground.crew_to_end_s.shape[0]
    between_s, onward_s, way_s = ground.between_s.copy(), onward_by_open_roads(ground), ground.before_s.copy()
    rate, lost, now_s = float((ground.persons * (way_s - ground.after_s)).sum()), 0.0, 0.0
    waiting = order.copy()
    last, work, until_s = np.full(crews, -1), np.full(crews, -1), np.zeros(crews)
    while True:
        i = 0
        while i < waiting.size and (work < 0).any():
            k, far_s = _nearest(ground, between_s, last, work, waiting[i])
            i += 1
            if k >= 0:
                work[k] = waiting[i - 1]
                until_s[k] = now_s + far_s + ground.clear_s[work[k]]
                waiting = np.concatenate((waiting[: i - 1], waiting[i:]))
                i = 0
        k = _first_done(work, until_s)
        if k < 0:
            return lost
        lost += (until_s[k] - now_s) * max(rate, 0.0)
        if lost > most:
            return np.inf
        now_s = until_s[k]
        rate -= people_gain(ground, between_s, work[k], onward_s, way_s)
        open_in_place(between_s, ground.pass_s, work[k])
        last[k], work[k] = work[k], -1


@nb.njit(cache=True)
def anneal(
    ground: Ground, now: IntArray, best: IntArray, draws: FloatArray, warm: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the list reached and the best list met while roads are moved, one or a few at a time.

    A list that loses more by ``warm``, shape (changes,), is taken with odds of 1 to e: simulated annealing
    (Kirkpatrick, Gelatt and Vecchi 1983). ``draws`` in [0, 1), shape (changes, 4).
    """
    now, best, n = now.copy(), best.copy(), now.size
    now_lost, best_lost = lost_by(ground, now, np.inf), lost_by(ground, best, np.inf)
    for step in range(draws.shape[0]):
        kind, first, second, luck = draws[step]
        i = int(first * n)
        if kind < 0.4:  # exchange two
            j = int(second * n)
            changed = now.copy()
            changed[i], changed[j] = now[j], now[i]
        else:  # move one, or up to four that stand together
            count = 1 if kind < 0.8 else min(n - i, 2 + int((kind - 0.8) * 15))
            rest = np.concatenate((now[:i], now[i + count :]))
            j = int(second * (rest.size + 1))
            changed = np.concatenate((rest[:j], now[i : i + count], rest[j:]))
        most = now_lost - warm[step] * np.log(1.0 - luck)
        value = lost_by(ground, changed, most)
        if value <= most:
            now, now_lost = changed, value
            if value < best_lost:
                best, best_lost = changed, value
    return now, best
