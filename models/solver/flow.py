"""Flows through networks, by OR-Tools."""

import numpy as np
from ortools.graph.python import max_flow, min_cost_flow

from dss.arrays import IntArray
from models.plan import Termination

_STATUS = {
    min_cost_flow.SimpleMinCostFlow.OPTIMAL: Termination.OPTIMAL,
    min_cost_flow.SimpleMinCostFlow.INFEASIBLE: Termination.INFEASIBLE,
    min_cost_flow.SimpleMinCostFlow.UNBALANCED: Termination.INFEASIBLE,
}


def least_cost_flow(
    tail: IntArray, head: IntArray, capacity: IntArray, unit_cost: IntArray, supply: IntArray
) -> tuple[Termination, IntArray]:
    """Send the supplies through a network at the least cost, in whole units.

    Parameters
    ----------
    tail, head, capacity, unit_cost
        Arcs, shape (k,).
    supply
        What each node gives (positive) or takes (negative), shape (n nodes,); its sum is 0.

    Returns
    -------
    How it ended, and the flow on each arc, shape (k,); zeros where there is none.

    Notes
    -----
    OR-Tools' cost-scaling push-relabel (Goldberg 1997).
    """
    network = min_cost_flow.SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity, unit_cost
    )
    network.set_nodes_supplies(np.arange(supply.size, dtype=np.int32), supply)
    termination = _STATUS.get(network.solve(), Termination.ERROR)
    if termination is not Termination.OPTIMAL:
        return termination, np.zeros(tail.size, dtype=np.int64)
    return termination, np.asarray(network.flows(np.arange(tail.size)), dtype=np.int64)


def greatest_flow(
    tail: IntArray, head: IntArray, capacity: IntArray, source: int, sink: int
) -> tuple[IntArray, IntArray]:
    """Send as much as possible from a source to a sink.

    Parameters
    ----------
    tail, head, capacity
        Arcs, shape (k,).

    Returns
    -------
    The flow on each arc, shape (k,), and the nodes on the source's side of a least cut, ascending.

    Notes
    -----
    OR-Tools' push-relabel (Goldberg and Tarjan 1988).
    """
    network = max_flow.SimpleMaxFlow()
    network.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
    status = network.solve(source, sink)
    assert status == network.OPTIMAL, status  # finite capacities that fit 64 bits always have one
    cut = np.sort(np.asarray(network.get_source_side_min_cut(), dtype=np.int64))
    return np.asarray(network.flows(np.arange(tail.size)), dtype=np.int64), cut
