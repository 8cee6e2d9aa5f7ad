"""Every rule finds its planted fault, and a town without a fault gives none."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from audit_town import DAY, PLANTS, build_town, shifted_layer, town_frames

from dss.onemap import open_map
from dss.onemap.audit import RULES, check_map

TODAY = date.fromisoformat(DAY)


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Path:
    """Return the folder of the town's map."""
    return build_town(tmp_path_factory.mktemp("clean"), town_frames()).folder


def found_in(folder: Path, clean: Path, frames):
    """Audit the town with other contents of its layers."""
    shutil.copytree(clean, folder / "map")
    onemap = open_map(folder / "map")
    for key, one in frames.items():
        one.to_parquet(onemap.folder / onemap.layer(key).path)
    return check_map(onemap, TODAY)


def test_a_town_without_a_fault_gives_none(tmp_path, clean):
    audit = found_in(tmp_path, clean, town_frames())
    assert audit.faults[["code", "layer", "row"]].to_numpy().tolist() == []
    assert not audit.failed


def test_every_rule_has_a_planted_fault():
    assert sorted(PLANTS) == sorted(rule.code for rule in RULES)


@pytest.mark.parametrize("code", sorted(PLANTS))
def test_a_planted_fault_is_found_by_its_rule_and_nowhere_else(code, tmp_path, clean):
    frames = town_frames()
    layer, rows = PLANTS[code](frames)
    faults = found_in(tmp_path, clean, frames).faults
    own = faults[faults["code"] == code]
    assert own["layer"].unique().tolist() == [layer]
    assert own["row"].dropna().astype(int).unique().tolist() == rows
    assert set(faults["row"].dropna().astype(int)) <= set(rows)


def test_a_layer_that_is_shifted_as_a_whole_is_one_fault(tmp_path, clean):
    frames = town_frames()
    layer = shifted_layer(frames)
    faults = found_in(tmp_path, clean, frames).faults
    own = faults[faults["code"] == "DATUM_OFFSET"]
    assert own["layer"].tolist() == [layer]
    assert own["values"].iloc[0]["datum"] == "bd09"
    assert own["row"].isna().all()
