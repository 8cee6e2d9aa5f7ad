"""Instance files of the dispatch literature, as problems."""

from pathlib import Path

import numpy as np

from models.dispatch import BusEvacuation


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
