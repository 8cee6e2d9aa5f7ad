"""`dss map`: bring layers in; the other commands of a map join in `api.cli`."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.say import answer_json, say
from dss.errors import MapError
from dss.language import current_language
from dss.onemap import (
    FileHints,
    Layer,
    import_file,
    import_folder,
    init_map,
    open_map,
    profile_of_delivery,
    read_profile,
)
from dss.onemap.roles import ROLES
from dss.workspace import default_workspace

app = typer.Typer(no_args_is_help=True)

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


@app.command("import", help=say("map_import"))
def import_(
    name: MapArgument,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help=say("arg_source"))],
    *,
    layer: Annotated[str | None, typer.Option("--layer", help=say("opt_layer"))] = None,
    role: Annotated[str | None, typer.Option("--role", help=say("opt_role"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=say("opt_crs"))] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help=say("opt_encoding"))] = None,
    profile: Annotated[str | None, typer.Option("--profile", help=say("opt_profile_new"))] = None,
    as_json: Json = False,
) -> None:
    """Bring a delivery folder, or one file, into the map."""
    folder = default_workspace().map_folder(name)
    if role is not None and role not in ROLES:
        raise MapError("role_unknown", role=role, roles=", ".join(sorted(ROLES)))
    if not (folder / "map.yaml").exists():
        chosen = profile or profile_of_delivery(source)
        if chosen is not None:
            typer.echo(say("profile_used", profile=chosen), err=True)
            init_map(folder, read_profile(chosen))
    open_map(folder)
    if source.is_dir():
        result = import_folder(folder, source, lambda done: typer.echo(f"{done:4.0%}", err=True))
    else:
        result = import_file(folder, source, FileHints(layer, role, crs, encoding))
    if as_json:
        answer_json(
            {
                "map": str(folder),
                "imported": [_layer_facts(entry) for entry in result.imported],
                "not_delivered": [entry.key for entry in result.not_delivered],
            }
        )
        return
    for entry in result.imported:
        typer.echo(say("imported", layer=entry.key, title=_title(entry), records=f"{entry.records:,}"))
    for missing in result.not_delivered:
        typer.echo(say("not_delivered", layer=missing.key, file=missing.file), err=True)


def _layer_facts(layer: Layer) -> dict[str, object]:
    return layer.model_dump(mode="json", by_alias=True, exclude_none=True)


def _title(layer: Layer) -> str:
    return layer.title.of(current_language())
