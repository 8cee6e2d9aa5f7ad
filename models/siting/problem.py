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
Objectives
    p-median            least sum_ij w_i c_ij x_ij
    p-center            least max over served pairs of c_ij
    max coverage        greatest sum_ij w_i x_ij
    set cover           least sum_j y_j
    facility location   least sum_j f_j y_j + sum_ij c_ij x_ij

Without (6) each demand is served best by its cheapest open site, so x follows from y.

Sources: p-median and p-center (Hakimi 1964), set cover for location (Toregas, Swain, ReVelle and Bergman
1971), maximal covering (Church and ReVelle 1974), capacitated facility location (Balinski 1965; single
source: Neebe and Rao 1983).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import FloatArray, IntArray
from models.siting.proof import CapacityProof, Proof
from models.siting.requirements import cost_matrix, distance, number_of_sites, site_indices, summable, vector


def _no_sites() -> IntArray:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class PMedian:
    """Open p sites so that the weighted cost of serving everyone is least: (1)-(5).

    Parameters
    ----------
    cost
        Cost of serving demand i from site j, shape (n, m); inf where it is not allowed.
    weight
        Weight of each demand, shape (n,), for instance persons.
    p
        How many sites are open, those of ``fixed_open`` among them.
    fixed_open
        Indices of sites that are open in any case.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, a shape does not fit, p is not a whole number above 0, or an
        index is outside or stands twice. More sites than candidates is no error but infeasible.
    """

    cost: FloatArray
    weight: FloatArray
    p: int
    fixed_open: IntArray = field(default_factory=_no_sites)

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        weight = vector(self.weight, "weight", cost.shape[0])
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "p", number_of_sites(self.p))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, cost.shape[1]))
        summable(cost, weight, "cost x weight")


@dataclass(frozen=True, slots=True, eq=False)
class PCenter:
    """Open p sites so that the longest cost of serving anyone is least: (1)-(5).

    Parameters and errors as in :class:`PMedian`; demands have no weight.
    """

    cost: FloatArray
    p: int
    fixed_open: IntArray = field(default_factory=_no_sites)

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "p", number_of_sites(self.p))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, cost.shape[1]))


@dataclass(frozen=True, slots=True, eq=False)
class MaxCoverage:
    """Open p sites so that the weight of the demands within the radius is greatest: (1)-(5), (6) if given.

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
    p: int
    radius: float
    capacity: FloatArray | None = None
    fixed_open: IntArray = field(default_factory=_no_sites)

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        weight = vector(self.weight, "weight", cost.shape[0])
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "p", number_of_sites(self.p))
        object.__setattr__(self, "radius", distance(self.radius))
        if self.capacity is not None:
            object.__setattr__(self, "capacity", vector(self.capacity, "capacity", cost.shape[1]))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, cost.shape[1]))
        summable(weight[:, None], np.ones(weight.size), "weight")


@dataclass(frozen=True, slots=True, eq=False)
class SetCover:
    """Open as few sites as can be so that everyone is within the radius: (1), (2), (4), (5).

    Parameters and errors as in :class:`MaxCoverage`.
    """

    cost: FloatArray
    radius: float
    fixed_open: IntArray = field(default_factory=_no_sites)

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "radius", distance(self.radius))
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, cost.shape[1]))


@dataclass(frozen=True, slots=True, eq=False)
class FacilityLocation:
    """Open sites with a capacity so that fixed costs and costs of serving are least: (1), (2), (5)-(7).

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

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        n, m = cost.shape
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "demand", vector(self.demand, "demand", n))
        object.__setattr__(self, "capacity", vector(self.capacity, "capacity", m))
        object.__setattr__(self, "fixed_cost", vector(self.fixed_cost, "fixed_cost", m))
        if self.p is not None:
            object.__setattr__(self, "p", number_of_sites(self.p))
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
        What proves the bound; None where only the solver vouches for it.
    """

    open_sites: IntArray
    assignment: IntArray | csr_array
    proof: Proof | CapacityProof | None


Problem = PMedian | PCenter | MaxCoverage | SetCover | FacilityLocation


def number_asked(problem: Problem) -> int | None:
    """Return how many sites are to be open; None where the model decides."""
    return None if isinstance(problem, SetCover) else problem.p


def open_anyway(problem: Problem) -> IntArray:
    """Return the sites that are open in any case."""
    return _no_sites() if isinstance(problem, FacilityLocation) else problem.fixed_open
