"""Programs by HiGHS: solved, started, stopped and heard, in silence."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from models import Termination
from models.solver import Program, least_cost_program, relax


def triangle() -> Program:
    # Two of three corners touch every edge of a triangle; half of each does in the relaxation.
    edges = csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    return Program(
        np.ones(3), np.zeros(3), np.ones(3), np.ones(3, np.bool_), edges, np.ones(3), np.full(3, np.inf)
    )


def hard() -> Program:
    rng = np.random.default_rng(1)
    rows = csr_array((rng.random((300, 800)) < 0.02).astype(float))
    lower = np.minimum(1.0, rows.sum(axis=1))
    whole = np.ones(800, np.bool_)
    return Program(np.ones(800), np.zeros(800), np.ones(800), whole, rows, lower, np.full(300, np.inf))


def test_two_corners_cover_a_triangle_and_nothing_is_printed(capfd):
    found = least_cost_program(triangle(), 10.0, 0.0)
    assert found.termination is Termination.OPTIMAL
    assert found.values.sum() == found.bound == 2
    assert capfd.readouterr() == ("", "")


def test_half_of_each_corner_covers_it_in_the_relaxation():
    relaxed = relax(triangle(), 10.0)
    assert relaxed.value == pytest.approx(1.5)
    assert relaxed.prices == pytest.approx(0.5)


def test_what_cannot_be_is_infeasible():
    program = triangle()
    less = Program(program.cost, program.least, program.greatest * 0.4, program.whole, *rows_of(program))
    assert least_cost_program(less, 10.0, 0.0).termination is Termination.INFEASIBLE
    assert relax(less, 10.0) is None


def rows_of(program: Program):
    return program.matrix, program.lower, program.upper


def test_a_start_is_kept_when_time_is_up():
    start = np.ones(800)
    found = least_cost_program(hard(), 0.0, 0.0, start=start)
    assert found.termination in (Termination.FEASIBLE, Termination.OPTIMAL)
    assert found.values.sum() <= 800


def test_a_look_that_has_seen_enough_ends_the_search_with_what_it_has():
    seen = []

    def look(value: float | None, bound: float | None) -> bool:
        seen.append((value, bound))
        return value is not None

    found = least_cost_program(hard(), 60.0, 0.0, look=look)
    assert found.termination is Termination.FEASIBLE
    assert found.values.sum() >= found.bound
    assert seen[-1][0] >= found.values.sum()


def test_what_a_look_raises_reaches_the_caller():
    def look(value: float | None, bound: float | None) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        least_cost_program(hard(), 60.0, 0.0, look=look)
