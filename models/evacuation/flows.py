"""Flows on a grid in time: as many to safety as possible, or everybody at the least total arrival."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.grids import Grid
from models.evacuation.trimming import Roads
from models.plan import Termination
from models.solver import greatest_flow, least_cost_flow


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """Persons on a grid.

    Parameters
    ----------
    move, stay
        Who take each move, shape (moves,), and who wait from each copy to the next one of its node, shape
        (copies,); 0 for the last.
    sent
        How many set out at each node, shape (n,).
    """

    move: IntArray
    stay: IntArray
    sent: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class GreatestFlow:
    """As many as can be safe in time.

    Parameters
    ----------
    moves
        How they go.
    sources, filled
        Sources and shelters on the people's side of a least cut, shape (n,).
    threshold
        First step of each node on that side, after the grid's last step where there is none, shape (n,).
    """

    moves: Moves
    sources: BoolArray
    filled: BoolArray
    threshold: IntArray

    @property
    def persons(self) -> int:
        """Who is safe in time."""
        return int(self.moves.sent.sum())


def most_safe(roads: Roads, grid: Grid) -> GreatestFlow:
    """Send as many as possible to safety on a grid."""
    copies = grid.node.size
    source, sink = copies, copies + 1
    waits = np.flatnonzero(np.diff(grid.node) == 0)
    from_node, to_node = np.flatnonzero(roads.supply), np.flatnonzero(roads.places)
    flow, cut = greatest_flow(
        np.concatenate([grid.move_tail, waits, np.full(from_node.size, source), grid.first[to_node]]),
        np.concatenate([grid.move_head, waits + 1, grid.first[from_node], np.full(to_node.size, sink)]),
        np.concatenate([_most(roads, grid, waits), roads.supply[from_node], roads.places[to_node]]),
        source,
        sink,
    )
    near = np.zeros(copies + 2, dtype=np.bool_)
    near[cut] = True
    first_near = near[grid.first[:-1]]
    sent = np.zeros(roads.n, dtype=np.int64)
    sent[from_node] = flow[grid.move_arc.size + waits.size :][: from_node.size]
    return GreatestFlow(
        _moves(grid, waits, flow, sent),
        first_near & (roads.supply > 0),
        first_near & (roads.places > 0),
        np.minimum.reduceat(np.where(near[:-2], grid.start, grid.step + 1), grid.first[:-1]),
    )


def soonest_safe(roads: Roads, grid: Grid, arrival: IntArray) -> Moves:
    """Send everybody to safety on a grid at the least total arrival.

    Parameters
    ----------
    arrival
        Step in which each move ends, shape (moves,); it counts where the move ends in a shelter.

    Raises
    ------
    AssertionError
        If the grid has no room for everybody.
    """
    copies = grid.node.size
    waits = np.flatnonzero(np.diff(grid.node) == 0)
    goal = np.flatnonzero(roads.places)
    safe = roads.places[roads.head[grid.move_arc]] > 0
    supply = np.zeros(copies + 1, dtype=np.int64)
    supply[grid.first[:-1]] = roads.supply
    supply[copies] = -roads.persons
    termination, flow = least_cost_flow(
        np.concatenate([grid.move_tail, waits, grid.first[goal]]),
        np.concatenate([grid.move_head, waits + 1, np.full(goal.size, copies)]),
        np.concatenate([_most(roads, grid, waits), roads.places[goal]]),
        np.concatenate([np.where(safe, arrival, 0), np.zeros(waits.size + goal.size, dtype=np.int64)]),
        supply,
    )
    assert termination is Termination.OPTIMAL, termination
    return _moves(grid, waits, flow, roads.supply)


def _most(roads: Roads, grid: Grid, waits: IntArray) -> IntArray:
    return np.concatenate([np.minimum(grid.move_most, roads.persons), np.full(waits.size, roads.persons)])


def _moves(grid: Grid, waits: IntArray, flow: IntArray, sent: IntArray) -> Moves:
    stay = np.zeros(grid.node.size, dtype=np.int64)
    stay[waits] = flow[grid.move_arc.size :][: waits.size]
    return Moves(flow[: grid.move_arc.size], stay, sent)
