"""What each site adds, who is left and why, and what would serve everyone: by brute force on small maps."""

from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point
from siting_town import build_siting_town, land_layers
from town import CRS, at, layer, square, town_layers

from dss.standards import StandardsReader
from scenarios.siting import Study, StudyOptions, Survey, find_preset, solve_study, survey_ground
from scenarios.siting.explaining import CAUSES, explain
from scenarios.siting.figures import Extras, study_figures
from scenarios.siting.frontier import frontier
from scenarios.siting.ground import SitingGround

LIMIT_M = 400.0


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> SitingGround:
    # six plots that may be used in a row of 90 m, and one of 16 m x 16 m that is too small
    plots = [square(100 + 90 * k, 300, 40) for k in range(6)] + [square(-300, -300, 8)]
    land = gpd.GeoDataFrame({"MC": list("甲乙丙丁戊己庚"), "DM": ["0806"] * 7}, geometry=plots, crs=CRS)
    onemap = build_siting_town(tmp_path_factory.mktemp("siting"), landuse=land)
    return survey_ground(onemap, find_preset("clinic"), StandardsReader(), Survey(resolution=10))


def invented(ground: SitingGround, seed: int) -> np.ndarray:
    """Return costs of its sites drawn at random, some without a way."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(50, 1200, (ground.cells.cell.size, len(ground.candidates.features))).astype(float)
    cost[rng.random(cost.shape) < 0.1] = np.inf
    cost[0] = np.inf
    return cost


def study_of(ground: SitingGround, costs: np.ndarray, sites: int) -> Study:
    rules = tuple(rule.rule for rule in ground.candidates.examined if rule.rule != "least_area")
    options = StudyOptions(sites, limit=LIMIT_M, without_rules=rules)
    return solve_study(ground, costs, options)


@pytest.mark.parametrize("seed", range(6))
def test_gains_causes_radius_and_number_are_those_of_all_choices(ground: SitingGround, seed: int):
    costs = invented(ground, seed)
    study = study_of(ground, costs, 2)
    explanation = explain(study, costs)
    demand, near = ground.demand, costs[:, study.column] <= LIMIT_M
    covered = lambda sites: float(demand[near[:, list(sites)].any(axis=1)].sum())  # noqa: E731
    best = max(covered(sites) for sites in combinations(range(study.column.size), 2))
    assert study.plan.report.objective == pytest.approx(best)
    for gain in explanation.gains:
        at = int(np.flatnonzero(study.column == gain.candidate)[0])
        others = [int(j) for j in study.open_sites if j != at]
        assert gain.only_by_it == pytest.approx(best - covered(others))
    reached = np.isfinite(costs[:, study.column]).any(axis=1) & (demand > 0)
    longest = [
        costs[np.ix_(reached, study.column[list(sites)])].min(axis=1).max()
        for sites in combinations(range(study.column.size), 2)
    ]
    assert explanation.radius.value == (min(longest) if np.isfinite(min(longest)) else None)
    most = covered(range(study.column.size))
    fewest = next(
        p
        for p in range(study.column.size + 1)
        if any(covered(sites) == most for sites in combinations(range(study.column.size), p))
    )
    assert explanation.number.value == explanation.number.bound == fewest


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_that_is_left_out_has_the_one_cause_that_holds(ground: SitingGround, seed: int):
    costs = invented(ground, seed)
    study = study_of(ground, costs, 1)
    cause = explain(study, costs).cause
    for i in range(cause.size):
        open_near = (costs[i, study.column[study.open_sites]] <= LIMIT_M).any()
        if ground.demand[i] == 0 or open_near:
            assert cause[i] == -1
        elif not np.isfinite(costs[i]).any():
            assert CAUSES[cause[i]] == "no_road"
        elif not (costs[i] <= LIMIT_M).any():
            assert CAUSES[cause[i]] == "no_candidate"
        elif not (costs[i, study.column] <= LIMIT_M).any():
            assert CAUSES[cause[i]] == "only_excluded"
        else:
            assert CAUSES[cause[i]] == "not_chosen"


def test_the_figures_say_the_same_as_the_explanation(ground: SitingGround):
    costs = invented(ground, 1)
    study = study_of(ground, costs, 2)
    explanation = explain(study, costs)
    told = study_figures(study, Extras(explanation))
    assert [site["only_by_it"] for site in told["sites"]] == [gain.only_by_it for gain in explanation.gains]
    assert told["number_for_all"]["value"] == explanation.number.value
    assert told["radius_for_all"]["value"] == explanation.radius.value
    assert told["covered"] + sum(told["left_out"].values()) == told["persons"] == 1000
    residents = next(row for row in told["reach"] if row["who"] == "residents")
    assert (residents["before"], residents["now"]) == (0, told["covered"])


def test_no_point_of_the_frontier_is_beaten_by_another_choice_of_its_own_number(ground: SitingGround):
    costs = invented(ground, 2)
    study = study_of(ground, costs, 3)
    demand = ground.demand
    for point in frontier(study):
        values = []
        for sites in combinations(study.column, point.sites):
            near = costs[:, list(sites)].min(axis=1)
            reached = np.isfinite(near) & (demand > 0)
            mean = np.average(near[reached], weights=demand[reached])
            whole = (np.isfinite(near) | ~study.connected).all()
            values.append((demand[near <= LIMIT_M].sum() / 1000, mean, near[reached].max(), whole))
        if point.aim == "coverage":
            assert point.covered_share == pytest.approx(max(v[0] for v in values), rel=2e-3)
        elif point.aim == "median":
            assert point.mean == pytest.approx(min(v[1] for v in values if v[3]), rel=2e-3)
        else:
            assert point.longest == min(v[2] for v in values if v[3])


def test_a_site_of_someone_elses_land_is_stated_and_excluded_only_when_asked(tmp_path: Path):
    landuse = land_layers()["landuse"].assign(QS=["集体", "国有", None, "国有", "国有"])
    fields = {"name": "MC", "landuse_code": "DM", "ownership": "QS"}
    onemap = build_siting_town(
        tmp_path, layers=[layer("landuse", "landuse", "landuse.gpkg", fields=fields)], landuse=landuse
    )
    for excluding, admitted in (((), ["公园"]), (("ownership",), [])):
        survey = Survey(resolution=10, excluding=excluding)
        found = survey_ground(onemap, find_preset("shelter"), StandardsReader(), survey).candidates
        assert found.features["name"][found.admitted].tolist() == admitted
        (rule,) = [rule for rule in found.examined if rule.rule == "ownership"]
        assert (rule.broken, rule.alone, rule.layers, rule.status) == (1, 1, ("landuse",), "memory")
        (said,) = [*found.statements, *(e for e in found.exclusions if e.rule == "ownership")]
        assert (found.features["name"][said.candidate], said.stated) == ("公园", "集体")


def test_each_rule_says_how_many_it_excludes_alone_and_with_the_others(tmp_path: Path):
    onemap = build_siting_town(tmp_path)
    found = survey_ground(onemap, find_preset("shelter"), StandardsReader(), Survey(resolution=10)).candidates
    by = {rule.rule: (rule.broken, rule.alone) for rule in found.examined}
    # The meadow breaks the red line only; the corner is too small only; the field is near the hazard and
    # touches no road.
    assert by["eco_redline"] == (1, 1)
    assert by["least_area"] == (1, 1)
    assert by["hazmat"] == (1, 0)
    assert by["two_roads"] == (1, 0)
    assert "ownership" in {rule.rule for rule in found.unexamined}
    for rule in found.examined:
        freed = found.admitted_without(rule.rule).sum() - found.admitted.sum()
        assert freed == rule.alone


def test_a_plot_that_has_a_facility_of_its_kind_is_no_place_for_a_new_one(tmp_path: Path):
    # A shelter stands 12 m from the park's middle, inside it; its neighbour, the meadow, is not occupied.
    shelters = town_layers()["shelters"]
    shelters.loc[0, "geometry"] = Point(at(33, 45))
    onemap = build_siting_town(tmp_path, shelters=shelters)
    ground = survey_ground(onemap, find_preset("shelter"), StandardsReader(), Survey(resolution=10))
    found = ground.candidates
    (rule,) = [rule for rule in found.examined if rule.rule == "existing"]
    assert (rule.broken, rule.alone, rule.layers) == (1, 1, ("shelters",))
    costs = ground.costs()
    kept = solve_study(ground, costs, StudyOptions(1, resolution=10))
    assert kept.plan.decision is None
    # Where nothing is taken to exist the park may hold one.
    anew = solve_study(ground, costs, StudyOptions(1, resolution=10, keep_existing=False))
    assert found.features["name"][anew.chosen_candidates].tolist() == ["公园"]


def test_a_point_has_no_edge_that_roads_could_touch_and_the_rule_says_so(tmp_path: Path):
    parks = gpd.GeoDataFrame({"MC": ["广场"]}, geometry=[Point(at(200, -300))], crs=CRS)
    onemap = build_siting_town(tmp_path, parks=parks)
    found = survey_ground(onemap, find_preset("shelter"), StandardsReader(), Survey(resolution=10)).candidates
    by = {rule.rule: rule for rule in found.examined}
    assert (by["two_roads"].unmeasured, by["least_area"].unmeasured) == (1, 1)
    square_row = found.features["name"].tolist().index("广场")
    assert found.admitted[square_row]


def test_a_shelter_that_is_a_point_is_told_to_have_no_known_capacity(tmp_path: Path):
    parks = gpd.GeoDataFrame({"MC": ["广场"]}, geometry=[Point(at(200, -300))], crs=CRS)
    onemap = build_siting_town(tmp_path, parks=parks)
    ground = survey_ground(onemap, find_preset("shelter"), StandardsReader(), Survey(resolution=10))
    costs = ground.costs()
    study = solve_study(ground, costs, StudyOptions(2, resolution=10, keep_existing=False))
    # Both admitted plots are built: the park has an area, the square none.
    assert study_figures(study, Extras(explain(study, costs)))["sites_without_area"] == 1
