"""People on foot in a crowd: the denser they go, the slower.

Weidmann's fundamental diagram: v(k) = v0 (1 - exp(-gamma (1/k - 1/k_jam))), and k v(k) persons pass a metre
of width in a second. The plan fixes a density k: nobody is planned to walk faster than v(k), and no more
enter a way than k v(k) lets pass, so that the density stays at k or below.

Source: Weidmann (1993), Transporttechnik der Fussgänger; v0 is the standards' speed of adults.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray
from dss.standards import StandardsReader
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True)
class Crowd:
    """How a crowd of the planned density walks: its speed beside a single adult's, persons per m and s."""

    speed_share: float
    flow_per_m_s: float


def planned_crowd(standards: StandardsReader, density: float) -> Crowd:
    """Return how a crowd of a density in persons/m² walks.

    Examples
    --------
    At 1 person/m² people walk at 79 % of their speed, and 0.95 of them pass a metre in a second.

    >>> crowd = planned_crowd(StandardsReader(), 1.0)
    >>> round(crowd.speed_share, 2), round(crowd.flow_per_m_s, 2)
    (0.79, 0.95)
    """
    gamma, jam = standards.number("evacuation.weidmann_gamma"), standards.number("evacuation.jam_density")
    share = float(1.0 - np.exp(-gamma * (1.0 / density - 1.0 / jam)))
    return Crowd(share, density * share * standards.number("pedestrian.adult_speed_mps"))


def walking_capacity_per_h(situation: Situation, crowd: Crowd) -> FloatArray:
    """Return the walkers an hour on each edge: on the walkway, or half the road where that is less."""
    width_m = situation.roads.network.width_m
    assert width_m is not None
    clear_m = np.minimum(situation.standards.number("evacuation.walkway_width_m"), width_m / 2)
    return np.asarray(3600.0 * crowd.flow_per_m_s * clear_m)
