"""Whom a facility serves: residents, people by day, children and others, and where their number is from."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from siting_town import build_siting_town
from town import layer, town_layers

from dss.errors import InputError
from dss.onemap import OneMap
from dss.standards import StandardsReader
from scenarios.siting import StudyOptions, find_preset, run_study
from scenarios.siting.demand import count_people


def town_with(home: Path, fields: dict[str, str], census: gpd.GeoDataFrame) -> OneMap:
    return build_siting_town(
        home, census=census, layers=[layer("census", "population", "census.gpkg", fields=fields)]
    )


@pytest.fixture
def counted(tmp_path: Path) -> OneMap:
    """400, 300, 200 and 100 live there; by day 0, 0, 0 and 900 are there; 50 children, all in the first."""
    census = town_layers()["census"].assign(BT=[0, 0, 0, 900], ET=[50, 0, 0, 0])
    fields = {"persons": "RKS", "persons_day": "BT", "children_persons": "ET"}
    return town_with(tmp_path, fields, census)


def test_night_and_day_are_told_apart_and_both_are_conserved(counted: OneMap):
    found = count_people(counted, 10, "day", StandardsReader())
    assert found.by["residents"].persons.sum() == found.cells.total_persons == 1000
    assert found.by["day"].persons.sum() == 900
    # By day nobody is west of the crossing; by night 600 are.
    west = found.cells.x_m < 500_000
    assert found.by["day"].persons[west].sum() == 0
    assert found.by["residents"].persons[west].sum() == pytest.approx(600, abs=25)


def test_cells_where_people_are_only_by_day_are_counted_too(tmp_path: Path):
    census = town_layers()["census"].assign(RKS=[400, 300, 200, 0], BT=[0, 0, 0, 900])
    onemap = town_with(tmp_path, {"persons": "RKS", "persons_day": "BT"}, census)
    found = count_people(onemap, 10, "day", StandardsReader())
    assert (np.diff(found.cells.cell.astype(np.int64)) > 0).all()
    assert found.by["day"].persons.sum() == 900
    assert found.by["residents"].persons[found.by["day"].persons > 0].sum() < 50


def test_children_of_school_age_are_a_default_share_of_the_children_counted(counted: OneMap):
    standards = StandardsReader()
    found = count_people(counted, 10, "school_age", standards)
    # 50 children aged 0-14 x 9 / 15 = 30 aged 6-14
    assert found.by["children"].persons.sum() == 50
    assert found.by["children"].basis == "counted"
    assert found.by["school_age"].persons.sum() == 30
    assert found.by["school_age"].basis == "default"
    assert "siting.school_age_share" in {value.key for value in standards.used}


def test_children_whom_the_map_does_not_count_are_a_default_share_of_everyone(tmp_path: Path):
    found = count_people(build_siting_town(tmp_path), 10, "children", StandardsReader())
    # 18 of 100 of 1,000
    assert found.by["children"].persons.sum() == 180
    assert found.by["children"].basis == "default"


def test_people_whom_nobody_counted_are_refused_with_the_field_to_bind(tmp_path: Path):
    with pytest.raises(InputError) as error:
        count_people(build_siting_town(tmp_path), 10, "elderly", StandardsReader())
    assert error.value.code == "siting_people_uncounted"
    assert "elderly_persons" in error.value.message("en")


def test_a_station_for_the_day_stands_where_people_are_by_day(counted: OneMap):
    # All 900 are south-east by day: those 1,000 of the night do not count.
    study = run_study(
        counted, find_preset("shelter"), StudyOptions(1, keep_existing=False, resolution=10, who="day")
    )
    assert study.ground.demand.sum() == 900
    assert study.plan.report.objective == pytest.approx(900)
