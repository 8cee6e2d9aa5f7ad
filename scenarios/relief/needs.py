"""What the people of each shelter need, by day.

Index names: ``s`` shelters with people, ``g`` groups, 0 standing for everyone else, ``k`` commodities.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.standards import StandardsReader
from models.shelter import AllocationDecision
from scenarios.journeys.journeys import Journeys
from scenarios.relief.goods import DAILY, Goods
from scenarios.relief.spec import ReliefSpec
from scenarios.situation import Situation

SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Guests:
    """Who stays where.

    Parameters
    ----------
    shelter
        Row in the shelter frame of each shelter with people, shape (s,).
    persons
        By shelter and group, shape (s, g).
    roofless
        Shelters whose people need tents, shape (s,).
    """

    shelter: IntArray
    persons: IntArray
    roofless: BoolArray


@dataclass(frozen=True, slots=True)
class Table:
    """What a person needs: daily amounts in the commodity's own unit, and what is brought once.

    Parameters
    ----------
    vulnerable
        Which groups need more medicine, by the scenario's order; the first stands for everyone else.
    """

    water_l: float
    food_kg: float
    quilts: float
    tent_persons: float
    toilet_persons: float
    kit_person_days: float
    vulnerable_factor: float
    vulnerable: tuple[bool, ...]


def count_guests(
    situation: Situation, journeys: Journeys, decision: AllocationDecision, spec: ReliefSpec, groups: int
) -> Guests:
    """Return the people that an allocation sends to each shelter, by group."""
    problem = journeys.problem
    site = journeys.site_index[problem.site]
    group = journeys.people.group[problem.cell]
    m = len(situation.shelters.features)
    flat = np.bincount(site * (groups + 1) + group, weights=decision.persons, minlength=m * (groups + 1))
    persons = np.rint(flat).astype(np.int64).reshape(m, groups + 1)
    rows = np.flatnonzero(persons.sum(axis=1))
    kinds = situation.shelters.features[col.PLACE_KIND].astype("string").fillna("").to_numpy(object)[rows]
    open_air = [any(word in str(kind).lower() for word in spec.tents_at) for kind in kinds]
    return Guests(rows, persons[rows], np.array(open_air, dtype=np.bool_))


def read_table(standards: StandardsReader, spec: ReliefSpec, groups: Sequence[str]) -> Table:
    """Return what a person needs after the standards; every group of the scenario counts as vulnerable."""
    number = standards.number
    return Table(
        water_l=number("relief.water_l_day"),
        food_kg=number("relief.food_kg_day"),
        quilts=number("relief.quilts_cold" if spec.cold else "relief.quilts_mild"),
        tent_persons=number("relief.tent_persons"),
        toilet_persons=number("relief.toilet_persons"),
        kit_person_days=number("relief.medicine_person_days"),
        vulnerable_factor=number("relief.medicine_vulnerable_factor"),
        vulnerable=(False, *(True for _ in groups)),
    )


def needs_by_day(persons: IntArray, roofless: BoolArray, table: Table, goods: Goods, days: int) -> IntArray:
    """Return packs by day, shelter and commodity, shape (days, s, k); what is brought once is of day 1.

    Packs are rounded up, by shelter and day: nobody is short for want of an opened pack.
    """
    whole = persons.sum(axis=1).astype(np.float64)
    weight = np.where(np.array(table.vulnerable), table.vulnerable_factor, 1.0)
    amounts = {
        "water": whole * table.water_l,
        "food": whole * table.food_kg,
        "medicine": persons @ weight / table.kit_person_days,
        "quilt": whole * table.quilts,
        "tent": np.where(roofless, np.ceil(whole / table.tent_persons - SLACK), 0.0),
        "toilet": np.ceil(whole / table.toilet_persons - SLACK),
    }
    packs = np.zeros((days, whole.size, len(goods.key)), dtype=np.int64)
    for k, key in enumerate(goods.key):
        first: FloatArray = np.ceil(amounts[key] / goods.content[k] - SLACK)
        packs[: days if key in DAILY else 1, :, k] = first.astype(np.int64)
    return packs
