"""Bring a department's delivery into the map: the whole of it or nothing.

A layer is stored as delivered (fields, values, CRS), as GeoParquet or GeoTIFF; binding and conversion happen
when it is read. What had to be guessed or changed on the way stands in its catalogue entry.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from dss.errors import MapError
from dss.onemap.binding import Binding, FileHints, bind, is_remote
from dss.onemap.catalogue import Catalogue, Layer, LayerProfile, open_map, write_catalogue
from dss.onemap.profile import Profile, read_profile
from dss.onemap.sources.delivered import Tick, ignore_progress
from dss.onemap.sources.places import anchor_of
from dss.onemap.staging import LAYERS_FOLDER, commit, sha256_of, staging_folder
from dss.onemap.taking import Delivery, take_in

PROFILE_FILE: Final = "profile.yaml"

__all__ = [
    "FileHints",
    "ImportResult",
    "import_file",
    "import_folder",
    "import_source",
    "init_map",
    "sha256_of",
]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did: layers now in the map, and profile entries whose file was not delivered."""

    imported: tuple[Layer, ...]
    not_delivered: tuple[LayerProfile, ...]


def init_map(folder: Path, profile: Profile) -> None:
    """Make an empty map from a city profile.

    Raises
    ------
    MapError
        If the folder already holds a map.
    """
    if (folder / "map.yaml").exists():
        raise MapError("map_exists", folder=folder)
    (folder / LAYERS_FOLDER).mkdir(parents=True, exist_ok=True)
    content = profile.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    (folder / PROFILE_FILE).write_text(text, encoding="utf-8")
    write_catalogue(
        folder,
        Catalogue(title=profile.title, generated=profile.generated, crs=profile.crs, note=profile.note),
    )


def import_folder(folder: Path, source: Path, on_progress: Tick | None = None) -> ImportResult:
    """Import every layer of the map's profile whose file lies in a delivery folder.

    Raises
    ------
    MapError
        If no file of the profile is there, or one of them cannot be taken; then nothing is imported.
    """
    profile = read_profile(folder / PROFILE_FILE)
    for entry in profile.layers:
        if Path(entry.file).is_absolute() or ".." in Path(entry.file).parts:
            raise MapError("import_outside", layer=entry.key, file=entry.file)
    delivered = [entry for entry in profile.layers if (source / entry.file).exists()]
    if not delivered:
        files = ", ".join(entry.file for entry in profile.layers)
        raise MapError("nothing_delivered", folder=source, files=files)
    deliveries = [
        Delivery(str(source / entry.file), Binding(entry, entry.file_layer, True), FileHints())
        for entry in delivered
    ]
    layers = _import(folder, deliveries, on_progress or ignore_progress)
    missing = tuple(entry for entry in profile.layers if entry not in delivered)
    return ImportResult(layers, missing)


def import_file(folder: Path, file: Path, hints: FileHints, on_progress: Tick | None = None) -> ImportResult:
    """Import one file, as the profile binds it or, with a key and a role, as a layer of its own.

    Raises
    ------
    MapError
        If nothing binds the file, or it cannot be taken; then the map stays as it was.
    """
    return import_source(folder, str(file), hints, on_progress)


def import_source(
    folder: Path, source: str, hints: FileHints, on_progress: Tick | None = None
) -> ImportResult:
    """Import the layers of one source: a file, a database, a web service or a download of OpenStreetMap.

    Parameters
    ----------
    source
        A path, ``postgresql://…``, ``https://…`` (``wfs:``, ``oapif:`` or ``arcgis:`` may stand in front), or
        ``osm:`` and a place.

    Raises
    ------
    MapError
        If nothing binds it, or any of its layers cannot be taken; then the map stays as it was.
    """
    if not is_remote(source) and not Path(source).exists():
        raise MapError("file_missing", file=source)
    bindings = bind(read_profile(folder / PROFILE_FILE), source, hints)
    deliveries = [Delivery(source, binding, hints) for binding in bindings]
    return ImportResult(_import(folder, deliveries, on_progress or ignore_progress), ())


def _import(folder: Path, deliveries: list[Delivery], on_progress: Tick) -> tuple[Layer, ...]:
    onemap = open_map(folder)
    anchor = anchor_of(onemap)
    with staging_folder(folder) as staging:
        staged = []
        for i, delivery in enumerate(deliveries):

            def tick(share: float, done: int = i) -> None:
                on_progress((done + min(share, 1.0)) / len(deliveries))

            staged.append(take_in(delivery, onemap, anchor, staging, tick))
            tick(1.0)
        commit(folder, staged)
    return tuple(layer for _, layer in staged)
