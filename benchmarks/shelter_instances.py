"""Made allocation problems of city size, seeded: clustered zones, shelters where people are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from dss.arrays import FloatArray, IntArray
from models import shelter

SIDE_M: Final = 20_000.0
CLUSTERS: Final = 12
CLUSTERED_SHARE: Final = 0.8
WALK_MPS: Final = 1.2
DETOUR: Final = 1.3


@dataclass(frozen=True, slots=True)
class Size:
    """How large a made city is, and how full its shelters are."""

    zones: int
    shelters: int = 300
    load: float = 0.9
    arcs_per_zone: int = 20
    seed: int = 1


def make_city(size: Size, *, whole: bool) -> shelter.Allocation:
    """Make 12 clusters and 20% uniform zones over 20 km, shelters drawn by population.

    Persons of a zone are log-normal (median 150, sigma 0.7), none above a fifth of the smallest shelter in
    reach; capacities log-normal (sigma 0.35), scaled to the load. An unmet person counts as ten of the
    longest trips.
    """
    rng = np.random.default_rng(size.seed)
    place_m = places(rng, size.zones)
    persons = np.maximum(np.rint(rng.lognormal(np.log(150), 0.7, size.zones)), 1).astype(np.int64)
    chosen = rng.choice(size.zones, size.shelters, replace=False, p=persons / persons.sum())
    share = rng.lognormal(0.0, 0.35, size.shelters)
    shelter_m = place_m[chosen] + rng.normal(0, 50, (size.shelters, 2))
    distance_m, site = cKDTree(shelter_m).query(place_m, size.arcs_per_zone)
    capacity = _capacities(share, persons, size.load)
    persons = np.minimum(persons, np.maximum(capacity[site].min(axis=1) // 5, 1))
    capacity = _capacities(share, persons, size.load)
    cost_s = np.round(distance_m.ravel() * DETOUR / WALK_MPS, 1)
    return shelter.Allocation(
        persons,
        capacity,
        np.repeat(np.arange(size.zones), size.arcs_per_zone),
        site.ravel().astype(np.int64),
        cost_s,
        whole=np.arange(size.zones) if whole else None,
        unmet_s=10 * float(cost_s.max()),
    )


def places(rng: np.random.Generator, zones: int) -> FloatArray:
    """Return places in metres, shape (zones, 2)."""
    centre_m = rng.uniform(0.1 * SIDE_M, 0.9 * SIDE_M, (CLUSTERS, 2))
    spread_m = rng.uniform(600, 1800, CLUSTERS)
    cluster = rng.integers(0, CLUSTERS, zones)
    near_m = centre_m[cluster] + rng.normal(size=(zones, 2)) * spread_m[cluster, None]
    anywhere_m = rng.uniform(0, SIDE_M, (zones, 2))
    clustered = rng.random(zones) < CLUSTERED_SHARE
    return np.clip(np.where(clustered[:, None], near_m, anywhere_m), 0, SIDE_M)


def _capacities(share: FloatArray, persons: IntArray, load: float) -> IntArray:
    return np.ceil(share / share.sum() * persons.sum() / load).astype(np.int64)
