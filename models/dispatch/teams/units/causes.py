"""Why needs stay unmet: the first of five causes that holds, in units of each need."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.plan import Violation

TEAM_CAUSES: Final = ("no_skill", "no_way", "off_shift", "too_far", "none_free")
"""Too few units with the skill; of those with a way; on a shift that is long enough; there in time; free."""


def team_causes(problem: Teams, decision: TeamsDecision) -> IntArray:
    """Return the units short of each need by cause, shape (l, 5); rows sum to ``short_units``."""
    served = problem.needs.units - decision.short_units
    return -np.diff(np.stack([*_stages(problem), served], axis=1), axis=1)


def _stages(problem: Teams) -> list[IntArray]:
    """Return the units each need asks for, and how many are left where each cause in turn is taken away."""
    needed = problem.needs.units
    stages = (problem.skilled(), problem.reaches(), problem.on_shift(), problem.allowed())
    return [needed, *(np.minimum(needed, stage.sum(axis=0)) for stage in stages)]


def causes(problem: Teams) -> list[Violation]:
    """Return units that no plan brings, by need and cause, whatever others need."""
    left = _stages(problem)
    found = []
    for number, constraint in enumerate(("(3)", "(4)", "(4)", "(4)")):
        short = left[number] - left[number + 1]
        found += [
            Violation(constraint, f"need {need}: {TEAM_CAUSES[number]}", float(short[need]))
            for need in np.flatnonzero(short)
        ]
    return found
