"""Where to open sites: five models of one family.

Sets
    i in I: demand points; j in J: candidate sites; F, part of J: sites that are open in any case
Data
    c_ij cost of serving i from j, inf where it is not allowed; w_i weight, q_i demand of i; Q_j capacity and
    f_j fixed cost of j; p number of open sites; r radius
Variables
    y_j = 1 if site j is open; x_ij share of demand i that site j serves
Constraints
    (1) sum_j x_ij = 1                     every demand is served (max coverage: <= 1)
    (2) x_ij <= y_j                        by open sites only
    (3) sum_j y_j = p                      as many sites as asked
    (4) y_j = 1 for j in F                 sites that exist stay open
    (5) x_ij = 0 where c_ij = inf          (covering: where c_ij > r)
    (6) sum_i q_i x_ij <= Q_j y_j          no site above its capacity
    (7) y_j in {0, 1}; x_ij in {0, 1} where a demand may not be split, else x_ij >= 0
    (8)-(10) the rules between open sites of :mod:`.rules`: exclusive groups, sites apart, budget
Objectives
    p-median            least sum_ij w_i c_ij x_ij
    p-center            least max over served pairs of c_ij
    max coverage        greatest sum_ij w_i x_ij
    set cover           least sum_j y_j
    facility location   least sum_j f_j y_j + sum_ij c_ij x_ij

Without (6) each demand is served best by its cheapest open site, so x follows from y. (6) and (8)-(10) can
be asked of every model.

Sources: p-median and p-center (Hakimi 1964), set cover for location (Toregas, Swain, ReVelle and Bergman
1971), maximal covering (Church and ReVelle 1974), capacitated facility location (Balinski 1965; single
source: Neebe and Rao 1983).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.siting.proof import BoundBy, CapacityProof, Proof
from models.siting.requirements import (
    cost_matrix,
    distance,
    number_of_sites,
    site_indices,
    sites_or_budget,
    summable,
    vector,
)
from models.siting.rules import NO_RULES, SiteRules, taken_up


def _no_sites() -> IntArray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class PMedian:
    """Open p sites so that the weighted cost of serving everyone is least: (1)-(5), (6)-(10) if given.

    Parameters
    ----------
    cost
        Cost of serving demand i from site j, shape (n, m); inf where it is not allowed.
    weight
        Weight of each demand, shape (n,), for instance persons.
    p
        How many sites are open, those of ``fixed_open`` among them; None: as many as the budget of the rules
        pays for.
    fixed_open
        Indices of sites that are open in any case.
    capacity
        Weight that each site can serve, shape (m,); None: no limit.
    single_source
        With capacities: each demand is served by one site.
    rules
        Which sites may be open together.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, a shape does not fit, p is not a whole number above 0, or an
        index is outside or stands twice. More sites than candidates is no error but infeasible.
    """

    cost: FloatArray
    weight: FloatArray
    p: int | None
    fixed_open: IntArray = field(default_factory=_no_sites)
    capacity: FloatArray | None = None
    single_source: bool = False
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        weight = vector(self.weight, "weight", cost.shape[0])
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        _take_up(self)
        summable(cost, weight, "cost x weight")


@dataclass(frozen=True, slots=True, eq=False)
class PCenter:
    """Open p sites so that the longest cost of serving anyone is least: (1)-(5), (6)-(10) if given.

    Parameters and errors as in :class:`PMedian`; demands have a size, ``demand``, only beside capacities.
    """

    cost: FloatArray
    p: int | None
    fixed_open: IntArray = field(default_factory=_no_sites)
    demand: FloatArray | None = None
    capacity: FloatArray | None = None
    single_source: bool = False
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", cost_matrix(self.cost))
        _take_up(self)
        _sized(self)


@dataclass(frozen=True, slots=True, eq=False)
class MaxCoverage:
    """Open p sites so that the weight of the demands within the radius is greatest: (1)-(5); also (6)-(10).

    Parameters
    ----------
    radius
        Greatest cost at which a site covers a demand.
    capacity
        Weight that each site can serve, shape (m,); then a demand may be split among sites and covered in
        part. None: no limit.

    Other parameters and errors as in :class:`PMedian`.
    """

    cost: FloatArray
    weight: FloatArray
    p: int | None
    radius: float
    capacity: FloatArray | None = None
    fixed_open: IntArray = field(default_factory=_no_sites)
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        weight = vector(self.weight, "weight", cost.shape[0])
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "radius", distance(self.radius))
        _take_up(self)
        summable(weight[:, None], np.ones(weight.size), "weight")


@dataclass(frozen=True, slots=True, eq=False)
class SetCover:
    """Open as few sites as can be so that everyone is within the radius: (1), (2), (4), (5); also (6)-(10).

    Parameters and errors as in :class:`PCenter` and :class:`MaxCoverage`.
    """

    cost: FloatArray
    radius: float
    fixed_open: IntArray = field(default_factory=_no_sites)
    demand: FloatArray | None = None
    capacity: FloatArray | None = None
    single_source: bool = False
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", cost_matrix(self.cost))
        object.__setattr__(self, "radius", distance(self.radius))
        _take_up(self)
        _sized(self)


@dataclass(frozen=True, slots=True, eq=False)
class FacilityLocation:
    """Open sites with a capacity so that fixed costs and costs of serving are least: (1), (2), (4)-(10).

    Parameters
    ----------
    cost
        Cost of serving all of demand i from site j, shape (n, m); a share costs its share.
    demand, capacity
        Demand of each point, shape (n,), and capacity of each site, shape (m,), in one unit.
    fixed_cost
        Cost of opening each site, shape (m,).
    p
        How many sites are open (3); None: as many as pay.
    single_source
        Each demand is served by one site.
    fixed_open, rules
        As in :class:`PMedian`.

    Raises
    ------
    ProblemError
        As in :class:`PMedian`.
    """

    cost: FloatArray
    demand: FloatArray
    capacity: FloatArray
    fixed_cost: FloatArray
    p: int | None = None
    single_source: bool = False
    fixed_open: IntArray = field(default_factory=_no_sites)
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        n, m = cost.shape
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "demand", vector(self.demand, "demand", n))
        object.__setattr__(self, "capacity", vector(self.capacity, "capacity", m))
        object.__setattr__(self, "fixed_cost", vector(self.fixed_cost, "fixed_cost", m))
        if self.p is not None:
            object.__setattr__(self, "p", number_of_sites(self.p))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, m))
        object.__setattr__(self, "rules", taken_up(self.rules, m))
        summable(cost, np.ones(n), "cost")
        summable(self.fixed_cost[:, None], np.ones(m), "fixed_cost")


@dataclass(frozen=True, slots=True, eq=False)
class SitingDecision:
    """Which sites are open and who is served where.

    Parameters
    ----------
    open_sites
        Indices of the open sites, ascending, shape (k,).
    assignment
        The site of each demand, shape (n,); where a demand may be split or left out in part, the share of
        each demand at each site as a sparse array, shape (n, m). In a max coverage without capacity it is
        the nearest open site, be it within the radius or not.
    proof
        What proves the bound, or a weaker one; None where only inspection or the solver vouches for it.
    bound_by
        Whether the proof (or inspection) proves the bound of the report, or the solver vouches for it.
    """

    open_sites: IntArray
    assignment: IntArray | csr_array
    proof: Proof | CapacityProof | None
    bound_by: BoundBy = BoundBy.PROOF


Problem = PMedian | PCenter | MaxCoverage | SetCover | FacilityLocation


def _take_up(problem: PMedian | PCenter | MaxCoverage | SetCover) -> None:
    """Bring number, fixed sites, capacities and rules in form, or refuse them."""
    m = problem.cost.shape[1]
    rules = taken_up(problem.rules, m)
    object.__setattr__(problem, "rules", rules)
    if not isinstance(problem, SetCover):
        object.__setattr__(problem, "p", sites_or_budget(problem.p, rules.budget))
    if problem.capacity is not None:
        object.__setattr__(problem, "capacity", vector(problem.capacity, "capacity", m))
    object.__setattr__(problem, "fixed_open", site_indices(problem.fixed_open, m))


def _sized(problem: PCenter | SetCover) -> None:
    """Check the sizes of the demands, which stand beside capacities only."""
    if (problem.demand is None) != (problem.capacity is None):
        raise ProblemError("siting_demand_capacity")
    if problem.demand is not None:
        object.__setattr__(problem, "demand", vector(problem.demand, "demand", problem.cost.shape[0]))


def number_asked(problem: Problem) -> int | None:
    """Return how many sites are to be open; None where the model decides."""
    return None if isinstance(problem, SetCover) else problem.p


def open_anyway(problem: Problem) -> IntArray:
    """Return the sites that are open in any case."""
    return problem.fixed_open


def sizes(problem: Problem) -> FloatArray:
    """Return how much of a capacity each demand takes, shape (n,); zeros where there is no capacity."""
    if isinstance(problem, PMedian | MaxCoverage):
        return problem.weight
    return np.zeros(problem.cost.shape[0]) if problem.demand is None else problem.demand


def splits(problem: Problem) -> bool:
    """Return whether a demand may be split among sites, so that an assignment is of shares."""
    if isinstance(problem, MaxCoverage):
        return problem.capacity is not None
    return problem.capacity is not None and not problem.single_source


def plain(problem: Problem) -> bool:
    """Return whether sites have neither capacities nor rules: then prices and cases prove the bound."""
    return problem.capacity is None and not problem.rules.binds


def allowed_pairs(problem: Problem) -> BoolArray:
    """Return where demand i may be served from site j, shape (n, m)."""
    if isinstance(problem, SetCover | MaxCoverage):
        return problem.cost <= problem.radius
    return np.isfinite(problem.cost)
