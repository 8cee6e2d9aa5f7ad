"""What people lose at least for as long as single roads stay closed: weighted completion times.

While road b is closed, whatever else is open, person p loses at least l_pb = d_p(all but b) - d_p(all). With
shares that sum to at most 1 for each person, u_b = sum_p n_p share_pb l_pb, and every order loses at least

    sum_b u_b C_b,    C_b when road b opens.

Each road keeps a crew for a_b seconds at the end of which it opens, not before ``soon_b``. The least weighted
sum of completions on K crews is at least that of one crew K times as fast that may break off its work, with
a_b / 2 added for each road: sum u_b (M_b + a_b / 2), M_b the mean moment of work on b when at every moment
the road of the greatest u_b / a_b that may be worked on is worked on.

Sources: Goemans, Queyranne, Schulz, Skutella and Wang (2002), mean busy times; Schulz and Skutella (2002).
"""

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.ways import open_road, way_of_places


def without_each(problem: Clearing, roads: IntArray) -> FloatArray:
    """Return the seconds of each place with all of the roads open but one, shape (p, r).

    Halves of the roads are opened for the other half, again and again: O(r log r) openings.
    """
    found = np.zeros((problem.persons.size, roads.size))

    def leave_out(low: int, high: int, between_s: FloatArray) -> None:
        if high - low == 1:
            found[:, low] = way_of_places(problem, between_s)
            return
        middle = (low + high) // 2
        for inside, outside in (((low, middle), (middle, high)), ((middle, high), (low, middle))):
            opened_s = between_s
            for b in roads[outside[0] : outside[1]].tolist():
                opened_s = open_road(problem, opened_s, b)
            leave_out(*inside, opened_s)

    if roads.size:
        leave_out(0, roads.size, problem.between_s)
    return found


def completion_bound(
    problem: Clearing, all_open_s: FloatArray, soon_s: FloatArray, work_s: FloatArray
) -> float:
    """Return what every order loses at least, person-seconds of way times seconds.

    Parameters
    ----------
    all_open_s
        Seconds between ends with every road open that can be, shape (2 b, 2 b).
    soon_s, work_s
        Before which no road opens, inf for never, and what a crew spends on each at least, shapes (b,).
    """
    roads = np.flatnonzero(np.isfinite(soon_s))
    if roads.size == 0 or problem.crews == 0 or problem.persons.size == 0:
        return 0.0
    loss_s = without_each(problem, roads) - way_of_places(problem, all_open_s)[:, None]
    loss_s = np.where(loss_s > 0, loss_s, 0.0)
    weight = loss_s * problem.persons[:, None]
    soon_s, work_s = soon_s[roads], work_s[roads]
    last = np.zeros_like(weight)  # each person counts for the road that must hurt longest
    rows = np.arange(weight.shape[0])
    most = (weight * soon_s).argmax(axis=1)
    last[rows, most] = weight[rows, most]
    sharers = np.maximum((loss_s > 0).sum(axis=1, keepdims=True), 1)  # or as much for each that hurts
    return max(
        _least_weighted_completion(u, soon_s, work_s, problem.crews)
        for u in (last.sum(axis=0), (weight / sharers).sum(axis=0))
    )


def _least_weighted_completion(u: FloatArray, soon_s: FloatArray, work_s: FloatArray, crews: int) -> float:
    """Return sum u_b (M_b + a_b / 2) of the fast crew's schedule."""
    left_s, release_s = work_s / crews, np.maximum(soon_s - work_s, 0.0)
    needed = work_s > 0
    total = float(u[~needed] @ soon_s[~needed]) + float(u[needed] @ work_s[needed]) / 2
    ratio = np.divide(u, work_s, out=np.zeros_like(u), where=needed)
    now_s, left_s = 0.0, np.where(needed, left_s, 0.0)
    while (left_s > 0).any():
        ready = (left_s > 0) & (release_s <= now_s)
        later = release_s[(left_s > 0) & (release_s > now_s)]
        next_s = float(later.min(initial=np.inf))
        if not ready.any():
            now_s = next_s
            continue
        b = int(np.argmax(np.where(ready, ratio, -1.0)))
        spent_s = min(float(left_s[b]), next_s - now_s)
        total += u[b] * (now_s + spent_s / 2) * spent_s * crews / work_s[b]
        done = spent_s >= left_s[b]
        now_s += spent_s
        left_s[b] = 0.0 if done else left_s[b] - spent_s
    return float(total)
