"""What a road layer leaves unsaid is filled by its class."""

import numpy as np
import pandas as pd

from dss.roads.attributes import lanes_by_direction


def test_stated_lanes_are_shared_by_the_two_directions():
    one_way, no_link = np.array([0, 1, 0, 0]), np.array([False, False, False, True])
    lanes, assumed = lanes_by_direction(
        pd.Series([6.0, 3.0, 1.0, None]), one_way, no_link, np.array([2.0, 2.0, 2.0, 3.0])
    )
    assert lanes.tolist() == [3, 3, 1, 1]  # a narrow two-way street has one lane for both, a link has one
    assert assumed == 1
