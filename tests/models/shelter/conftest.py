"""Kernels are compiled before the first test, so that compiling takes nothing from a test's time limit."""

from dataclasses import replace

import numpy as np
import pytest

from models import Limits, shelter


@pytest.fixture(scope="session", autouse=True)
def compiled_kernels() -> None:
    """Solve a small problem of whole communities once."""
    cell, site = (index.ravel() for index in np.indices((6, 3)))
    problem = shelter.Allocation(
        np.arange(1, 7), np.full(3, 9), cell, site, np.linspace(5.0, 90.0, 18), whole=np.arange(6)
    )
    shelter.solve(problem, Limits(time_s=60.0))
    row = np.stack([np.arange(5), np.arange(1, 6)], axis=1)
    shelter.solve(replace(problem, touching=row), Limits(time_s=60.0))
