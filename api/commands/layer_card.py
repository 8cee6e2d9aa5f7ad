"""All that is known of one layer, as a card: its entry, its codes, where it comes from."""

from collections.abc import Mapping
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.map_tables import level, middle_class, span
from api.commands.say import say
from api.commands.source_table import source_table
from dss.language import current_language
from dss.onemap import Layer
from dss.onemap.code_report import CodeReport
from dss.onemap.codes import land_use_system
from dss.onemap.lineage import Lineage
from dss.onemap.listing import role_name

Rows = dict[str, str]


def print_layer(
    console: Console, layer: Layer, lineage: Lineage, codes: CodeReport | None, today: date
) -> None:
    """Print what is known of a layer, and its sources."""
    rows = {**_identity(layer, today), **_secrecy(layer, lineage), **_storage(layer), **_bindings(layer)}
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in {**rows, **(_codes(codes) if codes else {})}.items():
        if value:
            table.add_row(say(name), value)
    console.print(table)
    console.print(f"[bold]{say('lineage_title')}[/]")
    console.print(source_table(lineage))


def _identity(layer: Layer, today: date) -> Rows:
    language = current_language()
    late = layer.overdue_days(today)
    return {
        "head_key": layer.key,
        "fact_title": escape(layer.title.of(language)),
        "fact_class": say(f"layer_class.{layer.layer_class}"),
        "fact_middle": escape(middle_class(layer.middle_class)),
        "fact_role": f"{role_name(layer.role, language)} ({layer.role})",
        "fact_owner": escape(layer.owner.of(language)),
        "fact_date": say("fact_date_age", date=layer.date, age=span(layer.age_days(today))),
        "fact_cycle": say("fact_cycle_days", days=layer.cycle_days)
        if layer.cycle_days
        else say("fact_cycle_as_it_happens"),
        "fact_late": f"[red]{span(late)}[/]" if late else "",
    }


def _secrecy(layer: Layer, lineage: Lineage) -> Rows:
    own = level(layer.sensitivity)
    if lineage.sensitivity != layer.sensitivity:
        own = say("fact_level_derived", own=own, level=level(lineage.sensitivity))
    metres = f"{layer.precision_m:g}" if layer.precision_m else ""
    return {
        "fact_level": own,
        "fact_scale": f"1:{layer.scale_denominator}" if layer.scale_denominator else "",
        "fact_precision": say("fact_metres", metres=metres) if metres else "",
    }


def _storage(layer: Layer) -> Rows:
    inside = f" / {layer.file_layer}" if layer.file_layer else ""
    return {
        "fact_source": escape(layer.source),
        "fact_licence": escape(layer.licence),
        "fact_crs": escape(layer.stored_crs),
        "fact_records": f"{layer.records:,} ({say(f'kind_{layer.kind}')})",
        "fact_file": escape(f"{layer.file}{inside}"),
        "fact_service": escape(layer.service or ""),
        "fact_encoding": escape(layer.encoding or ""),
        "fact_sha256": layer.source_sha256,
    }


def _bindings(layer: Layer) -> Rows:
    language = current_language()
    recode = "\n".join(f"{escape(field)}: {_pairs(codes)}" for field, codes in layer.recode.items())
    return {
        "fact_fields": _pairs(layer.fields),
        "fact_recode": recode,
        "fact_assumed": _pairs(layer.assumed),
        "fact_caveat": escape(layer.caveat.of(language)) if layer.caveat else "",
        "fact_guesses": "\n".join(escape(guess.text(language)) for guess in layer.guesses),
    }


def _codes(codes: CodeReport) -> Rows:
    return {
        "fact_codes": _system(codes),
        "codes_invalid": _counted(codes.invalid),
        "codes_untranslatable": _counted(codes.untranslatable),
        "codes_coarse": f"{codes.coarse:,}" if codes.coarse else "",
        "codes_empty": f"{codes.empty:,}" if codes.empty else "",
    }


def _system(codes: CodeReport) -> str:
    language = current_language()
    if codes.system is None:
        return say("codes_none")
    system = land_use_system(codes.system)
    names = {"system": system.title.of(language), "status": say(f"word.{system.status}")}
    if codes.stated is None:
        return say("codes_unstated", **names, evidence=say(f"codes_evidence_{codes.detected.evidence}"))
    if codes.detected.evidence != "default" and codes.detected.system not in (None, codes.stated):
        return say("codes_differ", stated=codes.stated, detected=codes.detected.system)
    return say("codes_system", **names)


def _pairs(pairs: Mapping[str, object]) -> str:
    return ", ".join(f"{escape(str(a))} ← {escape(str(b))}" for a, b in pairs.items())


def _counted(codes: Mapping[str, int], most: int = 12) -> str:
    shown = ", ".join(f"{escape(code)} ×{count:,}" for code, count in list(codes.items())[:most])
    return f"{shown} …" if len(codes) > most else shown
