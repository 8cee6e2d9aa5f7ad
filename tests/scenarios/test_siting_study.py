"""Siting on the one map: candidates with their exclusions, the study, its report and the command."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from siting_town import build_siting_town
from town import town_layers

from dss.errors import InputError
from dss.onemap import OneMap
from dss.standards import StandardsReader
from models import Termination
from scenarios.siting import Study, StudyOptions, find_preset, preset_names, run_study
from scenarios.siting.cases import bridge_edges, draw_cases
from scenarios.siting.explaining import explain
from scenarios.siting.frontier import efficient, frontier, gini
from scenarios.siting.robust import robust_study

ONE = StudyOptions(1, keep_existing=False, resolution=10)


def study_of(onemap: OneMap, options: StudyOptions = ONE, preset: str = "shelter") -> Study:
    return run_study(onemap, find_preset(preset), options)


@pytest.fixture
def town(tmp_path: Path) -> OneMap:
    return build_siting_town(tmp_path)


def test_every_exclusion_names_its_rule_layer_value_limit_and_clause(town: OneMap):
    candidates = study_of(town).ground.candidates
    names = candidates.features["name"]
    told = {(names[e.candidate], e.rule): e for e in candidates.exclusions}
    # The park drawn in two layers is one candidate; the factory's code 1001 holds no shelter.
    assert sorted(names) == sorted(["公园", "草地", "街角", "田野"])
    assert names[candidates.admitted].tolist() == ["公园"]
    red = told["草地", "eco_redline"]
    # The meadow from -85 to -5 and 5 to 85 lies wholly in the line from -120 to 0 and 0 to 120.
    assert (red.layers, red.value, red.limit, red.status) == (("redline",), 1.0, 0.1, "default")
    # 20 m x 20 m x 0.45 = 180 m2 of the 2,000 that GB 21734 asks for
    small = told["街角", "least_area"]
    assert (small.value, small.limit, small.source, small.status) == (
        180,
        2000,
        "GB 21734-2008 5.4",
        "verified",
    )
    # 2000 - 1545 = 455 m of 1,000
    assert told["田野", "hazmat"].value == 455
    assert told["田野", "two_roads"].value == 0
    assert {rule.rule for rule in candidates.unexamined} >= {"faults", "slope", "basic_farmland"}


def test_the_park_takes_in_the_whole_town(town: OneMap):
    study = study_of(town)
    # 80 m x 80 m x 0.45 / 2 m2 = 1,440 places for 1,000 persons, all within 1,000 m on the roads
    assert study.plan.report.objective == pytest.approx(1000)
    assert study.plan.report.gap == pytest.approx(0)
    assert study.violations == []
    explanation = explain(study, study.ground.costs())
    assert [gain.name for gain in explanation.gains] == ["公园"]
    assert explanation.gains[0].only_by_it == pytest.approx(1000)
    assert (explanation.cause == -1).all()
    assert explanation.number.value == explanation.number.bound == 1


def test_what_exists_serves_first_and_a_new_site_adds_the_rest(town: OneMap):
    # Shelters hold 500 and 600 for 1,000 persons, all within 2 km: nothing is left for the park.
    study = study_of(town, replace(ONE, keep_existing=True, limit=2000.0))
    assert study.existing_count == 2
    assert study.plan.report.objective == pytest.approx(1000)
    assert explain(study, study.ground.costs()).gains[0].only_by_it == pytest.approx(0)


def test_leaving_the_red_line_out_admits_the_meadow(town: OneMap):
    study = study_of(town, replace(ONE, sites=2, without_rules=("eco_redline",)))
    names = study.ground.candidates.features["name"]
    assert set(names[study.chosen_candidates]) == {"公园", "草地"}


def test_more_sites_than_admitted_plots_is_infeasible_with_its_cause(town: OneMap):
    study = study_of(town, replace(ONE, sites=3))
    assert study.plan.report.termination is Termination.INFEASIBLE
    assert study.plan.decision is None


def test_who_is_too_far_is_told_why(town: OneMap):
    study = study_of(town, replace(ONE, limit=5.0))
    explanation = explain(study, study.ground.costs())
    # Nobody is within 5 m of any plot, on a road or not.
    assert study.plan.report.objective == 0
    assert (explanation.cause[study.ground.demand > 0] == 1).all()
    # A center of the same number says how far the limit would have to go.
    assert explanation.radius.value == explanation.radius.bound
    assert explanation.radius.value > 5


def test_the_frontier_holds_what_nothing_beats():
    # 2 is beaten by 0 in everything; 0 and 1 each win in something; 3 equals 0.
    values = np.array([[1.0, 5.0], [2.0, 4.0], [2.0, 6.0], [1.0, 5.0]])
    assert efficient(values).tolist() == [True, True, False, True]


def test_equity_is_zero_for_equals_and_grows_with_difference():
    # Two persons with 0 and 1: Lorenz area 1/4 below the diagonal's 1/2: Gini 1/2.
    assert gini(np.array([3.0, 3.0]), np.ones(2)) == pytest.approx(0)
    assert gini(np.array([0.0, 1.0]), np.ones(2)) == pytest.approx(0.5)
    assert gini(np.zeros(2), np.ones(2)) == 0


def test_each_point_of_the_frontier_names_its_sites(town: OneMap):
    points = frontier(study_of(town, replace(ONE, sites=2, without_rules=("eco_redline",))))
    assert {point.sites for point in points} == {1, 2}
    assert all(point.candidates.size == point.sites for point in points)
    assert any(point.efficient for point in points)


def test_a_bridge_that_is_out_leaves_people_out(tmp_path: Path):
    roads = town_layers()["roads"].assign(QL=[1, 1, 1, 1])
    study = study_of(build_siting_town(tmp_path, roads=roads), replace(ONE, limit=400.0))
    ground = study.ground
    assert bridge_edges(ground).tolist() == [0, 1, 2, 3]
    free = ground.costs()
    cases, again = (draw_cases(ground, free, 4, seed=1) for _ in range(2))
    assert all(np.array_equal(a.cost, b.cost) for a, b in zip(cases, again, strict=True))
    assert [case.closed_edges > 0 for case in cases].count(True) >= 1
    robust = robust_study(study, cases)
    assert [choice.aim for choice in robust.choices] == ["plan", "expected", "worst", "cvar"]
    plan, expected, worst, _ = robust.choices
    assert expected.expected <= plan.expected
    assert worst.worst <= plan.worst
    assert worst.worst >= worst.expected > 0


def test_a_map_without_land_offers_neighbourhoods_and_says_so(build_town):
    study = study_of(build_town(), preset="fire_station")
    assert set(study.ground.candidates.features["standing"]) == {"cell"}
    assert study.violations == []


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_names_the_clause_of_its_limit(name: str):
    standards = StandardsReader()
    assert find_preset(name).limit(standards) > 0
    assert standards.used[0].source
    assert standards.used[0].status in ("verified", "derived", "memory", "default")


@pytest.mark.parametrize(
    ("change", "code"), [({"sites": 0}, "siting_sites"), ({"limit": -1.0}, "siting_limit")]
)
def test_options_that_cannot_be_are_refused(change: dict[str, float], code: str):
    with pytest.raises(InputError) as error:
        replace(ONE, **change)
    assert error.value.code == code


def test_an_unknown_preset_is_refused():
    with pytest.raises(InputError) as error:
        find_preset("airport")
    assert error.value.code == "siting_preset"
