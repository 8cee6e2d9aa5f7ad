"""Travel times between many nodes: one climb per source, then one sweep down the order for 64 of them."""

from functools import partial
from typing import Final

import numpy as np

from dss.arrays import Float32Array, Int32Array
from dss.routing.kernels.structure import Sources, Visit
from dss.routing.kernels.sweep import (
    LANES,
    climb,
    depth_below,
    mark_above,
    sweep_blocks,
    sweep_top,
    write_top,
)
from dss.routing.topology import Topology
from dss.threads import balanced_cuts, even_cuts, run_parts

PASS_LANES: Final = 16 * LANES
"""Sources swept in one pass: bounds the memory for the labels of the top."""


def visit_all(topology: Topology) -> Visit:
    """Visit every rank; rows are node indices."""
    return _visit(topology, np.arange(topology.n_nodes, dtype=np.int32), topology.node)


def visit_above(topology: Topology, ranks: Int32Array) -> Visit:
    """Visit what some ranks need: their ancestors in the elimination tree. Rows follow ``ranks`` (unique).

    Notes
    -----
    Delling, Goldberg and Werneck (2011), "Faster batched shortest paths in road networks", RPHAST.
    """
    row = np.full(topology.n_nodes, -1, dtype=np.int32)
    row[ranks] = np.arange(ranks.size, dtype=np.int32)
    return _visit(topology, mark_above(topology.arcs.parent, ranks), row)


def _visit(topology: Topology, ranks: Int32Array, row: Int32Array) -> Visit:
    cut = int(np.searchsorted(ranks, topology.n_low))
    low_first = np.searchsorted(ranks[:cut], topology.blocks).astype(np.int64)
    return Visit(topology.blocks, low_first, ranks[:cut], ranks[cut:], row)


def sweep(
    topology: Topology, climbing: Float32Array, falling: Float32Array, ranks: Int32Array, visit: Visit
) -> Float32Array:
    """Travel times between some ranks and the rows of a visit.

    Parameters
    ----------
    topology
        What is swept.
    climbing, falling
        Weights of the arcs upwards and downwards: (up, down) for times from the ranks, (down, up) for
        times to them.
    ranks
        Where the climbs start, shape (n,).
    visit
        What is swept, and which row belongs to which rank.

    Returns
    -------
    Seconds, shape (rows, n).

    Notes
    -----
    Delling, Goldberg, Nowatzyk and Werneck (2013), PHAST: O(arcs) per source, the labels of 64 sources side
    by side. Blocks are finished for all sources while their labels are in the cache.
    """
    out = np.empty((np.count_nonzero(visit.row >= 0), ranks.size), dtype=np.float32)
    for column in range(0, ranks.size, PASS_LANES):
        sources = _sources(topology, ranks[column : column + PASS_LANES])
        _climb_and_sweep_top(topology, (climbing, falling), sources, visit)
        write_top(topology.n_low, visit, sources, out, column)
        blocks = partial(sweep_blocks, topology.arcs, falling, visit, sources, out, column)
        run_parts(blocks, balanced_cuts(visit.low_first, least=500))
    return out


def _sources(topology: Topology, ranks: Int32Array) -> Sources:
    """Make room for the climbs from up to ``PASS_LANES`` ranks."""
    depth = depth_below(topology.arcs.parent, ranks, topology.n_low)
    by_block = np.argsort(ranks, kind="stable")
    batches = -(-ranks.size // LANES)
    return Sources(
        rank=ranks,
        by_block=by_block,
        block_first=np.searchsorted(ranks[by_block], topology.blocks).astype(np.int64),
        seed_first=np.concatenate([[0], np.cumsum(depth)]).astype(np.int64),
        seed=np.empty(int(depth.sum()), dtype=np.float32),
        top=np.full((batches, topology.n_nodes - topology.n_low, LANES), np.inf, dtype=np.float32),
    )


def _climb_and_sweep_top(
    topology: Topology, weights: tuple[Float32Array, Float32Array], sources: Sources, visit: Visit
) -> None:
    """Search upwards from each source, then sweep what is above the blocks, batches side by side."""
    climbing, falling = weights
    arcs, n_low = topology.arcs, topology.n_low
    batches = sources.top.shape[0]
    run_parts(partial(climb, arcs, climbing, n_low, sources), even_cuts(sources.rank.size, least=32))
    run_parts(partial(sweep_top, arcs, falling, n_low, visit, sources.top), even_cuts(batches, least=1))
