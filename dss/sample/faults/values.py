"""Values of a record: codes that no system knows, missing ones, figures that cannot be."""

from collections.abc import Sequence

import numpy as np
import shapely

from dss.sample.delivery.template import entries
from dss.sample.faults.bench import Bench

WRONG_CODES = ("0799", "9901", "1499", "0A01", "88", "070199")
"""Land-use codes of no classification."""


def use_unknown_codes(bench: Bench, key: str, count: int) -> None:
    """CODE_INVALID: put a land-use code that no classification has."""
    _replace(bench, key, count, ("landuse_code", "CODE_INVALID"), WRONG_CODES)


def lose_values(bench: Bench, key: str, count: int) -> None:
    """VALUE_MISSING: take away what the layer's role cannot do without."""
    field = next(
        name for name in ("landuse_code", "road_class", "persons") if name in entries()[key]["fields"]
    )
    _replace(bench, key, count, (field, "VALUE_MISSING"), (None,))


def lose_capacity(bench: Bench, key: str, count: int) -> None:
    """CAPACITY_MISSING: take capacity and effective area away."""
    rows = bench.draw(key, count, bench.anyone(key))
    fields = entries()[key]["fields"]
    for name in ("capacity_persons", "effective_area_m2"):
        bench.put(key, rows, fields[name], [None] * rows.size)
    bench.note(key, rows, "CAPACITY_MISSING", ["容量和面积删去 / capacity and area removed"] * rows.size)


def overstate_capacity(bench: Bench, key: str, count: int) -> None:
    """CAPACITY_IMPOSSIBLE: no places at all, or more than there is room for."""
    rows = bench.draw(key, count, bench.anyone(key))
    column = entries()[key]["fields"]["capacity_persons"]
    room_m2 = shapely.area(bench.shapes(key)[rows])
    values = [0 if k % 2 else round(float(area) / 0.2) for k, area in enumerate(room_m2)]
    bench.put(key, rows, column, values)
    notes = [f"容量改为 {value} / capacity set to {value}" for value in values]
    bench.note(key, rows, "CAPACITY_IMPOSSIBLE", notes)


def lose_beds(bench: Bench, key: str, count: int) -> None:
    """BEDS_MISSING: take the number of beds away."""
    _replace(bench, key, count, ("beds", "BEDS_MISSING"), (None,))


def misstate_beds(bench: Bench, key: str, count: int) -> None:
    """BEDS_IMPOSSIBLE: no bed, fewer than none, or more than any hospital has."""
    _replace(bench, key, count, ("beds", "BEDS_IMPOSSIBLE"), (0, 52_000, -20))


def lose_floors(bench: Bench, key: str, count: int) -> None:
    """FLOORS_MISSING: take the number of floors away."""
    _replace(bench, key, count, ("floors", "FLOORS_MISSING"), (None,))


def misstate_floors(bench: Bench, key: str, count: int) -> None:
    """FLOORS_IMPOSSIBLE: no floor, or more than any building has."""
    _replace(bench, key, count, ("floors", "FLOORS_IMPOSSIBLE"), (0, 600, -1, 220))


def misstate_year(bench: Bench, key: str, count: int) -> None:
    """YEAR_IMPOSSIBLE: built in the future, or before there were surveys."""
    later = bench.today.year
    _replace(bench, key, count, ("built_year", "YEAR_IMPOSSIBLE"), (later + 3, 198, 0, later + 80))


def misstate_area(bench: Bench, key: str, count: int) -> None:
    """AREA_MISMATCH: state another area than the outline has."""
    column = entries()[key]["fields"]["stated_area_m2"]
    stated = bench.layers[key][column].to_numpy(np.float64)
    rows = bench.draw(key, count, stated > 150)
    factor = bench.rng.choice([0.1, 0.62, 1.4, 10.0], rows.size)
    values = np.round(stated[rows] * factor)
    bench.put(key, rows, column, [float(value) for value in values])
    notes = [f"面积改为 {value:.0f} / area set to {value:.0f}" for value in values]
    bench.note(key, rows, "AREA_MISMATCH", notes)


def misstate_persons(bench: Bench, key: str, count: int) -> None:
    """PERSONS_IMPOSSIBLE: fewer than none, or denser than anywhere on earth."""
    column = entries()[key]["fields"]["persons"]
    rows = bench.draw(key, count, bench.layers[key][column].to_numpy() > 0)
    km2 = shapely.area(bench.shapes(key)[rows]) / 1e6
    values = [-17 if k % 2 == 0 else round(260_000 * float(area)) + 1000 for k, area in enumerate(km2)]
    bench.put(key, rows, column, values)
    notes = [f"人数改为 {value} / persons set to {value}" for value in values]
    bench.note(key, rows, "PERSONS_IMPOSSIBLE", notes)


def _replace(bench: Bench, key: str, count: int, what: tuple[str, str], values: Sequence[object]) -> None:
    """Put values in turn into a bound field of drawn records."""
    field, code = what
    column = entries()[key]["fields"][field]
    rows = bench.draw(key, count, bench.layers[key][column].notna().to_numpy())
    new = [values[k % len(values)] for k in range(rows.size)]
    bench.put(key, rows, column, new)
    notes = [
        f"{column} 删去 / removed" if value is None else f"{column} 改为 {value} / set to {value}"
        for value in new
    ]
    bench.note(key, rows, code, notes)
