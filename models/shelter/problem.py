"""Shelter allocation as a transportation problem with overflow.

Sets
    i in I: demand cells; j in J: shelters; a in A: arcs, each from cell i(a) to shelter j(a)
Data
    q_i persons in the cell; C_j capacity of the shelter, persons; t_a travel time of the arc, seconds
Variables
    f_a persons on the arc; u_i persons of the cell that no shelter takes (unmet)
Objective
    first the fewest unmet persons, sum u_i, then the least person-time, sum t_a f_a
Constraints
    (1) sum of f_a over the arcs of i + u_i = q_i      every person is counted
    (2) sum of f_a over the arcs of j <= C_j           no shelter above its capacity
    (3) f_a >= 0, u_i >= 0, whole persons

Source: the transportation problem (Hitchcock 1941). Constraint matrices of networks are totally unimodular,
so whole persons cost nothing. The order of the two objectives is kept by one weight M on unmet persons:
serving one more person shifts at most one person at each shelter, so M = (m + 1) max t is large enough.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """An allocation problem over sparse arcs.

    Parameters
    ----------
    persons
        Whole persons of each cell, shape (n,).
    capacity
        Whole persons that each shelter takes, shape (m,).
    cell, site
        Cell and shelter index of each arc, shape (k,); a pair may occur once.
    cost_s
        Travel time of each arc in seconds, shape (k,); finite, at least 0. Leave out what cannot be reached.

    Raises
    ------
    ProblemError
        If shapes differ, an index is outside, a number is negative or not finite, persons or capacities are
        not whole, or a pair occurs twice.
    """

    persons: IntArray
    capacity: IntArray
    cell: IntArray
    site: IntArray
    cost_s: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "persons", whole(self.persons, "persons"))
        object.__setattr__(self, "capacity", whole(self.capacity, "capacity"))
        object.__setattr__(self, "cell", _indices(self.cell, "cell", self.persons.size))
        object.__setattr__(self, "site", _indices(self.site, "site", self.capacity.size))
        object.__setattr__(self, "cost_s", np.asarray(self.cost_s, dtype=np.float64))
        _require_arcs(self)

    @property
    def unmet_weight_s(self) -> float:
        """Weight M of one unmet person in seconds: more than any chain of shifts can cost."""
        longest_s = float(self.cost_s.max()) if self.cost_s.size else 0.0
        return (self.capacity.size + 1) * max(longest_s, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class AllocationDecision:
    """Who goes where.

    Parameters
    ----------
    persons
        Persons on each arc, shape (k,).
    unmet
        Persons of each cell without a place, shape (n,).
    prices
        Shadow price of each shelter in seconds, shape (m,): what one more place there would save. Together
        they prove the bound; None where the plan does not come with a proof of its own.
    """

    persons: IntArray
    unmet: IntArray
    prices: FloatArray | None


def whole(values: IntArray, name: str) -> IntArray:
    """Return values as whole numbers of persons, or refuse them."""
    array = np.asarray(values)
    numbers = array.astype(np.float64) if array.ndim == 1 else np.array([np.nan])
    bad = ~np.isfinite(numbers) | (numbers < 0) | (numbers != np.floor(numbers))
    if bad.any():
        k = int(np.flatnonzero(bad)[0])
        raise ProblemError("not_whole_persons", name=name, index=k, value=float(numbers[k]))
    return array.astype(np.int64)


def _indices(values: IntArray, name: str, count: int) -> IntArray:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    outside = (array < 0) | (array >= count)
    if array.dtype.kind not in "iu" or outside.any():
        k = int(np.flatnonzero(outside)[0]) if outside.any() else 0
        raise ProblemError("arc_index", name=name, arc=k, value=array[k], count=count)
    return array.astype(np.int64)


def _require_arcs(problem: Allocation) -> None:
    if not problem.cell.shape == problem.site.shape == problem.cost_s.shape:
        shapes = f"cell {problem.cell.shape}, site {problem.site.shape}, cost_s {problem.cost_s.shape}"
        raise ProblemError("arc_shapes", shapes=shapes)
    bad = ~np.isfinite(problem.cost_s) | (problem.cost_s < 0)
    if bad.any():
        a = int(np.flatnonzero(bad)[0])
        raise ProblemError("arc_cost", arc=a, value=float(problem.cost_s[a]), count=int(bad.sum()))
    pair = problem.cell * max(problem.capacity.size, 1) + problem.site
    order = np.argsort(pair, kind="stable")
    twice = np.flatnonzero(np.diff(pair[order]) == 0)
    if twice.size:
        a = int(order[twice[0] + 1])
        raise ProblemError(
            "arc_twice", arc=a, cell=int(problem.cell[a]), site=int(problem.site[a]), count=twice.size
        )
