"""`dss map list` and `dss map search`: what a map holds, and what it lacks."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from api.commands.map_tables import print_layers, print_owed
from api.commands.maps import Json, MapArgument
from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.onemap import open_map
from dss.onemap.listing import LayerFilter, layer_facts
from dss.onemap.listing import search as find_layers
from dss.onemap.owed import OwedLayer, owed_layers
from dss.onemap.roles import ROLES
from dss.onemap.terms import LAYER_CLASSES, SENSITIVITIES
from dss.workspace import default_workspace

T = TypeVar("T", bound=str)


def list_(
    name: MapArgument,
    *,
    layer_class: Annotated[str | None, typer.Option("--class", help=say("opt_class"))] = None,
    role: Annotated[str | None, typer.Option("--role", help=say("opt_role_only"))] = None,
    owner: Annotated[str | None, typer.Option("--owner", help=say("opt_owner"))] = None,
    sensitivity: Annotated[str | None, typer.Option("--sensitivity", help=say("opt_sensitivity"))] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=say("opt_overdue"))] = False,
    owed_only: Annotated[bool, typer.Option("--owed", help=say("opt_owed"))] = False,
    as_json: Json = False,
) -> None:
    """List the layers of a map by class, and what is not delivered."""
    wanted = LayerFilter(
        layer_class=_one_of("--class", layer_class, LAYER_CLASSES),
        role=_one_of("--role", role, tuple(sorted(ROLES))),
        owner=owner,
        sensitivity=_one_of("--sensitivity", sensitivity, SENSITIVITIES),
        overdue=overdue,
    )
    onemap = open_map(default_workspace().map_folder(name))
    today = date.today()
    owed = tuple(layer for layer in owed_layers(onemap) if wanted.keeps_owed(layer))
    layers = tuple(layer for layer in onemap.layers if wanted.keeps(layer, today) and not owed_only)
    if as_json:
        facts = [layer_facts(onemap, layer, today) for layer in layers]
        answer_json([owed_facts(layer) for layer in owed] if owed_only else facts)
        return
    console = Console(highlight=False)
    if layers or not owed:
        print_layers(console, layers, today)
    print_owed(console, owed)


def search(
    name: MapArgument,
    words: Annotated[str, typer.Argument(metavar="TEXT", help=say("arg_search"))],
    as_json: Json = False,
) -> None:
    """List the layers in which every word occurs, in names, class, role, owner, source or fields."""
    onemap = open_map(default_workspace().map_folder(name))
    found = find_layers(onemap.layers, words)
    today = date.today()
    if as_json:
        answer_json([layer_facts(onemap, layer, today) for layer in found])
        return
    print_layers(Console(highlight=False), found, today)


def owed_facts(layer: OwedLayer) -> dict[str, object]:
    """Return what is known of a layer that is not delivered, for JSON."""
    facts = asdict(layer)
    return {**facts, "title": layer.title.model_dump(), "owner": layer.owner.model_dump()}


def _one_of(option: str, value: str | None, known: tuple[T, ...]) -> T | None:
    if value is None:
        return None
    for name in known:
        if name == value:
            return name
    raise InputError("catalogue_filter", option=option, value=value, known=", ".join(known))
