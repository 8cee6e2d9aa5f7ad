"""`dss map init` and `dss map bind`: an empty map, and which file each layer that is owed will come as."""

from datetime import date
from typing import Annotated

import typer
from pyproj import CRS
from pyproj.exceptions import CRSError

from api.commands.say import answer_json, say
from dss.errors import InputError
from dss.language import current_language
from dss.onemap import Title, init_map, read_profile
from dss.onemap.owed import Binding, bind_layer, with_template
from dss.onemap.profile import Profile
from dss.workspace import default_workspace

MapArgument = Annotated[str, typer.Argument(metavar="MAP", help=say("arg_map"))]
Json = Annotated[bool, typer.Option("--json", help=say("opt_json"))]


def init(
    name: MapArgument,
    *,
    profile: Annotated[str | None, typer.Option("--profile", help=say("opt_profile"))] = None,
    template: Annotated[bool, typer.Option("--template", help=say("opt_template"))] = False,
    crs: Annotated[str | None, typer.Option("--crs", help=say("opt_map_crs"))] = None,
    title: Annotated[str | None, typer.Option("--title", help=say("opt_map_title"))] = None,
) -> None:
    """Make an empty map from a profile, from the template catalogue, or from both."""
    if profile is None and not template:
        raise InputError("catalogue_init_what")
    folder = default_workspace().map_folder(name)
    made = read_profile(profile) if profile is not None else _bare_profile(title or folder.name, crs)
    if profile is not None and crs is not None:
        made = made.model_copy(update={"crs": _metric_crs(crs)})
    if title is not None:
        made = made.model_copy(update={"title": Title(zh=title, en=title)})
    init_map(folder, with_template(made) if template else made)
    typer.echo(say("map_made", folder=folder))


def bind(
    name: MapArgument,
    layer: Annotated[str, typer.Argument(metavar="LAYER", help=say("arg_bind_layer"))],
    *,
    file: Annotated[str, typer.Option("--file", help=say("opt_bind_file"))],
    day: Annotated[str, typer.Option("--date", help=say("opt_bind_date"))],
    fields: Annotated[list[str] | None, typer.Option("--field", help=say("opt_bind_field"))] = None,
    file_layer: Annotated[str | None, typer.Option("--file-layer", help=say("opt_bind_file_layer"))] = None,
    role: Annotated[str | None, typer.Option("--role", help=say("opt_role"))] = None,
    owner: Annotated[str | None, typer.Option("--owner", help=say("opt_bind_owner"))] = None,
    sensitivity: Annotated[str | None, typer.Option("--sensitivity", help=say("opt_sensitivity"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=say("opt_crs"))] = None,
    code_system: Annotated[str | None, typer.Option("--code-system", help=say("opt_code_system"))] = None,
    as_json: Json = False,
) -> None:
    """Bind a layer that is owed to a file of its delivery; `dss map import` then takes it by that."""
    binding = Binding(
        file=file,
        date=_day(day),
        fields=dict(_field(text) for text in fields or []),
        file_layer=file_layer,
        role=role,
        owner=owner,
        sensitivity=sensitivity,
        crs=crs,
        code_system=code_system,
    )
    bound = bind_layer(default_workspace().map_folder(name), layer, binding)
    if as_json:
        answer_json(bound.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    typer.echo(say("bound", layer=bound.key, title=bound.title.of(current_language()), file=bound.file))


def _bare_profile(title: str, crs: str | None) -> Profile:
    if crs is None:
        raise InputError("catalogue_crs_needed")
    return Profile(title=Title(zh=title, en=title), crs=_metric_crs(crs), layers=())


def _metric_crs(text: str) -> str:
    try:
        found = CRS.from_user_input(text)
    except CRSError as error:
        raise InputError("catalogue_crs", value=text) from error
    if not found.is_projected or found.axis_info[0].unit_name not in ("metre", "meter"):
        raise InputError("catalogue_crs", value=text)
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("catalogue_date", value=text) from error


def _field(text: str) -> tuple[str, str]:
    ours, found, theirs = text.partition("=")
    if not (found and ours.strip() and theirs.strip()):
        raise InputError("catalogue_field_form", value=text)
    return ours.strip(), theirs.strip()
