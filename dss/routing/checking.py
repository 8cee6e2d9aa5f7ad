"""What callers may not ask of a router: one named check each, before any work."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.errors import NetworkError

LONGEST_S: Final = 1e30
"""Longest finite travel time of an edge, in seconds; sums of longer ones would not fit float32."""


def as_nodes(nodes: IntArray, n_nodes: int, name: str) -> IntArray:
    """Return node indices as int64, or refuse them.

    Raises
    ------
    NetworkError
        If they are not a flat array of integers, or one is outside the network.
    """
    array = np.asarray(nodes)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise NetworkError("routing_index_type", name=name, shape=array.shape, dtype=str(array.dtype))
    _require_inside(array, n_nodes, name)
    return array.astype(np.int64)


def as_times(travel_time_s: FloatArray, edges: IntArray | range) -> FloatArray:
    """Return a private float64 copy of the times of some edges, or refuse them.

    Raises
    ------
    NetworkError
        If there is not one for each edge, or one is NaN, negative or finite above 1e30 s.
    """
    times = np.array(travel_time_s, dtype=np.float64, order="C")
    if times.shape != (len(edges),):
        raise NetworkError("routing_time_shape", shape=times.shape, edges=len(edges))
    wrong = ~(times >= 0)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise NetworkError("edge_time", edge=int(edges[i]), value=float(times[i]), count=int(wrong.sum()))
    too_long = np.isfinite(times) & (times > LONGEST_S)
    if too_long.any():
        i = int(np.flatnonzero(too_long)[0])
        raise NetworkError("routing_time_long", edge=int(edges[i]), value=float(times[i]), longest=LONGEST_S)
    return times


def as_edges(edges: IntArray, n_edges: int) -> IntArray:
    """Return edge indices as int64, or refuse them.

    Raises
    ------
    NetworkError
        If they are not a flat array of integers, or one is outside the network.
    """
    array = np.asarray(edges)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise NetworkError("routing_index_type", name="edges", shape=array.shape, dtype=str(array.dtype))
    _require_inside(array, n_edges, "edges")
    return array.astype(np.int64)


def require_limit(limit_s: float) -> None:
    """Refuse a time limit that is NaN or negative.

    Raises
    ------
    NetworkError
        If it is.
    """
    if not limit_s >= 0:
        raise NetworkError("routing_limit", value=limit_s)


def require_count(k: int) -> None:
    """Refuse to look for fewer than one nearest target.

    Raises
    ------
    NetworkError
        If k is below 1.
    """
    if k < 1:
        raise NetworkError("routing_count", value=k)


def _require_inside(array: IntArray, size: int, name: str) -> None:
    wrong = (array < 0) | (array >= size)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise NetworkError(
            "routing_index_outside",
            name=name,
            position=at,
            value=int(array[at]),
            size=size,
            count=int(wrong.sum()),
        )


def require_pairs(origins: Int32Array, targets: Int32Array) -> None:
    """Refuse origins and targets that do not pair up.

    Raises
    ------
    NetworkError
        If their numbers differ.
    """
    if origins.shape != targets.shape:
        raise NetworkError("routing_pairs", origins=origins.size, targets=targets.size)
