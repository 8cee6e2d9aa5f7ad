"""Tables of a map's layers that fit into 100 columns, in the reader's language."""

from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.fitting import Column, fit_widths, fitted_table
from api.commands.say import say
from dss.language import current_language
from dss.onemap import Layer, OneMap
from dss.onemap.listing import middle_class_name, role_name
from dss.onemap.owed import OwedLayer
from dss.onemap.template import template
from dss.onemap.terms import LAYER_CLASSES

ROOM_FOR_ROLES: Final = 120
"""Columns from which on the table has room for one more."""
DAYS_PER_YEAR: Final = 365.25
STYLES: Final = {"sensitive": "yellow", "secret": "bold red"}


def print_layers(console: Console, layers: tuple[Layer, ...], today: date) -> None:
    """Print layers in groups of one class, each with its age and for how long it is overdue."""
    if not layers:
        console.print(say("list_empty"))
        return
    with_role = console.width >= ROOM_FOR_ROLES
    columns = [
        Column(say("head_key")),
        Column(say("head_title"), may_shrink=True),
        *([Column(say("head_role"), may_shrink=True)] if with_role else []),
        Column(say("head_owner"), may_shrink=True),
        Column(say("head_date")),
        Column(say("head_late"), right=True),
        Column(say("head_level")),
        Column(say("head_records"), right=True),
    ]
    rows = {layer.key: _layer_row(layer, today, with_role) for layer in layers}
    widths = fit_widths(columns, rows.values(), console.width)
    console.print(fitted_table(columns, widths, [], styles={}))
    for layer_class, members in _by_class(layers):
        shown = [rows[layer.key] for layer in members]
        console.print(f"[bold cyan]{say(f'layer_class.{layer_class}')}[/] ({len(shown)})")
        console.print(fitted_table(columns, widths, shown, styles=_level_styles(), show_header=False))
    overdue = sum(layer.overdue_days(today) > 0 for layer in layers)
    console.print(say("list_title", shown=len(layers), overdue=overdue))


def print_owed(console: Console, owed: tuple[OwedLayer, ...]) -> None:
    """Print what is not delivered, by department; nothing where all is there."""
    if not owed:
        return
    columns = [
        Column(say("head_owner"), may_shrink=True),
        Column(say("head_key")),
        Column(say("head_title"), may_shrink=True),
        Column(say("head_level")),
        Column(say("head_file"), may_shrink=True),
    ]
    rows = [_owed_row(layer) for layer in sorted(owed, key=lambda layer: layer.owner.zh)]
    widths = fit_widths(columns, rows, console.width)
    blanked = [["" if i and row[0] == rows[i - 1][0] else row[0], *row[1:]] for i, row in enumerate(rows)]
    console.print(f"[bold]{say('owed_title', count=len(owed))}[/]")
    console.print(fitted_table(columns, widths, blanked, styles=_level_styles()))


def print_summary(console: Console, onemap: OneMap, summary: dict[str, Any]) -> None:
    """Print the map as a whole: its counts by class, by department and by level."""
    language = current_language()
    catalogue = onemap.catalogue
    console.print(f"[bold]{escape(catalogue.title.of(language))}[/]")
    if catalogue.generated:
        console.print(f"[bold magenta]{say('report.generated_banner')}[/]")
    if catalogue.note:
        console.print(escape(catalogue.note.of(language)))
    console.print(
        say(
            "map_summary",
            layers=summary["layers"],
            records=f"{summary['records']:,}",
            overdue=summary["overdue"],
            owed=summary["not_delivered"],
            level=say(f"word.{summary['sensitivity']}"),
        )
    )
    covered = summary["middle_classes"]
    status = say(f"word.{covered['status']}")
    source = template().source.of(language)
    console.print(
        say("map_template", covered=covered["covered"], of=covered["of"], status=status, source=source)
    )
    console.print(say("map_crs", crs=catalogue.crs))
    owners = {layer.owner.zh: layer.owner.of(language) for layer in onemap.layers}
    owners |= {entry.owner.zh: entry.owner.of(language) for entry in template().middle_classes.values()}
    names: dict[str, dict[str, str]] = {
        "by_class": {name: say(f"layer_class.{name}") for name in LAYER_CLASSES},
        "by_owner": owners,
        "by_sensitivity": {name: level(name) for name in summary["by_sensitivity"]},
    }
    for part, known in names.items():
        console.print(_counts_table(say(part), summary[part], known))


def level(sensitivity: str) -> str:
    """Return the name of a level, coloured where it is high."""
    style, name = STYLES.get(sensitivity), say(f"word.{sensitivity}")
    return f"[{style}]{name}[/]" if style else name


def span(days: int) -> str:
    """Return a span of time as people say it: days up to two years, then years."""
    if days < 2 * DAYS_PER_YEAR:
        return say("days", days=days)
    return say("years", years=f"{days / DAYS_PER_YEAR:.1f}")


def middle_class(key: str) -> str:
    """Return the name of a middle class in the reader's language."""
    return middle_class_name(key, current_language())


def _counts_table(title: str, counts: dict[str, dict[str, int]], names: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(title, min_width=24)
    for name in ("layers", "late", "missing"):
        table.add_column(say(f"head_{name}"), justify="right")
    for key, found in counts.items():
        values = (found["layers"], found["overdue"], found["not_delivered"])
        table.add_row(names.get(key, escape(key)), *(str(value) if value else "–" for value in values))
    return table


def _layer_row(layer: Layer, today: date, with_role: bool) -> list[str]:
    language = current_language()
    late = layer.overdue_days(today)
    return [
        layer.key,
        layer.title.of(language),
        *([role_name(layer.role, language)] if with_role else []),
        layer.owner.of(language),
        str(layer.date),
        span(late) if late else "",
        say(f"word.{layer.sensitivity}"),
        f"{layer.records:,}",
    ]


def _owed_row(layer: OwedLayer) -> list[str]:
    language = current_language()
    return [
        layer.owner.of(language),
        layer.key,
        layer.title.of(language),
        say(f"word.{layer.sensitivity}"),
        say("not_bound") if layer.file is None else layer.file,
    ]


def _level_styles() -> dict[str, str]:
    return {say(f"word.{name}"): style for name, style in STYLES.items()}


def _by_class(layers: tuple[Layer, ...]) -> list[tuple[str, list[Layer]]]:
    groups = [(name, [layer for layer in layers if layer.layer_class == name]) for name in LAYER_CLASSES]
    return [(name, members) for name, members in groups if members]
