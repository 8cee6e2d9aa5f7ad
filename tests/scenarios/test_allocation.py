"""What a scenario asks of an allocation is what the plan does: aims, wholeness, groups, districts, shelters.

The town (tests/support/town.py): 400 + 300 people must leave the north; the east takes 500, the west 600.
"""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from planning import Planned, plan
from shapely import box
from town import CRS, BuildTown, at, layer, town_layers, town_profile

from dss.errors import ScenarioError
from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile
from scenarios.load import parse_scenario
from scenarios.schema import Scenario

TOWN = {
    "title": {"zh": "小镇洪水", "en": "Flood in town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5},
}


def scenario(**allocation: object) -> Scenario:
    return parse_scenario({**TOWN, "allocation": allocation}, "test")


def sent(result: Planned) -> gpd.GeoDataFrame:
    return result.layers["assignments"]


@pytest.mark.parametrize(
    "objective",
    [
        "total_time",
        "longest_trip",
        {"kind": "share_within", "share": 0.8},
        {"kind": "within", "minutes": 8},
        "weighed",
    ],
)
def test_each_objective_is_proven_and_checked_from_its_files(town: OneMap, tmp_path: Path, objective: object):
    result = plan(scenario(objective=objective), town, tmp_path / "run")
    value = result.figures
    assert result.violations == []
    assert value["gap_percent"] < 0.01
    assert value["persons_unmet"] == 0
    assert result.violations == []


def test_the_longest_trip_is_no_longer_than_that_of_the_total(build_town: BuildTown):
    crowded = town_layers()["shelters"].assign(RL=[350, 360, None])
    town = build_town(shelters=crowded)
    total, longest = (plan(scenario(objective=kind), town).figures for kind in ("total_time", "longest_trip"))
    assert longest["trip_longest_min"] <= total["trip_longest_min"]
    assert longest["longest_limit_min"] == longest["longest_bound_min"] == longest["trip_longest_min"]
    assert total["person_hours"] <= longest["person_hours"]


def test_census_units_stay_whole(town: OneMap):
    result = plan(scenario(whole="census"), town)
    value = result.figures
    proof = result.proof
    used = proof.plan.decision.persons > 0
    units = pd.DataFrame(
        {"zone": proof.problem.whole[proof.problem.cell[used]], "site": proof.problem.site[used]}
    )
    assert (units.drop_duplicates().groupby("zone").size() == 1).all()
    # 400 fit the east or the west, 300 the other one
    assert value["zones"] == 2
    assert value["persons_unmet"] == 0
    assert value["wholeness_least_hours"] <= value["wholeness_most_hours"]
    assert result.violations == []


@pytest.mark.parametrize(
    "objective", ["longest_trip", "share_within", "weighed", {"kind": "within", "minutes": 8}]
)
def test_whole_units_go_with_every_objective(town: OneMap, tmp_path: Path, objective: object):
    result = plan(scenario(whole="census", objective=objective), town, tmp_path / "run")
    assert result.violations == []
    assert result.figures["persons_unmet"] == 0


def test_contiguous_areas_are_in_one_piece(town: OneMap, tmp_path: Path):
    result = plan(scenario(whole="cell", contiguous=True), town, tmp_path / "run")
    assert result.violations == []
    assert result.proof.problem.touching is not None
    assert (result.layers["areas"]["parts"] == 1).all()


def test_a_unit_larger_than_any_shelter_is_reported(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[320, 350, None]))
    result = plan(scenario(whole="census"), town)
    value = result.figures
    assert value["unmet_zone_too_large"] == value["persons_unmet"] == pytest.approx(400, abs=40)
    assert list(result.found["why"]["too_large"]) == ["#1"]


def test_people_who_reach_no_shelter_hold_their_community_not_back(build_town: BuildTown):
    census = town_layers()["census"].iloc[:2].copy()
    far = box(*at(-9400, 240), *at(-9340, 300))
    census.loc[0, "geometry"] = census.geometry[0].union(far)
    flood = town_layers()["flood"].set_geometry([box(*at(-20_000, 40), *at(600, 600))], crs=CRS)
    town = build_town(census=census, flood=flood)
    value = plan(scenario(whole="census"), town).figures
    assert 0 < value["unmet_no_road"] == value["persons_unmet"] < 20


def test_communities_need_a_layer_and_the_error_says_what_could_serve(town: OneMap):
    with pytest.raises(ScenarioError) as caught:
        plan(scenario(whole="community"), town)
    assert caught.value.code == "allocation_no_areas"
    assert "census, cell" in str(caught.value)


