"""What buildings are built of: it follows from how many floors they have and when they were built."""

from typing import Final

import numpy as np

from dss.arrays import IntArray
from dss.sample.names import Names
from dss.sample.people.buildings import Buildings

STRUCTURES: Final = ("砖木结构", "砖混结构", "框架结构", "框架剪力墙结构", "剪力墙结构", "钢结构")


def structures(buildings: Buildings, is_shed: IntArray, rng: np.random.Generator) -> Names:
    """Return the structure of each building; ``is_shed`` is 1 for works and stores, shape (n,)."""
    floors, year = buildings.floors, buildings.year
    kind = np.select(
        [
            (is_shed == 1) & (rng.random(year.size) < 0.6),
            (floors <= 3) & (year < 1970),
            (floors <= 7) & (year < 2000),
            floors <= 9,
            floors <= 18,
        ],
        [5, 0, 1, 2, 3],
        4,
    )
    return np.array(STRUCTURES, dtype=object)[kind]
