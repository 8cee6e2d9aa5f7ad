"""`dss errors`: how far a scenario's figures move if its layers are as wrong as they are said to be."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from api.commands.live import show_progress
from api.commands.say import answer_json, say
from dss.errors import InputError, ScenarioError
from dss.onemap import open_map
from dss.workspace import default_workspace
from scenarios.error_study.rates import Rates, rates_of_audit, read_rates
from scenarios.error_study.study import JUDGED, ErrorStudy, Spread, study_errors
from scenarios.load import find_scenario, load_scenario

SHOWN: Final = (
    "persons_in_area", "persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min",
    "trip_p95_min", "shelters_open", "places_open", "roads_closed", "person_hours",
)  # fmt: skip


def errors(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help=say("arg_scenario"))],
    *,
    map_name: Annotated[str | None, typer.Option("--map", help=say("opt_map"))] = None,
    draws: Annotated[int, typer.Option("--draws", help=say("opt_errors_draws"))] = 40,
    rates: Annotated[Path | None, typer.Option("--rates", help=say("opt_errors_rates"))] = None,
    audit: Annotated[Path | None, typer.Option("--from-audit", help=say("opt_errors_audit"))] = None,
    overrides: Annotated[list[str] | None, typer.Option("--set", help=say("opt_set"))] = None,
    out: Annotated[Path | None, typer.Option("--out", help=say("opt_errors_out"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False,
) -> None:
    """Run a scenario many times over layers with errors in them, and say how far its figures move."""
    if out is not None and out.exists():
        raise InputError("export_exists", file=out)
    loaded = load_scenario(find_scenario(scenario), overrides or [])
    workspace = default_workspace()
    name = map_name or loaded.map
    if name is None:
        raise ScenarioError("map_not_named", maps=", ".join(workspace.map_names()) or "-")
    with show_progress() as listener:
        onemap = open_map(workspace.map_folder(name))
        study = study_errors(loaded, onemap, _rates(rates, audit), draws, [listener])
    answer = _record(study)
    if out is not None:
        out.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    if as_json:
        answer_json(answer)
        return
    _print(Console(highlight=False), study)


def _rates(stated: Path | None, audit: Path | None) -> Rates:
    if stated is not None and audit is not None:
        raise InputError("errors_two_rates")
    if stated is not None:
        return read_rates(stated)
    return Rates() if audit is None else rates_of_audit(audit)


def _record(study: ErrorStudy) -> dict[str, Any]:
    record = asdict(study)
    record["sensitivity"] = study.lineage.sensitivity
    record["lineage"] = [source.as_record() for source in study.lineage.sources]
    return record


def _print(console: Console, study: ErrorStudy) -> None:
    if study.lineage.sensitivity != "public":
        level = say(f"word.{study.lineage.sensitivity}")
        console.print(f"[bold]{say('level_banner', level=level)}[/]")
    table = _table("figure", "base", "mean", "low", "high", "unit")
    spreads = {spread.key: spread for spread in study.spreads}
    for spread in (spreads[key] for key in SHOWN if key in spreads):
        numbers = (spread.base, spread.mean, spread.low, spread.high)
        unit = say(f"unit.{spread.unit}")
        table.add_row(say(f"figure.{spread.key}"), *(_number(value) for value in numbers), unit)
    console.print(table)
    console.print(say("errors_basis", draws=study.draws, seed=study.seed))
    console.print(_layer_table(study))
    if study.untouched:
        console.print(say("errors_untouched", layers=", ".join(study.untouched)))
    for code, count in study.failed.items():
        console.print(say("errors_failed", count=count, code=code))


def _layer_table(study: ErrorStudy) -> Table:
    table = _table("layer", "records", "rate", "share", *(f"{key}_range" for key in JUDGED))
    for effect in study.layers:
        spreads = {spread.key: spread for spread in effect.spreads}
        share = "–" if effect.share is None else f"{effect.share:.0%}"
        ranges = (_range(spreads[key]) for key in JUDGED)
        table.add_row(effect.key, f"{effect.records:,}", f"{effect.rate:.1%}", share, *ranges)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for name in columns:
        text_column = name in ("figure", "unit", "layer")
        table.add_column(say(f"errors_{name}"), justify="left" if text_column else "right")
    return table


def _range(spread: Spread) -> str:
    return "–" if spread.low is None else f"{_number(spread.low)} … {_number(spread.high)}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.1f}"
