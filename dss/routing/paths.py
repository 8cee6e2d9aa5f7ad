"""Shortest paths as road edges."""

from typing import NamedTuple

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.routing.kernels.structure import Weights
from dss.routing.kernels.unpack import find_paths as unpack
from dss.routing.topology import Topology
from dss.threads import even_cuts, run_parts


class Paths(NamedTuple):
    """Shortest paths of many pairs, one after the other.

    Parameters
    ----------
    first
        The path of pair p is ``edges[first[p]:first[p + 1]]``, shape (n pairs + 1,).
    edges
        Road edge indices in the order of travel.
    seconds
        Sum of the edges' times, shape (n pairs,): 0 with no edges where origin and target are the same
        node, inf with no edges where no open road leads.
    """

    first: IntArray
    edges: IntArray
    seconds: FloatArray


def find_paths(topology: Topology, weights: Weights, sources: Int32Array, targets: Int32Array) -> Paths:
    """Shortest path of each pair of ranks.

    Notes
    -----
    Elimination-tree query of Dibbelt, Strasser and Wagner (2016), section 6; shortcuts are unpacked by
    finding the lower triangle whose sum is their weight.
    """
    if sources.size == 0:
        return Paths(np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    parts = run_parts(
        lambda lo, hi: unpack(topology.arcs, topology.roads, weights, sources, targets, lo, hi),
        even_cuts(sources.size, least=64),
    )
    edges, lengths, seconds = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Paths(np.concatenate([[0], np.cumsum(lengths)]), edges, seconds)
