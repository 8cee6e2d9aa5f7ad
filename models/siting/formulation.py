"""Write a program down block by block: variables, then rows over them."""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import FloatArray, IntArray
from models.siting.rules import SiteRules, rule_rows
from models.solver import Program

# A block of entries: rows, variables, coefficients; the last may be one number for all.
Terms = tuple[IntArray, IntArray, FloatArray | float]


@dataclass
class Formulation:
    """A program under construction; it minimises."""

    cost: list[FloatArray] = field(default_factory=list)
    least: list[FloatArray] = field(default_factory=list)
    greatest: list[FloatArray] = field(default_factory=list)
    whole: list[np.ndarray] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    variables: int = 0
    rows: int = 0

    def add(
        self,
        count: int,
        *,
        cost: FloatArray | float = 0.0,
        greatest: FloatArray | float = 1.0,
        whole: bool = False,
    ) -> IntArray:
        """Add variables from 0 to ``greatest`` and return their numbers, shape (count,)."""
        for values, value in ((self.cost, cost), (self.greatest, greatest)):
            values.append(np.broadcast_to(np.asarray(value, dtype=np.float64), (count,)))
        self.least.append(np.zeros(count))
        self.whole.append(np.full(count, whole))
        self.variables += count
        return np.arange(self.variables - count, self.variables)

    def require(
        self,
        count: int,
        *terms: Terms,
        lower: FloatArray | float = -np.inf,
        upper: FloatArray | float = np.inf,
    ) -> None:
        """Add rows: lower <= sum of the terms <= upper; rows of the terms count from 0."""
        for row, variable, value in terms:
            each = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
            self.entries.append((row + self.rows, variable, each))
        for limits, limit in ((self.lower, lower), (self.upper, upper)):
            limits.append(np.broadcast_to(np.asarray(limit, dtype=np.float64), (count,)))
        self.rows += count

    def sites(
        self,
        count: int,
        *,
        p: int | None,
        fixed_open: IntArray,
        rules: SiteRules,
        cost: FloatArray | float = 0.0,
    ) -> IntArray:
        """Add y of the sites with (3), (4) and (8)-(10), and return their numbers."""
        y = self.add(count, cost=cost, whole=True)
        self.least[-1] = np.isin(np.arange(count), fixed_open).astype(np.float64)
        if p is not None:
            self.require(1, (np.zeros(count, np.int64), y, 1.0), lower=p, upper=p)
        ruled = rule_rows(rules, count)
        if ruled.upper.size:
            entry = ruled.matrix.tocoo()
            self.require(ruled.upper.size, (entry.row, y[entry.col], entry.data), upper=ruled.upper)
        return y

    def program(self) -> Program:
        """Return the program as arrays."""
        row, column, value = (np.concatenate([e[k] for e in self.entries]) for k in range(3))
        matrix = csr_array((value, (row, column)), shape=(self.rows, self.variables))
        return Program(
            np.concatenate(self.cost),
            np.concatenate(self.least),
            np.concatenate(self.greatest),
            np.concatenate(self.whole).astype(np.bool_),
            matrix,
            np.concatenate(self.lower),
            np.concatenate(self.upper),
        )
