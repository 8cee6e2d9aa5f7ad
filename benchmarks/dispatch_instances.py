"""Instance files of the dispatch literature, as problems."""

from pathlib import Path

import numpy as np

from models.dispatch import BusEvacuation, Delivery, Demand, Fleet

UNLIMITED = 0.0
"""What files write for a limit that is none."""


def read_buses(path: Path) -> BusEvacuation:
    """Read a bus evacuation: buses, seats; depots and their buses; points with demand; shelters; times."""
    words = iter(path.read_text(encoding="utf-8").split())

    def numbers(count: int) -> np.ndarray:
        return np.array([float(next(words)) for _ in range(count)])

    _, seats = numbers(2)
    depots = int(numbers(1)[0])
    buses = numbers(depots)
    demand = numbers(int(numbers(2)[0]))
    places = numbers(int(numbers(2)[0]))
    depot_s = np.array([numbers(demand.size + 1)[1:] for _ in range(depots)])
    shelter_s = np.array([numbers(places.size + 1)[1:] for _ in range(demand.size)])
    return BusEvacuation(buses, int(seats), demand, places, depot_s, shelter_s)


def read_depots(path: Path) -> Delivery:
    """Read routes from several depots (Cordeau): depots, then customers, then where the depots are."""
    rows = [[float(word) for word in line.split()] for line in _lines(path)]
    _, vehicles, customers, depots = (int(value) for value in rows[0][:4])
    limits = np.array(rows[1 : 1 + depots])
    sites = np.array([row[:5] for row in rows[1 + depots : 1 + depots + customers + depots]])
    where = np.concatenate([sites[customers:, 1:3], sites[:customers, 1:3]])
    longest = np.where(limits[:, 0] == UNLIMITED, np.inf, limits[:, 0])
    depot = np.repeat(np.arange(depots), vehicles)
    free = np.full(depot.size, np.inf)
    zeros = np.zeros(depot.size)
    fleet = Fleet(depot, limits[depot, 1], free, np.zeros(depot.size), zeros, longest[depot])
    return _routes(where, sites[:customers, 4], sites[:customers, 3], fleet, depots)


def read_fleet(path: Path) -> Delivery:
    """Read routes of a mixed fleet from one depot (Golden, Taillard).

    After comments: customers and types; by type number, capacity, fixed cost, cost per distance; then the
    depot as x, y and the customers as x, y, demand. No number of vehicles means as many as customers.
    """
    rows = [[float(word) for word in line.split("//")[0].split()] for line in _lines(path)]
    rows = [row for row in rows if row]
    customers, types = int(rows[0][0]), int(rows[0][1])
    given = np.array([row[:4] for row in rows[1 : 1 + types]])
    kind = np.repeat(np.arange(types), np.where(given[:, 0] > 0, given[:, 0], customers).astype(int))
    zeros, free = np.zeros(kind.size), np.full(kind.size, np.inf)
    fleet = Fleet(zeros, given[kind, 1], free, zeros, zeros, free, given[kind, 2], given[kind, 3])
    sites = np.array([(*row[:2], row[2] if len(row) > 2 else 0.0) for row in rows[1 + types :]])
    sites = sites[: customers + 1]
    return _routes(sites[:, :2], sites[1:, 2], np.zeros(customers), fleet, 1)


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if line.strip() and not line.strip().startswith("//")]


def _routes(
    where: np.ndarray, demand: np.ndarray, service: np.ndarray, fleet: Fleet, depots: int
) -> Delivery:
    """Return one commodity of weight 1 without stock limits, brought whole, by one trip of a vehicle."""
    stops = np.flatnonzero(demand > 0)
    places = where[np.concatenate([np.arange(depots), depots + stops])]
    apart = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))
    amount, zeros = demand[stops], np.zeros(stops.size)
    lines = Demand(np.arange(stops.size), zeros, amount, zeros, zeros + np.inf, zeros + 1.0)
    stock = np.full((depots, 1), amount.sum())
    one, none, load = np.ones(1), np.zeros(1), np.zeros(depots)
    return Delivery(
        stock, lines, fleet, apart[None], one, none, load, service[stops], split=False, reload=False
    )


def read(path: Path) -> BusEvacuation | Delivery:
    """Read a file in whichever of the formats it is."""
    head = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if any(line.strip().startswith("//") for line in head[:6]):
        return read_fleet(path)
    first = next(line for line in head if line.strip()).split()
    return read_depots(path) if len(first) == 4 and first[0] == "2" else read_buses(path)
