"""Allocate stock: the least greatest share short by flows, then least-cost flows; exact, in whole units."""

import time
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.stock.check import bounds
from models.dispatch.stock.problem import Stock, StockDecision, most_short, shares_short
from models.dispatch.stock.proof import STEP, seconds_weight
from models.plan import Limits, Plan, SolveReport, Termination
from models.solver import Program, greatest_flow, least_cost_flow, relax

SOLVER: Final = "flows by OR-Tools, prices by HiGHS"
HALVINGS: Final = 40
TENTHS: Final = 10
"""Seconds are counted in tenths."""


def solve_stock(problem: Stock, limits: Limits, seed: int) -> Plan[StockDecision]:
    """Send stock to needs; every commodity is optimal in all three objectives, one after the other."""
    began_s = time.perf_counter()
    rows, short = [], np.zeros_like(problem.need)
    tight = np.zeros(problem.need.shape, dtype=np.bool_)
    prices = np.zeros((2, *problem.stock.shape))
    for k in range(problem.stock.shape[1]):
        most, tight[:, k] = _least_share(problem, k)
        sent = _sent(problem, k, most)
        d, s = np.nonzero(sent)
        rows.append(np.stack([d, s, np.full(d.size, k), sent[d, s]]))
        short[:, k] = problem.need[:, k] - sent.sum(axis=0)
        prices[:, :, k] = _prices(problem, k, most, limits.time_s)
    table = np.concatenate(rows, axis=1).astype(np.int64) if rows else np.zeros((4, 0), dtype=np.int64)
    depot, stop, commodity, units = table
    worst = float(shares_short(problem, short).max(initial=0.0))
    proofs = (tight, prices[0], prices[1])
    bare = StockDecision(depot, stop, commodity, units, short, worst, 0.0, 0.0, 0.0, *proofs)
    proven = bounds(problem, bare)
    decision = replace(bare, worst_bound=proven[0], shortage_bound=proven[1], seconds_bound=proven[2])
    weighted = float((problem.priority * short).sum())
    closed = weighted <= proven[1] * (1 + limits.relative_gap) and proven[0] >= worst
    ended = Termination.OPTIMAL if closed else Termination.FEASIBLE
    wall_s = time.perf_counter() - began_s
    return Plan(decision, SolveReport(ended, weighted, proven[1], wall_s, SOLVER, seed))


def _least_share(problem: Stock, k: int) -> tuple[IntArray, BoolArray]:
    """Return how many units may be short of each stop, (s,), at the least share, and stops that prove it."""
    low, high = -1.0, float(shares_short(problem, problem.need)[:, k].max(initial=0.0))
    tight = np.zeros(problem.need.shape[0], dtype=np.bool_)
    for _ in range(HALVINGS):
        middle = 0.0 if low < 0 else (low + high) / 2
        missing, cut = _missing(problem, k, _most(problem, k, middle))
        if not missing:
            high = middle
        else:
            low, tight = middle, cut
        if high <= max(low, 0.0):
            break
    most = _most(problem, k, high)
    return most, tight


def _most(problem: Stock, k: int, share: float) -> IntArray:
    shares = np.zeros(problem.stock.shape[1])
    shares[k] = share
    # a stop that no depot reaches, or all of nothing, says nothing about the others
    cut_off = ~np.isfinite(problem.cost_s).any(axis=0)
    return np.where(cut_off, problem.need[:, k], most_short(problem, shares)[:, k])


