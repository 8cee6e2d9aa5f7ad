"""The checks of a relief, none with a solver: stock, trips, and drives on the roads."""

import numpy as np

from models import Violation, dispatch
from scenarios.relief.drives import leg_rows, replay
from scenarios.relief.planning import lines_by_day
from scenarios.relief.record import Record, Told


def check_record(told: Told) -> list[Violation]:
    """Return what a relief breaks; empty when it holds."""
    record = told.record
    return [
        *dispatch.check(record.supply, record.sent_solved.plan(record.sent)),
        *dispatch.check(record.own_supply, record.own_solved.plan(record.own_sent)),
        *_lines(record),
        *dispatch.check(record.problem, record.solved.plan(record.decision)),
        *check_drives(record),
        *replay(record.drives, record.course, told.streets, record.on_road),
    ]


def _lines(record: Record) -> list[Violation]:
    """Check that what is asked of the vehicles is what people need and the stock allows."""
    demand = record.problem.demand
    packs = np.zeros_like(record.need)
    np.add.at(packs, (record.line_day, demand.stop, demand.commodity), demand.amount)
    wanted = lines_by_day(record.need, record.sent.short_units)
    wrong = np.argwhere(packs != wanted)
    return [
        Violation("lines", f"day {day} stop {s} commodity {k}", float(packs[day, s, k] - wanted[day, s, k]))
        for day, s, k in wrong
    ]


def check_drives(record: Record) -> list[Violation]:
    """Return what is wrong where drives are not those of the plan's trips, by the vehicle that makes them."""
    rows = leg_rows(record.decision, len(record.depots.name))
    drives = record.drives
    kind = record.garage.kind[record.vehicle_of_trip()]
    same = rows["trip"].size == drives.trip.size and all(
        np.array_equal(rows[name], getattr(drives, name))
        for name in ("trip", "begin", "end", "depart_s", "arrive_s")
    )
    if not same or not np.array_equal(kind[drives.trip], drives.kind):
        return [Violation("drives", "legs of the trips", 1.0)]
    return []
