"""How far a run is, for people who wait: steps, a share of the whole, and an estimate of what remains."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from models.progress import Listener as SolveListener
from models.progress import Progress

# Steps in their order, each with its usual share of the time.
STEPS: Final[dict[str, float]] = {
    "map": 0.04,
    "cells": 0.08,
    "roads": 0.12,
    "hazard": 0.22,
    "trips": 0.22,
    "solve": 0.10,
    "check": 0.04,
    "write": 0.08,
    "report": 0.10,
}

PART_SHARES: Final[dict[str, float]] = {"evacuation": 1.4, "relief": 1.0, "response": 0.8}
"""What each part of a run takes beside the whole of the steps above, by its key in the scenario."""


class Tick(Protocol):
    """Says which share of a step is done, and what the gap of its solve is where one is under way."""

    def __call__(self, fraction: float, gap: float | None = None, /) -> None:
        """Say it; may raise to stop the run."""


def steps_with(parts: Sequence[str]) -> dict[str, float]:
    """Return the steps of a run with some parts, planned before anything is written; shares sum to 1."""
    names = list(STEPS)
    before = names.index("write")
    shares = STEPS | PART_SHARES
    whole = sum(STEPS.values()) + sum(PART_SHARES[part] for part in parts)
    return {name: shares[name] / whole for name in (*names[:before], *parts, *names[before:])}


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One sign of life of a run.

    Parameters
    ----------
    sequence
        Number of the event in its run, from 1.
    step
        Step under way, one of the track's steps, or ``done``.
    fraction
        Share of the whole run that is done, 0 to 1.
    elapsed_s, remaining_s
        Seconds since the start, and the estimate of what is left; None while nothing can be said.
    gap
        How far the best plan so far may be from the best there is; None where no solve tells.
    """

    sequence: int
    step: str
    fraction: float
    elapsed_s: float
    remaining_s: float | None
    gap: float | None = None


Listener = Callable[[ProgressEvent], None]


class ProgressTrack:
    """Turns steps and ticks into events for listeners; a listener that raises cancels the run.

    Parameters
    ----------
    steps
        In their order, each with its usual share of the time.
    """

    def __init__(self, *listeners: Listener, steps: Mapping[str, float] = STEPS) -> None:
        self._listeners, self._shares = listeners, steps
        self._started = time.perf_counter()
        self._sequence = 0
        self._step_started = self._started
        self.seconds: dict[str, float] = {}
        self._step: str | None = None

    def start(self, step: str) -> Tick:
        """Begin a step; returns the tick that says which share of it is done."""
        self._close_step()
        self._step, self._step_started = step, time.perf_counter()
        self._tell(step, self._before(step))
        return lambda fraction, gap=None: self._tell(step, self._within(step, fraction), gap)

    def close_gap(self, fraction: float, gap: float) -> None:
        """Say which share of the step under way is done, a solve, and how far its gap has closed."""
        assert self._step is not None
        self._tell(self._step, self._within(self._step, fraction), gap)

    def _before(self, step: str) -> float:
        names = list(self._shares)
        return sum(self._shares[name] for name in names[: names.index(step)])

    def _within(self, step: str, fraction: float) -> float:
        return self._before(step) + self._shares[step] * min(max(fraction, 0.0), 1.0)

    def finish(self) -> None:
        """Say that the run is over."""
        self._close_step()
        self._tell("done", 1.0)

    def _close_step(self) -> None:
        if self._step is not None:
            self.seconds[self._step] = round(time.perf_counter() - self._step_started, 3)
            self._step = None

    def _tell(self, step: str, fraction: float, gap: float | None = None) -> None:
        self._sequence += 1
        elapsed_s = time.perf_counter() - self._started
        remaining_s = elapsed_s * (1 - fraction) / fraction if fraction > 0.02 else None
        event = ProgressEvent(self._sequence, step, fraction, elapsed_s, remaining_s, gap)
        for listener in self._listeners:
            listener(event)


def part_of(tick: Tick, begin: float, end: float) -> Tick:
    """Return a tick for a part of a step: between two shares of it."""
    return lambda fraction, gap=None: tick(begin + (end - begin) * fraction, gap)


def closing(tick: Tick, limit_s: float) -> SolveListener:
    """Return a listener that tells how far a solve is, by its time, and its gap once there is a plan."""

    def hear(progress: Progress) -> None:
        tick(min(progress.wall_s / limit_s, 1.0), progress.gap if math.isfinite(progress.gap) else None)

    return hear
