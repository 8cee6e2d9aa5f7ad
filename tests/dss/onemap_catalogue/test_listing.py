"""Layers are found by whatever a person knows of them, and counted by what the city owes."""

from datetime import date

import pytest
from town import BuildTown

from dss.onemap import OneMap
from dss.onemap.code_report import report_codes
from dss.onemap.listing import LayerFilter, layer_facts, search, summarise
from dss.onemap.owed import owed_layers

TODAY = date(2026, 6, 1)


def keys(found: object) -> list[str]:
    return [layer.key for layer in found]


def with_layers(town: OneMap, **changes: dict[str, object]) -> OneMap:
    layers = tuple(layer.model_copy(update=changes.get(layer.key, {})) for layer in town.catalogue.layers)
    return OneMap(town.folder, town.catalogue.model_copy(update={"layers": layers}))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("避难场所", ["shelters"]),  # role in Chinese
        ("FLOOD depth", ["flood"]),  # role in English, any case, every word
        ("RKS", ["census"]),  # local field
        ("capacity_persons", ["shelters"]),  # our field
        ("道路网", ["roads"]),  # middle class
        ("road network", ["roads"]),
        ("公开 市局", ["census", "roads", "shelters", "flood"]),  # level and owner
        ("as is bureau", ["census", "roads", "shelters", "flood"]),  # class in English
        ("castle", []),
    ],
)
def test_a_layer_is_found_by_any_of_its_names(town: OneMap, words: str, found: list[str]):
    town = with_layers(town, roads={"middle_class": "roads"})
    assert keys(search(town.layers, words)) == found


def test_a_layer_is_overdue_by_what_its_age_exceeds_its_cycle(town: OneMap):
    # delivered on 2025-06-01; a year later 365 days old
    town = with_layers(town, census={"cycle_days": 300}, roads={"cycle_days": 365}, flood={"cycle_days": 0})
    late = {layer.key: layer.overdue_days(TODAY) for layer in town.layers}
    assert late == {"census": 65, "roads": 0, "shelters": 0, "flood": 0}
    assert town.layer("census").age_days(date(2020, 1, 1)) == 0
    assert keys(layer for layer in town.layers if LayerFilter(overdue=True).keeps(layer, TODAY)) == ["census"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (LayerFilter(), 4),
        (LayerFilter(layer_class="现状"), 4),
        (LayerFilter(layer_class="规划"), 0),
        (LayerFilter(role="roads"), 1),
        (LayerFilter(owner="BUREAU"), 4),
        (LayerFilter(owner="水利"), 0),
        (LayerFilter(sensitivity="secret"), 0),
    ],
)
def test_filters_narrow_the_list(town: OneMap, wanted: LayerFilter, found: int):
    assert sum(wanted.keeps(layer, TODAY) for layer in town.layers) == found


def test_a_summary_counts_by_class_owner_and_level(town: OneMap):
    town = with_layers(town, census={"sensitivity": "sensitive", "cycle_days": 30, "middle_class": "census"})
    summary = summarise(town, owed_layers(town), TODAY)
    assert (summary["layers"], summary["records"], summary["overdue"]) == (4, 4 + 4 + 3 + 1, 1)
    assert summary["sensitivity"] == "sensitive"
    assert summary["by_owner"] == {"市局": {"layers": 4, "overdue": 1, "not_delivered": 0}}
    assert summary["by_sensitivity"]["public"]["layers"] == 3
    assert summary["middle_classes"] == {"covered": 1, "of": 80, "status": "memory"}


def test_the_facts_of_a_layer_hold_its_lineage_and_its_age(town: OneMap):
    facts = layer_facts(town, town.layer("roads"), TODAY)
    assert facts["age_days"] == 365
    assert [source["key"] for source in facts["lineage"]["sources"]] == ["roads"]
    assert facts["recode"]["road_class"]["支路"] == "tertiary"


def test_land_use_codes_are_reported_by_what_is_wrong_with_them(build_town: BuildTown):
    from town import town_layers  # noqa: PLC0415 - only here

    census = town_layers()["census"].assign(DLBM=["0702", "08H1", "9999", None])
    town = build_town(census=census)
    town = with_layers(town, census={"role": "landuse", "fields": {"landuse_code": "DLBM"}})
    report = report_codes(town, town.layer("census"))
    assert report is not None
    assert (report.system, report.detected.evidence) == ("sandiao", "field")
    assert (report.invalid, report.coarse, report.empty) == ({"9999": 1}, 1, 1)
    assert report_codes(town, town.layer("roads")) is None
