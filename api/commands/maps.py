"""`dss map`: make a map, see what is there."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.language import current_language
from dss.onemap import (
    Layer,
    init_map,
    open_map,
    read_profile,
)
from dss.workspace import default_workspace

app = typer.Typer(no_args_is_help=True)

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


@app.command("init", help=say("map_init"))
def init(
    name: MapArgument, profile: Annotated[str, typer.Option("--profile", help=say("opt_profile"))]
) -> None:
    """Make an empty map from a profile."""
    folder = default_workspace().map_folder(name)
    init_map(folder, read_profile(profile))
    typer.echo(say("map_made", folder=folder))


@app.command("list", help=say("map_list"))
def list_(name: MapArgument, as_json: Json = False) -> None:
    """List the layers of a map."""
    _show(open_map(default_workspace().map_folder(name)).layers, as_json)


@app.command("search", help=say("map_search"))
def search(
    name: MapArgument,
    words: Annotated[str, typer.Argument(metavar="TEXT", help=say("arg_search"))],
    as_json: Json = False,
) -> None:
    """List the layers whose key, title, class, owner or source holds a text."""
    onemap = open_map(default_workspace().map_folder(name))
    wanted = words.casefold()
    _show(tuple(layer for layer in onemap.layers if wanted in _searched(layer)), as_json)


@app.command("describe", help=say("map_describe"))
def describe(
    name: MapArgument,
    layer: Annotated[str, typer.Argument(metavar="LAYER", help=say("arg_layer"))],
    as_json: Json = False,
) -> None:
    """Show everything that is known of a layer."""
    found = open_map(default_workspace().map_folder(name)).layer(layer)
    facts = _layer_facts(found)
    if as_json:
        answer_json(facts)
        return
    table = Table(show_header=False, box=None)
    for key, value in facts.items():
        table.add_row(key, str(value))
    Console(width=None).print(table)


def _show(layers: tuple[Layer, ...], as_json: bool) -> None:
    if as_json:
        answer_json([_layer_facts(layer) for layer in layers])
        return
    table = Table(
        *[say(f"head_{name}") for name in ("key", "class", "title", "role", "owner", "date", "records")]
    )
    language = current_language()
    for layer in layers:
        table.add_row(
            layer.key,
            layer.layer_class,
            layer.title.of(language),
            layer.role,
            layer.owner.of(language),
            str(layer.date),
            f"{layer.records:,}",
        )
    Console().print(table)


def _layer_facts(layer: Layer) -> dict[str, object]:
    return layer.model_dump(mode="json", by_alias=True, exclude_none=True)


def _title(layer: Layer) -> str:
    return layer.title.of(current_language())


def _searched(layer: Layer) -> str:
    parts = (layer.key, layer.layer_class, layer.middle_class, layer.role, layer.source)
    names = (layer.title.zh, layer.title.en, layer.owner.zh, layer.owner.en)
    return " ".join(parts + names).casefold()
