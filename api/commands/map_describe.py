"""`dss map describe`: all that is known of a layer, or of the map as a whole."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from api.commands.map_catalogue import owed_facts
from api.commands.map_tables import print_summary
from api.commands.maps import Json, MapArgument
from api.commands.say import answer_json, say
from dss.onemap import open_map
from dss.onemap.listing import summarise
from dss.onemap.owed import owed_layers
from dss.workspace import default_workspace


def describe(
    name: MapArgument,
    layer: Annotated[str | None, typer.Argument(metavar="LAYER", help=say("arg_layer_optional"))] = None,
    as_json: Json = False,
) -> None:
    """Show everything that is known of a layer, or the map as a whole."""
    onemap = open_map(default_workspace().map_folder(name))
    today = date.today()
    console = Console(highlight=False)
    if layer is None:
        owed = owed_layers(onemap)
        summary = summarise(onemap, owed, today)
        if as_json:
            head = onemap.catalogue.model_dump(mode="json", exclude={"layers"}, exclude_none=True)
            answer_json({**head, **summary, "owed": [owed_facts(entry) for entry in owed]})
            return
        print_summary(console, onemap, summary)
        return
    from api.commands.map_layer import show_layer  # noqa: PLC0415 - its codes need pandas, a whole map does not

    show_layer(console, onemap, onemap.layer(layer), today, as_json=as_json)
