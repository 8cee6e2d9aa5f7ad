"""`dss run` and `dss runs`: run a scenario, prove a run again, see what was run."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.layer_card import source_table
from api.commands.live import show_progress
from api.commands.say import answer_json, say
from dss.errors import InputError, ScenarioError
from dss.language import current_language
from dss.onemap import open_map
from dss.onemap.lineage import Lineage
from dss.workspace import Workspace, default_workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.manifest import list_runs, read_manifest
from scenarios.run import RunResult, new_run_id, run_scenario
from scenarios.schema import Scenario
from scenarios.verify import verify_run

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
SHOWN = (
    "persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min", "trip_p95_min",
    "trip_longest_min",
    "shelters_open", "shelters_full", "roads_closed", "person_hours", "counted_hours",
    "person_hours_bound", "gap_percent",
)  # fmt: skip


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
        raise typer.Exit(4)


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


def print_figures(console: Console, manifest: dict[str, Any]) -> None:
    """Print the key figures of a run and the numbers of their sources, then the sources."""
    language = current_language()
    table = Table(title=manifest["title"][language], show_header=False, title_justify="left")
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    table.add_column(style="dim")
    numbers = {source["key"]: str(i) for i, source in enumerate(manifest.get("sources", []), start=1)}
    figures = {figure["key"]: figure for figure in manifest["figures"]}
    for key in SHOWN:
        if key not in figures:
            continue
        figure = figures[key]
        value = "–" if figure["value"] is None else f"{figure['value']:,}"
        sources = " ".join(name for source, name in numbers.items() if source in figure["sources"])
        table.add_row(say(f"figure.{key}"), value, say(f"unit.{figure['unit']}"), sources)
    if manifest["sensitivity"] != "public":
        level = say(f"word.{manifest['sensitivity']}")
        console.print(f"[bold]{say('level_banner', level=level)}[/]")
    if manifest["map"]["generated"]:
        console.print(f"[bold magenta]{say('report.generated_banner')}[/]")
    console.print(table)
    if numbers:  # runs of an older version name no sources
        console.print(f"[bold]{say('sources_title')}[/]")
        console.print(source_table(Lineage.from_records(manifest["sources"])))


def summary(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return what a program wants to know of a run."""
    return {
        "run": manifest["run"],
        "status": manifest["status"],
        "title": manifest["title"],
        "generated": manifest["map"]["generated"],
        "figures": {figure["key"]: figure["value"] for figure in manifest["figures"]},
        "units": {figure["key"]: figure["unit"] for figure in manifest["figures"]},
        "check": manifest["check"],
        "seconds": manifest["seconds"],
        "peak_memory_mb": manifest["peak_memory_mb"],
    }


def verify_again(folder: Path, as_json: bool) -> None:
    """Prove a finished run again and say what was found; exit 4 when something is wrong."""
    found = verify_run(folder)
    if as_json:
        answer_json(
            {
                "passed": found.passed,
                "changed": found.changed,
                "violations": [str(violation) for violation in found.violations],
                "differing": found.differing,
            }
        )
    elif found.passed:
        typer.echo(say("verified", folder=folder))
    else:
        for name in found.changed:
            typer.echo(say("file_changed", file=name), err=True)
        for violation in found.violations[:20]:
            typer.echo(f"{violation.constraint}: {violation.where} ({violation.amount:g})", err=True)
        for key in found.differing:
            typer.echo(say("figure_differs", figure=say(f"figure.{key}")), err=True)
        typer.echo(say("not_verified", folder=folder), err=True)
    if not found.passed:
        raise typer.Exit(4)


def schema(
    what: Annotated[str, typer.Argument(metavar="scenario", help=say("arg_schema"))] = "scenario",
) -> None:
    """Print the JSON Schema of scenario files."""
    if what != "scenario":
        raise InputError("schema_what", value=what)
    answer_json(Scenario.model_json_schema())


def list_(as_json: Json = False) -> None:
    """List the runs of the workspace, the newest first."""
    manifests = list_runs(default_workspace().runs)
    if as_json:
        answer_json([summary(manifest) for manifest in manifests])
        return
    table = Table(*[say(f"head_{name}") for name in ("run", "status", "title", "affected", "unmet")])
    for manifest in manifests:
        values = summary(manifest)["figures"]
        table.add_row(
            manifest["run"],
            say(f"status_{manifest['status']}"),
            manifest["title"][current_language()],
            f"{values['persons_affected']:,}",
            f"{values['persons_unmet']:,}",
        )
    Console().print(table)


def show(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))], as_json: Json = False
) -> None:
    """Show the figures of a run."""
    manifest = read_manifest(default_workspace().run_folder(name))
    if as_json:
        answer_json(manifest)
        return
    print_figures(Console(highlight=False), manifest)