def test_a_cell_goes_with_most_of_its_people(build_town: BuildTown):
    # two units side by side in one cell: 30 people to the west of the line, 70 to the east
    census = gpd.GeoDataFrame(
        {"RKS": [30, 70]}, geometry=[box(*at(-12, 200), *at(0, 212)), box(*at(0, 200), *at(12, 212))], crs=CRS
    )
    result = plan(
        parse_scenario({**TOWN, "cells": {"resolution": 9}, "allocation": {"whole": "census"}}, "test"),
        build_town(census=census),
    )
    cells = result.layers["cells"]
    assert cells.loc[cells["affected"], "zone"].tolist() == ["#2"]
    assert result.found["allocation"]["straddling"] == 1


@pytest.fixture
def build_more(tmp_path: Path) -> Callable[..., OneMap]:
    """Return a function that makes the town's map with more layers and bindings."""

    def build(extra: dict[str, gpd.GeoDataFrame], layers: list[dict[str, object]], **fields: str) -> OneMap:
        delivery, folder, content = tmp_path / "delivery", tmp_path / "map", town_profile()
        delivery.mkdir()
        for key, frame in {**town_layers(), **extra}.items():
            frame.to_file(delivery / f"{key}.gpkg")
        content["layers"] += layers
        content["layers"][0]["fields"] |= fields
        (tmp_path / "profile.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        init_map(folder, read_profile(tmp_path / "profile.yaml"))
        import_folder(folder, delivery)
        return open_map(folder)

    return build


def test_a_group_that_the_map_counts_is_taken_from_there(build_more: Callable[..., OneMap]):
    census = town_layers()["census"].assign(LN=[100, 30, 0, 0])
    town = build_more({"census": census}, [], elderly_persons="LN")
    result = plan(scenario(groups=[{"key": "elderly"}]), town)
    _, elderly = result.found["allocation"]["groups"]
    assert elderly["persons"] == pytest.approx(130, abs=12)  # cells on the water's edge stay or go whole
    assert elderly["counted"]


def halves() -> gpd.GeoDataFrame:
    """Two districts that meet at x = 0: the west with 400 who must leave, the east with 300."""
    west, east = box(*at(-900, -900), *at(0, 900)), box(*at(0, -900), *at(900, 900))
    return gpd.GeoDataFrame({"MC": ["西区", "东区"]}, geometry=[west, east], crs=CRS)


@pytest.mark.parametrize(
    ("districts", "crossing", "agreed"),
    [
        ({"border_s": 100_000}, 100, 0),  # the west has 300 places: 100 cross, for places come first
        ({"border_s": 60, "agreements": [["西区", "东区"]], "agreed_s": 900}, 0, 100),
        ({"agreements": [["东区", "西区"]], "agreed_s": 900}, 0, 100),
        ({}, 0, 0),  # closed: 100 stay without a place
    ],
)
def test_people_cross_a_border_only_where_they_must_or_may(
    build_more: Callable[..., OneMap],
    districts: dict[str, object],
    crossing: int,
    agreed: int,
):
    bound = layer("districts", "districts", "districts.gpkg", fields={"name": "MC"})
    shelters = town_layers()["shelters"].assign(RL=[600, 300, None])
    town = build_more({"districts": halves(), "shelters": shelters}, [bound])
    result = plan(scenario(districts=districts), town)
    value = result.figures
    assert value.get("persons_crossing", 0) == pytest.approx(crossing, abs=30)
    assert value.get("persons_crossing_agreed", 0) == pytest.approx(agreed, abs=30)
    assert value["persons_unmet"] == pytest.approx(100 - crossing - agreed, abs=30)
    assert result.violations == []


def test_an_agreement_with_an_unknown_district_is_refused(build_more: Callable[..., OneMap]):
    bound = layer("districts", "districts", "districts.gpkg", fields={"name": "MC"})
    town = build_more({"districts": halves()}, [bound])
    with pytest.raises(ScenarioError) as caught:
        plan(scenario(districts={"agreements": [["西区", "北区"]]}), town)
    assert caught.value.code == "allocation_district"


def test_a_group_the_map_does_not_count_needs_a_share(town: OneMap):
    with pytest.raises(ScenarioError) as caught:
        plan(scenario(groups=[{"key": "elderly"}]), town)
    assert caught.value.code == "allocation_group_uncounted"


def test_groups_add_up_walk_slower_and_come_first(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[200, 150, None]))
    groups = [{"key": "elderly", "share": 0.2, "priority": 3, "walk_speed_mps": 0.6}]
    result = plan(scenario(groups=groups), town)
    rest, elderly = result.found["allocation"]["groups"]
    value = result.figures
    assert rest["persons"] + elderly["persons"] == value["persons_affected"]
    assert elderly["persons"] == pytest.approx(0.2 * value["persons_affected"], abs=2)
    # 350 places for some 700 people: all 140 of the elderly find one, as each counts three
    assert elderly["unmet"] == 0 < rest["unmet"]
    assert elderly["trip_mean_min"] > rest["trip_mean_min"]
    assert result.violations == []


