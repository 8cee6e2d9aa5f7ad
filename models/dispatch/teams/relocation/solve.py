"""Move idle units: a mixed-integer program (HiGHS), twice; points that the same stations cover are one."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from dss.arrays import FloatArray, IntArray
from models.dispatch.teams.relocation.problem import CoverPrices, Relocation, RelocationDecision
from models.plan import Limits, Plan, SolveReport, Termination
from models.solver import Program, least_cost_program, relax

SOLVER: Final = "HiGHS, prices of the relaxation"
SHARES: Final = (0.2, 0.6)
"""Shares of the time for the prices and for covering; the rest is for moving little."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """The program: moves by from and to, shape (m,), then points by the stations that cover them, (g,).

    ``group`` is the row of each point among those, shape (i,).
    """

    start: IntArray
    goal: IntArray
    group: IntArray
    weight: FloatArray
    program: Program


def solve_relocation(problem: Relocation, limits: Limits, seed: int) -> Plan[RelocationDecision]:
    """Cover the most weight with the moves allowed, then move as little as possible.

    The report speaks of the covered weight, the greater the better; its bound is the solver's, and the
    decision's prices prove one without it.
    """
    began_s = time.perf_counter()
    moves = _program(problem)
    relaxed = relax(moves.program, SHARES[0] * limits.time_s)
    prices = None if relaxed is None else _prices(problem, moves, relaxed.prices)
    best = least_cost_program(
        moves.program, SHARES[1] * limits.time_s, limits.relative_gap, start=_stay(problem, moves)
    )
    values = _stay(problem, moves) if best.values is None else best.values
    proven = float(problem.weight.sum()) if best.bound is None else np.floor(-best.bound + 1e-6)
    moved, moving_bound_s = _move_little(problem, moves, values, began_s + limits.time_s)
    decision = _decision(problem, moves, moved, moving_bound_s, prices)
    covered = float(decision.covered)
    bound = max(covered, min(float(proven), float(problem.weight.sum())))
    near = bound - covered <= limits.relative_gap * max(covered, 1.0)
    ended = Termination.OPTIMAL if near else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, covered, bound, wall_s, SOLVER, seed))


def _program(problem: Relocation) -> Moves:
    """Return the program of the covered weight; its rows are (1), (2), (3) and (4)."""
    j = problem.idle.size
    start, goal = np.nonzero(problem.movable() & (problem.idle > 0)[:, None])
    covers, group = np.unique(problem.covers(), axis=1, return_inverse=True)
    group = group.ravel()
    weight = np.bincount(group, weights=problem.weight, minlength=covers.shape[1]).astype(np.float64)
    m, g = start.size, covers.shape[1]
    column = np.arange(m)
    out = csr_array((np.ones(m), (start, column)), shape=(j, m))
    into = csr_array((np.ones(m), (goal, column)), shape=(j, m))
    covering = csr_array(covers.T.astype(np.float64))
    rows = [
        hstack([out, csr_array((j, g))]),
        hstack([into - out, csr_array((j, g))]),
        hstack([-(covering @ (into - out)), csr_array(np.eye(g))]),
        csr_array(np.concatenate([np.ones(m), np.zeros(g)])[None, :]),
    ]
    upper = np.concatenate(
        [problem.idle, problem.room - problem.idle, covering @ problem.idle, [problem.most_moves]]
    )
    greatest = np.concatenate([problem.idle[start].astype(np.float64), np.ones(g)])
    whole = np.concatenate([np.ones(m, np.bool_), np.zeros(g, np.bool_)])
    cost = np.concatenate([np.zeros(m), -weight])
    program = Program(
        cost, np.zeros(m + g), greatest, whole, csr_array(vstack(rows)), np.full(upper.size, -np.inf), upper
    )
    return Moves(start, goal, group, weight, program)


def _stay(problem: Relocation, moves: Moves) -> FloatArray:
    """Return the values of the program where nobody moves."""
    covered = problem.covers()[problem.idle > 0].any(axis=0)
    points = np.zeros(moves.weight.size)
    points[moves.group[covered]] = 1.0
    return np.concatenate([np.zeros(moves.start.size), points])


def _prices(problem: Relocation, moves: Moves, dual: FloatArray) -> CoverPrices:
    """Return the prices of the relaxation; that of a group of points is spread by weight."""
    j, g = problem.idle.size, moves.weight.size
    below = np.maximum(-dual, 0.0)
    of_group = below[2 * j : 2 * j + g]
    share = np.divide(
        problem.weight,
        moves.weight[moves.group],
        out=np.zeros(moves.group.size),
        where=moves.weight[moves.group] > 0,
    )
    station = np.where(np.isinf(problem.room), 0.0, below[j : 2 * j])
    return CoverPrices(of_group[moves.group] * share, station, float(below[-1]))


def _move_little(
    problem: Relocation, moves: Moves, values: FloatArray, until_s: float
) -> tuple[FloatArray, float]:
    """Return moves that cover as much in the least time, and the bound on that time."""
    program, m = moves.program, moves.start.size
    least = -float(program.cost @ np.concatenate([values[:m], np.rint(values[m:])]))
    cost = np.concatenate([problem.move_s[moves.start, moves.goal], np.zeros(moves.weight.size)])
    row = csr_array(np.concatenate([np.zeros(m), moves.weight])[None, :])
    second = Program(
        cost, program.least, program.greatest, program.whole, csr_array(vstack([program.matrix, row])),
        np.append(program.lower, least - 0.5), np.append(program.upper, np.inf),
    )  # fmt: skip
    found = least_cost_program(second, until_s - time.perf_counter(), 1e-6, start=values)
    if found.values is None:
        return values, 0.0
    return found.values, max(found.bound or 0.0, 0.0)


def _decision(
    problem: Relocation, moves: Moves, values: FloatArray, moving_bound_s: float, prices: CoverPrices | None
) -> RelocationDecision:
    units = np.rint(values[: moves.start.size]).astype(np.int64)
    used = np.flatnonzero(units)
    start, goal, units = moves.start[used], moves.goal[used], units[used]
    after = problem.idle.copy()
    np.subtract.at(after, start, units)
    np.add.at(after, goal, units)
    moving_s = float(problem.move_s[start, goal] @ units)
    before, covered = problem.covered_weight(problem.idle), problem.covered_weight(after)
    bound_s = min(moving_bound_s, moving_s)
    return RelocationDecision(start, goal, units, after, before, covered, moving_s, bound_s, prices)
