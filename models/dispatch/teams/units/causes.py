"""Why needs stay unmet: the first of five causes that holds, in units of each need."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.units.problem import Teams, TeamsDecision

TEAM_CAUSES: Final = ("no_skill", "no_way", "off_shift", "too_far", "none_free")
"""Too few units with the skill; of those with a way; on a shift that is long enough; there in time; free."""


def team_causes(problem: Teams, decision: TeamsDecision) -> IntArray:
    """Return the units short of each need by cause, shape (l, 5); rows sum to ``short_units``."""
    needed, served = problem.needs.units, problem.needs.units - decision.short_units
    stages = (problem.skilled(), problem.reaches(), problem.on_shift(), problem.allowed())
    left = [needed, *(np.minimum(needed, stage.sum(axis=0)) for stage in stages), served]
    return -np.diff(np.stack(left, axis=1), axis=1)
