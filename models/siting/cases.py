"""The cases of a search: those that are still open, and all of them as a proof keeps them."""

from dataclasses import dataclass, field

import numpy as np

from dss.arrays import FloatArray, Int32Array
from models.siting.kernels.lagrangian import Ascent
from models.siting.proof import Proof


@dataclass
class Cases:
    """The cases so far, as the proof keeps them."""

    prices: list[FloatArray] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    site: list[int] = field(default_factory=list)
    opened: list[bool] = field(default_factory=list)

    def add(self, prices: FloatArray, parent: int, site: int = 0, *, opened: bool = False) -> int:
        """Add a case and return its number."""
        self.prices.append(prices)
        self.parent.append(parent)
        self.site.append(site)
        self.opened.append(opened)
        return len(self.parent) - 1

    def proof(self) -> Proof:
        """Return the cases as arrays."""
        return Proof(
            np.array(self.prices), np.array(self.parent), np.array(self.site), np.array(self.opened, np.bool_)
        )


@dataclass(frozen=True, slots=True, eq=False, order=False)
class Case:
    """A case that is still open: its number, bound, state of the sites and share of the last choices."""

    number: int
    bound: float
    state: Int32Array
    ascent: Ascent

    def __lt__(self, other: "Case") -> bool:
        return (self.bound, self.number) < (other.bound, other.number)
