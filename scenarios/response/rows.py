"""Rows of plain data that say who and what the numbers of a response stand for."""

import numpy as np

from dss import columns as col
from dss.arrays import IntArray
from dss.hazard.impact import REASONS
from scenarios.relief.travel import Legs
from scenarios.response.blocked import Blocked
from scenarios.response.ground import Ground
from scenarios.response.hospitals import BED_KINDS
from scenarios.response.places import Spots, degrees
from scenarios.response.record import Row
from scenarios.response.scene import Scene
from scenarios.response.spec import KINDS
from scenarios.response.units import Fault
from scenarios.situation import Situation


def named_rows(situation: Situation, spots: Spots) -> list[Row]:
    """Return places with their names and degrees."""
    places = degrees(situation.onemap, spots)
    return [
        {"name": str(name), "lng": lng, "lat": lat}
        for name, (lng, lat) in zip(spots.name, places, strict=True)
    ]


def unit_rows(scene: Scene) -> list[Row]:
    """Return the units: kind, home, and the number of each among those of its kind at home."""
    homes, count = named_rows(scene.situation, scene.units.homes), dict[tuple[int, int], int]()
    rows = []
    for kind, home in zip(scene.units.kind.tolist(), scene.units.home.tolist(), strict=True):
        count[kind, home] = count.get((kind, home), 0) + 1
        rows.append({"kind": KINDS[kind], "number": count[kind, home], "home": home, **homes[home]})
    for row, can in zip(rows, scene.units.skills, strict=True):
        row["can"] = [KINDS[k] for k in np.flatnonzero(can)]
    return rows


def incident_rows(scene: Scene) -> list[Row]:
    """Return the incidents: both names, priority, and whether an open road is near."""
    places, reached = named_rows(scene.situation, scene.incidents.spots), scene.incident_at.reached.tolist()
    return [
        {**place, "name_en": english, "priority": asked.priority, "reached": bool(on_road), "called_s": 0.0}
        for place, english, asked, on_road in zip(
            places, scene.incidents.name_en, scene.incidents.asked, reached, strict=True
        )
    ]


def hospital_rows(scene: Scene) -> list[Row]:
    """Return the hospitals that take patients, with all beds and the free ones by kind."""
    hospitals = scene.hospitals
    return [
        {**place, "beds": int(total), **dict(zip(BED_KINDS, map(int, free), strict=True))}
        for place, total, free in zip(
            named_rows(scene.situation, hospitals.spots), hospitals.total, hospitals.beds, strict=True
        )
    ]


def road_rows(situation: Situation, feature: IntArray) -> list[Row]:
    """Return road features: name, class, length, and why they are closed."""
    features, reason = situation.roads.features, situation.impact.roads.reason
    names = features[col.NAME].astype(object).where(features[col.NAME].notna(), "")
    return [
        {
            "row": int(f),
            "name": str(names.iloc[f]),
            "road_class": str(features[col.ROAD_CLASS].iloc[f]),
            "length_m": round(float(features["length_m"].iloc[f]), 1),
            "reason": REASONS[reason[f]],
        }
        for f in feature
    ]


def way_rows(ground: Ground, legs: Legs) -> list[Row]:
    """Return ways: streets in order, each once in a row, metres, and the roads used."""
    length_m, rows = ground.length_m, []
    for k in range(legs.offsets.size - 1):
        edges, share = legs.of(k)
        on = edges // 2
        streets = [str(ground.name[f]) for f in on]
        once = [name for n, name in enumerate(streets) if name and (n == 0 or streets[n - 1] != name)]
        rows.append({"streets": once, "length_m": round(float(length_m[on] @ share)), "roads": on.tolist()})
    return rows


def faults_of(scene: Scene) -> list[Fault]:
    """Return what could not be used: hospitals, counts of units, places and incidents off the roads."""
    incidents, units = scene.incidents, scene.units
    off = [
        Fault("incident", str(incidents.spots.name[i]), "off_road")
        for i in np.flatnonzero(~scene.incident_at.reached)
    ]
    used = np.unique(units.home)
    homes = [Fault("units", str(units.homes.name[h]), "off_road") for h in used[~scene.home_at.reached[used]]]
    return [*off, *homes, *units.faults, *scene.hospitals.faults]


def notes_of(blocked: Blocked | None) -> dict[str, int]:
    """Return counts of what the clearing leaves out."""
    if blocked is None:
        return {}
    return {"roads_others": blocked.others, "roads_left": blocked.left, "persons_cut_off": blocked.cut_off}
