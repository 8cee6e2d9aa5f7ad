"""The catalogue of a city's one map: `map.yaml` in the map's folder.

A layer in the catalogue is an entry of the city profile plus what the import found out about the file.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import Field, ValidationError, field_validator

from dss.errors import MapError
from dss.onemap.fixed import FixedFrom
from dss.onemap.guesses import Guess
from dss.onemap.roles import ROLES, Kind
from dss.onemap.template import find_middle_class
from dss.onemap.terms import SENSITIVITIES, CodeSystem, LayerClass, Sensitivity, Strict, Title

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = [
    "CATALOGUE_FILE",
    "SENSITIVITIES",
    "Catalogue",
    "Layer",
    "LayerClass",
    "LayerProfile",
    "OneMap",
    "Sensitivity",
    "Title",
    "load_yaml",
    "open_map",
    "write_catalogue",
]

CATALOGUE_FILE: Final = "map.yaml"
Day = date


class LayerProfile(Strict):
    """What a city says of one of its layers before the file is read."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    layer_class: LayerClass = Field(alias="class")
    """现状 as is, 规划 planned, 管理 administration or 社会经济 society and economy."""
    middle_class: str = ""
    """Key in the template catalogue; a text of an old map that names none of them is kept as it is."""
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
    encoding: str | None = None
    """Encoding of the texts where the file names none."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Our field name -> the layer's own field."""
    recode: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Our field name -> the layer's own code -> our code."""
    assumed: dict[str, float | str] = Field(default_factory=dict)
    """Our field name -> a modelled value for a field that the layer does not have."""
    derived_from: tuple[str, ...] = ()
    """Keys of the layers that it was made from; it is then as secret as the highest of them."""
    code_system: CodeSystem | None = None
    """Which list its land-use codes are from."""
    scale_denominator: int | None = Field(default=None, gt=0)
    """2000 for a survey at 1:2000; None where nobody said."""
    precision_m: float | None = Field(default=None, gt=0)
    """Its coordinates are given out no finer than this."""
    caveat: Title | None = None
    """What a reader of any figure from this layer must know."""

    @field_validator("middle_class")
    @classmethod
    def _key_of_the_template(cls, middle_class: str) -> str:
        found = find_middle_class(middle_class)
        return middle_class if found is None else found.key

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
    """Hash of the file that was delivered; of the stored one where a service or a database gave it."""
    service: str | None = None
    """Address of the service or database it came from, without password."""
    encoding: str | None = None
    """Encoding of the delivered texts; None where the format says it or has none."""
    guesses: tuple[Guess, ...] = ()
    """What the import took for granted or changed."""
    fixed: FixedFrom | None = None
    """The original, where the layer was mended after its import."""

    def age_days(self, on: Day) -> int:
        """Return how old the layer is on a day; 0 for one that is dated ahead."""
        return max(0, (on - self.date).days)

    def overdue_days(self, on: Day) -> int:
        """Return for how long its renewal is due on a day; 0 where it is not, or nobody said how often."""
        return max(0, self.age_days(on) - self.cycle_days) if self.cycle_days else 0


class Catalogue(Strict):
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
    """An opened map: its folder and its catalogue. No layer is loaded yet.

    It remembers which layers were asked for by key or by role, as the sources of what is made from it.
    """

    def __init__(
        self, folder: Path, catalogue: Catalogue, replaced: Mapping[str, "gpd.GeoDataFrame"] | None = None
    ) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.replaced: Mapping[str, gpd.GeoDataFrame] = MappingProxyType(dict(replaced or {}))
        self._asked: set[str] = set()

    def afresh(self) -> "OneMap":
        """Return the same map with nothing asked for yet."""
        return OneMap(self.folder, self.catalogue, self.replaced)

    def replacing(self, frames: Mapping[str, "gpd.GeoDataFrame"]) -> "OneMap":
        """Return the map with other contents for some vector layers, in memory only.

        Parameters
        ----------
        frames
            By layer key: what `read_vector` shall return, with our field names, in the map's CRS.
        """
        return OneMap(self.folder, self.catalogue, {**self.replaced, **frames})

    @property
    def used(self) -> tuple[Layer, ...]:
        """The layers that were asked for so far, in the catalogue's order."""
        return tuple(layer for layer in self.layers if layer.key in self._asked)

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
                self._asked.add(key)
                return layer
        known = ", ".join(layer.key for layer in self.layers)
        raise MapError("layer_missing", layer=key, map=self.folder.name, layers=known)

    def role(self, role: str) -> tuple[Layer, ...]:
        """Return the layers of a role; empty where the map has none."""
        found = tuple(layer for layer in self.layers if layer.role == role)
        self._asked.update(layer.key for layer in found)
        return found

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
        catalogue = Catalogue.model_validate(load_yaml(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise MapError("map_broken", file=path, why=_first_line(error)) from error
    for layer in catalogue.layers:
        if not (folder / layer.path).is_file():
            raise MapError("layer_file_missing", layer=layer.key, file=folder / layer.path)
    return OneMap(folder, catalogue)


def load_yaml(text: str) -> object:
    """Read YAML with libyaml where it is there: a catalogue of 80 layers is then read ten times faster."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # both are safe


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
