"""Nested dissection: an elimination order with few shortcuts, from where the nodes lie.

Chains and dead ends are eliminated first. What is left is cut in two by the smallest separator that inertial
flow finds, the separator is ordered last, and so on with both sides.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.sparse import coo_array

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.network import RoadNetwork
from dss.routing.kernels.dissect import dissect_piece, split_piece
from dss.routing.kernels.peel import peel_chains
from dss.routing.kernels.structure import Ground
from dss.routing.order import NodeOrder, fingerprint
from dss.threads import worker_count

LARGE_NODES: Final = 4000
"""Pieces above this size are split one by one, smaller ones dissected whole by one thread."""


def dissect(network: RoadNetwork, directions: int = 4) -> NodeOrder:
    """Order the nodes of a network by nested dissection.

    Parameters
    ----------
    network
        Its topology and, where it has them, its coordinates; times do not matter. Without coordinates each
        piece is laid out by hop counts from nodes that are far apart.
    directions
        Directions in which cuts are tried: 1, 2, 4 or 8.

    Returns
    -------
    The order, the same on every machine.

    Notes
    -----
    George (1973) for the dissection, Schild and Sommer (2015) for inertial flow, Dibbelt, Strasser and
    Wagner (2016) for its use in routing.
    """
    first, head = undirected(network.tail, network.head, network.n_nodes)
    peeled, head, degree = peel_chains(first, head)
    left = np.ones(network.n_nodes, dtype=np.bool_)
    left[peeled] = False
    order = np.flatnonzero(left).astype(np.int32)
    if order.size:
        piece = np.where(left, 0, -1).astype(np.int32)
        x, y = _coordinates(network)
        _dissect(Ground(first, head, degree, x, y, order, piece, np.empty_like(piece)), directions)
    return NodeOrder(np.concatenate([peeled.astype(np.int32), order]), fingerprint(network))


def undirected(
    tail: IntArray | Int32Array, head: IntArray | Int32Array, n_nodes: int
) -> tuple[IntArray, Int32Array]:
    """Return the adjacency of edges taken both ways, without loops and parallel edges.

    Returns
    -------
    ``first`` (n nodes + 1,) and ``head``: the neighbours of u are ``head[first[u]:first[u + 1]]``, ascending.
    """
    proper = tail != head
    u, v = tail[proper], head[proper]
    both = (np.concatenate([u, v]), np.concatenate([v, u]))
    matrix = coo_array((np.ones(both[0].size, dtype=np.bool_), both), shape=(n_nodes, n_nodes)).tocsr()
    matrix.sum_duplicates()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)


def _coordinates(network: RoadNetwork) -> tuple[FloatArray, FloatArray]:
    """Coordinates of all nodes, or empty arrays."""
    if network.x_m is None or network.y_m is None:
        return np.empty(0), np.empty(0)
    return np.array(network.x_m, dtype=np.float64), np.array(network.y_m, dtype=np.float64)


def _dissect(ground: Ground, directions: int) -> None:
    """Dissect all pieces on all cores; ``ground.order`` is rearranged in place."""

    def work(lo: int, hi: int) -> IntArray:
        if hi - lo > LARGE_NODES:
            return split_piece(ground, lo, hi, directions)
        dissect_piece(ground, lo, hi, directions)
        return np.zeros(1, dtype=np.int64)

    with ThreadPoolExecutor(worker_count()) as pool:
        running: set[Future[IntArray]] = {pool.submit(work, 0, ground.order.size)}
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                pieces = pairwise(future.result().tolist())
                running |= {pool.submit(work, lo, hi) for lo, hi in pieces if lo < hi}
