"""The smallest problem that has every part of one."""

import numpy as np

from models.dispatch.clearing.problem import Clearing


def two_roads() -> Clearing:
    """Return a crew 1 s from two blocked roads of 1 s, with 3 and 4 people behind them."""
    middle = np.array([True, False, True, False])
    apart_s = np.where(middle[:, None] & middle[None, :], 1.0, np.inf)
    np.fill_diagonal(apart_s, 0.0)
    return Clearing(
        persons=np.array([3, 4]),
        place_to_service_s=np.full(2, np.inf),
        place_to_end_s=np.array([[np.inf, 0.0, np.inf, np.inf], [np.inf, np.inf, np.inf, 0.0]]),
        end_to_service_s=np.where(middle, 0.0, np.inf),
        between_s=apart_s,
        crew_to_end_s=np.where(middle, 1.0, np.inf)[None, :],
        pass_s=np.ones((2, 2)),
        clear_s=np.array([10.0, 20.0]),
        most_s=100.0,
    )
