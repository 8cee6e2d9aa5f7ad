"""Rules on which sites may be open together: one set that every model shares.

Data
    groups G of sites of which at most one opens; pairs A of sites that never open both; cost b_j of building
    site j and a budget B
Constraints
    (8)  sum of y_j over j in G <= 1      for each group
    (9)  y_j + y_k <= 1                   for each pair (j, k) in A, for instance sites too near each other
    (10) sum_j b_j y_j <= B
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, vstack
from scipy.spatial import cKDTree

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Violation
from models.siting.requirements import vector

# Relative rounding of a sum of building costs.
BUDGET_TOLERANCE: Final = 1e-9


def _no_pairs() -> IntArray:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class SiteRules:
    """What has to hold between open sites; the empty rules bind nothing.

    Parameters
    ----------
    exclusive
        Groups of site indices of which at most one opens.
    apart
        Pairs of sites that never open both, shape (k, 2); see :func:`too_near`.
    site_cost
        Cost of building each site, shape (m,); zero for what exists. Needs a budget.
    budget
        What all open sites may cost together.

    Raises
    ------
    ProblemError
        When a problem takes them up: if an index is outside, a group names a site twice, a pair is of one
        site, a cost is negative or not finite, or only one of cost and budget is given.
    """

    exclusive: tuple[IntArray, ...] = ()
    apart: IntArray | None = None
    site_cost: FloatArray | None = None
    budget: float | None = None

    @property
    def binds(self) -> bool:
        """Whether anything is ruled."""
        pairs = self.apart is not None and len(self.apart) > 0
        return bool(self.exclusive) or pairs or self.budget is not None


NO_RULES: Final = SiteRules()


def too_near(x_m: FloatArray, y_m: FloatArray, least_m: float) -> IntArray:
    """Return the pairs of sites nearer to each other than a distance, shape (k, 2), ascending."""
    place_m = np.column_stack([x_m, y_m])
    pairs = cKDTree(place_m).query_pairs(least_m, output_type="ndarray").astype(np.int64)
    gap_m = np.hypot(*(place_m[pairs[:, 0]] - place_m[pairs[:, 1]]).T)
    pairs = np.sort(pairs[gap_m < least_m], axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def taken_up(rules: SiteRules, sites: int) -> SiteRules:
    """Return the rules with their arrays in form, or refuse them."""
    groups = tuple(_indices(np.asarray(group), "exclusive", sites) for group in rules.exclusive)
    for group in groups:
        if np.unique(group).size < group.size:
            raise ProblemError("siting_rule_twice", name="exclusive", value=group.tolist())
    apart = _no_pairs() if rules.apart is None else np.asarray(rules.apart).reshape(-1, 2)
    apart = _indices(apart.ravel(), "apart", sites).reshape(-1, 2)
    if (apart[:, 0] == apart[:, 1]).any():
        raise ProblemError(
            "siting_rule_twice", name="apart", value=int(apart[apart[:, 0] == apart[:, 1]][0, 0])
        )
    if (rules.budget is None) != (rules.site_cost is None):
        raise ProblemError("siting_rule_budget", budget=rules.budget)
    if rules.budget is None or rules.site_cost is None:
        return SiteRules(groups, apart)
    if not (np.isfinite(rules.budget) and rules.budget >= 0):
        raise ProblemError("siting_budget", value=rules.budget)
    return SiteRules(groups, apart, vector(rules.site_cost, "site_cost", sites), float(rules.budget))


def _indices(values: IntArray, name: str, sites: int) -> IntArray:
    if values.size and values.dtype.kind not in "iu":
        raise ProblemError("siting_rule_kind", name=name, value=values.tolist())
    outside = (values < 0) | (values >= sites)
    if outside.any():
        raise ProblemError("siting_rule_outside", name=name, value=int(values[outside][0]), count=sites)
    return values.astype(np.int64)


def clashes(rules: SiteRules, sites: int) -> BoolArray:
    """Return which sites never open both, shape (m, m), symmetric."""
    clash = np.zeros((sites, sites), dtype=np.bool_)
    for group in rules.exclusive:
        clash[np.ix_(group, group)] = True
    if rules.apart is not None:
        clash[rules.apart[:, 0], rules.apart[:, 1]] = clash[rules.apart[:, 1], rules.apart[:, 0]] = True
    np.fill_diagonal(clash, val=False)
    return clash


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a program over the sites: lower <= matrix @ y <= upper."""

    matrix: csr_array
    lower: FloatArray
    upper: FloatArray


def rule_rows(rules: SiteRules, sites: int) -> Rows:
    """Return constraints (8)-(10) as rows."""
    groups = [*rules.exclusive, *(() if rules.apart is None else rules.apart)]
    row = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).astype(np.int64)
    column = np.concatenate(groups).astype(np.int64) if groups else np.zeros(0, np.int64)
    matrix = csr_array((np.ones(row.size), (row, column)), shape=(len(groups), sites))
    upper = np.ones(len(groups))
    if rules.budget is not None and rules.site_cost is not None:
        matrix = csr_array(vstack([matrix, csr_array(rules.site_cost[None, :])]))
        upper = np.append(upper, rules.budget)
    return Rows(matrix, np.full(upper.size, -np.inf), upper)


def kept(rules: SiteRules, sites: IntArray) -> bool:
    """Return whether these open sites keep all rules."""
    return next(broken(rules, sites), None) is None


def broken(rules: SiteRules, sites: IntArray) -> Iterator[Violation]:
    """Yield every rule that these open sites break, with where and by how much."""
    for number, group in enumerate(rules.exclusive):
        count = int(np.isin(group, sites).sum())
        if count > 1:
            yield Violation("(8) exclusive", f"group {number}", float(count - 1))
    apart = _no_pairs() if rules.apart is None else rules.apart
    for j, k in apart[np.isin(apart, sites).all(axis=1)]:
        yield Violation("(9) apart", f"sites {j} and {k}", 1.0)
    if rules.budget is not None and rules.site_cost is not None:
        over = float(rules.site_cost[sites].sum()) - rules.budget
        if over > BUDGET_TOLERANCE * max(rules.budget, 1.0):
            yield Violation("(10) budget", "open sites", over)
