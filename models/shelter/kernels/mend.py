"""Mending a flow after a change: shortest chains of moves between shelters, from where it is too full.

Sites are the shelters 0 .. m - 1 and being unmet, m; nowhere, m + 1, is where those start who must go anew.
The last arc of each cell leads to m. Empty places count as persons of a cell of its own who go anywhere for
nothing, so that every site is full all the time, and a site is wrong by so many persons (``over``).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, IntArray

FAR = 2**60
EMPTY = -1
NOWHERE = -2


class Net(NamedTuple):
    """Arcs grouped by cell, the last of each to being unmet.

    ``start`` (n + 1,); ``cell``, ``site``, ``cost`` and ``told`` (arcs,): whole units of cost, and persons
    who may go at that cost, anybody beyond them at ``step`` more; the arcs of site j are
    ``arc_at[first_at[j]] .. arc_at[first_at[j + 1] - 1]``.
    """

    start: IntArray
    cell: IntArray
    site: IntArray
    cost: IntArray
    told: IntArray
    step: int
    first_at: IntArray
    arc_at: IntArray


class Moves(NamedTuple):
    """The cheapest move of one person between sites: ``cost`` and the arcs left and entered, square."""

    cost: IntArray
    left: IntArray
    entered: IntArray


class Stand(NamedTuple):
    """Where everyone is: ``flow`` (arcs,), ``waiting`` (n,), ``empty``, ``over`` and ``price`` (m + 2,)."""

    flow: IntArray
    waiting: IntArray
    empty: IntArray
    over: IntArray
    price: IntArray


@njit(cache=True, nogil=True, inline="always")
def _enter(net: Net, flow: IntArray, b: int) -> int:
    return net.cost[b] + (net.step if flow[b] >= net.told[b] else 0)


@njit(cache=True, nogil=True, inline="always")
def _leave(net: Net, flow: IntArray, a: int) -> int:
    return net.cost[a] + (net.step if flow[a] > net.told[a] else 0)


@njit(cache=True, nogil=True)
def keep_what_fits(net: Net, persons: IntArray, flow: IntArray, price: IntArray) -> IntArray:
    """Take those off their arcs who would go elsewhere at the prices; return who wait of each cell. O(k).

    Changes ``flow``, which holds no more than ``told`` on any arc.
    """
    waiting = persons.copy()
    for i in range(persons.size):
        first, last = net.start[i], net.start[i + 1]
        for a in range(first, last):
            flow[a] = min(flow[a], waiting[i])
            waiting[i] -= flow[a]
        for a in range(first, last):
            here = net.cost[a] + price[net.site[a]]
            for b in range(first, last):
                if flow[a] > 0 and b != a and _enter(net, flow, b) + price[net.site[b]] < here:
                    waiting[i] += flow[a]
                    flow[a] = 0
    return waiting


@njit(cache=True, nogil=True)
def _note(net: Net, moves: Moves, flow: IntArray, i: int, a: int, x: int) -> None:
    """Enter what cell i offers to a person who leaves arc a of site x, or nowhere."""
    gained = _leave(net, flow, a) if a >= 0 else 0
    for b in range(net.start[i], net.start[i + 1]):
        y = net.site[b]
        if y == x:
            continue
        extra = _enter(net, flow, b) - gained
        if extra < moves.cost[x, y]:
            moves.cost[x, y], moves.left[x, y], moves.entered[x, y] = extra, a, b


@njit(cache=True, nogil=True)
def _offer(net: Net, moves: Moves, stand: Stand, x: int) -> None:
    """Find the cheapest move from a site to each other anew. O(arcs of the site + lanes of its cells)."""
    unmet = moves.cost.shape[0] - 2
    moves.cost[x] = FAR
    if x > unmet:
        for i in range(stand.waiting.size):
            if stand.waiting[i] > 0:
                _note(net, moves, stand.flow, i, NOWHERE, x)
        return
    if x == unmet or stand.empty[x] > 0:
        moves.cost[x, : unmet + 1] = 0
        moves.left[x] = EMPTY
        moves.cost[x, x] = FAR
    for place in range(net.first_at[x], net.first_at[x + 1]):
        a = net.arc_at[place]
        if stand.flow[a] > 0:
            _note(net, moves, stand.flow, net.cell[a], a, x)


@njit(cache=True, nogil=True)
def _search(moves: Moves, price: IntArray, source: int, wanted: BoolArray) -> tuple[int, IntArray, IntArray]:
    """Return the nearest wanted site, its and all distances, and the site before each: Dijkstra, O(m^2)."""
    sites = price.size
    distance, before = np.full(sites, FAR, dtype=np.int64), np.full(sites, -1, dtype=np.int64)
    done = np.zeros(sites, dtype=np.bool_)
    distance[source] = 0
    while True:
        x, least = -1, FAR
        for y in range(sites):
            if not done[y] and distance[y] < least:
                x, least = y, distance[y]
        if x < 0 or (wanted[x] and x != source):
            return x, distance, before
        done[x] = True
        for y in range(sites):
            if moves.cost[x, y] < FAR and not done[y]:
                further = least + moves.cost[x, y] + price[y] - price[x]
                if further < distance[y]:
                    distance[y], before[y] = further, x


@njit(cache=True, nogil=True)
def _room(net: Net, moves: Moves, stand: Stand, x: int, y: int) -> int:
    """Return how many can make the cheapest move from x to y at its cost."""
    a, b = moves.left[x, y], moves.entered[x, y]
    if a == EMPTY:
        return FAR if x == stand.over.size - 2 else stand.empty[x]
    room = stand.waiting[net.cell[b]]
    if a >= 0:
        beyond = stand.flow[a] - net.told[a]
        room = beyond if beyond > 0 else stand.flow[a]
    left = net.told[b] - stand.flow[b]
    return min(room, left) if left > 0 else room


@njit(cache=True, nogil=True)
def _move(net: Net, moves: Moves, stand: Stand, x: int, y: int, persons: int, stale: BoolArray) -> None:
    """Send persons from x to y by the cheapest move, and mark the sites that lose an offer by it."""
    a, b, flow = moves.left[x, y], moves.entered[x, y], stand.flow
    if a == EMPTY:
        stand.empty[x] -= persons
        stand.empty[y] += persons
        stale[x] |= stand.empty[x] == 0
        stale[y] = True
        return
    i = net.cell[b]
    if a == NOWHERE:
        stand.waiting[i] -= persons
        stale[x] |= stand.waiting[i] == 0
    else:
        gained = _leave(net, flow, a)
        flow[a] -= persons
        stale[x] |= flow[a] == 0 or _leave(net, flow, a) < gained
    paid = _enter(net, flow, b)
    flow[b] += persons
    if _enter(net, flow, b) > paid:
        stale[stale.size - 1] |= stand.waiting[i] > 0
        for c in range(net.start[i], net.start[i + 1]):
            if flow[c] > 0 or c == a:
                stale[net.site[c]] = True


@njit(cache=True, nogil=True)
def _offer_anew(net: Net, moves: Moves, stand: Stand, stale: BoolArray, met: IntArray) -> None:
    """Bring the offers up to date after a chain of moves: those of sites that lost one, and of cells met."""
    nowhere = stale.size - 1
    for x in range(stale.size):
        if stale[x]:
            _offer(net, moves, stand, x)
    for i in met:
        if i < 0:
            continue
        if stand.waiting[i] > 0 and not stale[nowhere]:
            _note(net, moves, stand.flow, i, NOWHERE, nowhere)
        for c in range(net.start[i], net.start[i + 1]):
            if stand.flow[c] > 0 and not stale[net.site[c]]:
                _note(net, moves, stand.flow, i, c, net.site[c])


@njit(cache=True, nogil=True)
def _augment(net: Net, moves: Moves, stand: Stand, source: int, wanted: BoolArray) -> bool:
    """Send as many as a shortest chain of moves takes from a source to a wanted site; the prices follow."""
    unmet = stand.over.size - 2
    price = stand.price
    if source > unmet:
        price[source] = (moves.cost[source, : unmet + 1] + price[: unmet + 1]).min()
    target, distance, before = _search(moves, price, source, wanted)
    if target < 0:
        return False
    for y in range(unmet + 1):
        price[y] += max(distance[target] - distance[y], 0)
    price[: unmet + 1] -= price[unmet]
    persons = stand.over[source] if source != unmet else FAR
    if target != unmet:
        persons = min(persons, -stand.over[target])
    y = target
    while y != source:
        persons = min(persons, _room(net, moves, stand, before[y], y))
        y = before[y]
    stale, met = np.zeros(price.size, dtype=np.bool_), np.full(price.size, -1, dtype=np.int64)
    y = target
    while y != source:
        if moves.left[before[y], y] != EMPTY:
            met[y] = net.cell[moves.entered[before[y], y]]
        _move(net, moves, stand, before[y], y, persons, stale)
        y = before[y]
    stand.over[source] -= persons
    stand.over[target] += persons
    _offer_anew(net, moves, stand, stale, met)
    return True


@njit(cache=True, nogil=True)
def mend(net: Net, stand: Stand, most_chains: int) -> tuple[bool, IntArray]:
    """Send everyone who is too many where the cheapest chain of moves leads, and fill places that are wanted.

    Changes ``stand``. The price of each site proves the flow afterwards, whatever it was before.

    Returns
    -------
    Whether all was mended within ``most_chains`` chains, and the cost of the cheapest move from each site to
    each other, (m + 1, m + 1).

    Notes
    -----
    Successive shortest paths (Jewell 1958) over the sites, O(m^2 + arcs of the sites touched) for each chain.
    """
    sites = stand.over.size
    unmet = sites - 2
    shape = (sites, sites)
    moves = Moves(
        np.full(shape, FAR, dtype=np.int64),
        np.full(shape, EMPTY, dtype=np.int64),
        np.full(shape, EMPTY, dtype=np.int64),
    )
    for x in range(sites):
        _offer(net, moves, stand, x)
    chains, x = 0, sites - 1
    while x >= 0:
        if x == unmet or stand.over[x] <= 0:
            x -= 1
            continue
        wanted = stand.over < 0
        wanted[unmet] = True
        chains += 1
        if chains > most_chains or not _augment(net, moves, stand, x, wanted):
            return False, moves.cost[: unmet + 1, : unmet + 1]
    while (stand.over[:unmet] < 0).any():
        wanted = stand.over < 0
        wanted[unmet] = False
        chains += 1
        if chains > most_chains or not _augment(net, moves, stand, unmet, wanted):
            return False, moves.cost[: unmet + 1, : unmet + 1]
    return True, moves.cost[: unmet + 1, : unmet + 1]
