"""People of some origins taken out of a plan and sent anew, until each origin has few ways.

Ruin and recreate (Schrimpf et al. 2000), begun at a plan that everybody follows and never left without one.
Index names: ``v`` origin, ``g`` group, ``w`` way, ``a`` arc.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dss.arrays import Int32Array, IntArray
from models.evacuation.kernels.place import Ways, place
from models.evacuation.kernels.soonest import Arcs, Out
from models.evacuation.merging import count_ways
from models.evacuation.problem import Evacuation, Groups

ROUNDS = 60
"""How often every origin with too many ways is tried."""
TRIES = 6000
"""How often people are sent anew in all."""
MOST_TOGETHER = 5
"""Other origins at most whose people are sent anew with those of one."""


@dataclass(slots=True, eq=False)
class Sending:
    """Who is on the roads, and who waits to be sent.

    Parameters
    ----------
    ways, out, arcs
        Known ways, arcs out of each node and their figures, as the kernels take them.
    head
        Node in which each arc ends, shape (k,).
    flow
        Persons who enter each arc in each step, shape (k, T + 1).
    left, places
        Persons at each node who are not sent, and places left, shape (n,).
    groups
        Groups of each origin.
    ways_before
        Ways of each origin at first, shape (n,): it never gets more.
    """

    ways: Ways
    out: Out
    arcs: Arcs
    head: IntArray
    flow: Int32Array
    left: IntArray
    places: IntArray
    groups: dict[int, Groups]
    ways_before: IntArray

    @classmethod
    def of(
        cls, problem: Evacuation, groups: Groups, known: tuple[Groups, IntArray], latest: int
    ) -> "Sending":
        """Return everybody on the way as planned.

        Parameters
        ----------
        known
            Ways by origin, and how many each origin has in the plan, shape (n,).
        """
        n, everybody = problem.supply.size, int(groups.persons.sum())
        ways, before = known
        arc = np.argsort(problem.tail, kind="stable")
        sending = cls(
            ways=(np.searchsorted(ways.origin, np.arange(n + 1)), ways.offsets, ways.arc),
            out=(np.searchsorted(problem.tail[arc], np.arange(n + 1)), arc, problem.head),
            arcs=(problem.travel_steps, problem.capacity, *problem.entry_window()),
            head=problem.head,
            flow=np.zeros((problem.tail.size, latest + 1), dtype=np.int32),
            left=np.bincount(groups.origin, weights=groups.persons, minlength=n).astype(np.int64),
            places=np.minimum(problem.shelter_capacity, everybody).astype(np.int64),
            groups=by_origin(groups),
            ways_before=before,
        )
        sending.put(groups)
        return sending

    def put(self, groups: Groups, times: int = 1) -> None:
        """Put groups on the roads, or take them off where ``times`` is -1."""
        persons = times * groups.persons
        each = np.repeat(persons, np.diff(groups.offsets)).astype(np.int32)
        np.add.at(self.flow, (groups.arc, groups.enter_step), each)
        np.subtract.at(self.left, groups.origin, persons)
        np.subtract.at(self.places, self.head[groups.arc[groups.offsets[1:] - 1]], persons)

    def send_anew(self, team: list[int], most_ways: int) -> None:
        """Send people anew, one origin after another, where that gives them no more ways in all."""
        old = joined(self.groups[v] for v in team)
        self.put(old, -1)
        most = np.zeros(self.left.size, dtype=np.int64)
        for v in team:
            most[v] = self.ways_before[v]
        found = place(
            np.array(team), most, self.ways, self.out, self.arcs, self.flow, (self.left, self.places)
        )
        new = Groups(*(part.astype(np.int64) for part in found))
        parts = by_origin(new)
        if self.left.any() or burden(parts.values(), most_ways) > burden(
            (self.groups[v] for v in team), most_ways
        ):
            self.put(new, -1)
            self.put(old)
        else:
            self.groups |= parts


def tell_fewer(sending: Sending, most_ways: int, seed: int) -> Groups:
    """Send people anew until no origin has more than some ways or the tries are used up; return all groups.

    In every third round an origin goes alone, else with a few others in any order.
    """
    rng = np.random.default_rng(seed)
    every, tries = np.array(sorted(sending.groups)), 0
    for number in range(ROUNDS):
        ways = {v: count_ways(groups) for v, groups in sending.groups.items()}
        too_many = sorted((v for v in ways if ways[v] > most_ways), key=lambda v: (-ways[v], v))
        for v in too_many[: TRIES - tries]:
            count = 0 if number % 3 == 0 else rng.integers(1, MOST_TOGETHER, endpoint=True)
            others = rng.choice(every, min(count, every.size), replace=False)
            team = rng.permutation(np.unique(np.append(others, v))).tolist()
            sending.send_anew(team, most_ways)
        tries += len(too_many)
        if not too_many or tries >= TRIES:
            break
    return joined(sending.groups[v] for v in every.tolist())


def burden(parts: Iterable[Groups], most_ways: int) -> tuple[int, int]:
    """Return how many ways are more than asked for, and how many there are in all."""
    ways = [count_ways(groups) for groups in parts]
    return sum(max(0, count - most_ways) for count in ways), sum(ways)


def by_origin(groups: Groups) -> dict[int, Groups]:
    """Return the groups of each origin."""
    order = np.argsort(groups.origin, kind="stable")
    origin, first = np.unique(groups.origin[order], return_index=True)
    return {int(v): groups.taken(some) for v, some in zip(origin, np.split(order, first[1:]), strict=True)}


def joined(parts: Iterable[Groups]) -> Groups:
    """Return the groups of all parts, one after another."""
    every = list(parts)
    begin = np.cumsum([0, *(one.arc.size for one in every)])
    return Groups(
        np.concatenate([one.origin for one in every]),
        np.concatenate([one.persons for one in every]),
        np.concatenate([[0], *(b + one.offsets[1:] for b, one in zip(begin, every, strict=False))]),
        np.concatenate([one.arc for one in every]),
        np.concatenate([one.enter_step for one in every]),
    )
