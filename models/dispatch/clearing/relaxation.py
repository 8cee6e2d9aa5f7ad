"""The linear program whose prices bound every order; ways of people are added as they pay.

Sets
    i intervals of time, of length len_i; C moments at which F_b of ``prices.py`` may be least; W ways of a
    family of places, each a set of roads, that saves v_W person-seconds of way
Variables
    x_bC share of road b that opens at moment C; o_bi share of interval i in which road b is open;
    y_Wi share in which people use way W
Objective
    greatest sum_Wi len_i v_W y_Wi
Constraints
    (a) sum_C x_bC <= 1
    (b) o_bi = share of interval i after C, summed over C by x_bC
    (c) crews kept in interval i, summed over b and C by x_bC <= K                       price: crew
    (d) o_b'i <= share of interval i after C + a_b', summed over C by x_bC               price: reach
    (e) sum_W y_Wi <= 1 for each family
    (f) y_Wi summed over the ways of a family that use b <= o_bi                         price: toll

Places for which one way is known that is the same are one family, for what they save is in proportion.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.clearing.prices import Pairs, kept_seconds, open_seconds, opening_moments
from models.dispatch.clearing.problem import Prices
from models.dispatch.clearing.trips import Family
from models.solver import Program, relax


@dataclass(slots=True)
class Entries:
    """Entries of a matrix, gathered block by block."""

    rows: list[IntArray] = field(default_factory=list)
    columns: list[IntArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)

    def add(self, rows: IntArray, columns: IntArray, values: FloatArray | float) -> None:
        """Add entries; the three are broadcast."""
        row, column, value = np.broadcast_arrays(rows, columns, values)
        kept = value != 0
        self.rows.append(row[kept])
        self.columns.append(column[kept])
        self.values.append(value[kept].astype(np.float64))

    def matrix(self, shape: tuple[int, int]) -> csr_array:
        """Return the matrix; entries of one place are summed."""
        rows, columns, values = (np.concatenate(x) for x in (self.rows, self.columns, self.values))
        return csr_array(coo_array((values, (rows, columns)), shape=shape))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the blocks of the program begin; ``roads`` are those that can be opened, q counts them."""

    lengths_s: FloatArray
    roads: IntArray
    moments_s: list[FloatArray]
    opening: IntArray
    open_column: int
    open_row: int
    crew_row: int
    reach_row: int
    way_row: int

    @property
    def way_column(self) -> int:
        """Where the ways begin."""
        return self.open_column + self.roads.size * self.lengths_s.size

    def place_of(self, b: int) -> int:
        """Return which of the roads that can be opened a road is."""
        return int(np.searchsorted(self.roads, b))


LARGE: Final = 2_000
"""Entries from which on an interior point is faster than the simplex."""


def prices_of(
    pairs: Pairs, waits: list[tuple[int, int]], families: list[Family], edges_s: FloatArray, clock: Clock
) -> Prices | None:
    """Return the prices of the linear program; None where time was up.

    Parameters
    ----------
    waits
        Roads that must be open before others, with these.
    clock
        Until when the solver tries.
    """
    layout = _layout(pairs, waits, edges_s)
    entries = Entries()
    _add_openings(entries, layout, pairs, waits, edges_s)
    used = _add_ways(entries, layout, families)
    scale = 1.0 / max(sum(max(family.saved.values()) for family in families) * float(edges_s[-1]), 1e-9)
    cost = np.concatenate([np.zeros(layout.way_column), -(used.saved[:, None] * layout.lengths_s).ravel()])
    above = np.zeros(used.rows)
    above[: layout.open_row] = 1.0
    above[layout.crew_row : layout.reach_row] = pairs.problem.crews
    for begin in used.begin:
        above[begin : begin + layout.lengths_s.size] = 1.0
    below = np.full(used.rows, -np.inf)
    below[layout.open_row : layout.crew_row] = 0.0
    program = Program(
        cost=cost * scale,
        least=np.zeros(cost.size),
        greatest=np.full(cost.size, np.inf),
        whole=np.zeros(cost.size, dtype=np.bool_),
        matrix=entries.matrix((used.rows, cost.size)),
        lower=below,
        upper=above,
    )
    left_s = clock.left_s
    solved = relax(program, left_s, clock.look(), large=LARGE) if left_s > 0 else None
    if solved is None:
        return None
    dual = np.maximum(-solved.prices, 0.0) / scale
    return _priced(dual, layout, waits, list(zip(families, used.begin, strict=True)), pairs.gain.place)


