"""A linear program whose columns are bounded anew again and again, solved from where it stood (HiGHS)."""

import highspy
import numpy as np

from dss.arrays import FloatArray
from models.solver.program import Look, Program, Relaxed, loaded, never, run_watched


class BranchedProgram:
    """Least cost @ x under a program's constraints, without whole numbers, for changing bounds of x.

    Parameters
    ----------
    program
        The constraints and the first bounds; which variables are whole is left out.
    time_limit_s
        For all solves together.
    """

    def __init__(self, program: Program, time_limit_s: float) -> None:
        self._solver = loaded(program.relaxed(), time_limit_s)
        self._least, self._greatest = program.least.copy(), program.greatest.copy()

    def bound(self, least: FloatArray, greatest: FloatArray) -> None:
        """Set the least and the greatest value of each variable, shape (k,)."""
        changed = np.flatnonzero((least != self._least) | (greatest != self._greatest))
        self._solver.changeColsBounds(
            changed.size, changed.astype(np.int32), least[changed], greatest[changed]
        )
        self._least, self._greatest = least.copy(), greatest.copy()

    def solve(self, look: Look = never) -> Relaxed | None:
        """Return the optimum; None where there is none or time was up."""
        run_watched(self._solver, look)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return Relaxed.of(self._solver)
