"""Age: layers and records that nobody updated, dates that cannot be."""

from datetime import timedelta

import numpy as np

from dss.sample.delivery.records import days_before
from dss.sample.delivery.template import RECORD_DATE, entries
from dss.sample.faults.bench import Bench


def forget_layer(bench: Bench, key: str) -> None:
    """STALE: let a whole layer be as old as two to four of its cycles."""
    age_days = round(float(bench.rng.uniform(2.0, 4.0)) * entries()[key]["cycle_days"])
    bench.dates[key] = bench.today - timedelta(days=age_days)
    bench.note_layer(key, "STALE", f"图层日期改为 {age_days} 天前 / layer dated {age_days} days back")


def forget_records(bench: Bench, key: str, count: int) -> None:
    """STALE: let records be as old as two to five cycles when the layer was delivered."""
    rows = bench.draw(key, count, bench.anyone(key))
    cycles = bench.rng.uniform(2.0, 5.0, rows.size)
    days = np.round(cycles * entries()[key]["cycle_days"]).astype(np.int64)
    dates = days_before(bench.dates[key], days)
    bench.put(key, rows, RECORD_DATE, list(dates))
    bench.note(key, rows, "STALE", [f"日期改为 {one} / dated {one}" for one in dates])


def misdate_records(bench: Bench, key: str, count: int) -> None:
    """DATE_IMPOSSIBLE: put a date in the future, or one that is none."""
    rows = bench.draw(key, count, bench.anyone(key))
    later = (bench.today + timedelta(days=400)).isoformat()
    dates = [later if k % 2 == 0 else "0000-00-00" for k in range(rows.size)]
    bench.put(key, rows, RECORD_DATE, dates)
    bench.note(key, rows, "DATE_IMPOSSIBLE", [f"日期改为 {one} / dated {one}" for one in dates])
