"""Carry the thresholds of a cut from the trimmed roads back to every node of the problem.

A node within a chain gets a threshold such that the cut crosses the chain where it is narrowest; a node that
was dropped gets the first step in which it could be reached from the people's side, so that nothing crosses
there.
"""

import numpy as np

from dss.arrays import IntArray
from models.evacuation.kernels.chains import arcs_by_node
from models.evacuation.kernels.distances import residual_distances
from models.evacuation.problem import ArrivalProof, Evacuation
from models.evacuation.reach import leads_to_shelter
from models.evacuation.total import Proof
from models.evacuation.trimming import Roads


def certificate(problem: Evacuation, roads: Roads, threshold: IntArray) -> IntArray:
    """Return thresholds of all nodes of a problem that allow no more to cross than those of the roads.

    Parameters
    ----------
    threshold
        Of each node kept, shape (nodes kept,).

    Returns
    -------
    Thresholds, shape (n nodes of the problem,).
    """
    never = int(threshold.max(initial=0))
    known = np.full(problem.supply.size, never + 1, dtype=np.int64)
    known[roads.node] = threshold
    _narrowest(problem, roads, threshold, known)
    return _reached(problem, known, never)


def arrival_proof(problem: Evacuation, roads: Roads, proof: Proof) -> ArrivalProof:
    """Return cuts over the problem's nodes that prove what cuts over the roads do."""
    price = np.zeros_like(problem.supply)
    price[roads.node] = proof.price
    leads = leads_to_shelter(problem)  # who goes where nothing leads on crosses no cut
    rows = [np.where(leads, certificate(problem, roads, threshold), 0) for threshold in proof.threshold]
    return ArrivalProof(price, proof.step, np.array(rows, dtype=np.int32))


def _narrowest(problem: Evacuation, roads: Roads, threshold: IntArray, known: IntArray) -> None:
    """Set the thresholds beyond the narrowest arc of every chain that the cut crosses."""
    margin = threshold[roads.head] - roads.travel_steps - threshold[roads.tail]
    for a in np.flatnonzero((margin > 0) & (np.diff(roads.offsets) > 1)):
        row = slice(roads.offsets[a], roads.offsets[a + 1])
        arc = roads.arc[row]
        narrow = int(np.argmin(problem.capacity[arc]))
        inner = problem.head[arc[narrow:-1]]
        to_go = roads.travel_steps[a] - roads.into_steps[row][narrow + 1 :]
        known[inner] = threshold[roads.head[a]] - to_go


def _reached(problem: Evacuation, start: IntArray, never: int) -> IntArray:
    """Return the thresholds, and where there is none the first step it can be reached in, shape (n,)."""
    usable = (problem.capacity > 0) & (problem.shelter_capacity[problem.tail] == 0)
    usable &= start[problem.head] > never
    first, order = arcs_by_node(problem.tail[usable], start.size)
    head, steps = problem.head[usable][order], problem.travel_steps[usable][order]
    return np.asarray(residual_distances(first, head, steps, start, never))
