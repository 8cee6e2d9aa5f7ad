"""Whole persons in single steps: who enters which arc when, completed on the exact network.

A schedule holds two arrays in time, changed in place by its own kernels and by nobody else: persons who enter
each arc in each step, (k, T + 1), and persons who wait at each node from a step to the next, (n, T + 1).
"""

import time
from dataclasses import replace

import numpy as np

from dss.arrays import IntArray
from models.evacuation.flows import Moves
from models.evacuation.grids import Grid
from models.evacuation.kernels.augment import augment
from models.evacuation.kernels.chains import arcs_by_node
from models.evacuation.kernels.circles import straight_moves
from models.evacuation.kernels.earliest import send_by
from models.evacuation.kernels.layout import lay_out, planned_entries
from models.evacuation.kernels.strip import strip_steps
from models.evacuation.problem import Groups
from models.evacuation.trimming import Roads, steps_from
from models.evacuation.ways import Ways, different, insert

SEARCHES = 100
"""Searches between two looks at the clock."""


class Schedule:
    """Persons on arcs in steps, all of whom are safe by a last step.

    Parameters
    ----------
    roads
        The network.
    step
        T: nobody arrives later.
    """

    def __init__(self, roads: Roads, step: int) -> None:
        self.roads = roads
        self.step = step
        self._flow = np.zeros((roads.k, step + 1), dtype=np.int32)
        self._wait = np.zeros((roads.n, step + 1), dtype=np.int32)
        self._left = roads.supply.copy()
        self._places = roads.places.copy()
        self._wave = np.zeros((0, 5), dtype=np.int64)
        self._arcs = (
            roads.tail, roads.head, roads.travel_steps, roads.capacity, roads.opening, roads.closing,
        )  # fmt: skip
        self._by_node = (*arcs_by_node(roads.tail, roads.n), *arcs_by_node(roads.head, roads.n))

    @classmethod
    def of_flow(cls, roads: Roads, grid: Grid, moves: Moves) -> "Schedule":
        """Return a schedule of as many of a grid's flow as find room in single steps."""
        schedule = cls(roads, grid.step)
        schedule._lay_out(grid, moves)
        return schedule

    @property
    def left(self) -> int:
        """Persons who are not in the schedule."""
        return int(self._left.sum())

    @property
    def leaving(self) -> IntArray:
        """Persons at each node of the roads who are in the schedule, shape (n,)."""
        return np.asarray(self.roads.supply - self._left)

    @property
    def total_arrival(self) -> int:
        """Sum over the persons in the schedule of their step of arrival."""
        into = np.flatnonzero(self.roads.places[self.roads.head] > 0)
        arriving = self._flow[into].astype(np.int64)
        return int(
            arriving.sum(axis=0) @ np.arange(self.step + 1)
            + arriving.sum(axis=1) @ self.roads.travel_steps[into]
        )

    def longer(self, step: int) -> "Schedule":
        """Return a schedule of the same persons with more steps."""
        new = Schedule(self.roads, step)
        new._flow[:, : self.step + 1] = self._flow
        new._wait[:, : self.step + 1] = self._wait
        new._left, new._places = self._left.copy(), self._places.copy()
        return new

    def for_those_who_leave(self) -> "Schedule":
        """Return the same schedule for a network where nobody else is."""
        roads = replace(self.roads, supply=self.roads.supply - self._left)
        new = Schedule(roads, self.step)
        new._flow, new._wait, new._places = self._flow, self._wait, self._places
        new._left = np.zeros_like(self._left)
        return new

    def complete(self, deadline: float) -> IntArray | None:
        """Send those who are left along augmenting paths until all go, none can, or time is up.

        Returns
        -------
        Where people stay behind although there is time: the earliest step in which each node can be reached
        by them, T + 1 where it cannot, shape (n,), which are thresholds of a cut. None otherwise.
        """
        while self.left:
            if time.perf_counter() > deadline:
                return None
            before = self.left
            label = augment(
                self._arcs, self._by_node, (self._flow, self._wait, self._left, self._places),
                np.broadcast_to(np.int32(0), self._flow.shape), self.roads.places > 0, SEARCHES,
            )  # fmt: skip
            if label.size:
                return np.asarray(label)
            assert self.left < before, "a search sends somebody or ends with a cut"
        return None

    def send_along(self, ways: Ways, deadline: float) -> None:
        """Send as many of those who are left as arrive in time by given ways, the soonest first.

        Until a moment of ``time.perf_counter`` has come.
        """
        state = (self._flow, self._wait, self._left, self._places)
        insert(ways, self._arcs, state, deadline)

    def send_by(self, due: IntArray, soonest: IntArray, near: IntArray) -> IntArray:
        """Send as many as can be safe in time; whoever was sent before arrives no later than before.

        Parameters
        ----------
        due
            Latest arrival in each shelter, below 0 at other nodes, at most T, shape (n,).
        soonest
            A step before which nobody can be at each node, shape (n,).
        near
            Fewest steps to each node from people who are left, which only orders the search, shape (n,).

        Returns
        -------
        The latest step in which each node can be left for safety in time, -1 where it cannot, shape (n,).
        """
        state = (self._flow, self._wait, self._left, self._places)
        latest, self._wave = send_by(self._arcs, self._by_node, state, (due, soonest, near), self._wave)
        return np.asarray(latest)

    def steps_from_left(self) -> IntArray:
        """Return the fewest steps to each node from people who are left, FOREVER if none, shape (n,)."""
        return steps_from(self.roads, self._left > 0)

    @property
    def arrived(self) -> IntArray:
        """Persons in the schedule by the shelter they end in, shape (n,)."""
        return self.roads.places - self._places

    def ways(self) -> Ways:
        """Return the different ways that people go."""
        origin, _, offsets, arc, _ = self._stripped()
        return different(Ways(origin, offsets, arc))

    def groups(self) -> Groups:
        """Return who goes together, over the arcs of the problem."""
        origin, persons, offsets, arc, enter = self._stripped()
        return Groups(self.roads.node[origin], persons, *self.roads.unfolded(offsets, arc, enter))

    def _stripped(self) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray]:
        """Return groups over the roads: origin, persons, offsets, arcs, step of entry."""
        roads = self.roads
        source = np.flatnonzero(roads.supply)
        return strip_steps(
            self._by_node[:2], (roads.head, roads.travel_steps), roads.places > 0,
            (source, (roads.supply - self._left)[source]), self._flow.copy(),
        )  # fmt: skip

    def _lay_out(self, grid: Grid, moves: Moves) -> None:
        roads, persons = self.roads, _straight(self.roads, grid, moves)
        used = np.flatnonzero(persons)
        arc = grid.move_arc[used]
        begin = np.maximum(grid.start[grid.move_tail[used]], roads.opening[arc])
        steps = grid.move_most[used] // roads.capacity[arc]
        planned = planned_entries((arc, begin, steps, persons[used]), roads.capacity, self.step)
        state = (self._flow, self._wait, self._left, self._places)
        lay_out(planned, self._arcs, self._by_node, state, moves.sent)


def _straight(roads: Roads, grid: Grid, moves: Moves) -> IntArray:
    """Return who take each move of a grid when nobody drives in circles, shape (moves,)."""
    source = np.flatnonzero(moves.sent)
    return np.asarray(
        straight_moves(
            arcs_by_node(grid.move_tail, grid.node.size), (grid.move_head, np.zeros_like(moves.move)),
            grid.node, (roads.places > 0)[grid.node], (grid.first[source], moves.sent[source]),
            (moves.move.copy(), moves.stay.copy()),
        )
    )  # fmt: skip
