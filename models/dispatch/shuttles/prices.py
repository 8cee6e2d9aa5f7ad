"""Good prices of an ambulance's time, from a linear program over steps of time.

Trips of a kind begin at the edges of steps; what they keep busy of each step is within what ambulances there
are in it. The dual values of the steps are the prices: any prices bound the cost (`bound.py`), so that the
rounding to steps makes the bound weaker, never wrong.

Source: Dyer and Wolsey (1990), time-indexed formulation of single machine scheduling.
Index names: ``g`` kinds of trips, ``b`` steps.
"""

from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from dss.arrays import FloatArray, IntArray
from models.dispatch.shuttles.bound import alike_trips, busy_s, soonest_s
from models.dispatch.shuttles.problem import ShuttlePrices, Shuttles
from models.solver import Program, relax

STEPS: Final = 120
MOST_STARTS: Final = 24_000
"""Kinds times steps of the program; with more kinds the steps are longer."""


def find_prices(problem: Shuttles, until_s: float, time_s: float) -> ShuttlePrices:
    """Return prices for times up to ``until_s``; prices of 0 where the program is not solved in time."""
    own_s, soon_s = soonest_s(problem)
    begins_s = float(own_s.min(initial=np.inf))
    first, row = alike_trips(problem, soon_s)
    can = np.isfinite(soon_s[first]) & np.isfinite(problem.carry_s[first])
    kinds = first[can]
    if kinds.size == 0 or not begins_s < until_s:
        return ShuttlePrices(np.array([0.0, 1.0]), np.zeros(1))
    steps = max(8, min(STEPS, MOST_STARTS // int(kinds.size)))
    edge_s = np.linspace(begins_s, until_s, steps + 1)
    counts = np.bincount(row, minlength=first.size)[can]
    relaxed = relax(_program(problem, kinds, counts, edge_s), time_s)
    if relaxed is None:
        return ShuttlePrices(np.array([0.0, 1.0]), np.zeros(1))
    return ShuttlePrices(edge_s, np.maximum(0.0, -relaxed.prices[:steps]))


def _program(problem: Shuttles, kinds: IntArray, counts: IntArray, edge_s: FloatArray) -> Program:
    """Return the program: trips by kind and step in which they begin, then trips left; steps, then kinds."""
    own_s, soon_s = soonest_s(problem)
    g, b = kinds.size, edge_s.size - 1
    kind, step = np.nonzero(soon_s[kinds][:, None] < edge_s[None, 1:])
    begin_s = np.maximum(edge_s[step], soon_s[kinds[kind]])
    end_s = begin_s + busy_s(problem)[kinds[kind]]
    lap_s = np.minimum(end_s[:, None], edge_s[None, 1:]) - np.maximum(begin_s[:, None], edge_s[None, :-1])
    filled = coo_array(np.maximum(0.0, lap_s).T)
    each = csr_array((np.ones(kind.size), (kind, np.arange(kind.size))), shape=(g, kind.size))
    room_s = np.maximum(0.0, edge_s[None, 1:] - np.maximum(own_s[:, None], edge_s[None, :-1]))
    size = kind.size + g
    cost = problem.cost(kinds[kind], begin_s + problem.carry_s[kinds[kind]])
    return Program(
        cost=np.concatenate([cost, problem.cost_left()[kinds]]),
        least=np.zeros(size),
        greatest=np.full(size, np.inf),
        whole=np.zeros(size, dtype=np.bool_),
        matrix=csr_array(vstack([hstack([filled, coo_array((b, g))]), hstack([each, csr_array(np.eye(g))])])),
        lower=np.concatenate([np.full(b, -np.inf), counts]),
        upper=np.concatenate([room_s.sum(axis=0), counts]),
    )
