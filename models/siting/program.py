"""Sites with a capacity as a mixed-integer program over the sites and pairs that are kept."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import FloatArray, IntArray
from models.clock import Clock, Tell, tell_nobody
from models.siting.capacity import Service
from models.siting.formulation import Formulation
from models.siting.knapsack_prices import Kept
from models.solver import Program, ProgramResult, least_cost_program

# Shares below this are rounding of the solver.
LEAST_SHARE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """Open sites and the share of every demand at them, (n, m), with the total cost."""

    sites: IntArray
    share: csr_array
    total: float


@dataclass(frozen=True, slots=True, eq=False)
class Effort:
    """How long and how closely a program is solved, and who is told of its values and bounds."""

    clock: Clock
    relative_gap: float
    tell: Tell = tell_nobody


def serve(
    service: Service, kept: Kept, effort: Effort, start: Served | None = None
) -> tuple[Served | None, ProgramResult]:
    """Return the best plan that uses only what is kept, as far as time allows, and how the program ended.

    Parameters
    ----------
    start
        A plan to start from; it is used where it needs nothing that is not kept.
    """
    pairs = np.nonzero(kept.pair)
    program = _program(service, kept, pairs)
    values = None if start is None else _values(service, start, pairs, program.cost.size)
    result = least_cost_program(
        program, effort.clock.left_s, effort.relative_gap, start=values, look=effort.clock.look(effort.tell)
    )
    if result.values is None:
        return None, result
    sites = np.flatnonzero(result.values[: service.capacity.size] > 0.5)
    return _read(service, sites, pairs, result.values[service.capacity.size :][: pairs[0].size]), result


def _program(service: Service, kept: Kept, pairs: tuple[IntArray, ...]) -> Program:
    """Return variables y of all sites, x of the kept pairs, and what is left out where that may be."""
    n, m = service.cost.shape
    i, j = pairs
    made = Formulation()
    must = np.union1d(service.fixed_open, np.flatnonzero(kept.must))  # (4)
    y = made.sites(m, p=service.p, fixed_open=must, rules=service.rules, cost=service.fixed_cost)
    made.greatest[0] = kept.site.astype(np.float64)
    x = made.add(i.size, cost=service.cost[i, j], whole=service.single_source)  # (7)
    optional = np.flatnonzero(np.isfinite(service.limit))
    out = made.add(optional.size, cost=service.limit[optional])
    made.require(n, (i, x, 1.0), (optional, out, 1.0), lower=1.0, upper=1.0)  # (1)
    k = np.arange(i.size)
    made.require(i.size, (k, x, 1.0), (k, y[j], -1.0), upper=0.0)  # (2)
    bounded = np.isfinite(service.capacity)
    held, row = bounded[j], np.cumsum(bounded) - 1
    made.require(  # (6)
        int(bounded.sum()),
        (row[j[held]], x[held], service.demand[i[held]]),
        (row[bounded], y[bounded], -service.capacity[bounded]),
        upper=0.0,
    )
    return made.program()


def _values(service: Service, start: Served, pairs: tuple[IntArray, ...], size: int) -> FloatArray:
    """Return the variables of a plan, less pairs that are not kept: the solver mends or refuses it."""
    values = np.zeros(size)
    m, k = service.capacity.size, pairs[0].size
    values[start.sites] = 1.0
    share = np.asarray(start.share.tocsr()[pairs]).ravel()
    values[m : m + k] = share
    optional = np.flatnonzero(np.isfinite(service.limit))
    values[m + k :] = np.clip(1.0 - np.bincount(pairs[0], share, service.demand.size)[optional], 0.0, 1.0)
    return values


def _read(service: Service, sites: IntArray, pairs: tuple[IntArray, ...], x: FloatArray) -> Served:
    """Return the values of a program as shares, freed of the solver's rounding."""
    i, j = pairs
    amount = np.where(np.isin(j, sites) & (x > LEAST_SHARE), x, 0.0)
    if service.single_source:
        amount = np.rint(amount)
    given = np.bincount(i, amount, service.demand.size)
    whole = ~np.isfinite(service.limit) | (given > 1)  # who has to be served whole, or is served too much
    amount = np.where(whole[i] & (given[i] > 0), amount / np.where(given > 0, given, 1.0)[i], amount)
    share = csr_array((amount, (i, j)), shape=service.cost.shape)
    share.eliminate_zeros()
    limit = np.where(np.isfinite(service.limit), service.limit, 0.0)
    left_out = np.clip(1.0 - np.bincount(i, amount, service.demand.size), 0.0, 1.0)
    total = float(service.fixed_cost[sites].sum() + amount @ service.cost[i, j] + limit @ left_out)
    return Served(sites, share, total)
