"""What a solve knows so far, told while it goes on."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """The value of the best plan so far, and the value that no plan can better.

    Parameters
    ----------
    value, bound
        In the unit of the model's objective; of an allocation person-seconds, unmet persons weighed by M.
        The value is inf while there is no plan: a solve whose first one takes long says so.
    wall_s
        Since the solve began.
    """

    value: float
    bound: float
    wall_s: float

    @property
    def gap(self) -> float:
        """|value - bound| / |value|, 0 where both are 0; inf while there is no plan."""
        if math.isinf(self.value):
            return math.inf
        return abs(self.value - self.bound) / max(abs(self.value), 1e-12)


class Enough(Exception):  # noqa: N818 - nothing went wrong
    """Raised by a listener to end the search: the best plan so far is returned.

    Any other exception that a listener raises ends it too, and reaches the caller.
    """


Listener: TypeAlias = Callable[[Progress], None]


def say_nothing(progress: Progress) -> None:
    """Listen to nothing."""


class Telling:
    """Tells a listener what is new: a value or a bound better than those told before.

    Parameters
    ----------
    greatest
        Whether greater values are better; else smaller ones are.
    """

    def __init__(self, listener: Listener, *, greatest: bool = False) -> None:
        self._listener, self._started_s = listener, time.perf_counter()
        self._sense = -1.0 if greatest else 1.0
        self._told: Progress | None = None

    def tell(self, value: float, bound: float) -> None:
        """Tell the listener if either is better than before."""
        told, sense = self._told, self._sense
        if told is None or sense * (value - told.value) < 0 or sense * (bound - told.bound) > 0:
            if told is not None:
                value = sense * min(sense * value, sense * told.value)
                bound = sense * max(sense * bound, sense * told.bound)
            self._say(value, bound)

    def forget(self) -> None:
        """Begin anew: what comes is better in an aim that goes before the value."""
        self._told = None

    def repeat(self, after_s: float) -> None:
        """Tell the last again if so much time has passed since: a listener may have enough meanwhile."""
        told = self._told
        if told is not None and time.perf_counter() - self._started_s - told.wall_s > after_s:
            self._say(told.value, told.bound)

    def _say(self, value: float, bound: float) -> None:
        # rounding may put a value beyond the bound it reaches
        value = self._sense * max(self._sense * value, self._sense * bound)
        self._told = Progress(value, bound, time.perf_counter() - self._started_s)
        self._listener(self._told)
