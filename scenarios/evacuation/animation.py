"""The evacuation in pictures that move: who is on which road in each slice of time, and who is safe by then.

Index names: ``n`` entries of arcs, ``e`` edges behind an arc, ``s`` slices.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dss.arrays import FloatArray, IntArray
from scenarios.evacuation.plan_files import FOLDER
from scenarios.evacuation.record import PLAN, Moved, Record

SLICE_S: Final = 60.0


def write_animation(folder: Path, record: Record) -> None:
    """Write ``evacuation/animation.parquet`` and ``evacuation/arrivals.parquet`` into a run folder."""
    path = folder / FOLDER
    frames = [units_over_time(moved, SLICE_S).assign(means=means) for means, moved in record.plan.items()]
    pd.concat(frames, ignore_index=True).to_parquet(path / "animation.parquet", compression="zstd")
    arrival_curves(record, SLICE_S).to_parquet(path / "arrivals.parquet", compression="zstd")


def units_over_time(moved: Moved, slice_s: float) -> pd.DataFrame:
    """Return the units on each road at the beginning of each slice: at_s, road, along, units.

    Notes
    -----
    Within an arc units move at an even pace, so each edge holds them for its share of the arc's length. Who
    waits for room is at home or at a junction and on no road.
    """
    movement, streets = moved.movement, moved.streets
    groups = movement.decision.groups
    units = np.repeat(groups.persons, np.diff(groups.offsets))
    begins, ends = _shares(moved)
    count = np.diff(streets.offsets)[groups.arc]
    entry = np.repeat(np.arange(groups.arc.size), count)
    piece = _ranges(streets.offsets[groups.arc], count)
    start_s = groups.enter_step[entry] * movement.step_s
    took_s = movement.problem.travel_steps[groups.arc[entry]] * movement.step_s
    first = np.ceil((start_s + begins[piece] * took_s) / slice_s - 1e-9).astype(np.int64)
    beyond = np.ceil((start_s + ends[piece] * took_s) / slice_s - 1e-9).astype(np.int64)
    times = np.maximum(beyond - first, 0)
    row = np.repeat(np.arange(times.size), times)
    frame = pd.DataFrame(
        {
            "at_s": _ranges(first, times) * slice_s,
            "road": streets.road[streets.edge[piece[row]]],
            "along": streets.along[streets.edge[piece[row]]],
            "units": units[entry[row]],
        }
    )
    return frame.groupby(["at_s", "road", "along"], as_index=False)["units"].sum()


def arrival_curves(record: Record, slice_s: float) -> pd.DataFrame:
    """Return the persons who are safe by each slice: at_s, one column for each variant, and at_once."""
    curves = {name: record.arrivals(name) for name in (PLAN, *record.variants)}
    curves["at_once"] = record.arrivals_at_once
    last_s = max((float(one.at_s[-1]) for one in curves.values() if one.at_s.size), default=0.0)
    at_s = np.arange(0.0, last_s + 2 * slice_s, slice_s)
    columns: dict[str, FloatArray | IntArray] = {"at_s": at_s}
    for name, one in curves.items():
        upto = np.concatenate([[0], np.cumsum(one.persons)])
        columns[name] = upto[np.searchsorted(one.at_s, at_s, side="right")]
    return pd.DataFrame(columns)


def queue_curves(record: Record, slice_s: float) -> pd.DataFrame:
    """Return the units that wait on the roads at each slice: at_s, by the plan, and at_once.

    By the plan nobody waits but where it says so; waiting at home is no queue.
    """
    waits = {PLAN: _waiting_by_plan(record), "at_once": _waiting_at_once(record)}
    last_s = max((float(at_s.max(initial=0.0)) for at_s, _ in waits.values()), default=0.0)
    at_s = np.arange(0.0, last_s + 2 * slice_s, slice_s)
    columns: dict[str, FloatArray] = {"at_s": at_s}
    for name, (when_s, change) in waits.items():
        order = np.argsort(when_s, kind="stable")
        upto = np.concatenate([[0.0], np.cumsum(change[order])])
        columns[name] = upto[np.searchsorted(when_s[order], at_s, side="right")]
    return pd.DataFrame(columns)


def _waiting_by_plan(record: Record) -> tuple[FloatArray, FloatArray]:
    """Return when units begin and cease to wait between two arcs, and by how many the waiting changes."""
    when: list[FloatArray] = [np.zeros(0)]
    change: list[FloatArray] = [np.zeros(0)]
    for moved in record.plan.values():
        groups, problem = moved.movement.decision.groups, moved.movement.problem
        units = np.repeat(groups.persons, np.diff(groups.offsets)).astype(np.float64)
        onward = np.setdiff1d(np.arange(groups.arc.size), groups.offsets[:-1])
        came = groups.enter_step[onward - 1] + problem.travel_steps[groups.arc[onward - 1]]
        when += [
            _seconds(came, moved.movement.step_s),
            _seconds(groups.enter_step[onward], moved.movement.step_s),
        ]
        change += [units[onward], -units[onward]]
    return np.concatenate(when), np.concatenate(change)


def _waiting_at_once(record: Record) -> tuple[FloatArray, FloatArray]:
    """Return the same where everyone leaves at once; who waits to leave home stands in a queue as well."""
    when: list[FloatArray] = [np.zeros(0)]
    change: list[FloatArray] = [np.zeros(0)]
    for means, one in record.at_once.items():
        queued = record.replays[means].queued
        persons = queued.persons.astype(np.float64)
        when += [_seconds(queued.step, one.step_s), _seconds(queued.step + 1, one.step_s)]
        change += [persons, -persons]
    return np.concatenate(when), np.concatenate(change)


def _seconds(step: IntArray, step_s: float) -> FloatArray:
    return np.asarray(step * step_s, dtype=np.float64)


def _shares(moved: Moved) -> tuple[FloatArray, FloatArray]:
    """Return where on its arc each edge begins and ends, 0 to 1, shapes (sum,)."""
    streets = moved.streets
    length_m = streets.length_m()[streets.edge]
    upto = np.cumsum(length_m)
    before = np.concatenate([[0.0], upto])
    whole = before[streets.offsets[1:]] - before[streets.offsets[:-1]]
    per_arc = np.repeat(np.maximum(whole, 1e-9), np.diff(streets.offsets))
    since = upto - np.repeat(before[streets.offsets[:-1]], np.diff(streets.offsets))
    return (since - length_m) / per_arc, since / per_arc


def _ranges(first: IntArray, count: IntArray) -> IntArray:
    """Return first, first + 1 ... for each row, count of them, one after the other."""
    place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.repeat(first, count) + place, dtype=np.int64)
