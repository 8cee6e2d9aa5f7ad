"""OR-Tools and HiGHS in one process: releases that ship one library under two hands break each other."""

import subprocess
import sys

import pytest

HIGHS = "import highspy; highs = highspy.Highs(); highs.silent(); highs.addVar(1.0, 2.0); highs.run()"
ORTOOLS = "from ortools.linear_solver import pywraplp; assert pywraplp.Solver.CreateSolver('SCIP')"


@pytest.mark.parametrize("order", [(HIGHS, ORTOOLS), (ORTOOLS, HIGHS)], ids=["highs first", "ortools first"])
def test_both_solver_libraries_work_in_one_process(order: tuple[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "; ".join(order)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
