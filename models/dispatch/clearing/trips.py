"""Ways of people that are known, as sets of roads, and places that use them in proportion."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models.dispatch.clearing.prices import Pairs

Way: TypeAlias = tuple[int, ...]
"""Roads in rising order."""
FAR: Final = 1e15
"""A toll that nobody pays, person-seconds."""


@dataclass(frozen=True, slots=True)
class Family:
    """Places whose people use ways in proportion: ways with what they save, and the share of each place."""

    saved: dict[Way, float]
    share: dict[int, float]

    @property
    def roads(self) -> list[int]:
        """Roads of any way."""
        return sorted({b for way in self.saved for b in way})


@dataclass(slots=True)
class Trips:
    """Ways known of each place that gains, with the person-seconds that each saves, shape (r,)."""

    pairs: Pairs
    known: list[dict[Way, float]]

    @classmethod
    def first(cls, pairs: Pairs) -> "Trips":
        """Know the shortest way of each place, and the shortest without each road of it."""
        trips = cls(pairs, [{} for _ in range(pairs.gain.place.size)])
        free = np.zeros((pairs.road.size, 1))
        _, used = trips.learn(free)
        most = int(np.diff(pairs.first).max(initial=0))
        for place in range(most):  # the road at this place of each list is left out
            shut = free.copy()
            shut[(pairs.first[:-1] + place)[np.diff(pairs.first) > place]] = FAR
            shut[~used] = 0.0
            if shut.any():
                trips.learn(shut)
        return trips

    def learn(self, toll: FloatArray) -> tuple[FloatArray, BoolArray]:
        """Find the shortest ways with tolls (h, i), return their seconds and roads; keep the new ones."""
        pairs = self.pairs
        least_s, used = pairs.least(toll)
        for r, known in enumerate(self.known):
            own = slice(int(pairs.first[r]), int(pairs.first[r + 1]))
            persons = float(pairs.gain.persons[r])
            paid = (toll[own] * used[own]).sum(axis=0)
            saved = persons * (pairs.gain.before_s[r] - least_s[r]) + paid
            packed = np.packbits(used[own], axis=0)
            _, columns = np.unique(packed, axis=1, return_index=True)
            for i in columns.tolist():
                way = tuple(pairs.road[own][used[own][:, i]].tolist())
                if way and saved[i] > known.get(way, 0.0) * (1 + 1e-9):
                    known[way] = float(saved[i])
        return least_s, used

    @property
    def count(self) -> int:
        """Number of ways known."""
        return sum(len(known) for known in self.known)

    def families(self) -> list[Family]:
        """Return the families; ways that save no more than some of their roads alone are left out."""
        alone: dict[Way, dict[int, float]] = {}
        found = []
        for r, known in enumerate(self.known):
            useful = {way: saved for way, saved in known.items() if not _needless(way, saved, known)}
            if len(useful) == 1:
                ((way, saved),) = useful.items()
                alone.setdefault(way, {})[r] = saved
            elif useful:
                found.append(Family(useful, {r: 1.0}))
        for way, members in alone.items():
            total = sum(members.values())
            found.append(Family({way: total}, {r: saved / total for r, saved in members.items()}))
        return found


def _needless(way: Way, saved: float, known: dict[Way, float]) -> bool:
    roads = set(way)
    return any(more >= saved and roads > set(other) for other, more in known.items())
