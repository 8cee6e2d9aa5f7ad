"""Why patients have no bed: the first of four causes that holds."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.plan import Violation

PATIENT_CAUSES: Final = ("no_bed", "no_way", "too_far", "all_full")
"""Too few beds that suit the class; of those with a way; within the time limit; left by others."""


def patient_causes(problem: Patients, decision: PatientsDecision) -> IntArray:
    """Return the patients left by cause, shape (i, c, 4); they sum to ``left``."""
    served = problem.patients.ravel() - decision.left.ravel()
    by_cause = -np.diff(np.stack([*_stages(problem), served], axis=1), axis=1)
    return by_cause.reshape(*problem.patients.shape, len(PATIENT_CAUSES))


def _stages(problem: Patients) -> list[IntArray]:
    """Return the patients of each row, and how many are left where each cause in turn is taken away."""
    waiting, beds = problem.patients.ravel(), problem.beds.ravel()
    stages = (problem.suited(), problem.reaches(), problem.allowed())
    return [waiting, *(np.minimum(waiting, stage @ beds) for stage in stages)]


def causes(problem: Patients) -> list[Violation]:
    """Return patients for whom no plan finds a bed, by row and cause, whatever others do."""
    left = _stages(problem)
    found = []
    for number, constraint in enumerate(("(3)", "(4)", "(4)")):
        short = left[number] - left[number + 1]
        found += [
            Violation(constraint, f"patients {row}: {PATIENT_CAUSES[number]}", float(short[row]))
            for row in np.flatnonzero(short)
        ]
    return found
