"""Packets of people in lines: those who travel by the step they come, those who wait by whose turn it is.

Who travels is in linked lists, one per step of a ring. Who waits before an arc is in a leftist heap, so that
joining and entering take O(log packets). Index names: ``p`` packet, ``x`` line.
"""

from typing import NamedTuple

import numba as nb
import numpy as np

from dss.arrays import IntArray

NONE = -1
"""End of a list, no child."""


class Packets(NamedTuple):
    """Place on the way, persons, group, step of joining the line; next, children, rank; turn; free numbers.

    ``turn`` and ``number`` say whose turn it is: the least turn first, of equal ones who came first. Number 0
    of every column stands for nothing.
    """

    place: list[int]
    persons: list[int]
    group: list[int]
    since: list[int]
    next: list[int]
    left: list[int]
    right: list[int]
    rank: list[int]
    turn: list[int]
    number: list[int]
    free: list[int]


class Lines(NamedTuple):
    """First packet of each line, last of it where it is a list, and how many persons are in it."""

    first: IntArray
    last: IntArray
    persons: IntArray


@nb.njit(cache=True)
def no_packets() -> Packets:
    """Return a table of packets without any."""
    return Packets([0], [0], [0], [0], [0], [0], [0], [0], [0], [0], [0])


@nb.njit(cache=True)
def no_lines(count: int) -> Lines:
    """Return empty lines."""
    return Lines(np.full(count, NONE), np.full(count, NONE), np.zeros(count, np.int64))


@nb.njit(cache=True)
def make_packet(packets: Packets, place: int, persons: int, group: int) -> int:
    """Make a packet and return its number."""
    if len(packets.free) > 1:
        p = packets.free.pop()
    else:
        p = len(packets.place)
        for column in packets[:10]:
            column.append(0)
    packets.place[p], packets.persons[p], packets.group[p] = place, persons, group
    return p


@nb.njit(cache=True)
def append(lines: Lines, x: int, p: int, packets: Packets) -> None:
    """Put a packet at the end of a list."""
    if lines.first[x] == NONE:
        lines.first[x] = p
    else:
        packets.next[lines.last[x]] = p
    lines.last[x] = p
    packets.next[p] = NONE
    lines.persons[x] += packets.persons[p]


@nb.njit(cache=True)
def join(lines: Lines, x: int, p: int, packets: Packets) -> None:
    """Let a packet that has its turn and number wait in a heap."""
    packets.left[p], packets.right[p], packets.rank[p] = NONE, NONE, 1
    lines.first[x] = _merge(lines.first[x], p, packets)
    lines.persons[x] += packets.persons[p]


@nb.njit(cache=True)
def leave(lines: Lines, x: int, packets: Packets) -> int:
    """Take the packet whose turn it is out of a heap and return it."""
    p = lines.first[x]
    lines.first[x] = _merge(packets.left[p], packets.right[p], packets)
    lines.persons[x] -= packets.persons[p]
    return p


@nb.njit(cache=True)
def _merge(one: int, other: int, packets: Packets) -> int:
    """Return the heap of both. The right spine is no longer than the logarithm of the size (Crane 1972)."""
    if one == NONE:
        return other
    if other == NONE:
        return one
    turns = packets.turn[one] - packets.turn[other]
    if turns > 0 or (turns == 0 and packets.number[one] > packets.number[other]):
        one, other = other, one
    packets.right[one] = _merge(packets.right[one], other, packets)
    left, right = packets.left[one], packets.right[one]
    if left == NONE or packets.rank[left] < packets.rank[right]:
        packets.left[one], packets.right[one] = right, left
    shorter = packets.right[one]
    packets.rank[one] = 1 if shorter == NONE else packets.rank[shorter] + 1
    return one
