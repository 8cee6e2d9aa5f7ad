"""Sites with a capacity as a mixed-integer program over the sites and pairs that are kept."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array, vstack

from dss.arrays import FloatArray, IntArray
from models.siting.capacity import Service
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


def serve(
    service: Service, kept: Kept, time_s: float, relative_gap: float
) -> tuple[Served | None, ProgramResult]:
    """Return the best plan that uses only what is kept, as far as time allows, and how the program ended."""
    pairs = np.nonzero(kept.pair)
    result = least_cost_program(_program(service, kept, pairs), time_s, relative_gap)
    if result.values is None:
        return None, result
    sites = np.flatnonzero(result.values[: service.capacity.size] > 0.5)
    return _read(service, sites, pairs, result.values[service.capacity.size :][: pairs[0].size]), result


def _program(service: Service, kept: Kept, pairs: tuple[IntArray, ...]) -> Program:
    """Return variables y of all sites, x of the kept pairs, and what is left out where that may be."""
    n, m = service.cost.shape
    i, j = pairs
    k = i.size
    x = m + np.arange(k)
    optional = np.flatnonzero(np.isfinite(service.limit))
    out = m + k + np.arange(optional.size)
    width = m + k + optional.size
    served = _rows((i, x, 1.0), (optional, out, 1.0), shape=(n, width))  # (1)
    opened = _rows((np.arange(k), x, 1.0), (np.arange(k), j, -1.0), shape=(k, width))  # (2)
    load = _rows((j, x, service.demand[i]), (np.arange(m), np.arange(m), -service.capacity), shape=(m, width))
    number = _rows((np.zeros(m, np.int64), np.arange(m), 1.0), shape=(1, width))  # (3)
    p = (0.0, float(m)) if service.p is None else (float(service.p), float(service.p))
    cost = np.concatenate([service.fixed_cost, service.cost[i, j], service.limit[optional]])
    least, greatest = np.zeros(width), np.ones(width)
    least[:m], greatest[:m] = kept.must, kept.site  # (4)
    whole = np.zeros(width, dtype=np.bool_)
    whole[: m + k if service.single_source else m] = True  # (7)
    lower = np.concatenate([np.ones(n), np.full(k + m, -np.inf), [p[0]]])
    upper = np.concatenate([np.ones(n), np.zeros(k + m), [p[1]]])  # (6) is load <= 0
    return Program(cost, least, greatest, whole, vstack([served, opened, load, number]), lower, upper)


def _rows(*parts: tuple[IntArray, IntArray, FloatArray | float], shape: tuple[int, int]) -> csr_array:
    row = np.concatenate([part[0] for part in parts])
    column = np.concatenate([part[1] for part in parts])
    value = np.concatenate([np.broadcast_to(part[2], part[0].shape) for part in parts])
    return csr_array((value, (row, column)), shape=shape)


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
