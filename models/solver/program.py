"""Linear and mixed-integer programs by HiGHS, passed as arrays; nothing is printed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray
from models.plan import Termination


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

    def relaxed(self) -> "Program":
        """Return the program without whole numbers."""
        return replace(self, whole=np.zeros(self.cost.size, dtype=np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class ProgramResult:
    """How a program ended: the best values found and the greatest proven bound, None where there is none."""

    termination: Termination
    values: FloatArray | None
    bound: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The linear relaxation: its value, the values of the variables and the prices of the constraints."""

    value: float
    values: FloatArray
    prices: FloatArray

    @classmethod
    def of(cls, solver: highspy.Highs) -> "Relaxed":
        """Take the optimum from a solver that has found it."""
        found = solver.getSolution()
        return cls(
            float(solver.getInfo().objective_function_value),
            np.array(found.col_value, dtype=np.float64),
            np.array(found.row_dual, dtype=np.float64),
        )


# Asked again and again while a program is solved, with the best value and the bound so far, None where there
# is none; the search ends soon after it answers True, and an exception it raises reaches the caller.
Look: TypeAlias = Callable[[float | None, float | None], bool]


def never(value: float | None, bound: float | None) -> bool:  # noqa: ARG001 - a Look that looks at nothing
    """Let a program go on."""
    return False


# Entries of a linear program from which on an interior point is faster than the simplex.
LARGE: Final = 50_000


def least_cost_program(
    program: Program,
    time_limit_s: float,
    relative_gap: float,
    *,
    start: FloatArray | None = None,
    look: Look = never,
) -> ProgramResult:
    """Solve a mixed-integer program by branch and cut (HiGHS, Huangfu and Hall 2018).

    Parameters
    ----------
    relative_gap
        The search stops once this gap is proven.
    start
        Values to start from, shape (k,); None: none.
    look
        Sees value and bound, and may end the search; not asked within the first linear relaxation.

    Returns
    -------
    OPTIMAL when the gap is proven, FEASIBLE with values without that, else how it ended. What is printed on
    standard output stays the caller's: the solver keeps silent.
    """
    solver = loaded(program, time_limit_s)
    solver.setOptionValue("mip_rel_gap", relative_gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    run_watched(solver, look)
    return _result(solver)


def relax(program: Program, time_limit_s: float, look: Look = never, *, large: int = LARGE) -> Relaxed | None:
    """Solve the linear relaxation; None where it has no solution or time was up.

    Those of more than ``large`` entries by an interior point without crossover, whose prices are as good.
    """
    solver = loaded(program.relaxed(), time_limit_s)
    if program.matrix.nnz > large:
        solver.setOptionValue("solver", "ipm")
        solver.setOptionValue("run_crossover", "off")
        solver.setOptionValue("presolve", "off")  # it cannot be stopped, and takes longer than it saves
    run_watched(solver, look)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return Relaxed.of(solver)


def loaded(program: Program, time_limit_s: float) -> highspy.Highs:
    """Return a silent solver on one thread that holds a program."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", max(time_limit_s, 0.01))
    solver.setOptionValue("threads", 1)
    model = highspy.HighsLp()
    rows, columns = program.matrix.shape
    model.num_col_, model.num_row_ = columns, rows
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.least, program.greatest
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = columns, rows
    model.a_matrix_.start_ = program.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = program.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = program.matrix.data.astype(np.float64)
    if program.whole.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(whole)] for whole in program.whole]
    solver.passModel(model)
    return solver


def run_watched(solver: highspy.Highs, look: Look) -> None:
    """Run the solver; what a look raises would be lost inside of it, so it is raised afterwards."""
    raised: list[BaseException] = []

    def asked(event: HighsCallbackEvent) -> None:
        out = event.data_out
        known = (out.mip_primal_bound, out.mip_dual_bound)
        try:
            stop = look(*(float(v) if np.isfinite(v) else None for v in known))
        except BaseException as error:
            raised.append(error)
            stop = True
        event.interrupt(stop)

    def relaxing(event: HighsCallbackEvent) -> None:
        event.data_out.mip_primal_bound = event.data_out.mip_dual_bound = np.inf
        asked(event)

    if look is not never:
        solver.cbMipInterrupt += asked
        solver.cbMipImprovingSolution += asked
        solver.cbSimplexInterrupt += relaxing
        solver.cbIpmInterrupt += relaxing
    solver.run()
    if raised:
        raise raised[0]


_ENDED = {
    highspy.HighsModelStatus.kOptimal: Termination.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Termination.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: Termination.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Termination.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Termination.NO_SOLUTION,
    highspy.HighsModelStatus.kInterrupt: Termination.NO_SOLUTION,
}


def _result(solver: highspy.Highs) -> ProgramResult:
    termination = _ENDED.get(solver.getModelStatus(), Termination.ERROR)
    info = solver.getInfo()
    bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else None
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not feasible:
        return ProgramResult(termination, None, bound)
    if termination is not Termination.OPTIMAL:
        termination = Termination.FEASIBLE
    values = np.array(solver.getSolution().col_value, dtype=np.float64)
    return ProgramResult(termination, values, bound)