def _layout(pairs: Pairs, waits: list[tuple[int, int]], edges_s: FloatArray) -> Layout:
    limits, m = pairs.limits, edges_s.size - 1
    roads = np.flatnonzero(np.isfinite(limits.soon_s))
    moments_s = [
        opening_moments(limits, edges_s, b, [later for before, later in waits if before == b])[:-1]
        for b in roads.tolist()
    ]
    opening = np.concatenate([[0], np.cumsum([one.size for one in moments_s])])
    crew_row = roads.size * (1 + m)
    reach_row = crew_row + m
    return Layout(
        lengths_s=np.diff(edges_s),
        roads=roads,
        moments_s=moments_s,
        opening=opening,
        open_column=int(opening[-1]),
        open_row=roads.size,
        crew_row=crew_row,
        reach_row=reach_row,
        way_row=reach_row + m * len(waits),
    )


def _add_openings(
    entries: Entries, layout: Layout, pairs: Pairs, waits: list[tuple[int, int]], edges_s: FloatArray
) -> None:
    """Add (a) to (d)."""
    lengths_s, work_s = layout.lengths_s, pairs.limits.work_s
    m = lengths_s.size
    step = np.arange(m)
    for q, b in enumerate(layout.roads.tolist()):
        moments_s = layout.moments_s[q]
        column = layout.opening[q] + np.arange(moments_s.size)
        entries.add(np.full(moments_s.size, q), column, 1.0)
        rows = layout.open_row + q * m + step
        entries.add(rows[None, :], column[:, None], -open_seconds(moments_s, edges_s) / lengths_s)
        entries.add(rows, layout.open_column + q * m + step, 1.0)
        kept = kept_seconds(moments_s, float(work_s[b]), edges_s) / lengths_s
        entries.add((layout.crew_row + step)[None, :], column[:, None], kept)
        for w, (before, later) in enumerate(waits):
            if before == b:
                rows = layout.reach_row + w * m + step
                after = open_seconds(moments_s + work_s[later], edges_s) / lengths_s
                entries.add(rows[None, :], column[:, None], -after)
                entries.add(rows, layout.open_column + layout.place_of(later) * m + step, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Used:
    """Where the rows of each family begin, what each way saves, and how many rows there are."""

    begin: list[int]
    saved: FloatArray
    rows: int


def _add_ways(entries: Entries, layout: Layout, families: list[Family]) -> Used:
    """Add (e) and (f): a block of rows for the family, then one for each of its roads."""
    m, row, column = layout.lengths_s.size, layout.way_row, layout.way_column
    step, begin, saved = np.arange(m), [], []
    for family in families:
        rows = {b: row + m * (n + 1) + step for n, b in enumerate(family.roads)}
        for way, value in family.saved.items():
            entries.add(row + step, column + step, 1.0)
            for b in way:
                entries.add(rows[b], column + step, 1.0)
            saved.append(value)
            column += m
        for b, road_rows in rows.items():
            entries.add(road_rows, layout.open_column + layout.place_of(b) * m + step, -1.0)
        begin.append(row)
        row += m * (len(rows) + 1)
    return Used(begin, np.array(saved, dtype=np.float64), row)


def _priced(
    dual: FloatArray,
    layout: Layout,
    waits: list[tuple[int, int]],
    families: list[tuple[Family, int]],
    place: IntArray,
) -> Prices:
    """Return the prices of the rows; each place of a family grants its share of a toll."""
    m = layout.lengths_s.size

    def block(row: int) -> FloatArray:
        return np.asarray(dual[row : row + m] / layout.lengths_s)

    tolls = [
        (int(place[r]), b, share * toll)
        for family, begin in families
        for n, b in enumerate(family.roads)
        if (toll := block(begin + m * (n + 1))).any()
        for r, share in family.share.items()
    ]
    return Prices(
        edges_s=np.concatenate([[0.0], np.cumsum(layout.lengths_s)]),
        crew=block(layout.crew_row),
        place=np.array([p for p, _, _ in tolls], dtype=np.int64),
        road=np.array([b for _, b, _ in tolls], dtype=np.int64),
        toll=np.array([toll for _, _, toll in tolls], dtype=np.float64).reshape(-1, m),
        before=np.array([b for b, _ in waits], dtype=np.int64),
        behind=np.array([b for _, b in waits], dtype=np.int64),
        reach=np.array([block(layout.reach_row + w * m) for w in range(len(waits))]).reshape(-1, m),
    )
