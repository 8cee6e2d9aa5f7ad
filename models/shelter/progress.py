"""What a solve knows so far, told while it goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """The value of the best plan so far and what every plan costs at least, unmet persons weighed by M.

    Parameters
    ----------
    value, bound
        Person-seconds.
    wall_s
        Since the solve began.
    """

    value: float
    bound: float
    wall_s: float

    @property
    def gap(self) -> float:
        """(value - bound) / value, 0 where both are 0."""
        return max(self.value - self.bound, 0.0) / max(abs(self.value), 1e-12)


class Enough(Exception):  # noqa: N818 - nothing went wrong
    """Raised by a listener to end the search: the best plan so far is returned.

    Any other exception that a listener raises ends it too, and reaches the caller.
    """


Listener: TypeAlias = Callable[[Progress], None]


def say_nothing(progress: Progress) -> None:
    """Listen to nothing."""


class Telling:
    """Tells a listener what is new: a value or a bound better than those told before."""

    def __init__(self, listener: Listener) -> None:
        self._listener, self._started_s = listener, time.perf_counter()
        self._told: Progress | None = None

    def tell(self, value: float, bound: float) -> None:
        """Tell the listener if either is better than before."""
        told = self._told
        if told is None or value < told.value or bound > told.bound:
            self._told = Progress(
                value if told is None else min(value, told.value),
                bound if told is None else max(bound, told.bound),
                time.perf_counter() - self._started_s,
            )
            self._listener(self._told)
