"""What the city still owes: layers of the profile without a file, middle classes that nobody has bound.

The list by department is what a catalogue is for before any layer has come.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from dss.errors import MapError
from dss.onemap.catalogue import LayerProfile, OneMap
from dss.onemap.profile import Profile, read_profile
from dss.onemap.template import find_middle_class, template
from dss.onemap.terms import LayerClass, Sensitivity, Title

PROFILE_FILE: Final = "profile.yaml"


@dataclass(frozen=True, slots=True)
class OwedLayer:
    """A layer that is not in the map.

    Parameters
    ----------
    middle_class
        Its key in the template; empty where the profile names none.
    file
        File that the profile waits for; None while nothing is bound.
    """

    key: str
    layer_class: LayerClass
    middle_class: str
    title: Title
    owner: Title
    role: str
    sensitivity: Sensitivity
    cycle_days: int
    file: str | None


@dataclass(frozen=True, slots=True)
class Binding:
    """What a person says of a layer that the city owes; None keeps what the profile or the template says."""

    file: str
    date: date
    fields: dict[str, str]
    file_layer: str | None = None
    role: str | None = None
    owner: str | None = None
    sensitivity: str | None = None
    crs: str | None = None
    code_system: str | None = None


def with_template(profile: Profile) -> Profile:
    """Return the profile with every middle class that none of its layers covers as expected."""
    covered = {layer.middle_class for layer in profile.layers}
    missing = tuple(key for key in template().middle_classes if key not in covered)
    return profile.model_copy(update={"expected": missing})


def owed_layers(onemap: OneMap) -> tuple[OwedLayer, ...]:
    """Return what is not delivered, layers that are bound to a file first.

    A middle class counts as delivered as soon as any layer of the map belongs to it.
    """
    path = onemap.folder / PROFILE_FILE
    if not path.is_file():
        return ()
    profile = read_profile(path)
    keys = {layer.key for layer in onemap.layers}
    delivered = {layer.middle_class for layer in onemap.layers}
    bound = [_waiting(layer) for layer in profile.layers if layer.key not in keys]
    covered = delivered | {layer.middle_class for layer in bound}
    return (*bound, *(_unbound(key) for key in profile.expected if key not in covered))


def bind_layer(folder: Path, key: str, binding: Binding) -> LayerProfile:
    """Bind a layer that the city owes to a file of its delivery; the import then takes it by that.

    Parameters
    ----------
    key
        A layer of the map's profile, or a middle class of the template.

    Raises
    ------
    MapError
        If there is neither, or the binding names a role or field that there is not; the profile then stays.
    """
    path = folder / PROFILE_FILE
    if not path.is_file():
        raise MapError("map_missing", folder=folder)
    profile = read_profile(path)
    entry = _bound(profile, key, binding)
    others = tuple(layer for layer in profile.layers if layer.key != entry["key"])
    partial = folder / f"{PROFILE_FILE}.partial"
    content = profile.model_dump(mode="json", by_alias=True, exclude_none=True)
    content["layers"] = [layer.model_dump(mode="json", by_alias=True, exclude_none=True) for layer in others]
    content["layers"].append(entry)
    content["expected"] = [name for name in profile.expected if name != entry["middle_class"]]
    partial.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    try:
        checked = read_profile(partial)
    except MapError:
        partial.unlink()
        raise
    partial.replace(path)
    return checked.layers[-1]


def _bound(profile: Profile, key: str, binding: Binding) -> dict[str, Any]:
    known = next((layer for layer in profile.layers if layer.key == key), None)
    entry = known.model_dump(mode="json", by_alias=True, exclude_none=True) if known else _from_template(key)
    stated = {
        "file": binding.file,
        "file_layer": binding.file_layer,
        "date": binding.date.isoformat(),
        "role": binding.role,
        "owner": {"zh": binding.owner, "en": binding.owner} if binding.owner else None,
        "sensitivity": binding.sensitivity,
        "crs": binding.crs,
        "code_system": binding.code_system,
    }
    entry |= {name: value for name, value in stated.items() if value is not None}
    entry["fields"] = {**entry.get("fields", {}), **binding.fields}
    return entry


def _from_template(key: str) -> dict[str, Any]:
    found = find_middle_class(key)
    if found is None:
        raise MapError("catalogue_not_owed", layer=key, known=", ".join(template().middle_classes))
    return {
        "key": found.key,
        "class": found.layer_class,
        "middle_class": found.key,
        "role": found.role,
        "title": {"zh": found.short("zh"), "en": found.title.en},
        "owner": found.owner.model_dump(),
        "cycle_days": found.cycle_days,
        "sensitivity": found.sensitivity,
    }


def _waiting(layer: LayerProfile) -> OwedLayer:
    return OwedLayer(
        key=layer.key,
        layer_class=layer.layer_class,
        middle_class=layer.middle_class,
        title=layer.title,
        owner=layer.owner,
        role=layer.role,
        sensitivity=layer.sensitivity,
        cycle_days=layer.cycle_days,
        file=layer.file,
    )


def _unbound(key: str) -> OwedLayer:
    entry = template().middle_classes[key]
    return OwedLayer(
        key=entry.key,
        layer_class=entry.layer_class,
        middle_class=entry.key,
        title=Title(zh=entry.short("zh"), en=entry.title.en),
        owner=entry.owner,
        role=entry.role,
        sensitivity=entry.sensitivity,
        cycle_days=entry.cycle_days,
        file=None,
    )
