"""The same path on a real city, read in place."""

from pathlib import Path

import pytest

from dss.onemap import import_folder, init_map, open_map, read_profile
from scenarios.load import find_scenario, load_scenario
from scenarios.run import run_scenario

pytestmark = pytest.mark.slow


def test_wuhan_runs_and_its_persons_add_up(shared: Path, tmp_path: Path):
    init_map(tmp_path / "map", read_profile("wuhan"))
    import_folder(tmp_path / "map", shared / "data" / "wuhan")
    scenario = load_scenario(find_scenario("wuhan_flood"))
    result = run_scenario(scenario, open_map(tmp_path / "map"), tmp_path / "run")
    value = {figure.key: figure.value for figure in result.figures}
    # 6,774,616 persons of 20 and over in the convex hull of the roads, by the data's own note
    assert value["persons_in_area"] == pytest.approx(6_774_616, rel=1e-4)
    assert value["persons_in_area"] + value["persons_outside_area"] == 9_491_334
    assert value["persons_allocated"] + value["persons_unmet"] == value["persons_affected"]
    assert value["cells_affected"] >= 5000
    assert value["shelters_open"] >= 100
    assert value["gap_percent"] < 0.01
    assert result.violations == []
    assert result.manifest["assumptions"]["shelters_modelled"] == 262
    assert "© OpenStreetMap" in (result.folder / "report.en.html").read_text(encoding="utf-8")
