"""Shelter over stages (emergency, short, long term): who stays where, and who moves on when.

Sets
    i in I: communities; j, k in J: shelters; s in S: stages in order
Data
    q_si persons of the community still in need at the stage; C_sj capacity at the stage, 0 where the shelter
    is closed; h_sij seconds that a person counts for being there at the stage (at the first stage the way
    from home); v_jk seconds of a person's move between shelters; M seconds that a person without a place
    counts at a stage
Variables
    x_si the shelter of the community at the stage, or none
Objective
    least  sum q_si h_si(x_si) + sum q_(s+1)i v(x_si, x_(s+1)i) + M sum of q_si where it has none;
    a move from or to none counts nothing
Constraints
    (1) a community has one shelter at a stage, or none: it stays together
    (2) at each stage, the persons in a shelter are at most its capacity
    (3) only where h_sij and, from the shelter before, v_jk are finite

Source: multi-period generalised assignment; each community's choices are a path through the stages, and
prices on (2) make the cheapest one a shortest path (Dantzig and Wolfe 1960).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.shelter import validating


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """A shelter problem over stages.

    Parameters
    ----------
    persons
        Whole persons of each community at each stage, shape (stages, n).
    capacity
        Whole persons that each shelter takes at each stage, shape (stages, m).
    stay_s
        Seconds that a person counts at each stage and shelter, shape (stages, n, m); inf where not allowed.
    move_s
        Seconds of a person's move between shelters, shape (m, m); inf where not possible.
    unmet_s
        Seconds that a person without a place counts at each stage.

    Raises
    ------
    ProblemError
        If shapes differ, a number is negative or NaN, or persons or capacities are not whole.
    """

    persons: IntArray
    capacity: IntArray
    stay_s: FloatArray
    move_s: FloatArray
    unmet_s: float

    def __post_init__(self) -> None:
        for name in ("persons", "capacity"):
            array = np.asarray(getattr(self, name))
            if array.ndim != 2:
                raise ProblemError("shelter_shape", name=name, shape=array.shape, expected="(stages, count)")
            whole = validating.whole_persons(array.ravel(), name).reshape(array.shape)
            object.__setattr__(self, name, whole)
        stages, n = self.persons.shape
        m = self.capacity.shape[1]
        _require_shape("capacity", self.capacity, (stages, m))
        for name, shape in (("stay_s", (stages, n, m)), ("move_s", (m, m))):
            array = np.asarray(getattr(self, name), dtype=np.float64)
            _require_shape(name, array, shape)
            bad = np.isnan(array) | (array < 0)
            if bad.any():
                a = int(np.flatnonzero(bad)[0])
                raise ProblemError("stages_seconds", name=name, index=a, value=float(array.flat[a]))
            object.__setattr__(self, name, array)
        validating.amounts(np.array([self.unmet_s]), "unmet_s", 1, 1e9)


@dataclass(frozen=True, slots=True, eq=False)
class StagesDecision:
    """Who stays where.

    Parameters
    ----------
    site
        Shelter of each community at each stage, shape (stages, n); of no meaning where it has none.
    placed
        Whether it has one, shape (stages, n).
    prices
        Price of a place at each stage and shelter, seconds, shape (stages, m); they prove the bound.
    """

    site: IntArray
    placed: BoolArray
    prices: FloatArray


def stage_costs(problem: Stages) -> tuple[FloatArray, FloatArray]:
    """Return person-seconds of staying and seconds of moving, being nowhere as the last choice.

    Returns
    -------
    Shapes (stages, n, m + 1) and (m + 1, m + 1).
    """
    stages, n = problem.persons.shape
    m = problem.capacity.shape[1]
    stay = np.full((stages, n, m + 1), problem.unmet_s)
    stay[:, :, :m] = problem.stay_s
    persons = problem.persons[:, :, None]
    fits = np.ones((stages, n, m + 1), dtype=np.bool_)
    fits[:, :, :m] = problem.persons[:, :, None] <= problem.capacity[:, None, :]
    allowed = fits & np.isfinite(stay)
    # communities of nobody cost nothing wherever they are allowed
    stay = np.where(allowed, persons * np.where(allowed, stay, 0.0), np.inf)
    move = np.zeros((m + 1, m + 1))
    move[:m, :m] = problem.move_s
    return stay, move


def choice_value(problem: Stages, choice: IntArray) -> float:
    """Return what choices count, shape (stages, n), m standing for none, in person-seconds."""
    stay, move = stage_costs(problem)
    stages, n = choice.shape
    value = float(stay[np.arange(stages)[:, None], np.arange(n)[None], choice].sum())
    for s in range(stages - 1):
        persons = problem.persons[s + 1]
        moved = move[choice[s], choice[s + 1]]
        value += float(np.where(persons > 0, persons * np.where(persons > 0, moved, 0.0), 0.0).sum())
    return value


def _require_shape(name: str, array: NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ProblemError("shelter_shape", name=name, shape=array.shape, expected=shape)
