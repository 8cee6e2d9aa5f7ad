"""Small mixed programmes by SCIP, through OR-Tools: many of them, one after another, beside other threads."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from ortools.linear_solver.python import model_builder_helper
from scipy.sparse import csr_matrix

from dss.arrays import FloatArray
from models.plan import Termination


@dataclass(frozen=True, slots=True, eq=False)
class MixedProgramme:
    """Least ``cost @ x`` with ``lower <= matrix @ x <= upper`` and ``0 <= x <= most``.

    Parameters
    ----------
    cost, most
        Of each variable, shape (k,).
    binary
        How many of the variables are 0 or 1; they come first.
    matrix
        Sparse rows, shape (rows, k).
    lower, upper
        Of each row, shape (rows,); infinite ones bind nothing.
    start
        A solution to start from, shape (k,), or of its first variables.
    """

    cost: FloatArray
    most: FloatArray
    binary: int
    matrix: csr_matrix
    lower: FloatArray
    upper: FloatArray
    start: FloatArray


_MIP_STATUS = {
    model_builder_helper.SolveStatus.OPTIMAL: Termination.OPTIMAL,
    model_builder_helper.SolveStatus.FEASIBLE: Termination.FEASIBLE,
    model_builder_helper.SolveStatus.INFEASIBLE: Termination.INFEASIBLE,
    model_builder_helper.SolveStatus.UNBOUNDED: Termination.UNBOUNDED,
    model_builder_helper.SolveStatus.NOT_SOLVED: Termination.NO_SOLUTION,
}


@dataclass(frozen=True, slots=True, eq=False)
class MixedSolution:
    """How a search ended, the values, shape (k,), and the proven bound; None where there are none."""

    termination: Termination
    values: FloatArray | None
    bound: float | None


def solve_mixed(programme: MixedProgramme, time_s: float, relative_gap: float = 1e-6) -> MixedSolution:
    """Solve a small mixed programme with SCIP, which lets other threads run meanwhile.

    Parameters
    ----------
    time_s
        The search stops after this time with the best found.
    relative_gap
        Or when this gap is proven.
    """
    k = programme.cost.size
    model = model_builder_helper.ModelBuilderHelper()
    # the library's types are those of Eigen
    filling: Any = model.fill_model_from_sparse_data
    filling(np.zeros(k), programme.most, programme.cost, programme.lower, programme.upper, programme.matrix)
    for x in range(programme.binary):
        model.set_var_integrality(x, True)
    for x, value in enumerate(programme.start):
        model.add_hint(x, float(value))
    solver = model_builder_helper.ModelSolverHelper("SCIP")
    solver.set_time_limit_in_seconds(max(time_s, 0.01))
    solver.set_solver_specific_parameters(f"limits/gap = {relative_gap}")
    solver.solve(model)
    termination = _MIP_STATUS.get(solver.status(), Termination.ERROR)
    if not solver.has_solution():
        return MixedSolution(termination, None, None)
    values = np.asarray(solver.variable_values(), dtype=np.float64)
    return MixedSolution(termination, values, float(solver.best_objective_bound()))
