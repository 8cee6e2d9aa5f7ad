"""`dss run` and `dss schema`: run a scenario, prove a run again, say what a scenario file may hold."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands.finished_runs import print_figures, summary
from api.commands.live import show_progress
from api.commands.say import answer_json, say
from api.commands.verified import FAILED, answer_verification
from dss.errors import InputError, ScenarioError
from dss.language import current_language
from dss.onemap import open_map
from dss.workspace import Workspace, default_workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import RunResult, new_run_id, run_scenario
from scenarios.schema import Scenario
from scenarios.verify import verify_run

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


def run(
    scenario: Annotated[str | None, typer.Argument(metavar="SCENARIO", help=say("arg_scenario"))] = None,
    *,
    map_name: Annotated[str | None, typer.Option("--map", help=say("opt_map"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_out"))] = None,
    overrides: Annotated[list[str] | None, typer.Option("--set", help=say("opt_set"))] = None,
    verify: Annotated[str | None, typer.Option("--verify", metavar="RUN", help=say("opt_verify"))] = None,
    as_json: Json = False,
) -> None:
    """Run a scenario, or prove a finished run again."""
    if (scenario is None) == (verify is None):
        raise InputError("run_what")
    if verify is not None:
        verify_again(default_workspace().run_folder(verify), as_json)
        return
    path = find_scenario(str(scenario))
    loaded = load_scenario(path, overrides or [])
    workspace = default_workspace()
    result = start(loaded, workspace, map_name, out or workspace.runs / new_run_id(path.stem, datetime.now()))
    show_result(result, as_json)
    if result.violations:
        raise typer.Exit(FAILED)


def start(scenario: Scenario, workspace: Workspace, map_name: str | None, folder: Path) -> RunResult:
    """Run a scenario on its map, or on another one, with progress on stderr."""
    name = map_name or scenario.map
    if name is None:
        raise ScenarioError("map_not_named", maps=", ".join(workspace.map_names()) or "-")
    with show_progress() as listener:
        return run_scenario(scenario, open_map(workspace.map_folder(name)), folder, [listener])


def show_result(result: RunResult, as_json: bool) -> None:
    """Print the figures of a run and where its files lie."""
    report = result.folder / f"report.{current_language()}.html"
    if as_json:
        answer_json({**summary(result.manifest), "folder": str(result.folder), "report": str(report)})
        return
    console = Console(highlight=False)
    print_figures(console, result.manifest)
    if result.violations:
        console.print(f"[bold red]{say('check_failed', count=len(result.violations))}[/]")
    else:
        console.print(f"[green]{say('check_passed')}[/]")
    console.print(f"{say('report')}: {report}", soft_wrap=True)
    console.print(f"{say('plan')}: {result.folder / 'plan.gpkg'}", soft_wrap=True)


def verify_again(folder: Path, as_json: bool) -> None:
    """Prove a finished run again and say what was found; exit 4 when something is wrong."""
    verified = say("verified", folder=folder)
    answer_verification(verify_run(folder), folder, verified, {}, as_json=as_json)


def schema(
    what: Annotated[str, typer.Argument(metavar="scenario", help=say("arg_schema"))] = "scenario",
) -> None:
    """Print the JSON Schema of scenario files."""
    if what != "scenario":
        raise InputError("schema_what", value=what)
    answer_json(Scenario.model_json_schema())
