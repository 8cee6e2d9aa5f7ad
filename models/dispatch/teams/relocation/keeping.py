"""How little a reserve need lack: a program of moves alone (HiGHS), and the rows that keep it so.

Index names: ``m`` moves, ``j`` stations, ``z`` districts with a reserve, ``g`` groups of points.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from dss.arrays import FloatArray, IntArray
from models.dispatch.teams.relocation.problem import Relocation
from models.dispatch.teams.relocation.reserve import LeastPrices, Reserve
from models.solver import Program, least_cost_program, relax


@dataclass(frozen=True, slots=True, eq=False)
class LeastLacking:
    """Moves that leave the reserve lacking as few units as can be.

    Parameters
    ----------
    start, goal, units
        Moves that can be, and those that are made, shape (m,) each.
    out, into
        Which station each leaves and goes to, shape (j, m).
    least
        Units that should stand in each district, shape (z,), none where no reserve is asked for.
    lacking
        Units that lack in all.
    prices
        Proof that no moves leave fewer lacking; None where time was up before, or nothing is asked for.
    """

    start: IntArray
    goal: IntArray
    units: IntArray
    out: csr_array
    into: csr_array
    least: IntArray
    lacking: int
    prices: LeastPrices | None


def least_lacking(problem: Relocation, time_s: float) -> LeastLacking:
    """Return moves that leave the reserve lacking as few units as can be: none where none is asked for."""
    j = problem.idle.size
    start, goal = np.nonzero(problem.movable() & (problem.idle > 0)[:, None])
    column = np.arange(start.size)
    out = csr_array((np.ones(start.size), (start, column)), shape=(j, start.size))
    into = csr_array((np.ones(start.size), (goal, column)), shape=(j, start.size))
    units = np.zeros(start.size, dtype=np.int64)
    if problem.reserve is None:
        return LeastLacking(start, goal, units, out, into, np.zeros(0, dtype=np.int64), 0, None)
    program = _program(problem, problem.reserve, out, into)
    relaxed = relax(program, time_s / 2)
    prices = None if relaxed is None else _prices(problem, relaxed.prices)
    best = least_cost_program(program, time_s / 2, 0.0)
    if best.values is not None:
        units = np.rint(best.values[: start.size]).astype(np.int64)
    after = after_moves(problem, start, goal, units)
    lacking = int(problem.reserve.lacking(after).sum())
    return LeastLacking(start, goal, units, out, into, problem.reserve.least, lacking, prices)


def after_moves(problem: Relocation, start: IntArray, goal: IntArray, units: IntArray) -> IntArray:
    """Return the units at each station after moves, shape (j,)."""
    after = problem.idle.copy()
    np.subtract.at(after, start, units)
    np.add.at(after, goal, units)
    return after


def reserve_rows(problem: Relocation, kept: LeastLacking, groups: int) -> list[csr_array]:
    """Return the rows (6), and that no more lacks than need be, over moves, groups of points, what lacks."""
    if problem.reserve is None:
        return []
    moves, districts = kept.start.size, kept.least.size
    coming = csr_array(problem.reserve.inside.astype(np.float64)) @ (kept.into - kept.out)
    return [
        csr_array(hstack([-coming, csr_array((districts, groups)), csr_array(-np.eye(districts))])),
        csr_array(np.concatenate([np.zeros(moves + groups), np.ones(districts)])[None, :]),
    ]


def _program(problem: Relocation, reserve: Reserve, out: csr_array, into: csr_array) -> Program:
    """Return the program of what lacks; its rows are (1), (2), (4) and (6)."""
    (j, m), z = out.shape, reserve.least.size
    coming = csr_array(reserve.inside.astype(np.float64)) @ (into - out)
    rows = [
        hstack([out, csr_array((j, z))]),
        hstack([into - out, csr_array((j, z))]),
        csr_array(np.concatenate([np.ones(m), np.zeros(z)])[None, :]),
        hstack([-coming, csr_array(-np.eye(z))]),
    ]
    upper = np.concatenate(
        [problem.idle, problem.room - problem.idle, [problem.most_moves],
         reserve.standing(problem.idle) - reserve.least]
    )  # fmt: skip
    greatest = np.concatenate([out.T @ problem.idle, reserve.least]).astype(np.float64)
    cost: FloatArray = np.concatenate([np.zeros(m), np.ones(z)])
    whole = np.concatenate([np.ones(m, np.bool_), np.zeros(z, np.bool_)])
    return Program(
        cost, np.zeros(m + z), greatest, whole, csr_array(vstack(rows)), np.full(upper.size, -np.inf), upper
    )


def _prices(problem: Relocation, dual: FloatArray) -> LeastPrices:
    j = problem.idle.size
    below = np.maximum(-dual, 0.0)
    station = np.where(np.isinf(problem.room), 0.0, below[j : 2 * j])
    return LeastPrices(np.minimum(below[2 * j + 1 :], 1.0), station, float(below[2 * j]))
