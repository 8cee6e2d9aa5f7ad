"""One layer of `dss map describe`: its entry, its codes, where it comes from."""

from dataclasses import asdict
from datetime import date

from rich.console import Console

from api.commands.layer_card import print_layer
from api.commands.say import answer_json
from dss.onemap import Layer, OneMap
from dss.onemap.code_report import report_codes
from dss.onemap.lineage import Lineage
from dss.onemap.listing import layer_facts


def show_layer(console: Console, onemap: OneMap, layer: Layer, today: date, *, as_json: bool) -> None:
    """Print everything that is known of a layer, as a card or as JSON."""
    codes = report_codes(onemap, layer)
    if as_json:
        facts = layer_facts(onemap, layer, today)
        answer_json({**facts, "codes": asdict(codes)} if codes else facts)
        return
    print_layer(console, layer, Lineage.of(onemap, [layer.key]), codes, today)
