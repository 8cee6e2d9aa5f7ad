"""Run a scenario for a command: progress on stderr, then its figures and where its files lie."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console

from api.commands.finished_runs import print_figures, summary
from api.commands.live import show_progress
from api.commands.say import answer_json, say
from api.commands.verified import FAILED
from dss.errors import ScenarioError
from dss.language import current_language
from dss.onemap import open_map
from dss.workspace import Workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import RunResult, new_run_id, run_scenario
from scenarios.schema import Scenario


def run_named(
    name: str,
    overrides: Sequence[str],
    workspace: Workspace,
    *,
    map_name: str | None,
    out: Path | None = None,
    run_name: str | None = None,
    as_json: bool,
) -> None:
    """Run a scenario of a file or of the library and show the result; exit 4 where its check failed.

    Parameters
    ----------
    out
        The run's folder; by default one in the workspace, named after ``run_name`` or the scenario's file.
    """
    path = find_scenario(name)
    scenario = load_scenario(path, overrides)
    folder = out or workspace.runs / new_run_id(run_name or path.stem, datetime.now())
    result = start(scenario, workspace, map_name, folder)
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
