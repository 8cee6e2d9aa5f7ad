"""The program answers before it has imported what the answer does not need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from catalogues import write_full_map
from typer.testing import CliRunner

import dss.onemap
from api.cli import COMMANDS, MAP_COMMANDS, RUNS_COMMANDS, app

ROOT = Path(__file__).parents[2]
HEAVY = {"fastapi", "geopandas", "matplotlib", "numba", "ortools", "pyogrio", "rasterio", "scipy"}
WORDS = [
    *((name,) for name in COMMANDS),
    *(("map", name) for name in MAP_COMMANDS),
    *(("runs", name) for name in RUNS_COMMANDS),
]


def imported(*arguments: str, **environment: str) -> set[str]:
    """Return which heavy libraries a process imports for a command, after checking that it succeeded."""
    code = (
        "import sys\nfrom api.cli import app\n"
        "app(sys.argv[1:], standalone_mode=False)\n"
        "print('\\nmodules', *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "DSS_LANG": "en", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    listed = done.stdout.splitlines()[-1].split()
    assert listed[0] == "modules"
    return HEAVY & set(listed)


@pytest.mark.parametrize("arguments", [("--help",), ("map", "--help"), ("runs", "--help")])
def test_help_imports_no_heavy_library(arguments: tuple[str, ...]):
    assert imported(*arguments) == set()


@pytest.mark.parametrize("command", [("list",), ("search", "a"), ("describe",), ("describe", "dem")])
def test_a_catalogue_is_read_without_any_heavy_library(command: tuple[str, ...], tmp_path: Path):
    write_full_map(tmp_path / "full")
    name, *rest = command
    assert imported("map", name, str(tmp_path / "full"), *rest) == set()


def test_the_runs_are_listed_without_any_heavy_library(tmp_path: Path):
    assert imported("runs", "list", DSS_HOME=str(tmp_path)) == set()


@pytest.mark.parametrize("command", ["serve", "run", "explain", "schema"])
def test_the_help_of_a_command_imports_no_heavy_library(command: str):
    assert imported(command, "--help") == set()


def test_the_measure_sees_a_heavy_library_where_one_is_needed():
    assert {"geopandas", "ortools"} <= imported("replan", "--help")


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_is_where_the_table_says(words: tuple[str, ...], cli: CliRunner):
    done = cli.invoke(app, [*words, "--help"], prog_name="dss")
    assert done.exit_code == 0, done.output
    assert f"Usage: dss {' '.join(words)} " in done.stdout
    assert "--help" in done.stdout


def test_a_bad_option_of_a_command_names_the_command_and_exits_2(cli: CliRunner):
    done = cli.invoke(app, ["map", "list", "--no-such"], prog_name="dss")
    assert done.exit_code == 2
    assert "Usage: dss map list " in done.stderr
    assert "--no-such" in done.stderr


def test_a_mistyped_command_exits_2_and_a_like_one_is_named(cli: CliRunner):
    done = cli.invoke(app, ["map", "descibe"])
    assert done.exit_code == 2
    assert "'describe'" in done.stderr


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("dss ma", "map"), ("dss map des", "describe"), ("dss map list --over", "--overdue")],
)
def test_commands_and_their_options_are_completed(typed: str, offered: str):
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import app; app(prog_name='dss')"],
        env={
            **os.environ,
            "DSS_LANG": "en",
            "_DSS_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )
    assert offered in done.stdout.split(), done.stderr


def test_each_name_of_the_map_package_comes_from_its_module():
    for name in dss.onemap.__all__:
        assert getattr(dss.onemap, name).__name__ == name or name == "Tick"
    with pytest.raises(AttributeError, match="castle"):
        dss.onemap.castle  # noqa: B018 - reading it is the test
