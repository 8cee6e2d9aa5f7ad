"""Fast interchange: the best swap of an open for a closed site, again and again, with kicks between.

Sources: Whitaker (1983); gain, loss and extra as in Resende and Werneck (2007), kept up to date for the
demands that a swap touches. With r the nearest and s the second nearest open site of demand i (costs d1, d2),

    gain_j     = sum over i of max(0, d1 - d_ij)             what opening j saves
    loss_r     = sum over i nearest to r of d2 - d1          what closing r costs
    extra_jr   = sum over i nearest to r of max(0, d2 - max(d_ij, d1))   what both together save on top

and the swap saves gain_j - loss_r + extra_jr. Only sites with d_ij < d2 count, so the lists suffice.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.structure import Lists


class Bans(NamedTuple):
    """Which sites never open both, shape (m, m), or (0, 0) if nothing is ruled; building costs; budget."""

    clash: BoolArray
    site_cost: FloatArray
    budget: float


class Swaps(NamedTuple):
    """Where each demand is served and what every swap would save; ``slot`` is a site's place in ``opened``.

    A demand without a first or second open site on its list has ``nearest`` or ``second`` at the number of
    sites m, and the cost far[i].
    """

    opened: IntArray
    slot: IntArray
    nearest: Int32Array
    second: Int32Array
    d1: FloatArray
    d2: FloatArray
    gain: FloatArray
    loss: FloatArray
    extra: FloatArray


@njit(cache=True, nogil=True)
def _locate(lists: Lists, now: Swaps, i: int) -> None:
    """Find the two nearest open sites of a demand. O(list)."""
    m = now.slot.size
    now.nearest[i] = m
    now.second[i] = m
    now.d1[i] = lists.far[i]
    now.d2[i] = lists.far[i]
    for a in range(lists.first[i], lists.first[i + 1]):
        j = lists.site[a]
        if now.slot[j] < 0:
            continue
        if now.nearest[i] == m:
            now.nearest[i] = j
            now.d1[i] = lists.cost[a]
        else:
            now.second[i] = j
            now.d2[i] = lists.cost[a]
            return


@njit(cache=True, nogil=True)
def _count(lists: Lists, now: Swaps, i: int, sign: float) -> None:
    """Add (or take away) what a demand contributes to gain, loss and extra. O(sites nearer than d2)."""
    d1, d2 = now.d1[i], now.d2[i]
    r = -1
    if now.nearest[i] < now.slot.size:
        r = now.slot[now.nearest[i]]
        now.loss[r] += sign * (d2 - d1)
    for a in range(lists.first[i], lists.first[i + 1]):
        cost = lists.cost[a]
        if cost >= d2:
            return
        j = lists.site[a]
        if now.slot[j] >= 0:
            continue
        if cost < d1:
            now.gain[j] += sign * (d1 - cost)
            if r >= 0:
                now.extra[j, r] += sign * (d2 - d1)
        elif r >= 0:
            now.extra[j, r] += sign * (d2 - cost)


@njit(cache=True, nogil=True)
def _rebuild(lists: Lists, now: Swaps) -> None:
    """Compute everything from ``opened``. O(entries nearer than the second)."""
    now.slot[:] = -1
    for r in range(now.opened.size):
        now.slot[now.opened[r]] = r
    now.gain[:] = 0.0
    now.loss[:] = 0.0
    now.extra[:] = 0.0
    for i in range(now.d1.size):
        _locate(lists, now, i)
        _count(lists, now, i, 1.0)


@njit(cache=True, nogil=True)
def _swap(lists: Lists, now: Swaps, j: int, r: int) -> None:
    """Open site j in the place of the site in slot r. O(demands + entries of those touched)."""
    n, closed = now.d1.size, now.opened[r]
    touched = np.empty(n, np.int32)
    marked = np.zeros(n, np.bool_)
    count = 0
    for a in range(lists.site_first[j], lists.site_first[j + 1]):
        i = lists.demand[a]
        if lists.site_cost[a] < now.d2[i]:
            marked[i] = True
    for i in range(n):
        if marked[i] or now.nearest[i] == closed or now.second[i] == closed:
            touched[count] = i
            count += 1
            _count(lists, now, i, -1.0)
    now.slot[closed] = -1
    now.slot[j] = r
    now.opened[r] = j
    now.gain[j] = 0.0
    now.extra[j, :] = 0.0
    # no other demand has the newly closed site nearer than its second, so it starts from nothing too
    now.gain[closed] = 0.0
    now.extra[closed, :] = 0.0
    for k in range(count):
        _locate(lists, now, touched[k])
        _count(lists, now, touched[k], 1.0)


@njit(cache=True, nogil=True)
def _may_swap(now: Swaps, bans: Bans, j: int, r: int) -> bool:
    """Return whether site j may open in the place of slot r. O(p)."""
    spent = bans.site_cost[j]
    for k in range(now.opened.size):
        if k == r:
            continue
        if bans.clash[j, now.opened[k]]:
            return False
        spent += bans.site_cost[now.opened[k]]
    return spent <= bans.budget


@njit(cache=True, nogil=True)
def _best_swap(now: Swaps, fixed: int, allowed: BoolArray, bans: Bans) -> tuple[float, int, int]:
    """Return the largest saving with its site and slot; the first ``fixed`` slots stay. O(m p)."""
    best, best_j, best_r = 0.0, -1, -1
    ruled = bans.clash.shape[0] > 0
    for j in range(now.slot.size):
        if now.slot[j] >= 0 or not allowed[j]:
            continue
        for r in range(fixed, now.opened.size):
            saving = now.gain[j] - now.loss[r] + now.extra[j, r]
            if saving > best and (not ruled or _may_swap(now, bans, j, r)):
                best, best_j, best_r = saving, j, r
    return best, best_j, best_r


@njit(cache=True, nogil=True)
def _descend(lists: Lists, now: Swaps, fixed: int, allowed: BoolArray, bans: Bans, stop: BoolArray) -> float:
    """Swap while the cost falls, or until ``stop``; return the cost."""
    cost = now.d1.sum()
    while not stop[0]:
        saving, j, r = _best_swap(now, fixed, allowed, bans)
        if saving <= 1e-9 * cost:
            return cost
        _swap(lists, now, j, r)
        less = now.d1.sum()
        if less >= cost:  # savings are running sums; rounding may promise what is not there
            _rebuild(lists, now)
            return less
        cost = less
    return cost


@njit(cache=True, nogil=True)
def improve(
    lists: Lists,
    start: IntArray,
    fixed: int,
    allowed: BoolArray,
    bans: Bans,
    kicks: int,
    seed: int,
    stop: BoolArray,
) -> tuple[float, IntArray]:
    """Improve a set of open sites by swaps, then by kicks of a few random swaps, each improved again.

    Ends early at ``stop``. The first ``fixed`` sites of ``start`` stay; only ``allowed`` sites are opened,
    and none that ``bans`` forbids, which the start keeps. A result no worse takes the place of the last.
    Returns the cost, by the lists, and the sites.
    """
    n, m, p = lists.first.size - 1, allowed.size, start.size
    now = Swaps(
        start.copy(),
        np.full(m, -1, np.int64),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n),
        np.empty(n),
        np.zeros(m),
        np.zeros(p),
        np.zeros((m, p)),
    )
    np.random.seed(seed)  # noqa: NPY002 - the generator that compiled code has
    _rebuild(lists, now)
    best = _descend(lists, now, fixed, allowed, bans, stop)
    kept = now.opened.copy()
    if p == fixed or allowed.sum() <= p or lists.site.size == 0:
        return best, kept
    for _ in range(kicks):
        if stop[0]:
            break
        _kick(lists, now, fixed, allowed, bans)
        cost = _descend(lists, now, fixed, allowed, bans, stop)
        if cost <= best:
            best = cost
            kept[:] = now.opened
        else:
            _return_to(lists, now, kept)
    return best, kept


@njit(cache=True, nogil=True)
def _kick(lists: Lists, now: Swaps, fixed: int, allowed: BoolArray, bans: Bans) -> None:
    """Swap the nearest open site of a random demand, and some of its neighbours, for random near ones."""
    n = now.d1.size
    i = np.random.randint(n)  # noqa: NPY002
    begin, end = lists.first[i], lists.first[i + 1]
    near = 0
    for a in range(begin, end):  # about as far as the third open site
        near += 1
        if now.slot[lists.site[a]] >= 0 and lists.cost[a] > now.d2[i]:
            break
    for _ in range(np.random.randint(2, 5)):  # noqa: NPY002
        if near == 0:
            return
        j = lists.site[begin + np.random.randint(near)]  # noqa: NPY002
        open_j = lists.site[begin + np.random.randint(near)]  # noqa: NPY002
        if now.slot[open_j] < 0:
            open_j = now.opened[np.random.randint(fixed, now.opened.size)]  # noqa: NPY002
        if not allowed[j] or now.slot[j] >= 0 or now.slot[open_j] < fixed:
            continue
        if bans.clash.shape[0] == 0 or _may_swap(now, bans, j, now.slot[open_j]):
            _swap(lists, now, j, now.slot[open_j])


@njit(cache=True, nogil=True)
def _return_to(lists: Lists, now: Swaps, kept: IntArray) -> None:
    """Swap back to a kept set, slot by slot. O(swaps that differ * swap)."""
    wanted = np.zeros(now.slot.size, np.bool_)
    for j in kept:
        wanted[j] = True
    at = 0
    for r in range(now.opened.size):
        if wanted[now.opened[r]]:
            continue
        while now.slot[kept[at]] >= 0:
            at += 1
        _swap(lists, now, kept[at], r)
