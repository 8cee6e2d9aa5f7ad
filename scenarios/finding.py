"""Which journeys people may make: on roads that the hazard leaves open, or that are open still."""

from scenarios.journeys import Journeys, plan_journeys
from scenarios.progress import Tick
from scenarios.schema import Scenario
from scenarios.situation import Situation
from scenarios.timed_journeys import plan_timed_journeys


def find_journeys(scenario: Scenario, situation: Situation, tick: Tick) -> Journeys:
    """Return the journeys that people may make: on roads that are left open, or that still are."""
    if scenario.travel.depart_s is None:
        return plan_journeys(scenario, situation, tick)
    return plan_timed_journeys(scenario, situation, scenario.travel.depart_s, tick)
