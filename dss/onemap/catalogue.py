"""The catalogue of a city's one map: `map.yaml` in the map's folder.

A layer in the catalogue is an entry of the city profile plus what the import found out about the file.
"""

from datetime import date
from pathlib import Path
from typing import Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from dss.errors import MapError
from dss.language import Language
from dss.onemap.fixed import FixedFrom
from dss.onemap.roles import ROLES, Kind

LayerClass = Literal["现状", "规划", "管理", "社会经济"]
Sensitivity = Literal["public", "internal", "sensitive", "secret"]

SENSITIVITIES: Final[tuple[Sensitivity, ...]] = ("public", "internal", "sensitive", "secret")
CATALOGUE_FILE: Final = "map.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class Title(_Strict):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in one language."""
        return self.zh if language == "zh" else self.en


class LayerProfile(_Strict):
    """What a city says of one of its layers before the file is read."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    layer_class: LayerClass = Field(alias="class")
    """现状 as is, 规划 planned, 管理 administration or 社会经济 society and economy."""
    middle_class: str = ""
    role: str
    title: Title
    file: str
    """File of the delivery, relative to its folder."""
    file_layer: str | None = None
    """Layer inside the file, where it holds several."""
    owner: Title
    date: date
    cycle_days: int = 0
    """How often the owner updates it; 0 where nobody said."""
    sensitivity: Sensitivity = "internal"
    source: str = ""
    licence: str = ""
    crs: str | None = None
    """CRS to assume where the file names none."""
    fields: dict[str, str] = {}
    """Our field name -> the layer's own field."""
    recode: dict[str, dict[str, str]] = {}
    """Our field name -> the layer's own code -> our code."""
    assumed: dict[str, float | str] = {}
    """Our field name -> a modelled value for a field that the layer does not have."""
    caveat: Title | None = None
    """What a reader of any figure from this layer must know."""

    @field_validator("role")
    @classmethod
    def _known_role(cls, role: str) -> str:
        if role not in ROLES:
            raise ValueError(f"unknown role {role!r}; one of {', '.join(sorted(ROLES))}")
        return role

    @field_validator("date", mode="before")
    @classmethod
    def _year_is_a_date(cls, value: object) -> object:
        return date(value, 12, 31) if isinstance(value, int) else value


class Layer(LayerProfile):
    """A layer in the map: its profile and what the import found."""

    path: str
    """File inside the map's folder."""
    kind: Kind
    stored_crs: str
    records: int
    """Features, or valid pixels."""
    sha256: str
    """Hash of the stored file."""
    source_sha256: str
    """Hash of the file that was delivered."""
    fixed: FixedFrom | None = None
    """The original, where the layer was mended after its import."""


class Catalogue(_Strict):
    """Contents of `map.yaml`."""

    title: Title
    generated: bool = False
    """True where the city does not exist."""
    crs: str
    """Projected CRS in which lengths and areas are computed."""
    note: Title | None = None
    """What a reader of any figure from this map must know."""
    layers: tuple[Layer, ...] = ()


class OneMap:
    """An opened map: its folder and its catalogue. No layer is loaded yet."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder = folder
        self.catalogue = catalogue

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, in the catalogue's order."""
        return self.catalogue.layers

    @property
    def crs(self) -> str:
        """The projected CRS for lengths and areas."""
        return self.catalogue.crs

    def layer(self, key: str) -> Layer:
        """Return a layer by key.

        Raises
        ------
        MapError
            If the map has no such layer.
        """
        for layer in self.layers:
            if layer.key == key:
                return layer
        known = ", ".join(layer.key for layer in self.layers)
        raise MapError("layer_missing", layer=key, map=self.folder.name, layers=known)

    def role(self, role: str) -> tuple[Layer, ...]:
        """Return the layers of a role; empty where the map has none."""
        return tuple(layer for layer in self.layers if layer.role == role)

    def require_role(self, role: str) -> tuple[Layer, ...]:
        """Return the layers of a role that the work cannot do without.

        Raises
        ------
        MapError
            If the map has no layer of that role.
        """
        found = self.role(role)
        if not found:
            raise MapError("role_missing", role=role, map=self.folder.name)
        return found


def open_map(folder: Path) -> OneMap:
    """Open a map folder.

    Raises
    ------
    MapError
        If the folder is no map, its catalogue is broken, or a listed file is missing.
    """
    path = folder / CATALOGUE_FILE
    if not path.is_file():
        raise MapError("map_missing", folder=folder)
    try:
        catalogue = Catalogue.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise MapError("map_broken", file=path, why=_first_line(error)) from error
    for layer in catalogue.layers:
        if not (folder / layer.path).is_file():
            raise MapError("layer_file_missing", layer=layer.key, file=folder / layer.path)
    return OneMap(folder, catalogue)


def write_catalogue(folder: Path, catalogue: Catalogue) -> None:
    """Write `map.yaml`; the old one stays until the new one is whole."""
    content = catalogue.model_dump(mode="json", by_alias=True, exclude_none=True)
    partial = folder / f"{CATALOGUE_FILE}.partial"
    partial.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    partial.replace(folder / CATALOGUE_FILE)


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0]
