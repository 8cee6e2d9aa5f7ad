"""What prices prove on the weight that any relocation covers, and on what its reserve lacks.

With prices lambda_i on (3), nu_k on (2), mu on (4), rho_z on (6), and sigma on a unit that lacks, all at
least 0, the weight covered by a plan whose reserve lacks L units or fewer is at most

    sum_i max(0, w_i - lambda_i) + E(v) + sum_z (max(0, rho_z - sigma) - rho_z) a_z + sigma L,
    E(v) = sum_k nu_k r_k + mu K + sum_j n_j max( v_j - nu_j, max over ways j -> k of v_k - nu_k - mu ),
    v_k = sum over i covered by k of lambda_i + sum over z with s_zk of rho_z

for whatever is covered is paid by units where they stand, and each unit stands where it earns the most. With
rho at most 1 and no price on points, any plan lacks at least sum_z rho_z a_z - E(v) in the same way. This is
Lagrange's bound; it needs arithmetic only and holds for any prices.
"""

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.teams.relocation.problem import CoverPrices, Relocation
from models.dispatch.teams.relocation.reserve import LeastPrices


def cover_bound(problem: Relocation, prices: CoverPrices, lacking: int = 0) -> float:
    """Return the weight that no relocation exceeds whose reserve lacks so many units or fewer.

    Prices below 0, of a wrong shape, or on places without end prove nothing: the bound is then all weight.
    """
    everything = float(problem.weight.sum())
    if prices.point.shape != problem.weight.shape or not (prices.point >= 0).all():
        return everything
    if not _bounding(problem, prices.station, prices.move):
        return everything
    worth = problem.covers() @ prices.point
    reserve, more = problem.reserve, 0.0
    if reserve is not None and prices.reserve is not None:
        rho, sigma = prices.reserve.district, prices.reserve.lacking
        if rho.shape != reserve.least.shape or not ((rho >= 0).all() and sigma >= 0):
            return everything
        worth = worth + rho @ reserve.inside
        more = float((np.maximum(rho - sigma, 0.0) - rho) @ reserve.least + sigma * lacking)
    uncovered = float(np.maximum(problem.weight - prices.point, 0.0).sum())
    return min(everything, uncovered + _earned(problem, worth, prices.station, prices.move) + more)


def lacking_bound(problem: Relocation, prices: LeastPrices) -> int:
    """Return the units that the reserve of any relocation lacks at least.

    Prices out of their range, of a wrong shape, or on places without end prove nothing: the bound is then 0.
    """
    reserve, rho = problem.reserve, prices.district
    if reserve is None or rho.shape != reserve.least.shape or not ((rho >= 0) & (rho <= 1)).all():
        return 0
    if not _bounding(problem, prices.station, prices.move):
        return 0
    earned = _earned(problem, rho @ reserve.inside, prices.station, prices.move)
    return max(0, int(np.ceil(float(rho @ reserve.least) - earned - 1e-6)))


def _bounding(problem: Relocation, station: FloatArray, move: float) -> bool:
    """Whether prices of places and moves prove anything."""
    if station.shape != problem.idle.shape or not ((station >= 0).all() and move >= 0):
        return False
    return not (station[np.isinf(problem.room)] > 0).any()


def _earned(problem: Relocation, worth: FloatArray, station: FloatArray, move: float) -> float:
    """Return E(v): what units earn at most at stations of a worth, shape (j,), places and moves paid for."""
    left = worth - station
    away = np.where(problem.movable(), left[None, :] - move, -np.inf).max(axis=1, initial=-np.inf)
    room = np.where(np.isinf(problem.room), 0.0, problem.room)
    return float(station @ room + move * problem.most_moves + problem.idle @ np.maximum(left, away))
