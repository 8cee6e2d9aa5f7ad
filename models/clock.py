"""When a solve has to end, and who hears of it meanwhile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Final, TypeAlias, TypeVar

import numpy as np

from models.progress import Enough, Telling
from models.solver import Look

# A listener is told again, though nothing is new, after this time: it may have enough by now.
REPEAT_S: Final = 0.25
# Time between two looks at the clock while a kernel runs.
LOOK_S: Final = 0.1

T = TypeVar("T")
# Is given a value and a bound.
Tell: TypeAlias = Callable[[float, float], None]


def tell_nobody(value: float, bound: float) -> None:
    """Keep a value and a bound to oneself."""


class Audience:
    """A listener, and whether it has enough."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self.has_enough = False

    def tell(self, value: float, bound: float) -> None:
        """Tell what is new."""
        try:
            self._telling.tell(value, bound)
        except Enough:
            self.has_enough = True

    def repeat(self) -> None:
        """Tell the last again, now and then."""
        if self.has_enough:
            return
        try:
            self._telling.repeat(REPEAT_S)
        except Enough:
            self.has_enough = True


class Clock:
    """The time that is left: until a time of ``time.perf_counter``, or until the audience has enough.

    Whoever looks at the clock lets the audience speak.
    """

    def __init__(self, until_s: float, audience: Audience) -> None:
        self.until_s, self.audience = until_s, audience

    @property
    def left_s(self) -> float:
        """Seconds that are left, at least 0."""
        self.audience.repeat()
        return 0.0 if self.audience.has_enough else max(0.0, self.until_s - time.perf_counter())

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.left_s <= 0.0

    def share(self, part: float) -> "Clock":
        """Return a clock over a part of what is left."""
        return Clock(time.perf_counter() + part * self.left_s, self.audience)

    def first(self, seconds: float) -> "Clock":
        """Return a clock over the next seconds, as far as they are left."""
        return Clock(min(self.until_s, time.perf_counter() + seconds), self.audience)

    def look(self, tell: Tell = tell_nobody) -> Look:
        """Return what a program is to do meanwhile: tell value and bound where it has both, end in time."""

        def looked(value: float | None, bound: float | None) -> bool:
            if value is not None and bound is not None:
                tell(value, bound)
            return self.over

        return looked

    def attend(self, kernel: Callable[..., T], *arguments: object) -> T:
        """Run a kernel, which releases the interpreter lock, beside the audience; return its result.

        The kernel's last argument, shape (1,), becomes True when the time is up; it is to end soon after.
        """
        stop = np.zeros(1, dtype=np.bool_)
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(kernel, *arguments, stop)
            try:
                while not wait([running], LOOK_S).done:
                    stop[0] = self.over
                return running.result()
            finally:
                stop[0] = True
