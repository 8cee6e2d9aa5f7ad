"""What no order of clearing is below; plain arithmetic, for any number of roads and crews.

Gain G(S) = g(nothing) - g(S). At any time t the roads that are open, S(t), obey two limits:

(a) Time. No road opens before ``soon_b``, when each crew could be everywhere at once: a shortest way in time
    over roads that open at their own ``soon``. So G(S(t)) <= G(R(t)), R(t) = {b: soon_b <= t}.
(b) Work. A crew spends on road b at least a_b = h_b + the shortest way to it from any crew's start or any
    other road with all roads open. So the a_b of S(t) sum to at most K t.
    G(S) <= sum over b in S of v_b, with v_b = sum_p n_p gain_pb min(1, a_b / W_p): a way that helps p uses
    some road, and through road b it saves at most gain_pb (all other roads open); W_p is the least work on
    any way that helps p, so that the shares a_b / W_p on a way sum to at least 1.
    Taken together, G(S(t)) is at most what a knapsack of size K t over R(t), filled with parts, holds.

The bound is the integral of G(all) - min of both, or that of ``completion.py`` where it is greater.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models.dispatch.clearing.completion import completion_bound
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.ways import open_road, way_of_places, way_s, with_open


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What limits any order.

    Parameters
    ----------
    soon_s
        Before which no road opens, shape (b,); inf for roads that no crew ever gets to.
    work_s
        What a crew spends on each road at least, shape (b,).
    worth
        What a road adds to the gain at most, person-seconds, shape (b,).
    all_open_s
        Seconds between ends with every road open that can be, shape (2 b, 2 b).
    """

    soon_s: FloatArray
    work_s: FloatArray
    worth: FloatArray
    all_open_s: FloatArray


def limits_of(problem: Clearing) -> Limits:
    """Return the limits of any order."""
    soon_s = soonest_s(problem)
    reached = np.isfinite(soon_s)
    all_open_s = with_open(problem, np.flatnonzero(reached).tolist())
    work_s = _least_work_s(problem, all_open_s)
    return Limits(soon_s, work_s, _worth(problem, all_open_s, work_s, reached), all_open_s)


def lost_bound(problem: Clearing, limits: Limits) -> float:
    """Return the person-seconds of way times seconds that every order loses at least."""
    by_completion = completion_bound(problem, limits.all_open_s, limits.soon_s, limits.work_s)
    return max(_gain_bound(problem, limits), by_completion)


def _gain_bound(problem: Clearing, limits: Limits) -> float:
    """Return the integral of what cannot have been gained by any time."""
    nothing = way_s(problem, problem.between_s)
    most = nothing - way_s(problem, limits.all_open_s)
    between_s, lost, now_s = problem.between_s, 0.0, 0.0
    order = [int(b) for b in np.argsort(limits.soon_s, kind="stable") if np.isfinite(limits.soon_s[b])]
    known: list[int] = []
    for place, b in enumerate(order):
        gain = nothing - way_s(problem, between_s)
        until_s = float(limits.soon_s[b])
        lost += _lost_between(problem, limits, known, (now_s, until_s), (gain, most))
        between_s, now_s = open_road(problem, between_s, b), until_s
        known = order[: place + 1]
    return lost + _lost_between(problem, limits, known, (now_s, np.inf), (most, most))


