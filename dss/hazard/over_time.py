"""Travel times over the steps of a hazard, for those who use roads while they are open."""

import numpy as np

from dss.hazard.hazard import Hazard
from dss.hazard.impact import Impact, Mode
from dss.hazard.response import free_times
from dss.roads import Roads
from dss.routing_in_time import TimeSteps


def times_over_steps(hazard: Hazard, impact: Impact, roads: Roads, mode: Mode) -> TimeSteps:
    """Return the seconds of each edge over time: free until the first step, then step by step.

    Roads that open again, as bridges after a typhoon, are open again here too.
    """
    start_s, times_s = np.array(hazard.steps_s), impact.roads.step_s[mode]
    if start_s[0] > 0:
        start_s = np.concatenate([[0.0], start_s])
        times_s = np.vstack([free_times(roads)[mode], times_s])
    return TimeSteps(start_s, times_s)
