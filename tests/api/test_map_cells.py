"""`dss map cells` writes what it counted and says what it left out."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from town import BuildTown, town_layers
from typer.testing import CliRunner

from api.cli import app
from dss.cells import read_cells
from dss.errors import DssError
from dss.onemap import OneMap, open_map
from dss.onemap.rights import LOG_FILE
from dss.workspace import default_workspace


def test_people_come_to_cells_and_what_was_left_out_is_told(
    cli: CliRunner, build_town: BuildTown, tmp_path: Path
):
    units = town_layers()["census"]
    persons = [*units["RKS"], np.nan, 50.0, *[10.0] * 6]
    places = [*units.geometry, units.geometry[0], None, *[units.geometry[1]] * 6]
    units = gpd.GeoDataFrame({"RKS": persons}, geometry=places, crs=units.crs)
    town = build_town(census=units)
    out = tmp_path / "people.parquet"
    arguments = ["map", "cells", str(town.folder), "--population", "--whole", "units", "--out", str(out)]
    done = cli.invoke(app, [*arguments, "--json"])
    answer = json.loads(done.stdout)
    assert answer["totals"] == {"persons": 1060}
    assert [(note["unit"], note["reason"]) for note in answer["notes"]] == [
        ("4", "not_a_number"),
        ("5", "no_geometry"),
    ]
    assert read_cells(out).value_of("persons").sum() == 1060
    told = cli.invoke(app, arguments)
    assert "persons: 1,060 persons" in told.stdout
    assert "census 5: no outline, left out, 50 people" in told.stderr


@pytest.mark.parametrize("suffix", ["parquet", "gpkg", "pmtiles"])
def test_a_layer_comes_to_cells_in_every_format(cli: CliRunner, town: OneMap, tmp_path: Path, suffix: str):
    out = tmp_path / f"roads.{suffix}"
    done = cli.invoke(
        app,
        ["map", "cells", str(town.folder), "--layer", "roads", "--resolution", "10", "--parents", "8",
         "--out", str(out), "--json"],
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["totals"]["length_m"] == pytest.approx(2000)
    assert answer["resolution"] == 8
    assert answer["columns"]["length_m"]["sources"] == ["roads"]
    assert out.is_file()


@pytest.mark.parametrize("choice", [[], ["--layer", "roads", "--population"]])
def test_neither_or_both_of_layer_and_people_is_refused(cli: CliRunner, town: OneMap, tmp_path: Path, choice):
    done = cli.invoke(app, ["map", "cells", str(town.folder), *choice, "--out", str(tmp_path / "x.gpkg")])
    assert isinstance(done.exception, DssError)
    assert done.exception.code == "cells_choice"


def test_cells_of_a_layer_above_ones_right_are_refused_and_logged(
    cli: CliRunner, town: OneMap, tmp_path: Path
):
    catalogue = town.folder / "map.yaml"
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(text.replace("sensitivity: public", "sensitivity: sensitive", 1), encoding="utf-8")
    key = next(layer.key for layer in open_map(town.folder).layers if layer.sensitivity == "sensitive")
    out = tmp_path / "cells.parquet"
    arguments = ["map", "cells", str(town.folder), "--layer", key, "--out", str(out)]
    with pytest.raises(DssError, match="sensitive"):
        cli.invoke(app, arguments, catch_exceptions=False)
    assert not out.exists()
    assert cli.invoke(app, [*arguments, "--right", "sensitive"]).exit_code == 0
    log = (default_workspace().root / LOG_FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["outcome"] for line in log] == ["refused", "allowed"]