def _lost_between(
    problem: Clearing,
    limits: Limits,
    known: list[int],
    span_s: tuple[float, float],
    gains: tuple[float, float],
) -> float:
    """Return the integral of ``most - min(gain, knapsack(t))`` over a span; ``known`` are the roads in it."""
    (from_s, until_s), (gain, most) = span_s, gains
    row = np.array(known, dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.where(limits.work_s[row] > 0, limits.worth[row] / limits.work_s[row], np.inf)
    row = row[np.argsort(-density, kind="stable")]
    full_s = np.concatenate([[0.0], np.cumsum(limits.work_s[row])]) / max(problem.crews, 1)
    held = np.concatenate([[0.0], np.cumsum(limits.worth[row])])
    full_s, first = np.unique(full_s[::-1], return_index=True)  # of roads without work the last sum counts
    held = held[::-1][first]
    if held[-1] < gain or full_s.size == 1:
        reach_s = np.inf if held[-1] < gain else 0.0
    else:
        reach_s = float(np.interp(gain, held, full_s))
    end_s = min(until_s, max(reach_s, from_s)) if np.isinf(until_s) else until_s
    if not np.isfinite(end_s):  # only rounding leaves the knapsack below the whole gain
        end_s = max(float(full_s[-1]), from_s)
    times_s = np.unique(
        np.clip(np.concatenate([[from_s, end_s, min(reach_s, end_s)], full_s]), from_s, end_s)
    )
    lost = most - np.minimum(gain, np.interp(times_s, full_s, held))
    return float(np.trapezoid(np.maximum(lost, 0.0), times_s))


def soonest_s(problem: Clearing) -> FloatArray:
    """Return when each road could be open with a crew wherever one is wanted, shape (b,); inf for never."""
    at_s = problem.crew_to_end_s.min(axis=0, initial=np.inf)
    while True:
        soon_s = at_s.reshape(-1, 2).min(axis=1) + problem.clear_s
        here_s = np.minimum(at_s, np.repeat(soon_s, 2))
        after_s = np.minimum(here_s, (here_s[:, None] + problem.between_s).min(axis=0, initial=np.inf))
        if (after_s == at_s).all():
            return np.asarray(soon_s)
        at_s = after_s


def _least_work_s(problem: Clearing, all_open_s: FloatArray) -> FloatArray:
    """Return the least way to each road from anywhere a crew may come from, and its work, shape (b,)."""
    b = problem.roads
    if b == 0:
        return np.zeros(0)
    starts_s = (problem.crew_to_end_s.min(axis=0, initial=np.inf)[:, None] + all_open_s).min(axis=0)
    pairs = all_open_s.reshape(b, 2, b, 2).min(axis=(1, 3))
    np.fill_diagonal(pairs, np.inf)
    way = np.minimum(starts_s.reshape(b, 2).min(axis=1), pairs.min(axis=0))
    return np.asarray(problem.clear_s + np.where(np.isfinite(way), way, 0.0))


def _worth(problem: Clearing, all_open_s: FloatArray, work_s: FloatArray, reached: BoolArray) -> FloatArray:
    """Return what each road adds to the gain at most, v_b, shape (b,)."""
    worth = np.zeros(problem.roads)
    if problem.roads == 0 or problem.persons.size == 0:
        return worth
    before_s = way_of_places(problem, problem.between_s)
    gains = before_s > way_of_places(problem, all_open_s)
    to_end_s = np.stack(
        [(problem.place_to_end_s[gains] + all_open_s[:, e]).min(axis=1) for e in range(2 * problem.roads)],
        axis=1,
    )
    onward_s = (all_open_s + problem.end_to_service_s[None, :]).min(axis=1)
    forth = to_end_s[:, 0::2] + problem.pass_s[:, 0] + onward_s[1::2]
    back = to_end_s[:, 1::2] + problem.pass_s[:, 1] + onward_s[0::2]
    saved = np.maximum(before_s[gains, None] - np.minimum(forth, back), 0.0) * reached[None, :]
    least = np.where(saved > 0, work_s[None, :], np.inf).min(axis=1)
    least = np.maximum(least, _work_out(problem, work_s, reached)[gains])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(least[:, None] > work_s[None, :], work_s[None, :] / least[:, None], 1.0)
    return np.asarray(problem.persons[gains] @ (saved * share))


def _work_out(problem: Clearing, work_s: FloatArray, reached: BoolArray) -> FloatArray:
    """Return the least work on any way from each place to a service, 0 where one is open, shape (p,)."""
    joined = np.isfinite(problem.between_s)
    np.fill_diagonal(joined, True)
    left = np.where(np.isfinite(problem.end_to_service_s), 0.0, np.inf)
    other = np.arange(left.size) ^ 1
    price = np.repeat(np.where(reached, work_s, np.inf), 2)
    while True:
        across = np.minimum(left, left[other] + price)
        better = np.where(joined, across[None, :], np.inf).min(axis=1)
        if (better == left).all():
            break
        left = better
    via = np.where(np.isfinite(problem.place_to_end_s), left[None, :], np.inf).min(axis=1)
    return np.where(np.isfinite(problem.place_to_service_s), 0.0, via)
