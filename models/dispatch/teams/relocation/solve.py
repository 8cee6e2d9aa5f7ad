"""Move idle units: a mixed-integer program (HiGHS), twice; points that the same stations cover are one.

Where a reserve is asked for, a first program finds how little it need lack.
"""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from dss.arrays import FloatArray, IntArray
from models.dispatch.teams.relocation.keeping import LeastLacking, after_moves, least_lacking, reserve_rows
from models.dispatch.teams.relocation.problem import CoverPrices, Relocation, RelocationDecision
from models.dispatch.teams.relocation.reserve import ReserveKept, ReservePrices
from models.plan import Limits, Plan, SolveReport, Termination
from models.solver import Program, least_cost_program, relax

SOLVER: Final = "HiGHS, prices of the relaxation"
SHARES: Final = (0.1, 0.2, 0.5)
"""Shares of the time for the reserve, the prices and covering; the rest is for moving little."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """The program: moves by from and to, (m,), points by who covers them, (g,), what lacks, (z,).

    ``group`` is the row of each point among those, shape (i,); ``kept`` what the reserve need lack.
    """

    start: IntArray
    goal: IntArray
    kept: LeastLacking
    group: IntArray
    weight: FloatArray
    program: Program


def solve_relocation(problem: Relocation, limits: Limits, seed: int) -> Plan[RelocationDecision]:
    """Lack as few units of the reserve, cover the most weight, then move as little as possible.

    The report speaks of the covered weight, the greater the better; its bound is the solver's, and the
    decision's prices prove one without it.
    """
    began_s = time.perf_counter()
    moves = _program(problem, SHARES[0] * limits.time_s)
    first = _first(problem, moves)
    relaxed = relax(moves.program, SHARES[1] * limits.time_s)
    prices = None if relaxed is None else _prices(problem, moves, relaxed.prices)
    best = least_cost_program(moves.program, SHARES[2] * limits.time_s, limits.relative_gap, start=first)
    values = first if best.values is None else best.values
    proven = float(problem.weight.sum()) if best.bound is None else np.floor(-best.bound + 1e-6)
    moved, moving_bound_s = _move_little(problem, moves, values, began_s + limits.time_s)
    decision = _decision(problem, moves, moved, moving_bound_s, prices)
    covered = float(decision.covered)
    bound = max(covered, min(float(proven), float(problem.weight.sum())))
    near = bound - covered <= limits.relative_gap * max(covered, 1.0)
    ended = Termination.OPTIMAL if near else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, covered, bound, wall_s, SOLVER, seed))


def _program(problem: Relocation, time_s: float) -> Moves:
    """Return the program of the covered weight; its rows are (1) to (4), (6), and what may lack."""
    j = problem.idle.size
    kept = least_lacking(problem, time_s)
    start, goal, out, into = kept.start, kept.goal, kept.out, kept.into
    covers, group = np.unique(problem.covers(), axis=1, return_inverse=True)
    group = group.ravel()
    weight = np.bincount(group, weights=problem.weight, minlength=covers.shape[1]).astype(np.float64)
    m, g, z = start.size, covers.shape[1], kept.least.size
    covering = csr_array(covers.T.astype(np.float64))
    rows = [
        hstack([out, csr_array((j, g + z))]),
        hstack([into - out, csr_array((j, g + z))]),
        hstack([-(covering @ (into - out)), csr_array(np.eye(g)), csr_array((g, z))]),
        csr_array(np.concatenate([np.ones(m), np.zeros(g + z)])[None, :]),
        *reserve_rows(problem, kept, g),
    ]
    bounds = [problem.idle, problem.room - problem.idle, covering @ problem.idle, [problem.most_moves]]
    if problem.reserve is not None:
        bounds += [problem.reserve.standing(problem.idle) - problem.reserve.least, [kept.lacking]]
    upper = np.concatenate(bounds)
    greatest = np.concatenate([problem.idle[start].astype(np.float64), np.ones(g), kept.least])
    whole = np.concatenate([np.ones(m, np.bool_), np.zeros(g + z, np.bool_)])
    cost = np.concatenate([np.zeros(m), -weight, np.zeros(z)])
    program = Program(
        cost,
        np.zeros(m + g + z),
        greatest,
        whole,
        csr_array(vstack(rows)),
        np.full(upper.size, -np.inf),
        upper,
    )
    return Moves(start, goal, kept, group, weight, program)


def _first(problem: Relocation, moves: Moves) -> FloatArray:
    """Return the values of the program where only those move whom the reserve needs."""
    units = moves.kept.units
    after = after_moves(problem, moves.start, moves.goal, units)
    points = np.zeros(moves.weight.size)
    points[moves.group[problem.covers()[after > 0].any(axis=0)]] = 1.0
    lacking = np.zeros(0) if problem.reserve is None else problem.reserve.lacking(after)
    return np.concatenate([units, points, lacking]).astype(np.float64)


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
    move, reserve = float(below[2 * j + g]), None
    if problem.reserve is not None:
        reserve = ReservePrices(below[2 * j + g + 1 : -1], float(below[-1]))
    return CoverPrices(of_group[moves.group] * share, station, move, reserve)


def _move_little(
    problem: Relocation, moves: Moves, values: FloatArray, until_s: float
) -> tuple[FloatArray, float]:
    """Return moves that cover as much in the least time, and the bound on that time."""
    program, m = moves.program, moves.start.size
    least = -float(program.cost @ np.concatenate([values[:m], np.rint(values[m:])]))
    cost = np.concatenate([problem.move_s[moves.start, moves.goal], np.zeros(program.cost.size - m)])
    row = csr_array(-program.cost[None, :])
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
    after = after_moves(problem, start, goal, units)
    moving_s = float(problem.move_s[start, goal] @ units)
    before, covered = problem.covered_weight(problem.idle), problem.covered_weight(after)
    bound_s, reserve = min(moving_bound_s, moving_s), problem.reserve
    kept = None if reserve is None else ReserveKept(reserve.lacking(after), moves.kept.prices)
    return RelocationDecision(start, goal, units, after, before, covered, moving_s, bound_s, prices, kept)
