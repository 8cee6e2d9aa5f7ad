"""Flows on a grid in time: as many to safety as possible, or everybody at the least total arrival."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.grids import Grid
from models.evacuation.kernels.chains import arcs_by_node
from models.evacuation.kernels.distances import residual_distances
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


@dataclass(frozen=True, slots=True, eq=False)
class SoonestFlow:
    """Everybody on a grid at the least total arrival.

    Parameters
    ----------
    moves
        How they go.
    price
        By how many steps the total would rise for one place less in each shelter, shape (n,).
    """

    moves: Moves
    price: IntArray


def soonest_safe(roads: Roads, grid: Grid) -> SoonestFlow:
    """Send everybody to safety on a grid at the least total arrival.

    Raises
    ------
    AssertionError
        If the grid has no room for everybody.

    Notes
    -----
    Every wait and every move costs the steps it takes, so that together they make up the arrival.
    """
    copies = grid.node.size
    waits = np.flatnonzero(np.diff(grid.node) == 0)
    goal = np.flatnonzero(roads.places)
    safe = roads.places[roads.head[grid.move_arc]] > 0
    begin = grid.start[grid.move_tail]
    end = np.where(safe, begin + roads.travel_steps[grid.move_arc], grid.start[grid.move_head])
    supply = np.zeros(copies + 1, dtype=np.int64)
    supply[grid.first[:-1]] = roads.supply
    supply[copies] = -roads.persons
    tail = np.concatenate([grid.move_tail, waits, grid.first[goal]])
    head = np.concatenate([grid.move_head, waits + 1, np.full(goal.size, copies)])
    most = np.concatenate([_most(roads, grid, waits), roads.places[goal]])
    cost = np.concatenate([end - begin, np.diff(grid.start)[waits], np.zeros(goal.size, dtype=np.int64)])
    termination, flow = least_cost_flow(tail, head, most, cost, supply)
    assert termination is Termination.OPTIMAL, termination
    price = np.zeros(roads.n, dtype=np.int64)
    price[goal] = _to_sink((tail, head, most, cost), flow, copies, grid.step)[grid.first[goal]]
    return SoonestFlow(_moves(grid, waits, flow, roads.supply), price)


def _to_sink(
    arcs: tuple[IntArray, IntArray, IntArray, IntArray], flow: IntArray, sink: int, most: int
) -> IntArray:
    """Return the least cost from each node to the sink over what a flow leaves free, from 0 to most."""
    free, used = flow < arcs[2], flow > 0
    from_node = np.concatenate([arcs[1][free], arcs[0][used]])
    first, order = arcs_by_node(from_node, sink + 1)
    to_node = np.concatenate([arcs[0][free], arcs[1][used]])[order]
    cost = np.concatenate([arcs[3][free], -arcs[3][used]])[order]
    start = np.full(sink + 1, most + 1, dtype=np.int64)
    start[sink] = 0
    return residual_distances(first, to_node, cost, start, most)


def _most(roads: Roads, grid: Grid, waits: IntArray) -> IntArray:
    return np.concatenate([np.minimum(grid.move_most, roads.persons), np.full(waits.size, roads.persons)])


def _moves(grid: Grid, waits: IntArray, flow: IntArray, sent: IntArray) -> Moves:
    stay = np.zeros(grid.node.size, dtype=np.int64)
    stay[waits] = flow[grid.move_arc.size :][: waits.size]
    return Moves(flow[: grid.move_arc.size], stay, sent)
