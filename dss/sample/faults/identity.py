"""Record numbers: missing, or given twice."""

from dss.sample.delivery.template import RECORD_ID
from dss.sample.faults.bench import Bench


def lose_numbers(bench: Bench, key: str, count: int) -> None:
    """ID_MISSING: take the number away."""
    rows = bench.draw(key, count, bench.anyone(key))
    bench.put(key, rows, RECORD_ID, [None] * rows.size)
    bench.note(key, rows, "ID_MISSING", ["标识码删去 / number removed"] * rows.size)


def repeat_numbers(bench: Bench, key: str, count: int) -> None:
    """ID_DUPLICATE: give a record the number of an earlier one."""
    drawn = bench.draw(key, 2 * count, bench.anyone(key))
    pairs = drawn[: drawn.size // 2 * 2].reshape(-1, 2)
    numbers = bench.layers[key][RECORD_ID].to_numpy()
    earlier, later = pairs[:, 0], pairs[:, 1]
    bench.put(key, later, RECORD_ID, list(numbers[earlier]))
    notes = [f"与第 {row + 1} 条标识码相同 / same number as record {row + 1}" for row in earlier]
    bench.note(key, later, "ID_DUPLICATE", notes)
