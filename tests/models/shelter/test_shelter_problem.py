"""Arrays that make no allocation problem are refused with the index and the value."""

import numpy as np
import pytest

from dss.errors import ProblemError
from models import shelter

GOOD = {"persons": [5, 5], "capacity": [9], "cell": [0, 1], "site": [0, 0], "cost_s": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"persons": [5, -1]}, "not_whole_persons"),
        ({"persons": [5, float("nan")]}, "not_whole_persons"),
        ({"persons": [5, 0.5]}, "not_whole_persons"),
        ({"capacity": [float("inf")]}, "not_whole_persons"),
        ({"cell": [0, 2]}, "arc_index"),
        ({"site": [0, -1]}, "arc_index"),
        ({"site": [0.0, 0.0]}, "arc_index"),
        ({"cost_s": [1.0]}, "arc_shapes"),
        ({"cost_s": [1.0, float("nan")]}, "arc_cost"),
        ({"cost_s": [1.0, float("inf")]}, "arc_cost"),
        ({"cost_s": [1.0, -2.0]}, "arc_cost"),
        ({"cell": [0, 0]}, "arc_twice"),
    ],
)
def test_bad_arrays_are_refused(change: dict[str, list[float]], code: str):
    with pytest.raises(ProblemError) as caught:
        shelter.Allocation(**{name: np.array(values) for name, values in {**GOOD, **change}.items()})
    assert caught.value.code == code


def test_good_arrays_are_taken():
    problem = shelter.Allocation(**{name: np.array(values) for name, values in GOOD.items()})
    assert problem.unmet_weight_s == 4.0  # (1 shelter + 1) x 2 s
