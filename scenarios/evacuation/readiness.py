"""When people become ready: the scenario's curve, with the standards' parameters where it gives none."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray
from dss.standards import StandardsReader
from models.evacuation import log_normal_curve, logistic_curve, rayleigh_curve, with_compliance
from scenarios.evacuation.spec import Curve
from scenarios.evacuation.travellers import given

BATCH_S: Final = 120.0
"""People who become ready within so long leave with the last of them."""
NEARLY: Final = 0.995
"""The curve is followed until this share is ready; the few left are ready then too."""
LONGEST_MIN: Final = 24 * 60


def ready_shares(curve: Curve, standards: StandardsReader, step_s: float) -> FloatArray:
    """Return the share of the people who are ready by each step, shape (steps,)."""
    per_min = 60 / step_s
    steps = int(LONGEST_MIN * per_min)

    def value(own: float | None, key: str) -> float:
        return given(own, standards, f"evacuation.{key}")

    match curve.curve:
        case "logistic":
            share = logistic_curve(
                steps,
                half_step=value(curve.middle_min, "logistic_middle_min") * per_min,
                slope_per_step=value(curve.slope_per_min, "logistic_slope") / per_min,
            )
        case "rayleigh":
            scale = value(curve.scale_min, "rayleigh_scale_min")
            share = rayleigh_curve(steps, scale_steps=scale * per_min)
        case "lognormal":
            share = log_normal_curve(
                steps,
                median_steps=max(value(curve.middle_min, "lognormal_median_min") * per_min, 1e-6),
                sigma=value(curve.sigma, "lognormal_sigma"),
            )
    last = min(int(np.searchsorted(share, NEARLY)), steps - 1)
    share = np.append(share[:last], 1.0)
    comply = value(curve.compliance, "compliance_ordered")
    return with_compliance(share, np.zeros_like(share), comply)
