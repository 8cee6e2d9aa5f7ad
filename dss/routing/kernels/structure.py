"""The arrays that kernels take together, under one name each."""

from typing import NamedTuple, TypeAlias

import numpy as np

from dss.arrays import Float32Array, FloatArray, Int32Array, IntArray

Index: TypeAlias = int | np.integer
Seconds: TypeAlias = float | np.floating


class Graph(NamedTuple):
    """An undirected graph without loops or parallel edges.

    The neighbours of u are ``head[first[u]:first[u + 1]]``; both directions of an edge carry the same number
    in ``edge``.
    """

    first: IntArray
    head: Int32Array
    edge: Int32Array


class Ground(NamedTuple):
    """What a dissection works on.

    The neighbours of u are ``head[first[u]:first[u] + degree[u]]``; ``x, y`` are empty where nobody knows
    where the nodes are. ``order`` is rearranged piece by piece, ``piece`` and ``local`` are working arrays.
    """

    first: IntArray
    head: Int32Array
    degree: IntArray
    x: FloatArray
    y: FloatArray
    order: Int32Array
    piece: Int32Array
    local: Int32Array


class Hierarchy(NamedTuple):
    """The arcs of the chordal supergraph, nodes numbered by rank.

    Upward arcs of v lead to ``head[first[v]:first[v + 1]]``, ascending. The same arcs seen from above:
    lower ends ``down_tail[down_first[v]:down_first[v + 1]]``, ascending, and arc numbers ``down_arc``.
    ``parent`` is the elimination tree, -1 at roots.
    """

    first: IntArray
    head: Int32Array
    parent: Int32Array
    down_first: IntArray
    down_tail: Int32Array
    down_arc: Int32Array


class Roads(NamedTuple):
    """Which road edges lie on which arcs.

    Those on the arcs of v are ``edge[first[v]:first[v + 1]]``, ascending; ``slot`` is twice the arc, plus one
    where the edge leads down.
    """

    first: IntArray
    edge: Int32Array
    slot: Int32Array


class Weights(NamedTuple):
    """Seconds of the road edges, (n edges,), and of the arcs upwards and downwards, (n arcs,)."""

    time_s: FloatArray
    up: Float32Array
    down: Float32Array


class Sources(NamedTuple):
    """The sources of one sweep.

    ``rank`` of each; ``by_block`` sorts them, those in block b are
    ``by_block[block_first[b]:block_first[b + 1]]``. The climb leaves the seconds of the ancestors of source s
    inside its block in ``seed[seed_first[s]:seed_first[s + 1]]``, those above in ``top``
    (batches, top nodes, LANES).
    """

    rank: Int32Array
    by_block: IntArray
    block_first: IntArray
    seed_first: IntArray
    seed: Float32Array
    top: Float32Array


class Visit(NamedTuple):
    """What a sweep visits and where it writes.

    Block b consists of the ranks ``block[b]:block[b + 1]``; those to visit are
    ``low[low_first[b]:low_first[b + 1]]``. ``high`` are the ranks to visit above all blocks. The times of
    rank v go to row ``row[v]`` of the result, nowhere where that is negative.
    """

    block: IntArray
    low_first: IntArray
    low: Int32Array
    high: Int32Array
    row: Int32Array
