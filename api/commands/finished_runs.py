"""`dss runs list` and `dss runs show`: what was run, and its figures."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from api.commands.source_table import source_table
from dss.language import current_language
from dss.onemap.lineage import Lineage
from dss.workspace import default_workspace
from scenarios.finished import list_runs, read_manifest

Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]
SHOWN = (
    "persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min", "trip_p95_min",
    "trip_longest_min",
    "shelters_open", "shelters_full", "roads_closed", "person_hours", "counted_hours",
    "person_hours_bound", "gap_percent",
    "evac_persons", "evac_safe", "evac_left", "evac_clearance_min", "evac_bound_min", "evac_95_min",
    "evac_at_once_safe", "evac_at_once_clearance_min", "evac_bus_seats", "evac_special_persons",
)  # fmt: skip


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
        "evacuation": manifest.get("evacuation"),
        "check": manifest["check"],
        "seconds": manifest["seconds"],
        "peak_memory_mb": manifest["peak_memory_mb"],
    }
