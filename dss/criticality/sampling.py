"""What a closure costs on average, from some of the closures, with the error of the estimate."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from dss.criticality.access import SiteAccess
from dss.criticality.closures import Closures, close_chosen, matters, require_closures
from dss.errors import NetworkError

Z_95: Final = 1.959964
"""Two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the ends of its 95 % confidence interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LossEstimate:
    """What one closure, drawn at random from all, costs.

    Parameters
    ----------
    closures, on_a_way, draws
        All closures, those on somebody's way (only they can cost anything), and those worked out.
    lost_person_s
        Mean loss of a closure.
    cutting_share
        Share of the closures that cut somebody off.
    """

    closures: int
    on_a_way: int
    draws: int
    lost_person_s: Interval
    cutting_share: Interval


def estimate_losses(
    access: SiteAccess, closures: Closures, *, draws: int, seed: int, cut_off_s: float
) -> LossEstimate:
    """Estimate the mean loss from a sample of the closures that lie on somebody's way.

    Parameters
    ----------
    draws
        How many are worked out, at least 2; all of them, and no error, where there are no more.
    cut_off_s
        What a person cut off counts.

    Raises
    ------
    NetworkError
        If there are fewer than two draws, or the closures do not fit the network.

    Notes
    -----
    Drawn without replacement; normal intervals with the finite population correction, Cochran (1977),
    "Sampling Techniques", sections 2.6 and 3.3. Losses are skewed: with few draws the interval is too narrow.
    """
    if draws < 2:
        raise NetworkError("too_few_draws", draws=draws)
    require_closures(access, closures)
    candidates = matters(access, closures)
    size = min(draws, candidates.size)
    chosen = np.sort(np.random.default_rng(seed).choice(candidates, size=size, replace=False))
    losses = close_chosen(access, closures, chosen)
    weight = candidates.size / closures.count if closures.count else 0.0
    return LossEstimate(
        closures=closures.count,
        on_a_way=int(candidates.size),
        draws=size,
        lost_person_s=_interval(losses.lost_person_s(cut_off_s)[chosen], candidates.size, weight),
        cutting_share=_interval(
            (losses.persons_cut_off[chosen] > 0).astype(np.float64), candidates.size, weight
        ),
    )


def _interval(sample: FloatArray, population: int, weight: float) -> Interval:
    """Return the mean of a sample times the weight of its stratum; the rest of the closures adds zero."""
    if sample.size == 0:
        return Interval(0.0, 0.0, 0.0)
    mean = float(sample.mean())
    spread = float(sample.std(ddof=1)) if sample.size > 1 else 0.0
    error = Z_95 * spread * np.sqrt((1 - sample.size / population) / sample.size)
    return Interval(mean * weight, max(0.0, mean - error) * weight, (mean + error) * weight)
