"""Who is where on the roads that the hazard leaves; the muster of a first plan."""

from dataclasses import dataclass

import numpy as np

from dss.access import Access
from models import Limits
from scenarios.response.ground import Ways, ground_of
from scenarios.response.hospitals import CLASSES, Hospitals, gather_hospitals
from scenarios.response.incidents import Incidents, gather_incidents
from scenarios.response.muster import Muster, rows_of
from scenarios.response.places import Drives
from scenarios.response.record import Posts, Rules
from scenarios.response.reserving import HomeDistricts
from scenarios.response.spec import Kind, ResponseSpec
from scenarios.response.units import Units, gather_units
from scenarios.schema import Scenario
from scenarios.situation import Situation

STANDARD: dict[Kind, str] = {
    "fire_engine": "response.fire_standard_min",
    "ambulance": "response.ambulance_standard_min",
}
"""Within which time a home is covered; other kinds have a value of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Who is where on the roads that the hazard leaves.

    Parameters
    ----------
    home_at, incident_at
        Where the homes of units, and the incidents, join the roads.
    ways
        Drives of emergency vehicles.
    rules
        Numbers from the scenario and the standards.
    """

    situation: Situation
    spec: ResponseSpec
    drives: Drives
    units: Units
    incidents: Incidents
    hospitals: Hospitals
    home_at: Access
    incident_at: Access
    ways: Ways
    rules: Rules

    @property
    def limits(self) -> Limits:
        """How long each search may take."""
        return Limits(self.rules.search_s, 1e-6)


def set_scene(scenario: Scenario, spec: ResponseSpec, situation: Situation) -> Scene:
    """Find units, incidents and hospitals, and the ways between them.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    drives = Drives.of(situation, scenario.travel.reach_road_m)
    ground = ground_of(situation)
    ways = Ways.of(situation, ground, drives.reach_m)
    units = gather_units(situation.onemap, spec.units, situation.standards)
    incidents = gather_incidents(situation, spec)
    home_at = ways.join(units.homes.x_m, units.homes.y_m)
    incident_at = ways.join(incidents.spots.x_m, incidents.spots.y_m)
    return Scene(
        situation, spec, drives, units, incidents, gather_hospitals(situation, drives),
        home_at, incident_at, ways, rules_of(scenario, spec, situation),
    )  # fmt: skip


def rules_of(scenario: Scenario, spec: ResponseSpec, situation: Situation) -> Rules:
    """Return the numbers that plans rest on, the scenario's own before the standards'."""
    number = situation.standards.number
    cover = spec.cover
    return Rules(
        turnout_s=60.0 * number("response.turnout_min"),
        reach_m=scenario.travel.reach_road_m,
        standard_s={}
        if cover is None
        else {kind: _standard_s(situation, spec, kind) for kind in cover.kinds},
        most_moves=0 if cover is None else cover.most_moves,
        load_s=60.0 * number("response.load_patient_min"),
        hand_over_s=60.0 * number("response.hand_over_min"),
        per_trip=[max(1, round(number(f"response.patients_per_trip_{name}"))) for name in CLASSES],
        limit_s=[60.0 * number(f"response.limit_{name}_min") for name in CLASSES],
        late_factor=number("response.late_factor"),
        horizon_s=3600.0 * number("response.shuttle_horizon_h"),
        kept_share=number("response.ambulances_kept_share") if spec.kept_share is None else spec.kept_share,
        diversion_s=60.0 * number("response.diversion_min"),
        search_s=spec.time_limit_s,
        seed=scenario.seed,
        reserve={}
        if cover is None
        else {kind: cover.reserve[kind] for kind in cover.kinds if kind in cover.reserve},
    )


def _standard_s(situation: Situation, spec: ResponseSpec, kind: Kind) -> float:
    assert spec.cover is not None
    given = spec.cover.standard_min.get(kind)
    key = STANDARD.get(kind, "response.other_standard_min")
    return 60.0 * (situation.standards.number(key) if given is None else given)


def muster_of(scene: Scene) -> Muster:
    """Return who is where when the first plan is made: every unit at its station."""
    units, at = scene.units, rows_of(scene.home_at, scene.units.home)
    spots = scene.hospitals.spots
    ready_s = np.full(units.kind.size, scene.rules.turnout_s)
    return Muster(
        ways=scene.ways,
        rules=scene.rules,
        homes=units.homes,
        home_at=scene.home_at,
        kind=units.kind,
        off_s=units.off_s,
        able=np.ones(units.kind.size, dtype=np.bool_),
        posts=Posts(at.edge, at.share, at.reached, units.home, ready_s),
        incidents=scene.incidents.spots,
        incident_at=scene.incident_at,
        called_s=np.zeros(scene.incidents.spots.size),
        hospitals=spots,
        hospital_at=scene.ways.join(spots.x_m, spots.y_m),
        beds=scene.hospitals.beds,
        waiting=scene.incidents.patients(),
        districts=HomeDistricts.of_map(scene.situation.onemap, scene.spec, units.homes),
    )
