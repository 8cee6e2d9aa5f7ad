"""The only file that imports solvers; their statuses are mapped once, here."""

import os
import sys
import threading
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray, IntArray
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


# --- mixed-integer programs ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class ProgramResult:
    """How a program ended: the best values found and the greatest proven bound, None where there is none."""

    termination: Termination
    values: FloatArray | None
    bound: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Least cost @ x subject to lower <= matrix @ x <= upper and least <= x <= greatest.

    Parameters
    ----------
    cost, least, greatest
        Cost, least and greatest value of each variable, shape (k,).
    whole
        Which variables must be whole numbers, shape (k,).
    matrix
        Constraints, shape (r, k).
    lower, upper
        Limits of each constraint, shape (r,); infinite where there is none.
    """

    cost: FloatArray
    least: FloatArray
    greatest: FloatArray
    whole: BoolArray
    matrix: csr_array
    lower: FloatArray
    upper: FloatArray


def least_cost_program(program: Program, time_limit_s: float, relative_gap: float) -> ProgramResult:
    """Solve a mixed-integer program by branch and cut (HiGHS, Huangfu and Hall 2018)."""
    with _STDOUT:
        found = milp(
            program.cost,
            integrality=program.whole.astype(np.int64),
            bounds=Bounds(program.least, program.greatest),
            constraints=LinearConstraint(program.matrix, program.lower, program.upper),
            options={"time_limit": max(time_limit_s, 0.01), "mip_rel_gap": relative_gap},
        )
    if found.status == _HIGHS_INFEASIBLE:
        return ProgramResult(Termination.INFEASIBLE, None, None)
    bound = None if found.mip_dual_bound is None else float(found.mip_dual_bound)
    if found.x is None:
        return ProgramResult(Termination.NO_SOLUTION, None, bound)
    termination = Termination.OPTIMAL if found.status == 0 else Termination.FEASIBLE
    return ProgramResult(termination, np.asarray(found.x, dtype=np.float64), bound)


# SciPy's number for it.
_HIGHS_INFEASIBLE = 2


class _QuietStdout:
    """Sends what compiled code prints on standard output to standard error: results go there alone.

    HiGHS prints a line of its own from some versions on, past every log setting. Threads may nest it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._kept: int | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                sys.stdout.flush()
                self._kept = os.dup(1)
                os.dup2(2, 1)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._kept is not None:
                os.dup2(self._kept, 1)
                os.close(self._kept)
                self._kept = None


_STDOUT = _QuietStdout()
