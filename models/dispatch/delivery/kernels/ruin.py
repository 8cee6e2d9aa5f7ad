"""Ruin a part of a plan: visits of neighbouring calls, or whole trips of a neighbourhood."""

from numba import njit

from dss.arrays import BoolArray, UIntArray
from models.chance import Whole, below, unit
from models.dispatch.delivery.kernels.tours import (
    AFTER,
    CALL,
    HEAD,
    VEHICLE,
    Ground,
    Tours,
    drop_visit,
    retime,
)

PASS_OVER = 0.3
"""How often a neighbour is passed over."""


@njit(cache=True, nogil=True)
def _drop_trip(ground: Ground, tours: Tours, h: Whole) -> None:
    """Take all visits of a trip out."""
    n = tours.node[h, AFTER]
    while n >= 0 and tours.node[n, CALL] >= 0:
        m = tours.node[n, AFTER]
        drop_visit(ground, tours, n)
        n = m


@njit(cache=True, nogil=True)
def ruin(ground: Ground, tours: Tours, random: UIntArray, most: Whole, touched: BoolArray) -> None:
    """Take up to ``most`` neighbouring calls out, or as many trips that pass there; set times anew."""
    for v in range(touched.size):
        touched[v] = False
    c = below(random, ground.place.size)
    want, whole_trips = 1 + below(random, most), unit(random) < 0.5
    for y in range(ground.near.shape[1]):
        if want <= 0:
            break
        if y > 0 and unit(random) < PASS_OVER:
            continue
        near = ground.near[c, y]
        while tours.visit[near] >= 0 and want > 0:
            n = tours.visit[near]
            touched[tours.node[n, VEHICLE]] = True
            if whole_trips:
                _drop_trip(ground, tours, tours.node[n, HEAD])
                want -= 1
            else:
                drop_visit(ground, tours, n)
        if not whole_trips:
            want -= 1
    for v in range(touched.size):
        if touched[v]:
            retime(ground, tours, v)
