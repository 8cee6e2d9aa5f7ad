"""`dss map check` and `dss map fix` from the command line."""

import json

import pytest
from audit_town import DAY, PLANTS, build_town, town_frames

from api.cli import app


@pytest.fixture
def town(tmp_path):
    """Return what makes the folder of a town's map with planted faults."""

    def build(*codes):
        frames = town_frames()
        for code in codes:
            PLANTS[code](frames)
        return build_town(tmp_path, frames).folder

    return build


def test_a_map_without_errors_passes(cli, town):
    result = cli.invoke(app, ["map", "check", str(town()), "--today", DAY])
    assert result.exit_code == 0, result.output
    assert "score 100.0" in result.stdout.replace("\n", " ")


def test_errors_give_exit_code_3_and_a_report(cli, town, tmp_path):
    out = tmp_path / "out"
    command = ["map", "check", str(town("FLOORS_MISSING")), "--today", DAY, "--json", "--out", str(out)]
    result = cli.invoke(app, command)
    assert result.exit_code == 3
    facts = json.loads(result.stdout)
    assert [(rule["code"], rule["count"]) for rule in facts["rules"]] == [("FLOORS_MISSING", 1)]
    assert sorted(path.name for path in out.iterdir()) == [
        "audit.en.html", "audit.en.json", "audit.zh.html", "audit.zh.json", "faults.gpkg",
        "responsibility.en.xlsx", "responsibility.zh.xlsx",
    ]  # fmt: skip


def test_a_check_proposes_fixes_and_the_map_gets_better(cli, town, tmp_path):
    folder, fixes = town("DISTRICT_MISMATCH"), tmp_path / "fixes.yaml"
    check = ["map", "check", str(folder), "--today", DAY]
    assert cli.invoke(app, [*check, "--propose", str(fixes)]).exit_code == 3
    rehearsed = cli.invoke(app, ["map", "fix", str(folder), str(fixes), "--dry-run"])
    assert rehearsed.exit_code == 0
    assert "hospitals: 1 records changed" in rehearsed.stdout
    assert not (folder / "fixes.yaml").exists()
    assert cli.invoke(app, ["map", "fix", str(folder), str(fixes), "--by", "Chen"]).exit_code == 0
    after = cli.invoke(app, check)
    assert after.exit_code == 0
    assert "now 100.0" in after.stdout


def test_a_day_that_is_none_is_refused(cli, town):
    result = cli.invoke(app, ["map", "check", str(town()), "--today", "soon"])
    assert result.exit_code != 0
    assert "soon" in str(result.exception)
