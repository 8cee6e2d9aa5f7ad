"""Goods: in what they are counted, packed and weighed, and what a person needs of them.

Index names: ``k`` commodities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss import columns as col
from dss.arrays import FloatArray
from dss.errors import ScenarioError
from dss.standards import StandardsReader

UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "water": {"l": 1.0, "m3": 1000.0, "t": 1000.0},
    "food": {"kg": 1.0, "t": 1000.0},
    "medicine": {"kit": 1.0},
    "quilt": {"quilt": 1.0},
    "tent": {"tent": 1.0},
    "toilet": {"toilet": 1.0},
}
"""Units of each commodity, the first its own, and how many of its own each is."""

MAP_COLUMNS: Final[Mapping[str, str]] = {
    "water": col.WATER_L,
    "food": col.FOOD_KG,
    "medicine": col.MEDICINE_KITS,
    "quilt": col.QUILTS,
    "tent": col.TENTS,
    "toilet": col.TOILETS,
}
"""Where a layer of depots holds each; every column carries its unit in its name."""

DAILY: Final = frozenset({"water", "food", "medicine"})
"""What is used up every day; the rest is brought once."""
PACK: Final = "pack"


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """Commodities of a plan, counted in packs, shape (k,) each.

    Parameters
    ----------
    key
        Their names.
    content
        How much of its own unit a pack holds.
    weight_kg, volume_m3, priority
        Of a pack.
    """

    key: tuple[str, ...]
    content: FloatArray
    weight_kg: FloatArray
    volume_m3: FloatArray
    priority: FloatArray

    def row(self, name: str, place: str) -> int:
        """Return the row of a commodity; ``place`` is where it was named.

        Raises
        ------
        ScenarioError
            If there is none of this name.
        """
        if name not in self.key:
            raise ScenarioError("relief_commodity", name=name, place=place, names=", ".join(self.key))
        return self.key.index(name)

    def packs(self, name: str, amount: float, unit: str | None, place: str) -> int:
        """Return an amount as whole packs, what does not fill one left out; ``place`` is where it was named.

        Raises
        ------
        ScenarioError
            If the commodity is unknown, or the unit is missing or none of its units.
        """
        k = self.row(name, place)
        units = {**UNITS[name], PACK: float(self.content[k])}
        if unit is None or unit not in units:
            raise ScenarioError(
                "relief_unit",
                commodity=name,
                place=place,
                amount=amount,
                unit=unit or "–",
                units=", ".join(units),
            )
        return int(np.floor(amount * units[unit] / self.content[k] + 1e-9))

    def unit(self, k: int) -> str:
        """Return the unit in which a commodity is counted."""
        return next(iter(UNITS[self.key[k]]))


def read_goods(names: Sequence[str], standards: StandardsReader) -> Goods:
    """Return the commodities asked for, each once, packed as the standards say."""
    keys = tuple(name for name in UNITS if name in names)

    def column(name: str) -> FloatArray:
        values = standards.column(f"relief.{name}")
        return np.array([values[key] for key in keys], dtype=np.float64)

    return Goods(keys, column("pack_content"), column("pack_kg"), column("pack_m3"), column("priority"))
