"""`dss site` as a user meets it: answers, bad input with exit 2, what cannot be built with exit 4."""

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from siting_town import build_siting_town, land_layers
from town import square, town_layers
from typer.testing import CliRunner

from api.cli import main
from dss.onemap import OneMap


@pytest.fixture
def onemap(tmp_path: Path) -> OneMap:
    return build_siting_town(tmp_path)


class Answer:
    """Exit code and both outputs of a command."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def site(onemap: OneMap, cli: CliRunner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str, town: OneMap = onemap) -> Answer:
        named = list(words) if "--verify" in words else [*words, "--map", str(town.folder)]
        monkeypatch.setattr("sys.argv", ["dss", "site", *named])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Answer(int(end.value.code or 0), said.out, said.err)

    return run


BRIEF = ("--no-frontier", "--resolution", "10", "--from-nothing")


def test_a_study_is_written_into_the_workspace_and_proven_again_by_name(site, tmp_path: Path):
    made = site("shelter", "--sites", "1", "--resolution", "10", "--from-nothing", "--json")
    assert made.code == 0
    told = json.loads(made.out)
    assert told["covered"] == 1000
    assert told["gap"] == pytest.approx(0)
    assert told["frontier"]
    assert Path(told["report"]).is_file()
    folder = Path(told["folder"])
    assert folder.parent == tmp_path / "home" / "studies"
    again = site("--verify", folder.name)
    assert (again.code, "Verified" in again.out) == (0, True)
    (folder / "plan.gpkg").write_bytes(b"x")
    broken = site("--verify", folder.name)
    assert (broken.code, "plan.gpkg" in broken.err) == (4, True)


def test_progress_goes_to_stderr_with_the_gap_of_the_solve(site):
    made = site("shelter", "--sites", "1", *BRIEF)
    assert made.code == 0
    assert "people, roads and candidates" in made.err
    assert "choosing sites" in made.err
    assert "choosing" not in made.out


def test_a_cancelled_study_ends_with_130_and_says_what_is_left(
    site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("scenarios.siting.making.frontier", interrupted)
    out = tmp_path / "one"
    words = ("shelter", "--sites", "1", "--resolution", "10", "--from-nothing", "--out", str(out))
    answer = site(*words)
    assert (answer.code, "one.partial" in answer.err) == (130, True)
    assert not out.exists()
    assert (tmp_path / "one.partial" / "proof").is_dir()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("airport",), "airport"),
        (("shelter", "--sites", "0"), "0"),
        (("shelter", "--sites", "-3"), "-3"),
        (("shelter", "--radius", "-1"), "-1"),
        (("shelter", "--radius", "nan"), "nan"),
        (("shelter", "--time-limit-s", "0"), "0"),
        (("shelter", "--model", "huff"), "huff"),
        (("shelter", "--people", "tourists"), "tourists"),
        (("shelter", "--people", "elderly"), "elderly_persons"),
        (("shelter", "--without-rule", "noise"), "eco_redline"),
        (("shelter", "--exclude", "noise"), "ownership"),
        (("shelter", "--resolution", "99"), "11"),
        (("shelter", "--scenario", "nowhere"), "nowhere"),
        (("shelter", "--scenario", "sample_flood", "--chance", "-1"), "-1"),
        (("shelter", "--scenario", "sample_flood", "--chance", "1", "--chance", "2"), "2"),
        (("--verify", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_names_it(site, words: tuple[str, ...], named: str):
    answer = site(*words)
    assert answer.code == 2, answer.err
    assert named in answer.err
    assert "Traceback" not in answer.err


def test_more_sites_than_are_admitted_end_with_4_and_say_how_many_there_are(site, tmp_path: Path):
    answer = site("shelter", "--sites", "9", *BRIEF, "--out", str(tmp_path / "one"))
    assert answer.code == 4
    assert "9 new sites are asked for, 1 candidates are admitted (of 4)" in answer.err
    assert "in the ecological red line: 1 break it" in answer.err
    assert not list(tmp_path.glob("one*"))
    told = json.loads(site("shelter", "--sites", "9", *BRIEF, "--json").out)
    assert told["causes"] == [{"kind": "number", "asked": 9, "admitted": 1, "candidates": 4}]


@pytest.mark.parametrize("model", ["coverage", "cover"])
def test_a_radius_that_nobody_meets_ends_with_4_and_the_nearest(site, model: str):
    answer = site("shelter", "--sites", "1", "--radius", "5", "--model", model, *BRIEF, "--json")
    assert answer.code == 4
    (cause,) = json.loads(answer.out)["causes"]
    assert cause["kind"] == "reach"
    assert cause["nearest"] > cause["limit"] == 5


def test_a_town_whose_roads_lead_nowhere_ends_with_4(tmp_path: Path, site):
    far = town_layers()["roads"].translate(50_000, 0)
    roads = town_layers()["roads"].set_geometry(far)
    home = tmp_path / "far"
    home.mkdir()
    words = ("shelter", "--sites", "1", "--without-rule", "two_roads", *BRIEF, "--json")
    answer = site(*words, town=build_siting_town(home, roads=roads))
    assert answer.code == 4
    assert [cause["kind"] for cause in json.loads(answer.out)["causes"]] == ["no_way"]


def test_two_islands_take_a_site_each(tmp_path: Path, site):
    # Two towns without a road between them: one site cannot give a way to everyone.
    town, home = town_layers(), tmp_path / "two"
    home.mkdir()
    twice = {
        key: pd.concat([town[key], town[key].set_geometry(town[key].translate(9000, 0))], ignore_index=True)
        for key in ("census", "roads")
    }
    land = land_layers()["landuse"]
    more = gpd.GeoDataFrame({"MC": ["东园"], "DM": ["1401"]}, geometry=[square(9045, 45, 40)], crs=land.crs)
    twice["landuse"] = pd.concat([land, more], ignore_index=True)
    islands = build_siting_town(home, **twice)
    words = ("shelter", "--sites", "1", "--model", "center", *BRIEF, "--json")
    answer = site(*words, town=islands)
    assert answer.code == 4
    (cause,) = json.loads(answer.out)["causes"]
    assert (cause["kind"], cause["asked"], cause["least"]) == ("apart", 1, 2)


def test_a_plot_that_stands_twice_in_a_layer_is_one_candidate(tmp_path: Path, site):
    land, home = land_layers()["landuse"], tmp_path / "twice"
    home.mkdir()
    doubled = build_siting_town(home, landuse=pd.concat([land, land], ignore_index=True))
    told = json.loads(site("shelter", "--sites", "1", *BRIEF, "--json", town=doubled).out)
    assert (told["candidates"], told["admitted"]) == (4, 1)


def test_a_negative_count_of_people_ends_with_2_and_names_its_row(tmp_path: Path, site):
    home = tmp_path / "negative"
    home.mkdir()
    census = town_layers()["census"].assign(RKS=[400, 300, 200, -100])
    town = build_siting_town(home, census=census)
    told = site("shelter", "--sites", "1", *BRIEF, "--json", town=town)
    assert told.code == 2
    assert "row 3" in told.err
    assert "-100" in told.err


def test_cells_without_a_road_are_named_and_do_not_stop_the_study(tmp_path: Path, site):
    home = tmp_path / "far_house"
    home.mkdir()
    census = town_layers()["census"]
    house = gpd.GeoDataFrame({"RKS": [50]}, geometry=[square(6000, 6000, 20)], crs=census.crs)
    town = build_siting_town(home, census=pd.concat([census, house], ignore_index=True))
    told = json.loads(site("shelter", "--sites", "1", *BRIEF, "--json", town=town).out)
    assert told["covered"] == 1000
    assert told["left_out"]["no_road"] == 50


def table(tmp_path: Path, rows: str) -> tuple[str, ...]:
    path = tmp_path / "costs.csv"
    path.write_text(rows, encoding="utf-8")
    return ("--site-costs", str(path))


TWO = ("shelter", "--without-rule", "eco_redline", *BRIEF, "--json")


def test_sites_are_chosen_that_the_budget_pays_for(site, tmp_path: Path):
    # Park and meadow are admitted. Either holds all 1,000; only the meadow costs no more than 5.
    costs = table(tmp_path, "name,cost\n公园,9\n草地,5\n")
    told = json.loads(site(*TWO, "--sites", "1", "--budget", "5", *costs).out)
    assert [gain["name"] for gain in told["sites"]] == ["草地"]
    assert (told["spent"], told["budget"]) == (5, 5)
    assert site("--verify", told["folder"]).code == 0


def test_a_budget_below_the_cheapest_sites_ends_with_4_and_what_they_take(site, tmp_path: Path):
    costs = table(tmp_path, "name,cost\n公园,9\n草地,5\n")
    answer = site(*TWO, "--sites", "2", "--budget", "10", *costs)
    assert answer.code == 4
    assert json.loads(answer.out)["causes"] == [{"kind": "budget", "budget": 10, "least": 14}]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ("name,cost\n公园,-9\n草地,5\n", "row 2"),
        ("name,cost\n公园,many\n草地,5\n", "row 2"),
        ("name,cost\n公园,9\n", "草地"),
        ("name,cost\n公园,9\n公园,9\n草地,5\n", "twice"),
        ("name,cost\n公园,9\n河,9\n草地,5\n", "row 3"),
        ("name,price\n公园,9\n", "price"),
    ],
)
def test_a_table_of_costs_that_does_not_fit_ends_with_2(site, tmp_path: Path, rows: str, named: str):
    answer = site(*TWO, "--sites", "1", "--budget", "20", *table(tmp_path, rows))
    assert (answer.code, named in answer.err) == (2, True)


def test_a_budget_without_costs_or_below_zero_ends_with_2(site, tmp_path: Path):
    assert site(*TWO, "--budget", "5").code == 2
    costs = table(tmp_path, "name,cost\n公园,9\n草地,5\n")
    assert site(*TWO, "--budget", "-5", *costs).code == 2
