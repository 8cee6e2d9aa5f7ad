"""A limit of time is kept on large networks too: what is begun when it is over, counted, not timed."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from evacuations import problem_of

from models import Limits, evacuation
from models.evacuation import profile, soonest, total, ways

LOOKING = ("clearance", "profile", "schedule", "soonest", "solve", "waves", "ways")
"""Modules that look at the clock."""


class Clock:
    """A clock that goes one second on each time somebody looks at it."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def perf_counter(self) -> float:
        """Return the seconds so far."""
        self.now_s += 1.0
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that the search looks at, where every network is too large for waves."""
    made = Clock()
    for module in LOOKING:
        monkeypatch.setattr(
            import_module(f"models.evacuation.{module}"),
            "time",
            SimpleNamespace(perf_counter=made.perf_counter),
        )
    monkeypatch.setattr(total, "WAVE_MOVES", 0)
    monkeypatch.setattr(soonest, "WAVE_MOVES", 0)
    return made


def grid_of(side: int) -> evacuation.Evacuation:
    """Return a square of streets, 1 step and 2 persons a step each, 20 persons a junction, 2 shelters."""
    node = np.arange(side * side).reshape(side, side)
    ends = [*zip(node[:, :-1].ravel(), node[:, 1:].ravel(), strict=True)]
    ends += [*zip(node[:-1].ravel(), node[1:].ravel(), strict=True)]
    arcs = [(u, v, 1, 2) for a, b in ends for u, v in ((a, b), (b, a))]
    shelters = {0: np.inf, side * side - 1: np.inf}
    supply = {int(v): 20 for v in node.ravel() if int(v) not in shelters}
    return problem_of(arcs, supply, shelters, side * side)


def begun(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> list[float]:
    """Return a list that takes the moment at which each costly step of the total arrival begins."""
    moments: list[float] = []

    def noted(work):
        def told(*given, **named):
            moments.append(clock.now_s)
            return work(*given, **named)

        return told

    monkeypatch.setattr(profile, "most_safe", noted(profile.most_safe))
    monkeypatch.setattr(soonest, "nearest_ways", noted(soonest.nearest_ways))
    monkeypatch.setattr(ways, "insert_soonest", noted(ways.insert_soonest))
    return moments


@pytest.mark.parametrize("limit_s", [5.0, 12.0, 20.0, 1000.0])
def test_nothing_costly_is_begun_after_the_limit(
    limit_s: float, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "INSERTIONS", 10)
    moments = begun(monkeypatch, clock)
    problem = grid_of(7)
    plan = evacuation.solve(problem, "total_arrival", Limits(time_s=limit_s))
    assert max(moments, default=0.0) <= 1.0 + limit_s  # the solve begins with the clock at 1
    assert evacuation.check(problem, plan) == []
    assert plan.report.bound <= plan.report.objective
    # a bound there is in any case: everybody by the shortest way to the nearer of two corners
    node = np.arange(49)
    steps = np.minimum(node // 7 + node % 7, 12 - node // 7 - node % 7)
    assert plan.report.bound >= 20 * steps.sum()


def test_ways_are_filled_alike_however_often_the_clock_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = grid_of(5)
    monkeypatch.setattr(total, "WAVE_MOVES", 0)
    monkeypatch.setattr(soonest, "WAVE_MOVES", 0)
    at_once = evacuation.solve(problem, "total_arrival")
    monkeypatch.setattr(ways, "INSERTIONS", 3)
    often = evacuation.solve(problem, "total_arrival")
    assert often.report.objective == at_once.report.objective
    assert often.decision.groups.persons.tolist() == at_once.decision.groups.persons.tolist()
