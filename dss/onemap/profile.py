"""A city profile: which local layers and fields play which role.

Codes differ between provinces and even clash, so nothing about a city is written in code.
"""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from dss.errors import MapError
from dss.onemap.catalogue import LayerProfile, Title
from dss.onemap.roles import ROLES
from dss.onemap.template import find_middle_class, template
from dss.onemap.terms import Strict


class Profile(Strict):
    """Contents of a profile file."""

    title: Title
    generated: bool = False
    crs: str
    note: Title | None = None
    layers: tuple[LayerProfile, ...]
    expected: tuple[str, ...] = ()
    """Middle classes that the city owes and nobody has bound to a file yet."""


def read_profile(profile: str | Path) -> Profile:
    """Read a profile from a file, or a shipped one by its name.

    Raises
    ------
    MapError
        If there is no such profile, or it holds something it may not; names the key.
    """
    path = Path(profile)
    shipped = files("dss.onemap").joinpath("profiles", f"{profile}.yaml")
    if path.is_file():
        content = path.read_text(encoding="utf-8")
    elif shipped.is_file():
        content = shipped.read_text(encoding="utf-8")
    else:
        raise MapError("profile_missing", profile=profile, shipped=", ".join(shipped_profiles()))
    try:
        parsed = Profile.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise MapError("yaml_broken", file=profile, why=" ".join(str(error).split())) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MapError("yaml_key", file=profile, key=where, why=first["msg"]) from error
    for layer in parsed.layers:
        _require_known_fields(profile, layer)
        _require_middle_class(profile, layer.key, layer.middle_class)
    for expected in parsed.expected:
        _require_middle_class(profile, "expected", expected)
    return parsed


def shipped_profiles() -> list[str]:
    """Return the names of the profiles that come with the program."""
    folder = files("dss.onemap").joinpath("profiles")
    return sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir())


def profile_of_delivery(folder: Path) -> str | None:
    """Return the one shipped profile whose every file lies in a folder; None where none or several fit."""
    fitting = [
        name
        for name in shipped_profiles()
        if all((folder / layer.file).is_file() for layer in read_profile(name).layers)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _require_known_fields(profile: str | Path, layer: LayerProfile) -> None:
    known = ROLES[layer.role].fields
    for name in (*layer.fields, *layer.recode, *layer.assumed):
        if name not in known:
            raise MapError(
                "profile_field",
                file=profile,
                layer=layer.key,
                field=name,
                role=layer.role,
                fields=", ".join(known),
            )


def _require_middle_class(profile: str | Path, where: str, middle_class: str) -> None:
    if middle_class and find_middle_class(middle_class) is None:
        raise MapError(
            "catalogue_middle_class",
            file=profile,
            layer=where,
            value=middle_class,
            known=", ".join(template().middle_classes),
        )
