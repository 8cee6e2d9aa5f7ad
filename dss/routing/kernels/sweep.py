"""One sweep from the top of the order down, for many sources side by side."""

import numpy as np
from numba import njit

from dss.arrays import Float32Array, Int32Array, IntArray
from dss.routing.kernels.structure import Hierarchy, Index, Sources, Visit

LANES = 64
"""Sources side by side: the labels of a node fill four cache lines, and the loop over them vectorises."""


@njit(cache=True, nogil=True)
def climb(
    arcs: Hierarchy, weight: Float32Array, n_low: Index, sources: Sources, lo: Index, hi: Index
) -> None:
    """Search upwards from sources ``lo:hi`` along the elimination tree. O(arcs above each source)."""
    label = np.full(arcs.parent.size, np.inf, np.float32)
    for s in range(lo, hi):
        v = sources.rank[s]
        label[v] = 0.0
        place = sources.seed_first[s]
        while v >= 0:
            t = label[v]
            label[v] = np.inf
            if v < n_low:
                sources.seed[place] = t
                place += 1
            else:
                sources.top[s // LANES, v - n_low, s % LANES] = t
            if t < np.inf:
                for a in range(arcs.first[v], arcs.first[v + 1]):
                    u = arcs.head[a]
                    label[u] = min(label[u], t + weight[a])
            v = arcs.parent[v]


@njit(cache=True, nogil=True)
def _relax(own: Float32Array, other: Float32Array, weight: np.float32) -> None:
    """Relax one arc for all lanes. O(LANES), vectorised."""
    for k in range(LANES):
        own[k] = min(own[k], other[k] + weight)


@njit(cache=True, nogil=True)
def sweep_top(
    arcs: Hierarchy, weight: Float32Array, n_low: Index, visit: Visit, top: Float32Array, lo: Index, hi: Index
) -> None:
    """Sweep the ranks above the blocks downwards, for batches ``lo:hi``. O(arcs * batches)."""
    for q in range(lo, hi):
        label = top[q]
        for i in range(visit.high.size - 1, -1, -1):
            v = visit.high[i]
            own = label[v - n_low]
            for a in range(arcs.first[v], arcs.first[v + 1]):
                _relax(own, label[arcs.head[a] - n_low], weight[a])


@njit(cache=True, nogil=True)
def sweep_blocks(
    arcs: Hierarchy,
    weight: Float32Array,
    visit: Visit,
    sources: Sources,
    out: Float32Array,
    column: Index,
    lo: Index,
    hi: Index,
) -> None:
    """Sweep blocks ``lo:hi``, each for all batches while its labels are in the cache. O(arcs * batches).

    Times go to ``out`` (rows, lanes) from ``column`` on.
    """
    widest = 0
    for b in range(lo, hi):
        widest = max(widest, visit.block[b + 1] - visit.block[b])
    label = np.empty((widest, LANES), np.float32)
    for b in range(lo, hi):
        chosen = visit.low[visit.low_first[b] : visit.low_first[b + 1]]
        if chosen.size == 0:
            continue
        begin, end = visit.block[b], visit.block[b + 1]
        for q in range(sources.top.shape[0]):
            for v in chosen:
                label[v - begin, :] = np.inf
            _seed_block(arcs.parent, sources, b, q, begin, label)
            _sweep_block(arcs, weight, chosen, begin, end, visit.block[-1], label, sources.top[q])
            s = q * LANES
            _write_block(chosen, begin, visit.row, label, out, column + s, min(LANES, sources.rank.size - s))


@njit(cache=True, nogil=True)
def _seed_block(
    parent: Int32Array, sources: Sources, b: Index, q: Index, begin: Index, label: Float32Array
) -> None:
    """Set what the climbs from the sources of one batch found inside block b. O(sources * depth)."""
    for i in range(sources.block_first[b], sources.block_first[b + 1]):
        s = sources.by_block[i]
        if s // LANES == q:
            v = sources.rank[s]
            for j in range(sources.seed_first[s], sources.seed_first[s + 1]):
                label[v - begin, s % LANES] = sources.seed[j]
                v = parent[v]


@njit(cache=True, nogil=True)
def _sweep_block(
    arcs: Hierarchy,
    weight: Float32Array,
    chosen: Int32Array,
    begin: Index,
    end: Index,
    n_low: Index,
    label: Float32Array,
    top: Float32Array,
) -> None:
    """Sweep one block for one batch; arcs that leave the block lead to the top. O(arcs)."""
    for i in range(chosen.size - 1, -1, -1):
        v = chosen[i]
        own = label[v - begin]
        for a in range(arcs.first[v], arcs.first[v + 1]):
            u = arcs.head[a]
            _relax(own, label[u - begin] if u < end else top[u - n_low], weight[a])


@njit(cache=True, nogil=True)
def _write_block(
    chosen: Int32Array,
    begin: Index,
    row: Int32Array,
    label: Float32Array,
    out: Float32Array,
    column: Index,
    count: Index,
) -> None:
    """Write the labels of one block and batch to their rows. O(nodes * LANES)."""
    for v in chosen:
        r = row[v]
        if r >= 0:
            out[r, column : column + count] = label[v - begin, :count]


@njit(cache=True, nogil=True)
def write_top(n_low: Index, visit: Visit, sources: Sources, out: Float32Array, column: Index) -> None:
    """Write the labels of the ranks above the blocks to their rows. O(nodes * sources)."""
    for v in visit.high:
        r = visit.row[v]
        if r >= 0:
            for s in range(sources.rank.size):
                out[r, column + s] = sources.top[s // LANES, v - n_low, s % LANES]


@njit(cache=True, nogil=True)
def mark_above(parent: Int32Array, ranks: Int32Array) -> Int32Array:
    """All ancestors of some ranks in the elimination tree, themselves included, ascending. O(V)."""
    marked = np.zeros(parent.size, np.bool_)
    for rank in ranks:
        v = rank
        while v >= 0 and not marked[v]:
            marked[v] = True
            v = parent[v]
    return np.flatnonzero(marked).astype(np.int32)


@njit(cache=True, nogil=True)
def depth_below(parent: Int32Array, ranks: Int32Array, n_low: Index) -> IntArray:
    """Count the nodes below ``n_low`` on the way up from each rank. O(depth) each."""
    depth = np.zeros(ranks.size, np.int64)
    for i in range(ranks.size):
        v = ranks[i]
        while 0 <= v < n_low:
            depth[i] += 1
            v = parent[v]
    return depth
