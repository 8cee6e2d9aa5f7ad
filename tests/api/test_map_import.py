"""`dss map import` shows what was taken for granted, takes real data, and leaves nothing of a failure."""

import json
from pathlib import Path

from deliveries import NAMES, districts, empty_map
from town import BuildTown
from typer.testing import CliRunner

from api.cli import app
from dss.errors import DssError
from dss.onemap import open_map


def facts(cli: CliRunner, *arguments: object) -> dict[str, object]:
    done = cli.invoke(app, ["map", "import", *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["imported"][0]


def test_every_guess_is_shown_and_kept(tmp_path: Path, cli: CliRunner):
    folder = empty_map(tmp_path / "map")
    districts().to_file(tmp_path / "a.shp", encoding="GBK")
    for suffix in (".cpg", ".prj"):
        (tmp_path / "a.shp").with_suffix(suffix).unlink()
    done = cli.invoke(app, ["map", "import", str(folder), f"{tmp_path}/a.shp", "--role", "reference"])
    assert "GBK" in done.stdout
    assert "EPSG:4490" in done.stdout
    assert "DBF" in done.stdout
    kept = open_map(folder).layers[0]
    assert [one.rule for one in kept.guesses] == ["encoding_from_bytes", "crs_from_china", "date_from_dbf"]


def test_guesses_are_in_the_answer_as_json_in_words_too(tmp_path: Path, cli: CliRunner):
    folder = empty_map(tmp_path / "map")
    (tmp_path / "a.csv").write_text("name,lng,lat\n" + "\n".join(f"{one},114.3,30.5" for one in NAMES))
    found = facts(cli, folder, tmp_path / "a.csv", "--layer", "places", "--role", "reference")
    guesses = {one["rule"]: one["text"] for one in found["guesses"]}
    assert {"coordinate_columns", "crs_from_china", "date_from_file_time"} <= set(guesses)
    assert "lng" in guesses["coordinate_columns"]


def test_all_options_reach_the_reader(tmp_path: Path, cli: CliRunner):
    folder = empty_map(tmp_path / "map")
    districts().to_file(tmp_path / "a.gpkg", layer="one")
    districts().to_file(tmp_path / "a.gpkg", layer="two")
    more = [
        "--role",
        "reference",
        "--table",
        "one",
        "--table",
        "two",
        "--only",
        "point",
        "--crs",
        "EPSG:4490",
    ]
    done = cli.invoke(app, ["map", "import", str(folder), str(tmp_path / "a.gpkg"), *more])
    assert done.exit_code == 0
    assert len(open_map(folder).layers) == 2
    (tmp_path / "a.csv").write_text("n,e,code\n30.5,114.3,1\n30.5,114.3,2\n")
    places = ["--x", "e", "--y", "n", "--encoding", "UTF-8", "--layer", "b", "--role", "reference"]
    assert facts(cli, folder, tmp_path / "a.csv", *places)["records"] == 2
    join = ["--join", "code=b.code", "--layer", "c", "--role", "reference"]
    assert facts(cli, folder, tmp_path / "a.csv", *join)["records"] == 2


def test_the_real_layers_of_wuhan_and_shenzhen_come_in(tmp_path: Path, cli: CliRunner, shared: Path):
    folder = empty_map(tmp_path / "map")
    wuhan, futian = shared / "data" / "wuhan", shared / "data" / "shenzhen_futian"
    role = ["--role", "reference", "--layer"]
    assert facts(cli, folder, wuhan / "boundary.geojson", *role, "boundary")["kind"] == "polygon"
    assert facts(cli, folder, wuhan / "metro_stations.geojson", *role, "metro")["records"] == 624
    covid = facts(cli, folder, wuhan / "covid2020_facilities_bd09.csv", *role, "covid")
    assert (covid["records"], covid["stored_crs"]) == (45, "EPSG:4326")
    fresh = empty_map(tmp_path / "futian")
    districts_of_shenzhen = facts(cli, fresh, futian / "sz_districts.shp", *role, "districts")
    assert (districts_of_shenzhen["encoding"], districts_of_shenzhen["stored_crs"]) == ("UTF-8", "EPSG:4490")
    roads = facts(cli, fresh, futian / "futian_simplified.graphml", "--layer", "roads")
    assert roads["kind"] == "line"


def test_a_map_made_for_an_import_that_fails_is_gone_again(
    tmp_path: Path, cli: CliRunner, build_town: BuildTown
):
    delivery = build_town().folder.parent / "delivery"
    (delivery / "roads.gpkg").write_bytes(b"broken")
    profile = str(delivery.parent / "profile.yaml")
    done = cli.invoke(app, ["map", "import", "fresh", str(delivery), "--profile", profile])
    assert isinstance(done.exception, DssError)
    assert not (tmp_path / "home" / "maps" / "fresh").exists()
