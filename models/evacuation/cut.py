"""The certificate of a clearance: one threshold per node, checked without a solver.

Take thresholds p_v >= 0 and a step T. Copy (v, t) of a node is on the people's side of a cut when t >= p_v.
Whoever is to be safe by T must cross: over an arc a = (u, v), entered while it is open, at t >= p_u, and left
before p_v and by T; or start where p_s > 0; or end in a shelter with p_z <= T. With [open_a, close_a) the
steps in which the arc may be entered, those of its tail and head that close taken in, no more than

    W(p, T) = sum_a cap_a max(0, min(p_v - tau_a, T - tau_a + 1, close_a) - max(p_u, open_a))
              + sum_{s: p_s > 0} b_s + sum_{z: p_z <= T} c_z

persons are safe by T. If that is fewer than all who can be safe, the clearance is T + 1 or later. Waiting
only leads to later copies of a node, all on the same side, so one threshold per node is enough for a least
cut; a node that closes needs none of its own, since who is still there cannot go on.

A cut for each of many steps proves a bound on the total arrival: with F(t) the most who are safe by t, it is
at least sum_t (D - F(t)) for D persons. Prices lambda_z >= 0 let whoever ends in z count as later, so that T
becomes T - lambda_z in what W says of arcs into z and of its places; the sum is then above the total by no
more than sum_z lambda_z c_z, which is taken off (Lagrange).

Source: max-flow min-cut on the time-expanded network (Ford and Fulkerson 1958), written out for thresholds.
"""

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation.problem import FOREVER, ArrivalProof, Evacuation


def most_safe_by(
    problem: Evacuation, leaving: IntArray, threshold: IntArray, step: int, price: IntArray | None = None
) -> float:
    """Return a number of persons that no plan exceeds by a step; inf where the thresholds prove nothing.

    Parameters
    ----------
    leaving
        Who is to be safe at all, shape (n,): the b_s of the formula.
    threshold
        One whole number per node, shape (n,); none may be negative.
    price
        Steps that whoever ends in each shelter counts as later, shape (n,); None for 0.
    """
    if step < 0:
        return 0.0
    due = np.full(threshold.size, step) if price is None else step - price
    opening, closing = problem.entry_window()
    ends = (threshold[problem.tail], threshold[problem.head])
    entries = entries_across(ends, problem.travel_steps, (opening, closing), due[problem.head])
    leaves = problem.shelter_capacity[problem.tail] == 0  # constraint (3): nobody leaves a shelter
    starting = float(leaving[threshold > 0].sum())
    across = float(problem.capacity[leaves] @ entries[leaves])
    return across + starting + float(problem.shelter_capacity[threshold <= due].sum())


def entries_across(
    ends: tuple[IntArray, IntArray],
    travel_steps: IntArray,
    window: tuple[IntArray, IntArray],
    step: int | IntArray,
) -> FloatArray:
    """Return in how many steps each arc can be entered to cross a cut by a step, shape (k,).

    ``ends`` are the thresholds of tails and heads, ``window`` the first step of entry and the one after the
    last. Floats, since thresholds that stand for never would overflow a product of whole numbers.
    """
    start, end = ends
    opening, closing = window
    last = np.minimum(np.minimum(end, step + 1) - travel_steps, closing)
    return np.asarray(np.maximum(0, last - np.maximum(start, opening)), dtype=np.float64)


def earliest_clearance(problem: Evacuation, leaving: IntArray, threshold: IntArray) -> int:
    """Return the first step by which thresholds do not rule out that all who leave are safe.

    Notes
    -----
    Thresholds prove a bound for one step T at a time; the greatest T + 1 that they prove is returned, 0 where
    they prove none. W grows with T for fixed thresholds, so it is found by bisection.
    """
    return earliest_for(problem, leaving, int(leaving.sum()), threshold)


def earliest_for(problem: Evacuation, leaving: IntArray, persons: int, threshold: IntArray) -> int:
    """Return the first step by which thresholds do not rule out that so many of those who leave are safe."""
    if threshold.shape != problem.supply.shape or (threshold < 0).any():
        return 0
    low, high = 0, int(threshold.max(initial=0)) + 1
    while low < high:
        middle = (low + high) // 2
        if most_safe_by(problem, leaving, threshold, middle) < persons:
            low = middle + 1
        else:
            high = middle
    return low


def proven_most(problem: Evacuation, threshold: IntArray, deadline_step: int | None) -> float:
    """Return how many at most can be safe by a deadline, or ever, as thresholds prove; inf where they do not.

    Notes
    -----
    Ever is by the step before FOREVER: a threshold of FOREVER says that a node is never reached.
    """
    if threshold.shape != problem.supply.shape or (threshold < 0).any():
        return float("inf")
    last = FOREVER - 1 if deadline_step is None else deadline_step
    return most_safe_by(problem, problem.supply, threshold, last)


def least_total_arrival(problem: Evacuation, leaving: IntArray, proof: ArrivalProof) -> float:
    """Return person-steps that no plan for those who leave goes below; 0 where nothing is proven."""
    n, price = problem.supply.size, proof.price
    shapes = proof.threshold.shape == (proof.step.size, n) and price.shape == (n,)
    priced = price > 0
    if not shapes or (price < 0).any() or (problem.shelter_capacity[priced] == 0).any():
        return 0.0
    if (proof.threshold < 0).any() or (np.diff(proof.step, prepend=-1) <= 0).any():
        return 0.0
    persons = float(leaving.sum())
    steps = zip(proof.step.tolist(), np.diff(proof.step, prepend=-1).tolist(), proof.threshold, strict=True)
    late = sum(
        (max(0.0, persons - most_safe_by(problem, leaving, threshold, step, price)) * since)
        for step, since, threshold in steps
    )
    places = np.minimum(problem.shelter_capacity, persons)
    return float(late - price @ places)
