"""A made city of shelters and depots, and what its trucks are to bring."""

import numpy as np

from models.dispatch import Delivery, Demand, Fleet

DEPOTS, SHELTERS, VEHICLES = 10, 300, 120
SPEED_KPH = np.array([40.0, 35.0, 30.0, 25.0])
PAYLOAD_KG = np.array([1_500.0, 4_000.0, 8_000.0, 12_000.0])
SPACE_M3 = np.array([9.0, 22.0, 40.0, 55.0])
"""Of the four kinds of truck."""
UNIT_KG = np.array([10.0, 5.0, 45.0, 3.0, 8.0, 60.0])
UNIT_M3 = np.array([0.012, 0.015, 0.25, 0.02, 0.03, 0.4])
UNITS_PER_PERSON = np.array([0.9, 0.6, 0.1, 0.7, 0.1, 0.02])
PRIORITY = np.array([4.0, 3.0, 2.0, 1.0, 5.0, 1.0])
"""Of boxes of water, of food, tents, quilts, medicine and toilets; all of this is made up."""
SHIFT_S, URGENT_S = 10 * 3600.0, 4 * 3600.0


def relief_city(seed: int, stock_times: float = 1.3) -> Delivery:
    """Return 10 depots and 300 shelters on 20 km by 20 km, 3 trucks of each of 4 kinds at every depot.

    Three shelters of ten need everything within 4 hours. All depots together hold ``stock_times`` what is
    needed, unevenly; roads are 1.3 times as long as the straight line.
    """
    rng = np.random.default_rng(seed)
    where = rng.uniform(0, 20_000, (DEPOTS + SHELTERS, 2))
    apart_m = 1.3 * np.linalg.norm(where[:, None] - where[None], axis=2)
    travel_s = np.round(apart_m[None] / (SPEED_KPH / 3.6)[:, None, None])
    persons = np.ceil(rng.lognormal(6.2, 0.6, SHELTERS))
    amount = np.ceil(persons[:, None] * UNITS_PER_PERSON[None, :])
    stop, commodity = (x.ravel() for x in np.indices(amount.shape))
    due_s = np.where(rng.random(SHELTERS) < 0.3, URGENT_S, SHIFT_S)
    demand = Demand(stop, commodity, amount.ravel(), np.zeros(stop.size), due_s[stop], PRIORITY[commodity])
    vehicle = np.arange(VEHICLES)
    kind, depot = vehicle % 4, vehicle // 4 % DEPOTS
    ready_s, back_by_s = np.zeros(VEHICLES), np.full(VEHICLES, SHIFT_S)
    fleet = Fleet(depot, PAYLOAD_KG[kind], SPACE_M3[kind], kind, ready_s, back_by_s)
    share = rng.dirichlet(np.full(DEPOTS, 4.0), UNIT_KG.size).T
    stock = np.ceil(stock_times * amount.sum(axis=0) * share)
    load_s, unload_s = np.full(DEPOTS, 900.0), np.full(SHELTERS, 600.0)
    return Delivery(stock, demand, fleet, travel_s, UNIT_KG, UNIT_M3, load_s, unload_s)
