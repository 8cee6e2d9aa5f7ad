"""Vehicles that bring relief: kinds, where they stand, when they drive.

Index names: ``v`` vehicles, ``h`` kinds, ``d`` depots; a row of the model's fleet is a vehicle on a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ScenarioError
from dss.standards import StandardsReader
from models.dispatch import Fleet
from scenarios.relief.depots import depot_row
from scenarios.relief.spec import ReliefSpec, VehicleKind, Vehicles

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Kinds of vehicles, shape (h,) each: what they carry, the water that stops them, how fast they are."""

    key: tuple[str, ...]
    payload_kg: FloatArray
    space_m3: FloatArray
    passable_depth_m: FloatArray
    speed_factor: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Garage:
    """Vehicles, and their kinds.

    Parameters
    ----------
    kinds
        What kinds there are, those that somebody has.
    label
        Name of each vehicle on orders, shape (v,).
    kind, depot
        Shape (v,).
    ready_s
        When each can first load, seconds after the relief begins, shape (v,).
    assumed
        Whether the scenario left the fleet to the standards.
    convoy
        Number of each vehicle's convoy, shape (v,): vehicles with the same one drive together; None: each
        drives alone.
    """

    kinds: Kinds
    label: tuple[str, ...]
    kind: IntArray
    depot: IntArray
    ready_s: FloatArray
    assumed: bool
    convoy: IntArray | None = None


def read_garage(spec: ReliefSpec, depots: Sequence[str], standards: StandardsReader) -> Garage:
    """Return the vehicles of a scenario, or the standards' at every depot.

    Raises
    ------
    ScenarioError
        If a kind or a depot is unknown, vehicles make no whole convoys, or there is no vehicle at all.
    """
    known = {kind.key: kind for kind in (*_standard_kinds(standards), *spec.kinds)}
    groups = spec.vehicles if spec.vehicles is not None else _standard_fleet(standards)
    rows = [
        (group, d, (x, d, number // group.convoy))
        for x, group in enumerate(groups)
        for d in ([depot_row(depots, group.depot)] if group.depot is not None else range(len(depots)))
        for number in range(group.count)
    ]
    if not rows:
        raise ScenarioError("relief_no_vehicles", depots=len(depots))
    for group in groups:
        if group.count and group.kind not in known:
            raise ScenarioError("relief_kind", name=group.kind, names=", ".join(known))
        if group.count % group.convoy:
            raise ScenarioError("relief_convoy", count=group.count, kind=group.kind, convoy=group.convoy)
    rows.sort(key=lambda row: row[1])
    used = sorted({group.kind for group, _, _ in rows}, key=list(known).index)
    at = [d for _, d, _ in rows]
    convoys = list(dict.fromkeys(convoy for _, _, convoy in rows))
    return Garage(
        _kinds([known[key] for key in used]),
        tuple(f"{d + 1}-{1 + at[:v].count(d):02d}" for v, d in enumerate(at)),
        np.array([used.index(group.kind) for group, _, _ in rows], dtype=np.int64),
        np.array(at, dtype=np.int64),
        np.array([60.0 * group.ready_min for group, _, _ in rows]),
        spec.vehicles is None,
        np.array([convoys.index(convoy) for _, _, convoy in rows], dtype=np.int64),
    )


def _kinds(kinds: Sequence[VehicleKind]) -> Kinds:
    return Kinds(
        tuple(kind.key for kind in kinds),
        np.array([kind.payload_kg for kind in kinds]),
        np.array([kind.space_m3 for kind in kinds]),
        np.array([kind.passable_depth_m for kind in kinds]),
        np.array([kind.speed_factor for kind in kinds]),
    )


def _standard_kinds(standards: StandardsReader) -> list[VehicleKind]:
    columns = {
        name: standards.column(f"relief_fleet.{name}")
        for name in ("payload_kg", "space_m3", "passable_depth_m", "speed_factor")
    }
    keys = columns["payload_kg"]
    return [VehicleKind(key=key, **{name: column[key] for name, column in columns.items()}) for key in keys]


def _standard_fleet(standards: StandardsReader) -> list[Vehicles]:
    counts = standards.column("relief_fleet.at_each_depot")
    return [Vehicles(kind=key, count=int(count)) for key, count in counts.items()]


def fleet_of(garage: Garage, spec: ReliefSpec) -> tuple[Fleet, IntArray]:
    """Return the model's fleet, a row for each vehicle and day, day by day, and the vehicle of each row.

    Times count from the beginning of the relief. A vehicle drives ``shift_h`` hours of each day, from the
    day's beginning or from when it is ready.
    """
    v, days = garage.kind.size, spec.days
    vehicle = np.tile(np.arange(v), days)
    begin_s = np.repeat(DAY_S * np.arange(days), v)
    back_s = begin_s + 3600.0 * spec.shift_h
    fleet = Fleet(
        depot=garage.depot[vehicle],
        weight_kg=garage.kinds.payload_kg[garage.kind[vehicle]],
        volume_m3=garage.kinds.space_m3[garage.kind[vehicle]],
        kind=garage.kind[vehicle],
        ready_s=np.minimum(np.maximum(begin_s, garage.ready_s[vehicle]), back_s),
        back_by_s=back_s,
        convoy=None if garage.convoy is None else garage.convoy[vehicle] + np.repeat(v * np.arange(days), v),
    )
    return fleet, vehicle
