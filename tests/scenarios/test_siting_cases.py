"""Sites that last through scenario files: closed roads, lost sites and need come from the hazard."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from pyproj import Transformer
from siting_town import build_siting_town
from town import at

from dss.errors import InputError, MapError
from dss.onemap import OneMap
from dss.standards import StandardsReader
from scenarios.load import parse_scenario
from scenarios.schema import Scenario
from scenarios.siting import Study, StudyOptions, Survey, find_preset, solve_study, survey_ground
from scenarios.siting.cases import Case, Chances, scenario_cases
from scenarios.siting.robust import robust_study

ONE = StudyOptions(1, keep_existing=False, without_rules=("eco_redline",))


@pytest.fixture
def onemap(tmp_path: Path) -> OneMap:
    return build_siting_town(tmp_path)


def scenario_of(hazard: str) -> Scenario:
    return parse_scenario({"title": {"zh": "情景", "en": "case"}, "hazard": yaml.safe_load(hazard)}, "test")


def polygon(onemap: OneMap, *corners_m: float) -> Scenario:
    """Return a closed area by west, south, east and north in metres from the crossing."""
    west, south, east, north = corners_m
    to_degrees = Transformer.from_crs(onemap.crs, "EPSG:4326", always_xy=True)
    corners = [(west, south), (east, south), (east, north), (west, north)]
    ring = [list(to_degrees.transform(*at(*corner))) for corner in corners]
    return scenario_of(f"{{kind: polygon, zones: [{{ring: {ring}}}]}}")


def study_of(onemap: OneMap, preset: str = "shelter") -> Study:
    ground = survey_ground(onemap, find_preset(preset), StandardsReader(), Survey(resolution=10))
    return solve_study(ground, ground.costs(), ONE)


def cases_of(study: Study, *scenarios: Scenario) -> tuple[Case, ...]:
    free = study.ground.costs()
    return scenario_cases(study.ground, free, scenarios, Chances.of((), len(scenarios)))


def test_a_site_inside_the_hazard_is_lost_in_that_case_only(onemap: OneMap):
    study = study_of(onemap)
    names = study.ground.candidates.features["name"].to_numpy()
    park = 2 + int(np.flatnonzero(names == "公园")[0])
    # The park's middle is at (45, 45); the first area holds it, the second lies south-west of the crossing.
    here, there = cases_of(study, polygon(onemap, 20, 20, 90, 90), polygon(onemap, -400, -400, -300, -300))
    assert here.lost[park]
    assert np.isinf(here.cost[:, park]).all()
    assert not there.lost[park]
    assert np.isfinite(there.cost[:, park]).any()


def test_closed_roads_make_ways_longer_or_none_and_never_shorter(onemap: OneMap):
    study = study_of(onemap)
    free = study.ground.costs()
    # The eastern arm from 100 m to 200 m is inside.
    (case,) = cases_of(study, polygon(onemap, 100, -20, 200, 20))
    assert case.closed_edges == 2
    assert (case.cost >= free - 1e-6).all()
    assert (case.cost[np.isfinite(free)] > free[np.isfinite(free)] + 1).any()


def test_those_who_must_leave_need_a_shelter_and_everyone_needs_a_fire_station(onemap: OneMap):
    # The area holds the whole quarter north-west, 400 persons.
    area = polygon(onemap, -420, 80, -80, 420)
    shelter, station = (study_of(onemap, preset) for preset in ("shelter", "fire_station"))
    (leaving,), (all_of_them,) = cases_of(shelter, area), cases_of(station, area)
    assert leaving.demand.sum() == pytest.approx(400, abs=20)
    assert all_of_them.demand.sum() == 1000


def test_the_robust_choice_leaves_the_site_that_the_hazard_takes(onemap: OneMap):
    study = study_of(onemap)
    names = study.ground.candidates.features["name"].to_numpy()
    taken = names[study.chosen_candidates][0]
    x, y = (45, 45) if taken == "公园" else (-45, 45)
    # People who must leave live north-east; the chosen plot alone is inside the area too.
    zone = polygon(onemap, x - 30, y - 30, x + 30, y + 30)
    people = polygon(onemap, 100, 100, 400, 400)
    merged = zone.hazard.model_copy(update={"zones": (*zone.hazard.zones, *people.hazard.zones)})
    (case,) = cases_of(study, zone.model_copy(update={"hazard": merged}))
    robust = robust_study(study, (case,))
    by = {choice.aim: choice for choice in robust.choices}
    assert by["plan"].expected == pytest.approx(case.demand.sum())
    assert by["expected"].expected < by["plan"].expected
    assert set(names[by["expected"].candidates]) == {"公园", "草地"} - {taken}
    assert robust.cases[0].lost_candidates == 1
    assert by["expected"].served[0] == pytest.approx(case.demand.sum() - by["expected"].left_out[0])


def test_a_case_records_the_standards_it_was_worked_out_with(onemap: OneMap):
    study = study_of(onemap, "ambulance")
    (case,) = cases_of(study, scenario_of("{kind: flood, layer: flood}"))
    assert any(value.key.startswith("flood.") for value in case.standards)
    # Water of 0.4 m stands north of 40 m: too deep to drive along the northern arm, both ways.
    assert case.closed_edges == 2


def test_a_scenario_for_another_map_says_which_layer_is_missing(onemap: OneMap):
    with pytest.raises(MapError) as error:
        cases_of(study_of(onemap), scenario_of("{kind: flood, layer: depths_2050}"))
    assert "depths_2050" in error.value.message("en")


@pytest.mark.parametrize(
    ("weights", "cases", "code"),
    [
        ((1.0,), 2, "siting_chances_count"),
        ((1.0, -1.0), 2, "siting_chances"),
        ((0.0, 0.0), 2, "siting_chances"),
        ((1.0, float("nan")), 2, "siting_chances"),
    ],
)
def test_chances_that_cannot_be_are_refused(weights: tuple[float, ...], cases: int, code: str):
    with pytest.raises(InputError) as error:
        Chances.of(weights, cases)
    assert error.value.code == code


def test_chances_become_shares_and_are_equal_where_nobody_says():
    assert Chances.of((3.0, 1.0), 2).shares == (0.75, 0.25)
    assert Chances.of((), 4).shares == (0.25,) * 4
