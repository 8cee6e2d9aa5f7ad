"""Small pools: routes by every set of vehicles, from coarse and from fine parcels; the best of them is kept.

A local search rarely leaves a dear vehicle altogether, and parcels made for one vehicle may not suit another.
Where there are few, all of it is tried.
"""

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np

from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.parcels import PARTS, Cutting, parcels_of
from models.dispatch.delivery.pools import Pool
from models.dispatch.delivery.problem import Delivery, driving_cost, weighted_shortage
from models.dispatch.delivery.routing import PoolRoutes, Search, improve, trips_of_pool
from models.dispatch.delivery.timetable import timed

MOST_GROUPS: Final = 3
MOST_STOPS: Final = 8
MOST_PARCELS: Final = 60
FINE_PARTS: Final = 16
LONGEST_S: Final = 0.25
"""Seconds of each search at most."""


def is_small(problem: Delivery, pool: Pool) -> bool:
    """Tell whether there are so few vehicles' groups and stops that all of it is tried."""
    stops = np.unique(problem.demand.stop[pool.units > 0]).size
    return pool.groups.size <= MOST_GROUPS and stops <= MOST_STOPS


def best_variant(problem: Delivery, groups: Groups, state: PoolRoutes, search: Search) -> PoolRoutes:
    """Return the routes of least shortage, then of least cost, that any variant leads to in the time."""
    variants = [state, *_variants(problem, groups, state.pool)]
    each = search._replace(time_s=min(search.time_s / len(variants), LONGEST_S))
    for variant in variants:
        improve(problem, groups, variant, each)
    return min(variants, key=lambda variant: _worth(problem, groups, variant))


def _variants(problem: Delivery, groups: Groups, pool: Pool) -> Iterator[PoolRoutes]:
    """Yield every set of groups with full loads of its largest vehicle, and with fine parts alone."""
    with_room = pool.groups[groups.room[pool.groups] > 0].tolist()
    for count in range(1, len(with_room) + 1):
        for chosen in itertools.combinations(with_room, count):
            own = Pool(np.array(chosen, dtype=np.int64), pool.units)
            for cutting in _cuttings(problem, groups, own):
                parcels = parcels_of(cutting)
                if len(parcels) <= MOST_PARCELS:
                    yield PoolRoutes(own, parcels, None, must=True)


def _cuttings(problem: Delivery, groups: Groups, pool: Pool) -> Iterator[Cutting]:
    """Yield how the units are cut, without cuts into very many parcels."""
    none = np.zeros((groups.size, pool.units.size))
    largest = int(pool.groups[np.argmax(groups.room[pool.groups])])
    loads = float(pool.units @ groups.measure[problem.demand.commodity]) / float(groups.room[largest])
    if loads <= MOST_PARCELS:
        loaded = none.copy()
        loaded[largest] = pool.units
        yield Cutting(problem, groups, pool.units, loaded, PARTS)
    if problem.split and FINE_PARTS * loads <= MOST_PARCELS * groups.room.max() / groups.room[largest]:
        yield Cutting(problem, groups, pool.units, none, FINE_PARTS)


def _worth(problem: Delivery, groups: Groups, state: PoolRoutes) -> tuple[float, float]:
    """Return the weighted shortage and the cost of a pool's routes alone; less is better."""
    made = timed(problem, trips_of_pool(groups, state))
    return weighted_shortage(problem, made), driving_cost(problem, made)
