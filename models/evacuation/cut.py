"""The certificate of a clearance: one threshold per node, checked without a solver.

Take thresholds p_v >= 0 and a step T. Copy (v, t) of a node is on the people's side of a cut when t >= p_v.
Whoever is to be safe by T must cross: over an arc a = (u, v), entered at t >= p_u and left before p_v, in one
of max(0, min(p_v - tau_a, T - tau_a + 1) - p_u) steps; or start where p_s > 0; or end in a shelter with
p_z <= T. So no more than

    W(p, T) = sum_a cap_a max(0, min(p_v - tau_a, T - tau_a + 1) - p_u) + sum_{s: p_s > 0} b_s + sum_{z: p_z
    <= T} c_z

persons are safe by T. If that is fewer than all who can be safe, the clearance is T + 1 or later.

Source: max-flow min-cut on the time-expanded network (Ford and Fulkerson 1958), written out for thresholds.
"""

import numpy as np

from dss.arrays import IntArray
from models.evacuation.problem import Evacuation


def most_safe_by(problem: Evacuation, leaving: IntArray, threshold: IntArray, step: int) -> float:
    """Return a number of persons that no plan exceeds by a step; inf where the thresholds prove nothing.

    Parameters
    ----------
    leaving
        Who is to be safe at all, shape (n,): the b_s of the formula.
    threshold
        One whole number per node, shape (n,); none may be negative.
    """
    if step < 0:
        return 0.0
    start, end = threshold[problem.tail], threshold[problem.head]
    leaves = problem.shelter_capacity[problem.tail] == 0  # constraint (3): nobody leaves a shelter
    last = np.minimum(end - problem.travel_steps, step - problem.travel_steps + 1)
    crossing = int(problem.capacity[leaves] @ np.maximum(0, last - start)[leaves])
    starting = int(leaving[threshold > 0].sum())
    return crossing + starting + float(problem.shelter_capacity[threshold <= step].sum())


def earliest_clearance(problem: Evacuation, leaving: IntArray, threshold: IntArray) -> int:
    """Return the first step by which thresholds do not rule out that all who leave are safe.

    Notes
    -----
    Thresholds prove a bound for one step T at a time; the greatest T + 1 that they prove is returned, 0 where
    they prove none. W grows with T for fixed thresholds, so it is found by bisection.
    """
    if threshold.shape != problem.supply.shape or (threshold < 0).any():
        return 0
    low, high = 0, int(threshold.max(initial=0)) + 1
    while low < high:
        middle = (low + high) // 2
        if most_safe_by(problem, leaving, threshold, middle) < leaving.sum():
            low = middle + 1
        else:
            high = middle
    return low