def _missing(problem: Stock, k: int, most: IntArray) -> tuple[bool, BoolArray]:
    """Tell whether the stock cannot leave so little short, and which stops say so."""
    least = problem.need[:, k] - most
    depots, stops = problem.cost_s.shape
    d, s = np.nonzero(np.isfinite(problem.cost_s))
    source, sink = depots + stops, depots + stops + 1
    tail = np.concatenate([np.full(depots, source), d, depots + np.arange(stops)])
    head = np.concatenate([np.arange(depots), depots + s, np.full(stops, sink)])
    # ways hold more than there is, so that a least cut runs through depots and stops alone
    endless = np.full(d.size, least.sum() + 1)
    capacity = np.concatenate([problem.free[:, k], endless, least])
    flow, cut = greatest_flow(tail, head, capacity, source, sink)
    far = np.ones(stops, dtype=np.bool_)
    far[cut[(cut >= depots) & (cut < depots + stops)] - depots] = False
    return bool(flow[-stops:].sum() < least.sum()), far & (least > 0)


def _sent(problem: Stock, k: int, most: IntArray) -> IntArray:
    """Return the units from depot to stop, (d, s), of least weighted shortage, then least seconds."""
    depots, stops = problem.cost_s.shape
    need, free = problem.need[:, k], problem.free[:, k]
    d, s = np.nonzero(np.isfinite(problem.cost_s))
    other = depots + stops
    tail = np.concatenate([d, np.full(stops, other), np.arange(depots)])
    head = np.concatenate([depots + s, depots + np.arange(stops), np.full(depots, other + 1)])
    capacity = np.concatenate([np.minimum(need[s], free[d]), most, free])
    scale = seconds_weight(problem) * TENTHS * STEP
    weight = np.rint(problem.priority[:, k] / STEP).astype(np.int64) * int(np.ceil(scale))
    seconds = np.rint(problem.cost_s[d, s] * TENTHS).astype(np.int64)
    cost = np.concatenate([seconds, weight, np.zeros(depots, dtype=np.int64)])
    # what is short comes from a node of its own; what of that is not taken leaves with the stock left
    tail = np.append(tail, other)
    head, capacity, cost = np.append(head, other + 1), np.append(capacity, need.sum()), np.append(cost, 0)
    supply = np.concatenate([free, -need, [need.sum()], [-free.sum()]])
    termination, flow = least_cost_flow(tail, head, capacity, cost, supply)
    assert termination is Termination.OPTIMAL, termination  # the shares were found by a flow
    sent = np.zeros((depots, stops), dtype=np.int64)
    sent[d, s] = flow[: d.size]
    return sent


def _prices(problem: Stock, k: int, most: IntArray, time_s: float) -> FloatArray:
    """Return prices of a unit at each depot that prove the shortage, and those that prove seconds, (2, d)."""
    weight = problem.priority[:, k]
    dear = weight * seconds_weight(problem)
    none = np.where(np.isfinite(problem.cost_s), 0.0, np.inf)
    return np.stack(
        [
            _depot_prices(problem, k, (none, weight), most, time_s),
            _depot_prices(problem, k, (problem.cost_s, dear), most, time_s),
        ]
    )


def _depot_prices(
    problem: Stock, k: int, cost: tuple[FloatArray, FloatArray], most: IntArray, time_s: float
) -> FloatArray:
    cost_s, weight = cost
    depots, stops = cost_s.shape
    d, s = np.nonzero(np.isfinite(cost_s))
    arcs = np.arange(d.size)
    rows = np.concatenate([depots + s, d, depots + np.arange(stops)])
    columns = np.concatenate([arcs, arcs, d.size + np.arange(stops)])
    shape = (depots + stops, d.size + stops)
    matrix = csr_array(coo_array((np.ones(rows.size), (rows, columns)), shape=shape))
    size = d.size + stops
    need = problem.need[:, k].astype(np.float64)
    program = Program(
        np.concatenate([cost_s[d, s], weight]),
        np.zeros(size),
        np.concatenate([np.full(d.size, np.inf), most]),
        np.zeros(size, dtype=np.bool_),
        matrix,
        np.concatenate([np.full(depots, -np.inf), need]),
        np.concatenate([problem.free[:, k], np.full(stops, np.inf)]),
    )
    relaxed = relax(program, time_s)
    return np.zeros(depots) if relaxed is None else np.maximum(-relaxed.prices[:depots], 0.0)
