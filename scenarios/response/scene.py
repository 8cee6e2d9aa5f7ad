"""Who is where on the roads that the hazard leaves: units, incidents, hospitals, ways."""

from dataclasses import dataclass

from dss.access import Access
from dss.trips import TripTable
from models import Limits
from scenarios.response.hospitals import Hospitals, gather_hospitals
from scenarios.response.incidents import Incidents, gather_incidents
from scenarios.response.places import Drives
from scenarios.response.spec import ResponseSpec
from scenarios.response.units import Units, gather_units
from scenarios.schema import Scenario
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Who is where on the roads that the hazard leaves.

    Parameters
    ----------
    home_at, incident_at
        Where the homes of units, and the incidents, join the roads.
    ways
        Drives from homes to incidents.
    """

    situation: Situation
    spec: ResponseSpec
    drives: Drives
    units: Units
    incidents: Incidents
    hospitals: Hospitals
    home_at: Access
    incident_at: Access
    ways: TripTable

    @property
    def turnout_s(self) -> float:
        """Seconds until a unit sets off."""
        return 60.0 * self.situation.standards.number("response.turnout_min")

    @property
    def limits(self) -> Limits:
        """How long each search may take."""
        return Limits(self.spec.time_limit_s, 1e-6)


def set_scene(scenario: Scenario, spec: ResponseSpec, situation: Situation) -> Scene:
    """Find units, incidents and hospitals, and the ways between them.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    drives = Drives.of(situation, scenario.travel.reach_road_m)
    units = gather_units(situation.onemap, spec.units, situation.standards)
    incidents = gather_incidents(situation, spec)
    home_at = drives.join(units.homes.x_m, units.homes.y_m)
    incident_at = drives.join(incidents.spots.x_m, incidents.spots.y_m)
    return Scene(
        situation, spec, drives, units, incidents, gather_hospitals(situation, drives),
        home_at, incident_at, drives.between(home_at, incident_at),
    )  # fmt: skip
