"""Vehicles on a network of point queues, step by step: as many enter an arc in a step as it has capacity.

Index names: ``g`` group, ``a`` arc, ``t`` step, ``p`` packet, ``i`` place in the groups' list of arcs.
"""

from typing import NamedTuple

import numba as nb
import numpy as np

from dss.arrays import IntArray
from models.evacuation.kernels.waiting_line import (
    NONE,
    Lines,
    Packets,
    append,
    join,
    leave,
    make_packet,
    no_lines,
    no_packets,
)


class Network(NamedTuple):
    """Per arc its tail, steps, capacity and the steps from which it is open and closed; closing of nodes."""

    tail: IntArray
    travel: IntArray
    capacity: IntArray
    opening: IntArray
    closing: IntArray
    node_closing: IntArray


class Fleet(NamedTuple):
    """Groups: in which order they are ready, persons, ways, shelter; and per arc of a way hold and turn.

    ``hold`` is the step before which nobody joins the queue; the least ``turn`` in a queue enters first.
    """

    ready: IntArray
    persons: IntArray
    offsets: IntArray
    arc: IntArray
    goal: IntArray
    hold: IntArray
    turn: IntArray


class Tally(NamedTuple):
    """What came of it: stranded at each arc, stranded of each group, step safe, person-steps waited."""

    stranded: IntArray
    stranded_of: IntArray
    safe_step: IntArray
    waited: IntArray


@nb.njit(cache=True)
def run_queues(network: Network, fleet: Fleet, ring_steps: int) -> tuple[IntArray, IntArray, IntArray, Tally]:
    """Move everybody until nobody can move any more.

    Parameters
    ----------
    ring_steps
        More steps than anybody is ever on the way from one queue to the next.

    Returns
    -------
    Who entered (arc, step, persons), who waits after a step (arc, step, persons) and who is safe (last arc,
    step, persons), row after row; and the tally.

    Notes
    -----
    O(packets x arcs of their ways x log + queues x steps); a queue splits at most one packet in a step.
    """
    k = network.tail.size
    packets, lines, tally = no_packets(), (no_lines(k), no_lines(ring_steps)), _no_tally(k, fleet.ready.size)
    queue = lines[0]
    entered, waiting, safe, active = [0], [0], [0], [0]
    active.pop()
    t, ready, travelling = 0, 0, 0
    while ready < fleet.ready.size or travelling > 0 or len(active) > 0:
        came = _set_out(t, ready, fleet, packets, lines[1])
        ready += came
        travelling += came - _come(t, network, fleet, packets, lines, (active, safe), tally)
        kept = 0
        for a in active:
            if _is_shut(network, a, t):
                _strand(a, t, packets, queue, tally)
            elif t >= network.opening[a]:
                before = queue.persons[a]
                travelling += _let_in(a, t, network, fleet, packets, lines, tally)
                entered.extend((a, t, before - queue.persons[a]))
            if queue.persons[a] > 0:
                waiting.extend((a, t, queue.persons[a]))
                active[kept] = a
                kept += 1
        while len(active) > kept:
            active.pop()
        t += 1
    return np.array(entered[1:]), np.array(waiting[1:]), np.array(safe[1:]), tally


@nb.njit(cache=True)
def _no_tally(k: int, groups: int) -> Tally:
    zeros = np.zeros(groups, np.int64)
    return Tally(np.zeros(k, np.int64), zeros, np.full(groups, NONE), zeros.copy())


@nb.njit(cache=True)
def _is_shut(network: Network, a: int, t: int) -> bool:
    closed = t >= network.closing[a] or t >= network.node_closing[network.tail[a]]
    return closed or network.capacity[a] == 0


@nb.njit(cache=True)
def _set_out(t: int, ready: int, fleet: Fleet, packets: Packets, underway: Lines) -> int:
    """Let the groups that are ready come to their first arcs; how many they are."""
    came = 0
    while ready + came < fleet.ready.size:
        g = fleet.ready[ready + came]
        i = fleet.offsets[g]
        if fleet.hold[i] > t:
            break
        append(underway, t % underway.first.size, make_packet(packets, i, fleet.persons[g], g), packets)
        came += 1
    return came


@nb.njit(cache=True)
def _come(
    t: int, network: Network, fleet: Fleet, packets: Packets,
    lines: tuple[Lines, Lines], lists: tuple[list[int], list[int]], tally: Tally,
) -> int:  # fmt: skip
    """Let those who arrive in a step join the next queue or be safe; how many packets they are."""
    queue, underway = lines
    active, safe = lists
    x = t % underway.first.size
    p, came = underway.first[x], 0
    underway.first[x], underway.persons[x] = NONE, 0
    while p != NONE:
        follower, i, g = packets.next[p], packets.place[p], packets.group[p]
        if i < fleet.offsets[g + 1]:
            a = fleet.arc[i]
            if queue.first[a] == NONE:
                active.append(a)
            packets.since[p], packets.turn[p] = t, fleet.turn[i]
            packets.number[p] = (t << 32) + came
            join(queue, a, p, packets)
        else:
            _finish(t, i, g, packets.persons[p], (network, fleet), safe, tally)
            packets.free.append(p)
        came += 1
        p = follower
    return came


@nb.njit(cache=True)
def _finish(
    t: int, i: int, g: int, persons: int, given: tuple[Network, Fleet], safe: list[int], tally: Tally
) -> None:
    """Count people who reach their shelter: safe, unless it is closed by then."""
    network, fleet = given
    if network.node_closing[fleet.goal[g]] <= t:
        tally.stranded[fleet.arc[i - 1]] += persons
        tally.stranded_of[g] += persons
        return
    safe.extend((fleet.arc[i - 1], t, persons))
    tally.safe_step[g] = t


@nb.njit(cache=True)
def _let_in(
    a: int, t: int, network: Network, fleet: Fleet, packets: Packets, lines: tuple[Lines, Lines], tally: Tally
) -> int:
    """Let as many into an arc as it has room for, in their turn; how many packets they are."""
    queue, underway = lines
    room, sent = network.capacity[a], 0
    while room > 0 and queue.first[a] != NONE:
        p = queue.first[a]
        amount = min(room, packets.persons[p])
        g, since, place = packets.group[p], packets.since[p], packets.place[p] + 1
        if amount == packets.persons[p]:
            leave(queue, a, packets)
            packets.place[p] = place
        else:
            packets.persons[p] -= amount
            queue.persons[a] -= amount
            p = make_packet(packets, place, amount, g)
        at = t + network.travel[a]
        if place < fleet.offsets[g + 1]:
            at = max(at, fleet.hold[place])
        append(underway, at % underway.first.size, p, packets)
        tally.waited[g] += amount * (t - since)
        room -= amount
        sent += 1
    return sent


@nb.njit(cache=True)
def _strand(a: int, t: int, packets: Packets, queue: Lines, tally: Tally) -> None:
    """Take everybody out of the queue of an arc that is closed."""
    while queue.first[a] != NONE:
        p = leave(queue, a, packets)
        g, persons = packets.group[p], packets.persons[p]
        tally.stranded[a] += persons
        tally.stranded_of[g] += persons
        tally.waited[g] += persons * (t - packets.since[p])
        packets.free.append(p)
