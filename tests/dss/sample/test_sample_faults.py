"""Planted errors: every kind is there, each is what the truth says, and nothing else is wrong."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from city_files import CRS, PERSONS, TODAY, VECTORS, read

from dss.datum import to_bd09, to_gcj02
from dss.errors import InputError
from dss.onemap.profile import Profile, read_profile
from dss.sample import write_sample

CODES = {
    "GEOM_EMPTY", "GEOM_INVALID", "GEOM_DUPLICATE", "OVERLAP", "GAP", "ID_MISSING", "ID_DUPLICATE",
    "CODE_INVALID",
    "AREA_MISMATCH", "OUTSIDE_BOUNDARY", "DATUM_OFFSET", "STALE", "DATE_IMPOSSIBLE", "CAPACITY_MISSING",
    "CAPACITY_IMPOSSIBLE", "BEDS_MISSING", "BEDS_IMPOSSIBLE", "FLOORS_MISSING", "FLOORS_IMPOSSIBLE",
    "YEAR_IMPOSSIBLE", "DISTRICT_MISMATCH", "SHELTER_IN_FLOOD", "PLANNED_AS_EXISTING", "UNLIVABLE",
    "VALUE_MISSING", "PERSONS_IMPOSSIBLE",
}  # fmt: skip


def truth(folder: Path) -> pd.DataFrame:
    with (folder / "truth.csv").open(encoding="utf-8") as file:
        return pd.DataFrame(list(csv.DictReader(file)))


def of(folder: Path, code: str) -> pd.DataFrame:
    return truth(folder).query("code == @code and row != ''").astype({"row": int})


def profile(folder: Path) -> Profile:
    return read_profile(folder / "profile.yaml")


def test_every_kind_of_error_is_planted(wrong):
    assert set(truth(wrong)["code"]) == CODES


def test_about_one_record_in_twenty_is_wrong(wrong):
    records = sum(len(read(wrong, key)) for key in VECTORS)
    assert 0.04 < len(truth(wrong)) / records < 0.06


def test_a_record_has_one_fault_at_most(wrong):
    records = truth(wrong).query("row != ''")
    assert not records.duplicated(["layer", "row"]).any()


def test_a_clean_city_lists_none(clean):
    assert truth(clean).empty


def test_what_the_truth_does_not_name_is_as_in_the_clean_city(clean, wrong):
    listed = truth(wrong)
    shifted = set(listed.query("row == '' and code == 'DATUM_OFFSET'")["layer"])
    leant_on = {"census"}  # people are moved from populous units to empty ones
    for key in set(VECTORS) - shifted - leant_on:
        before, after = read(clean, key), read(wrong, key).iloc[: len(read(clean, key))]
        rows = listed.query("layer == @key and row != ''")["row"].astype(int)
        kept = ~before.index.isin(rows)
        left, right = before[kept], after[kept]
        pd.testing.assert_frame_equal(
            left.drop(columns="geometry"), right.drop(columns="geometry"), check_dtype=False
        )
        assert shapely.equals_exact(left.geometry.to_numpy(), right.geometry.to_numpy()).all(), key


def test_the_truth_names_the_number_that_each_record_has(wrong):
    for key, rows in truth(wrong).query("row != ''").groupby("layer"):
        numbers = read(wrong, str(key))["BSM"]
        for row, number in zip(rows["row"].astype(int), rows["record_id"], strict=True):
            assert (number or None) == (None if pd.isna(numbers[row]) else numbers[row])


def test_the_people_of_the_census_stay_as_many(wrong):
    assert read(wrong, "census")["RKS"].sum() == PERSONS


def test_crossed_outlines_are_invalid_and_all_others_valid(wrong):
    crossed = of(wrong, "GEOM_INVALID")
    for key in VECTORS:
        shapes = read(wrong, key).geometry
        present = ~shapes.isna()
        invalid = set(np.flatnonzero(present & ~shapes.is_valid))
        assert invalid == set(crossed.query("layer == @key")["row"]), key


def test_bites_leave_holes_and_overreach_overlaps(wrong):
    units = read(wrong, "census").to_crs(CRS)
    city = read(wrong, "boundary").to_crs(CRS).geometry.iloc[0]
    holes = shapely.get_parts(shapely.difference(city, units.union_all()))
    holes = holes[shapely.area(holes) > 1.0]
    assert len(holes) == len(of(wrong, "GAP").query("layer == 'census'"))
    pairs = units.sjoin(units, predicate="intersects").query("index > index_right")
    shared = units.geometry[pairs.index].intersection(units.geometry[pairs["index_right"]], align=False).area
    wide = pairs[(shared > 1.0).to_numpy()]
    reaching = set(of(wrong, "OVERLAP").query("layer == 'census'")["row"])
    assert len(wide) > 0
    assert all(reaching & {row, other} for row, other in zip(wide.index, wide["index_right"], strict=True))


def test_people_are_booked_where_no_home_is(wrong):
    units = read(wrong, "census").to_crs(CRS)
    homes = read(wrong, "residential_buildings").to_crs(CRS)
    homes = homes[~homes.geometry.isna()]
    homes.geometry = homes.centroid
    for row in of(wrong, "UNLIVABLE")["row"]:
        assert units["RKS"][row] > 0
        assert not homes.within(units.geometry[row]).any()


def test_wrong_shelters_stand_in_the_flood_line_or_on_land_that_is_only_planned(wrong):
    shelters = read(wrong, "shelters").to_crs(CRS)
    zone = read(wrong, "flood_control_line").to_crs(CRS).union_all()
    inside = set(np.flatnonzero(shelters.intersection(zone).area > 0.3 * shelters.area))
    assert inside == set(of(wrong, "SHELTER_IN_FLOOD")["row"])


def test_forgotten_layers_are_older_than_one_and_a_half_cycles_and_no_others(wrong):
    late = {
        layer.key for layer in profile(wrong).layers if (TODAY - layer.date).days > 1.5 * layer.cycle_days
    }
    assert late == set(truth(wrong).query("code == 'STALE' and row == ''")["layer"])


def test_single_records_are_shifted_as_far_as_gcj02_shifts(clean, wrong):
    for key, rows in of(wrong, "DATUM_OFFSET").groupby("layer"):
        before, after = (read(folder, str(key)).to_crs(CRS).centroid for folder in (clean, wrong))
        away_m = before[rows["row"]].distance(after[rows["row"]])
        assert away_m.between(300, 800).all()


def test_datums_shift_as_published():
    # the point of Tiananmen in WGS 84, GCJ-02 and BD-09 as commonly quoted: 116.391, 39.907 and so on
    here = np.array([[116.391, 39.907]])
    gcj, bd = to_gcj02(here)[0], to_bd09(here)[0]
    assert np.allclose(gcj, [116.39724, 39.90840], atol=2e-4)
    assert np.allclose(bd, [116.40362, 39.91470], atol=3e-4)


@pytest.mark.parametrize("errors", [-0.1, 0.31, float("nan")])
def test_a_share_of_errors_that_makes_no_sense_is_refused(tmp_path, errors):
    with pytest.raises(InputError) as caught:
        write_sample(tmp_path / "city", persons=20_000, errors=errors)
    assert caught.value.code == "sample_errors"
