"""Plan deliveries with convoys: as one vehicle each, then packed; with less room where that fails."""

import time
from dataclasses import replace
from typing import Final, NamedTuple

from models.dispatch.delivery.convoys.folding import bounded_as, fold
from models.dispatch.delivery.convoys.merging import Convoys, has_convoys, merge, tightened
from models.dispatch.delivery.convoys.unfolding import Unfolded, unfold
from models.dispatch.delivery.problem import Delivery, DeliveryDecision, driving_cost, weighted_shortage
from models.dispatch.delivery.solve import know, proven, solve_delivery
from models.plan import Limits, Plan
from models.progress import Enough, Listener, Progress, say_nothing


class Level(NamedTuple):
    """How much of its room a convoy is denied, 0 to 1, and the part of the time for plans with the rest."""

    part: float
    share: float


LEVELS: Final = (Level(0.0, 0.4), Level(0.25, 0.25), Level(1.0, 0.2))
KNOWING_SHARE: Final = 0.3
"""Part of the time of which ``know`` takes at most half for the bound."""


def solve_with_convoys(
    problem: Delivery, limits: Limits, seed: int, listener: Listener = say_nothing
) -> Plan[DeliveryDecision]:
    """Bring as much as can be brought, weighted by priority, and drive as little as that takes.

    Convoys are planned with all their room first; where a load does not pack, with less. The bounds hold for
    convoys whose members' room is one.
    """
    if not has_convoys(problem.fleet):
        return solve_delivery(problem, limits, seed, listener)
    began_s, convoys, heard = time.perf_counter(), merge(problem), _Heard(listener)
    made: list[Unfolded] = []
    for level in LEVELS:
        tight = tightened(convoys, level.part)
        given = Limits(level.share * limits.time_s, limits.relative_gap)
        decision = solve_delivery(tight, given, seed, heard).decision
        assert decision is not None  # bringing nothing is a plan too
        made.append(unfold(convoys, problem, decision))
        if not made[-1].left or heard.enough:
            break
    best = min(made, key=lambda one: worth(convoys, one.decision))
    knowing_s = 0.0 if heard.enough else KNOWING_SHARE * limits.time_s
    folded = fold(convoys, best.decision)
    plan = proven(convoys.merged, know(convoys.merged, knowing_s), folded, limits, (began_s, seed))
    assert plan.decision is not None
    return Plan(bounded_as(best.decision, plan.decision), plan.report)


def worth(convoys: Convoys, decision: DeliveryDecision) -> tuple[float, float]:
    """Return the weighted shortage of a plan of vehicles, and what its driving costs; less is better."""
    folded = fold(convoys, decision)
    return weighted_shortage(convoys.merged, folded), driving_cost(convoys.merged, folded)


class _Heard:
    """A listener to several searches, one after the other, and whether it has had enough."""

    def __init__(self, listener: Listener) -> None:
        self._listener, self._began_s = listener, time.perf_counter()
        self.enough = False

    def __call__(self, progress: Progress) -> None:
        try:
            self._listener(replace(progress, wall_s=time.perf_counter() - self._began_s))
        except Enough:
            self.enough = True
            raise
