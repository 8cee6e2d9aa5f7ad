"""Idle units that should stay in each district: where districts are, and what a plan lacks of them.

Index names: ``z`` districts, ``h`` homes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from dss.onemap import OneMap
from models import Violation
from models.dispatch import (
    RESERVE_CAUSES,
    Relocation,
    RelocationDecision,
    Reserve,
    lacking_bound,
    reserve_causes,
)
from scenarios.relief.depots import read_districts
from scenarios.response.places import Spots
from scenarios.response.record import Facts, Record, Row
from scenarios.response.spec import ResponseSpec


@dataclass(frozen=True, slots=True, eq=False)
class HomeDistricts:
    """Districts of the map, and which home is in which; none where the scenario asks for no reserve.

    Parameters
    ----------
    name
        Names, shape (z,); one without a name is the whole map, where that has no districts.
    inside
        Which home is in which district, shape (z, h).
    """

    name: tuple[str, ...]
    inside: BoolArray

    @classmethod
    def of_map(cls, onemap: OneMap, spec: ResponseSpec, homes: Spots) -> "HomeDistricts":
        """Find the districts of homes on a map."""
        if spec.cover is None or not spec.cover.reserve:
            return cls((), np.zeros((0, homes.size), dtype=np.bool_))
        districts = read_districts(onemap)
        at = districts.of_points(homes.x_m, homes.y_m)
        return cls(districts.name, np.arange(len(districts.name))[:, None] == at[None, :])

    @classmethod
    def of_facts(cls, facts: Facts) -> "HomeDistricts":
        """Return the districts that a record has."""
        inside = np.zeros((len(facts.districts), len(facts.homes)), dtype=np.bool_)
        for z, row in enumerate(facts.districts):
            inside[z, row["homes"]] = True
        return cls(tuple(row["name"] for row in facts.districts), inside)

    @property
    def rows(self) -> list[Row]:
        """The same as plain data."""
        return [
            {"name": name, "homes": np.flatnonzero(inside).tolist()}
            for name, inside in zip(self.name, self.inside, strict=True)
        ]

    def reserve(self, asked: Mapping[str, int], kind: str, homes: IntArray | Sequence[int]) -> Reserve | None:
        """Return what is asked for of a kind with stations at some homes; None where nothing is."""
        if kind not in asked:
            return None
        return Reserve(np.full(len(self.name), asked[kind], dtype=np.int64), self.inside[:, homes])


def reserve_table(districts: Sequence[Row], problem: Relocation, decision: RelocationDecision) -> Row | None:
    """Return what stands in each district and what lacks, why, and the least that must lack."""
    reserve, kept = problem.reserve, decision.reserve
    if reserve is None or kept is None:
        return None
    causes, standing = reserve_causes(problem, decision), reserve.standing(decision.after)
    return {
        "lacking": int(kept.lacking.sum()),
        "proven": 0 if kept.prices is None else lacking_bound(problem, kept.prices),
        "districts": [
            {
                "name": row["name"],
                "asked": int(reserve.least[z]),
                "standing": int(standing[z]),
                "lacking": int(kept.lacking[z]),
                "causes": {
                    name: int(count) for name, count in zip(RESERVE_CAUSES, causes[z], strict=True) if count
                },
            }
            for z, row in enumerate(districts)
        ],
    }


def broken_reserves(record: Record) -> Iterator[Violation]:
    """Find plans of cover whose reserve is not the one asked for, by the districts of their stations."""
    facts = record.facts
    asked, districts = facts.rules.get("reserve", {}), HomeDistricts.of_facts(facts)
    for kind in sorted({*asked} - {*record.cover}):
        yield Violation("facts", f"reserve {kind}", float(asked[kind]))
    for kind, solved in record.cover.items():
        homes = np.array([row["home"] for row in facts.stations[kind]], dtype=np.int64)
        due, told = districts.reserve(asked, kind, homes), solved.problem.reserve
        if due is None or told is None:
            same = due is told
        else:
            same = np.array_equal(due.least, told.least) and np.array_equal(due.inside, told.inside)
        if not same:
            yield Violation("facts", f"reserve {kind}", 1.0)
