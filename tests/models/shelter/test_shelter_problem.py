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
        ({"whole": [0]}, "shelter_shape"),
        ({"whole": [0, -1]}, "shelter_zone"),
        ({"whole": [0.5, 1.0]}, "shelter_zone"),
        ({"priority": [1.0]}, "shelter_shape"),
        ({"priority": [1.0, -0.1]}, "shelter_range"),
        ({"priority": [1.0, 1001.0]}, "shelter_range"),
        ({"priority": [1.0, float("nan")]}, "shelter_range"),
        ({"extra_s": [1.0, float("inf")]}, "shelter_range"),
        ({"previous": [1]}, "shelter_shape"),
        ({"previous": [1, -1]}, "not_whole_persons"),
    ],
)
def test_bad_arrays_are_refused(change: dict[str, list[float]], code: str):
    with pytest.raises(ProblemError) as caught:
        shelter.Allocation(**{name: np.array(values) for name, values in {**GOOD, **change}.items()})
    assert caught.value.code == code


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["stability_s", "unmet_s"])
def test_bad_seconds_are_refused(name: str, seconds: float):
    arrays = {key: np.array(values) for key, values in GOOD.items()}
    with pytest.raises(ProblemError) as caught:
        shelter.Allocation(**arrays, **{name: seconds})
    assert caught.value.code == "shelter_range"


def test_good_arrays_are_taken():
    problem = shelter.Allocation(**{name: np.array(values) for name, values in GOOD.items()})
    assert problem.unmet_weight_s == 4.0  # (1 shelter + 1) x 2 s