def test_companions_go_with_their_group(town: OneMap):
    alone, together = (
        plan(
            scenario(groups=[{"key": "children", "share": 0.1, "accompanied_by": company}]),
            town,
        ).found["allocation"]["groups"][1]["persons"]
        for company in (0, 1)
    )
    assert together == 2 * alone


def test_a_group_goes_to_suitable_shelters_only(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(MC=["东医院", "西", "无"]))
    groups = [{"key": "patients", "share": 0.1, "suitable": ["medical"]}]
    result = plan(scenario(groups=groups), town)
    patients = sent(result).query("people == 'patients'")
    assert set(patients["shelter"]) == {"东医院"}


def test_roofs_are_needed_where_only_they_serve(build_town: BuildTown):
    town = build_town(shelters=town_layers()["shelters"].assign(MC=["东公园", "西小学", "无"]))
    result = plan(scenario(shelters={"only": "indoor"}), town)
    value = result.figures
    assert set(sent(result)["shelter"]) == {"西小学"}
    assert value["shelters_unsuitable"] == 1
    assert value["unmet_all_full"] == value["persons_unmet"] == value["persons_affected"] - 600


def test_nobody_goes_beyond_the_service_distance(town: OneMap):
    # emergency shelters serve 500 m; the homes at 150 to 350 m from the middle are about as far from each
    result = plan(scenario(shelters={"service_distance": True}), town)
    value = result.figures
    assert value["unmet_out_of_service"] == value["persons_unmet"]
    assert "shelters.service_distance_m" in result.standards


def test_a_lost_shelter_takes_nobody_and_an_unknown_one_is_named(town: OneMap):
    result = plan(scenario(shelters={"lost": ["东"]}), town)
    value = result.figures
    assert set(sent(result)["shelter"]) == {"西"}
    assert value["shelters_lost"] == 1
    with pytest.raises(ScenarioError) as caught:
        plan(scenario(shelters={"lost": ["北"]}), town)
    assert caught.value.code == "allocation_shelter"


def test_areas_of_responsibility_hold_every_cell_that_goes(town: OneMap):
    result = plan(scenario(), town)
    areas = result.layers["areas"]
    cells = result.layers["cells"]
    gone = cells[cells["persons_allocated"] > 0]
    assert areas["cells"].sum() == len(gone)
    assert areas["load_persons"].sum() == gone["persons_allocated"].sum()
    assert areas.to_crs(CRS).area.sum() == pytest.approx(gone.to_crs(CRS).area.sum(), rel=1e-3)


@pytest.mark.parametrize(
    ("allocation", "key"),
    [
        ({"objective": "fastest"}, "allocation.objective"),
        ({"objective": {"kind": "within"}}, "allocation.objective.within.minutes"),
        ({"contiguous": True}, "allocation"),
        ({"stages": [{"term": "short"}]}, "allocation"),
        ({"groups": [{"key": "elderly", "priority": 1001}]}, "allocation.groups.0.priority"),
        ({"groups": [{"key": "elderly", "priority": float("nan")}]}, "allocation.groups.0.priority"),
        ({"groups": [{"key": "elderly"}, {"key": "elderly"}]}, "allocation"),
        ({"groups": [{"key": "other"}]}, "allocation.groups.0"),
        ({"shelters": {"only": "open"}}, "allocation.shelters.only"),
        ({"radius": 3}, "allocation.radius"),
    ],
)
def test_what_no_allocation_can_be_is_refused_with_its_key(allocation: dict[str, object], key: str):
    with pytest.raises(ScenarioError) as caught:
        scenario(**allocation)
    assert f" {key}" in caught.value.message("en")
