"""`dss evacuation`: the village's orders and exports on the command line."""

import json
from pathlib import Path

import h3
import pytest
from evacuation_plans import CELLS, village
from typer.testing import CliRunner

from api.cli import app
from dss.errors import InputError
from scenarios.evacuation.plan_files import write_plan


@pytest.fixture
def run(tmp_path: Path) -> str:
    write_plan(tmp_path / "run" / "evacuation" / "drive", village())
    return str(tmp_path / "run")


def test_orders_of_all_communities_are_listed(cli: CliRunner, run: str):
    told = json.loads(cli.invoke(app, ["evacuation", "orders", run, "--json"]).stdout)
    assert [(order["place"], order["parts"][0]["amount"]) for order in told] == [("南村", 3), ("西村", 5)]
    shown = cli.invoke(app, ["evacuation", "orders", run]).stdout
    assert "西村" in shown
    assert "中心公园" in shown


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_do_i_go(cli: CliRunner, run: str, lang: str):
    lat, lng = h3.cell_to_latlng(h3.int_to_str(int(CELLS[0])))
    asked = [["--place", "西村"], ["--at", f"{lng},{lat}"], ["--place", h3.int_to_str(int(CELLS[0]))]]
    answers = [cli.invoke(app, ["evacuation", "orders", run, "--lang", lang, *how]).stdout for how in asked]
    assert len(set(answers)) == 1
    assert ("左转进入解放路" if lang == "zh" else "Turn left into 解放路") in answers[0]


def test_who_need_not_leave_is_told_so(cli: CliRunner, run: str):
    answer = cli.invoke(app, ["evacuation", "orders", run, "--at", "0,0"])
    assert answer.exit_code == 0
    assert "not in the area" in answer.stdout


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (["--place", "西村", "--at", "1,2"], "order_place_and_at"),
        (["--lang", "fr"], "order_language"),
        (["--at", "here"], "degrees"),
        (["--place", "nowhere"], "orders_place"),
    ],
)
def test_a_question_that_is_none_is_refused(cli: CliRunner, run: str, how: list[str], code: str):
    error = cli.invoke(app, ["evacuation", "orders", run, *how]).exception
    assert isinstance(error, InputError)
    assert error.code == code


def test_sheets_are_written_where_asked(cli: CliRunner, run: str, tmp_path: Path):
    done = cli.invoke(app, ["evacuation", "orders", run, "--out", str(tmp_path / "sheets"), "--json"])
    assert len(json.loads(done.stdout)) == 2
    assert len(list((tmp_path / "sheets").glob("*.html"))) == 2


@pytest.mark.parametrize(("tool", "file"), [("sumo", "plan.rou.xml"), ("matsim", "plans.xml")])
def test_a_plan_is_exported(cli: CliRunner, run: str, tmp_path: Path, tool: str, file: str):
    out = tmp_path / tool
    done = cli.invoke(app, ["evacuation", "export", run, "--format", tool, "--out", str(out), "--json"])
    assert str(out / file) in json.loads(done.stdout)
    assert (out / file).read_text(encoding="utf-8").count("<vehicle " if tool == "sumo" else "<person ") == 8


def test_what_cannot_be_exported_is_refused(cli: CliRunner, run: str, tmp_path: Path):
    error = cli.invoke(app, ["evacuation", "export", run, "--format", "vissim", "--out", "x"]).exception
    assert isinstance(error, InputError)
    assert error.code == "evacuation_export_format"
    (Path(run) / "evacuation" / "drive").rename(Path(run) / "evacuation" / "walk")
    error = cli.invoke(app, ["evacuation", "export", run, "--format", "sumo", "--out", "x"]).exception
    assert isinstance(error, InputError)
    assert error.code == "evacuation_export_mode"
