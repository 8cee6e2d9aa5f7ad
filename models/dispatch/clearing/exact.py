"""All orders of few roads, by layers of open roads.

Every plan is a row of states, each right after one more road has opened (``states.py``). States that are sure
to lose as much as the best plan known are left out, by what the prices prove from their moment on, and so are
those that another with the same roads is as good as. When no state is left, the best plan is proven.
"""

from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.dominance import best_rows
from models.dispatch.clearing.kernel import Ground
from models.dispatch.clearing.layers import grow
from models.dispatch.clearing.prices import (
    kept_seconds,
    open_seconds,
    opening_moments,
    pairs_of,
    tolls_of,
)
from models.dispatch.clearing.problem import Clearing, Prices
from models.dispatch.clearing.reach import behind
from models.dispatch.clearing.schedule import Job
from models.dispatch.clearing.states import States
from models.dispatch.clearing.tails import Tails

MOST_ROADS: Final = 20
"""Roads up to which all orders are tried."""
MOST_STATES: Final = 400_000
"""In one layer."""
AT_ONCE: Final = 500
"""States between two looks at the clock."""


def tails_of(problem: Clearing, limits: Limits, prices: Prices) -> Tails:
    """Return prices summed from each moment on."""
    pairs, edges_s = pairs_of(problem, limits), prices.edges_s
    toll = tolls_of(pairs, prices)
    least_s, _ = pairs.least(toll)
    lost = pairs.gain.persons @ (least_s - pairs.gain.after_s[:, None])
    lengths_s = np.diff(edges_s)
    granted = np.zeros((problem.roads, lengths_s.size))
    np.add.at(granted, pairs.road, toll)
    must = set(behind(problem, limits))
    rows = zip(prices.before.tolist(), prices.behind.tolist(), strict=True)
    waits = np.flatnonzero(np.array([row in must for row in rows], dtype=np.bool_))
    np.subtract.at(granted, prices.behind[waits], prices.reach[waits])
    tails = Tails(
        edges_s=edges_s,
        loss=_tail((lost - problem.crews * prices.crew) * lengths_s),
        crew=_tail(prices.crew * lengths_s),
        granted=_tail(granted * lengths_s),
        before=prices.before[waits],
        behind=prices.behind[waits],
        reach=_tail(prices.reach[waits] * lengths_s),
        moments_s=np.zeros((problem.roads, 0)),
        least=np.zeros((problem.roads, 0)),
        work_s=limits.work_s,
        soon_s=limits.soon_s,
        way_s=limits.work_s - problem.clear_s,
    )
    return _with_least(tails, prices, waits, granted)


def _tail(parts: FloatArray) -> FloatArray:
    """Return sums from each end of an interval to the last, one more along the last axis."""
    none = np.zeros((*parts.shape[:-1], 1))
    return np.concatenate([np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1], none], axis=-1)


def _with_least(tails: Tails, prices: Prices, waits: IntArray, granted: FloatArray) -> Tails:
    """Return the tails with where F_b bends and the least from there on."""
    limits = Limits(tails.soon_s, tails.work_s, tails.work_s, tails.least)
    found = {}
    for b in np.flatnonzero(np.isfinite(tails.soon_s)).tolist():
        own = [w for w in waits.tolist() if prices.before[w] == b]
        moments_s = opening_moments(limits, tails.edges_s, b, [int(prices.behind[w]) for w in own])
        value = kept_seconds(moments_s, float(tails.work_s[b]), tails.edges_s) @ prices.crew
        value -= open_seconds(moments_s, tails.edges_s) @ granted[b]
        for w in own:
            after_s = moments_s + tails.work_s[prices.behind[w]]
            value -= open_seconds(after_s, tails.edges_s) @ prices.reach[w]
        found[b] = moments_s, np.minimum.accumulate(value[::-1])[::-1]
    longest = max((moments_s.size for moments_s, _ in found.values()), default=0)
    moments, least = (np.full((tails.soon_s.size, longest), np.inf) for _ in range(2))
    for b, (moments_s, value) in found.items():
        moments[b, : moments_s.size], least[b, : value.size] = moments_s, value
    return tails._replace(moments_s=moments, least=least)


def best_of_all(ground: Ground, tails: Tails, limit: float, clock: Clock) -> tuple[list[Job] | None, float]:
    """Return the jobs that lose the least if less than ``limit``, and what every order loses at least.

    Where time or room is up: no jobs, and the least that a state not looked at is sure to lose.
    """
    roads, crews = int(np.isfinite(tails.soon_s).sum()), ground.crew_to_end_s.shape[0]
    layers = [_start(crews)]
    room = _room(MOST_STATES, crews)
    for _ in range(roads):
        layer = layers[-1]
        count, rows = 0, np.argsort(layer.opened, kind="stable")
        for begin in range(0, rows.size, AT_ONCE):
            part = _rows(room, slice(count, None))
            more = grow(ground, tails, (layer, rows[begin : begin + AT_ONCE]), part, limit)
            if more < 0 or clock.over:
                return None, min(limit, float(layer.sure.min()))
            count += more
        if count == 0:
            return None, limit
        layers.append(_without_worse(ground, tails, _rows(room, np.arange(count))))
    last = layers[-1]
    best = int(last.lost.argmin())
    return _jobs(ground, layers, best), float(last.lost[best])


def _start(crews: int) -> States:
    start = _room(1, crews)
    for field in start:
        field[:] = 0
    start.road[:] = -1
    return start


def _room(rows: int, crews: int) -> States:
    lines, tables = np.empty((3, rows)), np.empty((2, rows, crews))
    whole = np.empty((2, rows), dtype=np.int64)
    road = np.empty((rows, crews), dtype=np.int64)
    return States(lines[0], lines[1], lines[2], whole[0], road, tables[0], tables[1], whole[1])


def _rows(states: States, part: slice | IntArray) -> States:
    return States(
        states.now_s[part],
        states.lost[part],
        states.sure[part],
        states.opened[part],
        states.road[part],
        states.depart_s[part],
        states.done_s[part],
        states.parent[part],
    )


def _without_worse(ground: Ground, tails: Tails, layer: States) -> States:
    begun = np.where(layer.road >= 0, 1 << np.maximum(layer.road, 0), 0)
    busy = np.bitwise_or.reduce(begun, axis=1) & ~layer.opened
    rows = np.lexsort((layer.lost, layer.now_s, busy, layer.opened))
    kept = rows[best_rows(ground, tails, layer, rows, busy)]
    return _rows(layer, kept)


def _jobs(ground: Ground, layers: list[States], row: int) -> list[Job]:
    """Return the jobs that lead to a state of the last layer, in the order in which roads open."""
    jobs = []
    for layer, before in zip(layers[:0:-1], layers[-2::-1], strict=True):
        parent = int(layer.parent[row])
        b = int(layer.opened[row] ^ before.opened[parent]).bit_length() - 1
        k = int(np.flatnonzero(layer.road[row] == b)[0])
        open_s = float(layer.done_s[row, k])
        begin_s = open_s - float(ground.clear_s[b])
        jobs.append(Job(b, k, float(layer.depart_s[row, k]), begin_s, open_s))
        row = parent
    return jobs[::-1]
