"""Close roads one after the other and search again only where the way to the nearest site led over them.

Index names: ``v`` nodes, ``e`` edges, ``i`` demands, ``c`` closures. The ways of all nodes to their nearest
sites form a forest; a closed edge that is not in it changes nothing, one that is changes what lies below it.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.searching import Streets
from dss.searching.kernels.queue import DONE, Queue, forget, lower, make_queue, take_first


class Forest(NamedTuple):
    """Seconds from each node to its nearest site, and the edge that the way begins with, -1 for none.

    Those whose way leads on through node v are ``child[first[v]:first[v + 1]]``.
    """

    seconds: FloatArray
    via: Int32Array
    first: IntArray
    child: Int32Array


class Ground(NamedTuple):
    """Edges out of and into each node, ends and seconds of each edge, seconds to a site right at a node."""

    out_of: Streets
    into: Streets
    tail: Int32Array
    time_s: FloatArray
    site_s: FloatArray


class Crowd(NamedTuple):
    """Demands: two nodes each, (2, n), seconds to them, seconds without any node, persons, seconds now.

    The demands at node v are ``at[first[v]:first[v + 1]]``.
    """

    node: IntArray
    access_s: FloatArray
    stay_s: FloatArray
    persons: FloatArray
    now_s: FloatArray
    first: IntArray
    at: Int32Array


class Tally(NamedTuple):
    """What each closure costs, (closures,), and for each demand how many cut it off and the worst of them."""

    extra_person_s: FloatArray
    cut_off: FloatArray
    delayed: FloatArray
    cuts: Int32Array
    worst: Int32Array
    worst_persons: FloatArray


class Desk(NamedTuple):
    """Working arrays: the queue, stamps of nodes, edges and demands, and the nodes and demands at hand."""

    queue: Queue
    node_stamp: Int32Array
    edge_stamp: Int32Array
    demand_stamp: Int32Array
    nodes: Int32Array
    demands: Int32Array


@njit(cache=True, nogil=True)
def grow_forest(ground: Ground) -> tuple[FloatArray, Int32Array]:
    """Return the seconds of each node to its nearest site and the edges the ways begin with. O(E log n)."""
    n_nodes = ground.site_s.size
    queue, via, size = make_queue(n_nodes), np.full(n_nodes, -1, dtype=np.int32), 0
    for v in range(n_nodes):
        if ground.site_s[v] < np.inf:
            size = lower(queue, size, v, ground.site_s[v])
    while size > 0:
        v, size = take_first(queue, size)
        for a in range(ground.into.first[v], ground.into.first[v + 1]):
            u, e = ground.into.head[a], ground.into.edge[a]
            seconds = queue.key[v] + ground.time_s[e]
            if queue.place[u] != DONE and seconds < queue.key[u]:
                size = lower(queue, size, u, seconds)
                via[u] = e
    return queue.key, via


@njit(cache=True, nogil=True)
def make_desk(n_nodes: int, n_edges: int, n_demands: int) -> Desk:
    """Return working arrays. O(n nodes + n edges + n demands)."""
    return Desk(
        make_queue(n_nodes),
        np.full(n_nodes, -1, dtype=np.int32),
        np.full(n_edges, -1, dtype=np.int32),
        np.full(n_demands, -1, dtype=np.int32),
        np.empty(n_nodes, dtype=np.int32),
        np.empty(n_demands, dtype=np.int32),
    )


@njit(cache=True, nogil=True)
def _stamp_below(ground: Ground, forest: Forest, desk: Desk, edges: Int32Array, c: int) -> int:
    """Stamp the closed edges and every node whose way leads over one; return how many. O(nodes below)."""
    count = 0
    for e in edges:
        desk.edge_stamp[e] = c
        root = ground.tail[e]
        if forest.via[root] == e and desk.node_stamp[root] != c:
            desk.node_stamp[root] = c
            desk.nodes[count] = root
            count += 1
    at = 0
    while at < count:
        v = desk.nodes[at]
        at += 1
        for a in range(forest.first[v], forest.first[v + 1]):
            u = forest.child[a]
            if desk.node_stamp[u] != c:
                desk.node_stamp[u] = c
                desk.nodes[count] = u
                count += 1
    return count


@njit(cache=True, nogil=True)
def _search_again(ground: Ground, forest: Forest, desk: Desk, count: int, c: int) -> None:
    """Give the stamped nodes their new seconds. O(edges at the stamped nodes log of them)."""
    queue, size = desk.queue, 0
    for i in range(count):
        v = desk.nodes[i]
        best = ground.site_s[v]
        for a in range(ground.out_of.first[v], ground.out_of.first[v + 1]):
            u, e = ground.out_of.head[a], ground.out_of.edge[a]
            if desk.node_stamp[u] != c and desk.edge_stamp[e] != c:
                best = min(best, forest.seconds[u] + ground.time_s[e])
        if best < np.inf:
            size = lower(queue, size, v, best)
    while size > 0:
        v, size = take_first(queue, size)
        for a in range(ground.into.first[v], ground.into.first[v + 1]):
            u, e = ground.into.head[a], ground.into.edge[a]
            if desk.node_stamp[u] != c or desk.edge_stamp[e] == c or queue.place[u] == DONE:
                continue
            seconds = queue.key[v] + ground.time_s[e]
            if seconds < queue.key[u]:
                size = lower(queue, size, u, seconds)


@njit(cache=True, nogil=True)
def _count(forest: Forest, crowd: Crowd, desk: Desk, tally: Tally, count: int, c: int) -> None:
    """Add up what the people at the stamped nodes lose. O(demands there)."""
    cut = 0
    for i in range(count):
        v = desk.nodes[i]
        for a in range(crowd.first[v], crowd.first[v + 1]):
            d = crowd.at[a]
            if desk.demand_stamp[d] == c or crowd.now_s[d] == np.inf:
                continue
            desk.demand_stamp[d] = c
            new_s = crowd.stay_s[d]
            for end in range(2):
                u = crowd.node[end, d]
                seconds = desk.queue.key[u] if desk.node_stamp[u] == c else forest.seconds[u]
                new_s = min(new_s, crowd.access_s[end, d] + seconds)
            if new_s == np.inf:
                tally.cut_off[c] += crowd.persons[d]
                tally.cuts[d] += 1
                desk.demands[cut] = d
                cut += 1
            elif new_s > crowd.now_s[d]:
                tally.extra_person_s[c] += crowd.persons[d] * (new_s - crowd.now_s[d])
                tally.delayed[c] += crowd.persons[d]
    for i in range(cut):
        d = desk.demands[i]
        if tally.cut_off[c] > tally.worst_persons[d]:
            tally.worst_persons[d] = tally.cut_off[c]
            tally.worst[d] = c


@njit(cache=True, nogil=True)
def close_some(
    ground: Ground,
    forest: Forest,
    crowd: Crowd,
    tally: Tally,
    desk: Desk,
    first: IntArray,
    edges: Int32Array,
    chosen: IntArray,
) -> None:
    """Work out chosen closures; closure c shuts ``edges[first[c]:first[c + 1]]``. O(all that lies below)."""
    for c in chosen:
        count = _stamp_below(ground, forest, desk, edges[first[c] : first[c + 1]], c)
        if count > 0:
            _search_again(ground, forest, desk, count, c)
            _count(forest, crowd, desk, tally, count, c)
            forget(desk.queue, desk.nodes, count)


@njit(cache=True, nogil=True)
def matter(forest: Forest, tail: Int32Array, first: IntArray, edges: Int32Array) -> BoolArray:
    """Tell which closures shut an edge of the forest; the others cost nobody anything. O(closed edges)."""
    found = np.zeros(first.size - 1, dtype=np.bool_)
    for c in range(found.size):
        for e in edges[first[c] : first[c + 1]]:
            if forest.via[tail[e]] == e:
                found[c] = True
    return found
