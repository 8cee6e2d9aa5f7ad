"""What prices prove on the weight that any relocation covers.

With prices lambda_i on (3), nu_k on (2) and mu on (4), all at least 0, the covered weight is at most

    sum_i max(0, w_i - lambda_i) + sum_k nu_k r_k + mu K
        + sum_j n_j max( v_j, max over ways j -> k of v_k - mu ),
    v_k = sum over i covered by k of lambda_i - nu_k

for whatever is covered is paid by units where they stand, and each unit stands where it earns the most. This
is Lagrange's bound; it needs arithmetic only and holds for any prices.
"""

import numpy as np

from models.dispatch.teams.relocation.problem import CoverPrices, Relocation


def cover_bound(problem: Relocation, prices: CoverPrices) -> float:
    """Return the weight that no relocation exceeds.

    Prices below 0, of a wrong shape, or on places without end prove nothing: the bound is then all weight.
    """
    everything = float(problem.weight.sum())
    if prices.point.shape != problem.weight.shape or prices.station.shape != problem.idle.shape:
        return everything
    if not ((prices.point >= 0).all() and (prices.station >= 0).all() and prices.move >= 0):
        return everything
    if (prices.station[np.isinf(problem.room)] > 0).any():
        return everything
    worth = problem.covers() @ prices.point - prices.station
    away = np.where(problem.movable(), worth[None, :] - prices.move, -np.inf).max(axis=1, initial=-np.inf)
    room = np.where(np.isinf(problem.room), 0.0, problem.room)
    found = (
        np.maximum(problem.weight - prices.point, 0.0).sum()
        + prices.station @ room
        + prices.move * problem.most_moves
        + problem.idle @ np.maximum(worth, away)
    )
    return min(everything, float(found))
