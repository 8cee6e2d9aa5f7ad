"""What a hazard is: a measured danger as a function of place and time. What it does is an ``Impact``."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from dss.arrays import FloatArray
from dss.errors import ScenarioError


@dataclass(frozen=True, slots=True)
class Measure:
    """What a hazard's values say.

    Parameters
    ----------
    key
        Names its texts: ``measure.<key>``, and ``measure.<key>_<class>`` where classes have names.
    unit
        Unit of the values; empty for classes.
    limits
        Lower limits of the classes on maps, ascending; below the first there is nothing.
    """

    key: str
    unit: str
    limits: tuple[float, ...]


class Hazard(Protocol):
    """A danger over the map and over time, in steps.

    A step begins at its time and lasts until the next one; the last one stays. What grows or moves while a
    step lasts counts with its worst during the step, so that no road closes later here than outside.
    """

    @property
    def kind(self) -> str:
        """Which hazard: flood, earthquake, toxic, fire, typhoon or polygon."""
        ...

    @property
    def measure(self) -> Measure:
        """What its values say."""
        ...

    @property
    def steps_s(self) -> tuple[float, ...]:
        """When each step begins, in seconds from the start of the scenario, ascending."""
        ...

    def value(self, x_m: FloatArray, y_m: FloatArray, at_s: float) -> FloatArray:
        """Return the value at points in the map's CRS during the step that holds a time.

        Returns
        -------
        Shape (n,); 0 where there is no danger, and everywhere before the first step.
        """
        ...


def step_of(steps_s: tuple[float, ...], at_s: float) -> int | None:
    """Return the step that holds a time; None before the first.

    >>> step_of((0.0, 600.0), 599.0), step_of((0.0, 600.0), 600.0), step_of((60.0,), 0.0)
    (0, 1, None)
    """
    k = int(np.searchsorted(steps_s, at_s, side="right")) - 1
    return None if k < 0 else k


def worst_value(hazard: Hazard, x_m: FloatArray, y_m: FloatArray, at_s: float | None) -> FloatArray:
    """Return the value at points at a time, or the greatest over all steps where the time is None."""
    times_s = hazard.steps_s if at_s is None else (at_s,)
    return np.asarray(np.max([hazard.value(x_m, y_m, time_s) for time_s in times_s], axis=0))


def require_steps(steps_s: tuple[float, ...]) -> None:
    """Refuse times that do not ascend.

    Raises
    ------
    ScenarioError
        If there is no step, or a time is NaN, infinite, negative, or not later than the one before.
    """
    times_s = np.asarray(steps_s, dtype=np.float64)
    if times_s.size == 0 or not np.isfinite(times_s).all() or times_s[0] < 0 or (np.diff(times_s) <= 0).any():
        raise ScenarioError("hazard_steps", values=", ".join(f"{time_s:g}" for time_s in times_s) or "-")


def regular_steps(duration_s: float, step_s: float) -> tuple[float, ...]:
    """Return steps of equal length from 0 that together last at least a duration.

    >>> regular_steps(1500, 600)
    (0.0, 600.0, 1200.0)

    Raises
    ------
    ScenarioError
        If either is NaN or not positive, or there are more than 500 steps.
    """
    require_between("step_s", step_s, 1.0, 86_400.0)
    require_between("duration_s", duration_s, 1.0, 500 * step_s)
    return tuple(float(time_s) for time_s in np.arange(0.0, duration_s - 1e-9, step_s))


def require_between(name: str, value: float, low: float, high: float) -> None:
    """Refuse a number outside its range; NaN is outside every range.

    Raises
    ------
    ScenarioError
        Names the number, its value and the range.
    """
    if not low <= value <= high:
        raise ScenarioError("hazard_number", name=name, value=value, low=f"{low:g}", high=f"{high:g}")
