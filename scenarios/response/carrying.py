"""Patients to hospitals, and the ambulances that carry them there and come back."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models import dispatch
from models.dispatch import Patients, PatientsDecision, Shuttles, ShuttlesDecision, Trips
from scenarios.relief.travel import Legs
from scenarios.response.ground import legs_of
from scenarios.response.hospitals import PRIORITY, SUITS
from scenarios.response.muster import Fleet, Muster, joined
from scenarios.response.record import Row, Rules, Solved

NOWHERE: Final = Legs(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
"""No ways."""


def keep_some(muster: Muster, idle: IntArray) -> IntArray:
    """Return the idle ambulances that fetch patients: the farthest from them stay for the next call."""
    hurt = np.flatnonzero(muster.waiting.any(axis=1))
    kept = int(np.ceil(muster.rules.kept_share * idle.size))
    access = muster.posts.access
    from_s = muster.ways.between(access, muster.incident_at).seconds[np.ix_(idle, hurt)]
    order = np.lexsort((idle, from_s.min(axis=1, initial=np.inf)))
    return np.sort(idle[order[: idle.size - kept]])


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """Patients with a bed, trips, who drives them, and the ways to incidents and on to hospitals."""

    fleet: Fleet
    patients: Solved[Patients, PatientsDecision] | None
    trips: list[Row]
    shuttles: Solved[Shuttles, ShuttlesDecision] | None
    come: Legs
    go: Legs

    @property
    def driving(self) -> IntArray:
        """Units that make a trip."""
        if self.shuttles is None:
            return np.zeros(0, dtype=np.int64)
        return self.fleet.unit[np.unique(self.shuttles.decision.ambulance)]


def carry_patients(muster: Muster, fleet: Fleet) -> Carried:
    """Find patients a bed, and plan the ambulances that carry them."""
    patients = find_beds(muster, fleet)
    if patients is None:
        return Carried(fleet, None, [], None, NOWHERE, NOWHERE)
    trips = split_trips(muster, patients.decision)
    shuttles, come, go = plan_shuttles(muster, fleet, trips)
    return Carried(fleet, patients, trips, shuttles, come, go)


def find_beds(muster: Muster, fleet: Fleet) -> Solved[Patients, PatientsDecision] | None:
    """Return who goes to which hospital; a trip is the soonest ambulance's way, loading, and the drive.

    Limits count from the call of an incident.
    """
    if not muster.waiting.any():
        return None
    come_s = fleet.ready_s[:, None] + muster.ways.between(fleet.at, muster.incident_at).seconds
    soonest_s = np.maximum(come_s.min(axis=0, initial=np.inf) - muster.called_s, 0.0)
    drive_s = muster.ways.between(muster.incident_at, muster.hospital_at).seconds
    trip_s = soonest_s[:, None] + muster.rules.load_s + drive_s
    limit_s = np.array(muster.rules.limit_s)
    problem = Patients(muster.waiting, muster.beds, SUITS, trip_s, limit_s, PRIORITY)
    return Solved(problem, dispatch.solve(problem, muster.limits, muster.rules.seed))


def split_trips(muster: Muster, decision: PatientsDecision) -> list[Row]:
    """Return trips with as many patients as an ambulance takes of their class."""
    rows = []
    for i, c, h, b, persons in zip(
        decision.incident.tolist(), decision.patient_class.tolist(), decision.hospital.tolist(),
        decision.bed.tolist(), decision.persons.tolist(), strict=True,
    ):  # fmt: skip
        most = muster.rules.per_trip[c]
        row = {"incident": i, "class": c, "hospital": h, "bed": b}
        rows += [{**row, "persons": min(most, persons - first)} for first in range(0, persons, most)]
    return rows


def class_weight(rules: Rules) -> FloatArray:
    """Return what a patient of each class counts on a trip: as two full trips of the next class."""
    weight = [1.0]
    for most in rules.per_trip[:0:-1]:
        weight.insert(0, 2.0 * most * weight[0])
    return np.array(weight)


def plan_shuttles(
    muster: Muster, fleet: Fleet, trips: list[Row]
) -> tuple[Solved[Shuttles, ShuttlesDecision], Legs, Legs]:
    """Return who drives which trip when, and the ways to incidents and on to hospitals."""
    out, back, come = (
        muster.ways.between(*ends)
        for ends in (
            (muster.incident_at, muster.hospital_at),
            (muster.hospital_at, muster.incident_at),
            (fleet.at, muster.incident_at),
        )
    )
    column = {
        name: np.array([row[name] for row in trips], dtype=np.int64) for name in ("incident", "hospital")
    }
    patient = np.array([row["class"] for row in trips], dtype=np.int64)
    persons: FloatArray = np.array([row["persons"] for row in trips], dtype=np.float64)
    rules = muster.rules
    limit_s = muster.called_s[column["incident"]] + np.array(rules.limit_s)[patient]
    problem = Shuttles(
        ready_s=fleet.ready_s,
        off_s=muster.off_s[fleet.unit],
        come_s=come.seconds,
        drive_s=out.seconds,
        back_s=back.seconds,
        trips=Trips(column["incident"], column["hospital"], class_weight(rules)[patient] * persons, limit_s),
        load_s=rules.load_s,
        hand_over_s=rules.hand_over_s,
        late_factor=rules.late_factor,
        horizon_s=float(fleet.ready_s.min(initial=0.0)) + rules.horizon_s,
    )
    solved = Solved(problem, dispatch.solve(problem, muster.limits, rules.seed))
    decision = solved.decision
    incident, hospital = column["incident"][decision.trip], column["hospital"][decision.trip]
    first = np.diff(decision.ambulance, prepend=-1) != 0
    before = np.where(first, 0, np.roll(hospital, 1)).astype(np.int64)
    start = np.where(first, decision.ambulance, fleet.unit.size + before)
    places = muster.ways.between(joined(fleet.at, muster.hospital_at), muster.incident_at)
    return solved, legs_of(places, start, incident), legs_of(out, incident, hospital)
