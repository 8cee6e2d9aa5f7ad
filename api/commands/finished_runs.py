"""`dss runs list`, `show`, `cancel`: what was run and its figures, what a server runs and how far it is."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from api.commands.source_table import source_table
from dss.errors import InputError
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
    "evac_at_once_safe", "evac_at_once_clearance_min", "evac_bus_persons", "evac_bus_last_min",
    "evac_special_persons",
    "relief_need_t", "relief_brought_t", "relief_short_stock_t", "relief_short_vehicles_t", "relief_trips",
    "relief_driving_h", "relief_driving_bound_h", "relief_before_brought_t", "relief_lost_t",
    "relief_begun_trips", "relief_halted_trips", "relief_ahead_trips", "relief_ahead_driving_h",
    "relief_ahead_bound_h", "relief_kept_percent",
    "resp_needed", "resp_sent", "resp_short", "resp_last_min", "resp_patients", "resp_patients_placed",
    "resp_roads", "resp_clear_gap",
)  # fmt: skip


def list_(as_json: Json = False) -> None:
    """List the runs of the workspace, the newest first, those of a server with their state."""
    rows = [*open_rows(), *(summary(manifest) for manifest in list_runs(default_workspace().runs))]
    if as_json:
        answer_json(rows)
        return
    table = Table(*[say(f"head_{name}") for name in ("run", "status", "title", "affected", "unmet")])
    for row in rows:
        values = row["figures"]
        shown = [
            f"{values[key]:,}" if key in values else "–" for key in ("persons_affected", "persons_unmet")
        ]
        table.add_row(row["run"], say(f"status_{row['status']}"), row["title"][current_language()], *shown)
    Console().print(table)


def show(
    name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))], as_json: Json = False
) -> None:
    """Show the figures of a run, or how far a server is with it."""
    row = next((one for one in open_rows() if one["run"] == name), None)
    if row is not None:
        answer_json(row)
        return
    manifest = read_manifest(default_workspace().run_folder(name))
    if as_json:
        answer_json(manifest)
        return
    print_figures(Console(highlight=False), manifest)


def cancel(name: Annotated[str, typer.Argument(metavar="RUN", help=say("arg_run"))]) -> None:
    """Ask the server to end a run."""
    store = job_store()
    row = None if store is None else store.get(name)
    if store is None or row is None:
        raise InputError("run_missing", folder=default_workspace().runs / name)
    store.ask_cancel(name)
    typer.echo(say("cancel_asked", run=name), err=True)


def open_rows() -> list[dict[str, Any]]:
    """Return the runs of a server that have no finished folder: waiting, computing, failed, cancelled."""
    store = job_store()
    if store is None:
        return []
    return [
        {
            "run": row.job,
            "status": row.state,
            "title": row.title,
            "step": row.step,
            "fraction": row.fraction,
            "remaining_s": row.remaining_s,
            "problem": row.problem,
            "figures": {},
        }
        for row in store.rows(("queued", "running", "failed", "cancelled"))
    ]


def job_store() -> Any:
    """Return the rows of jobs; None where no server has ever worked in the workspace."""
    folder = default_workspace().root / "service"
    if not (folder / "jobs.sqlite").is_file():
        return None
    from api.jobs.rows import JobStore  # noqa: PLC0415 - a workspace without a server needs no database

    return JobStore(folder)


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
