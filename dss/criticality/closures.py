"""Close one road at a time: what it costs in person-time, whom it cuts off."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.criticality.access import SiteAccess
from dss.criticality.kernels.sweep import Tally, close_some, make_desk, matter
from dss.errors import NetworkError
from dss.routing.checking import as_edges
from dss.threads import even_cuts, run_parts, worker_count

RUNS_PER_WORKER: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Closures:
    """What is to be closed, one closure at a time.

    Parameters
    ----------
    first, edges
        Closure c shuts ``edges[first[c]:first[c + 1]]``; ``first`` has the shape (closures + 1,).
    """

    first: IntArray
    edges: Int32Array

    @property
    def count(self) -> int:
        """Number of closures."""
        return int(self.first.size) - 1


def single_roads(rows: IntArray) -> Closures:
    """Close each of some road features in both directions: edges 2f and 2f + 1 of row f."""
    edges = np.column_stack([2 * rows, 2 * rows + 1]).ravel().astype(np.int32)
    return Closures(2 * np.arange(rows.size + 1, dtype=np.int64), edges)


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What each closure costs. Who reaches no site anyway is left out.

    Parameters
    ----------
    extra_person_s
        Time that those lose together who still reach a site, shape (closures,).
    persons_cut_off, persons_delayed
        Persons who reach no site any more, and who take longer, shape (closures,).
    cuts
        For each demand, how many of the closures cut it off, shape (n demands,).
    worst
        For each demand, the closure that cuts it off along with most persons; ``closures`` where none does.
    """

    extra_person_s: FloatArray
    persons_cut_off: FloatArray
    persons_delayed: FloatArray
    cuts: IntArray
    worst: IntArray

    def lost_person_s(self, cut_off_s: float) -> FloatArray:
        """Return the whole loss, a person cut off counting as ``cut_off_s`` seconds, shape (closures,)."""
        return self.extra_person_s + self.persons_cut_off * cut_off_s

    def ranking(self, cut_off_s: float) -> IntArray:
        """Return the closures, the costliest first, ties by number."""
        return np.argsort(-self.lost_person_s(cut_off_s), kind="stable")


def close_each(access: SiteAccess, closures: Closures) -> Losses:
    """Work out every closure, each on its own, exactly.

    Raises
    ------
    NetworkError
        If an edge is outside the network, or the bounds do not fit the edges.

    Notes
    -----
    Only closures on the forest of ways to the nearest sites can change anything, and only for nodes below
    them, which are searched again: O(sum over closures of the edges at the nodes below, times a log).
    """
    require_closures(access, closures)
    return close_chosen(access, closures, matters(access, closures))


def matters(access: SiteAccess, closures: Closures) -> IntArray:
    """Return the closures that lie on somebody's way; all others cost nothing."""
    edges = closures.edges.astype(np.int32)
    return np.flatnonzero(matter(access.forest, access.ground.tail, closures.first, edges))


def close_chosen(access: SiteAccess, closures: Closures, chosen: IntArray) -> Losses:
    """Work out some of the closures; the others are given no loss."""
    parts = run_parts(
        partial(_close_run, access, closures, chosen),
        even_cuts(chosen.size, RUNS_PER_WORKER * worker_count()),
    )
    return _joined(parts, closures.count, access.demand.persons.size)


def require_closures(access: SiteAccess, closures: Closures) -> None:
    """Refuse closures that do not fit the network.

    Raises
    ------
    NetworkError
        If an edge is outside the network, or the bounds do not fit the edges.
    """
    as_edges(closures.edges.astype(np.int64), access.network.n_edges)
    first = closures.first
    if first.size == 0 or first[0] != 0 or first[-1] != closures.edges.size or (np.diff(first) < 0).any():
        raise NetworkError("closure_bounds", edges=closures.edges.size)


def _close_run(access: SiteAccess, closures: Closures, chosen: IntArray, lo: int, hi: int) -> Tally:
    tally = _empty_tally(closures.count, access.demand.persons.size)
    desk = make_desk(access.network.n_nodes, access.network.n_edges, access.demand.persons.size)
    first, edges = closures.first.astype(np.int64), closures.edges.astype(np.int32)
    close_some(access.ground, access.forest, access.crowd, tally, desk, first, edges, chosen[lo:hi])
    return tally


def _empty_tally(closures: int, demands: int) -> Tally:
    return Tally(
        np.zeros(closures),
        np.zeros(closures),
        np.zeros(closures),
        np.zeros(demands, dtype=np.int32),
        np.full(demands, closures, dtype=np.int32),
        np.zeros(demands),
    )


def _joined(parts: list[Tally], closures: int, demands: int) -> Losses:
    total = _empty_tally(closures, demands)
    for part in parts:
        for name in ("extra_person_s", "cut_off", "delayed", "cuts"):
            getattr(total, name)[:] += getattr(part, name)
        worse = part.worst_persons > total.worst_persons
        total.worst[worse], total.worst_persons[worse] = part.worst[worse], part.worst_persons[worse]
    return Losses(
        total.extra_person_s,
        total.cut_off,
        total.delayed,
        total.cuts.astype(np.int64),
        total.worst.astype(np.int64),
    )
