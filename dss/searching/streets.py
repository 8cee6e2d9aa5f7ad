"""Edges grouped by the node where they start."""

from typing import NamedTuple

import numpy as np

from dss.arrays import Int32Array, IntArray


class Streets(NamedTuple):
    """The edges that start at node v are ``edge[first[v]:first[v + 1]]``, ascending; they end at ``head``."""

    first: IntArray
    edge: Int32Array
    head: Int32Array


def edges_by_node(tail: Int32Array, head: Int32Array, n_nodes: int) -> Streets:
    """Group edges by their tails; swap the arguments to group them by their heads. O(n edges log n edges)."""
    order = np.argsort(tail, kind="stable").astype(np.int32)
    first = np.zeros(n_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=n_nodes), out=first[1:])
    return Streets(first, order, np.ascontiguousarray(head[order]))
