"""Linear programs that grow by columns and rows, solved again from where they stood (HiGHS, simplex)."""

import highspy
import numpy as np
from scipy.sparse import csc_array

from dss.arrays import FloatArray


class GrowingProgram:
    """Least cost @ x with x >= 0 and lower <= matrix @ x <= upper, to which columns are added.

    Parameters
    ----------
    lower, upper
        Limits of each constraint, shape (r,); infinite where there is none.
    """

    def __init__(self, lower: FloatArray, upper: FloatArray) -> None:
        self._solver = highspy.Highs()
        self._solver.silent()
        self._solver.setOptionValue("threads", 1)
        none = np.zeros(0)
        starts = np.zeros(lower.size, dtype=np.int32)
        self._solver.addRows(lower.size, lower, upper, 0, starts, np.zeros(0, dtype=np.int32), none)

    def add(self, cost: FloatArray, columns: csc_array) -> None:
        """Add columns, shape (r, k), with their costs, shape (k,)."""
        columns = csc_array(columns)
        count = columns.shape[1]
        self._solver.addCols(
            count,
            np.asarray(cost, dtype=np.float64),
            np.zeros(count),
            np.full(count, np.inf),
            columns.nnz,
            columns.indptr[:-1].astype(np.int32),
            columns.indices.astype(np.int32),
            columns.data.astype(np.float64),
        )

    def add_row(self, lower: float, upper: float, entries: dict[int, float]) -> None:
        """Add a constraint on the columns that are there, by column."""
        columns = np.array(list(entries), dtype=np.int32)
        values = np.array(list(entries.values()), dtype=np.float64)
        start = np.zeros(1, dtype=np.int32)
        limits = np.array([lower]), np.array([upper])
        self._solver.addRows(1, *limits, columns.size, start, columns, values)

    def solve(self) -> tuple[float, FloatArray]:
        """Return the least cost and the price of each constraint, shape (r,).

        Raises
        ------
        ArithmeticError
            If the solver gives up; the programs given to it have a solution.
        """
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(str(self._solver.getModelStatus()))
        prices = np.array(self._solver.getSolution().row_dual, dtype=np.float64)
        return float(self._solver.getInfo().objective_function_value), prices

    def values(self) -> FloatArray:
        """Return the values of all columns in the last solution, in the order in which they were added."""
        return np.array(self._solver.getSolution().col_value, dtype=np.float64)
