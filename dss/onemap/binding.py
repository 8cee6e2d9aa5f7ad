"""Which layer of the map a source is: as the profile binds it, or one of its own with a key and a role."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from dss.errors import MapError
from dss.onemap.catalogue import LayerProfile, Title
from dss.onemap.osm import ROLE as OSM_ROLE
from dss.onemap.osm import bind_osm, is_osm_file
from dss.onemap.osm.live import is_live
from dss.onemap.profile import Profile
from dss.onemap.roles import ROLES
from dss.onemap.sources.database import is_database, without_password
from dss.onemap.sources.services import is_service
from dss.onemap.sources.web import shown_url

KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class FileHints:
    """What a person says about a source: the layer it is, its role, and what it does not tell itself.

    ``tables`` are layers, sheets, tables or collections inside it; ``x``, ``y`` the columns of coordinates;
    ``join`` is ``COLUMN=LAYER.FIELD``; ``only`` the one kind of geometry to take.
    """

    key: str | None = None
    role: str | None = None
    crs: str | None = None
    encoding: str | None = None
    tables: tuple[str, ...] = ()
    x: str | None = None
    y: str | None = None
    join: str | None = None
    only: str | None = None

    def __post_init__(self) -> None:
        if self.key is not None and KEY.fullmatch(self.key) is None:
            raise MapError("import_key", key=self.key)
        if self.key is not None and len(self.tables) > 1:
            raise MapError("import_key_of_several", key=self.key, count=len(self.tables))
        if self.role is not None and self.role not in ROLES:
            raise MapError("role_unknown", role=self.role, roles=", ".join(sorted(ROLES)))
        if self.only not in (None, "point", "line", "polygon"):
            raise MapError("import_only", only=self.only)


@dataclass(frozen=True, slots=True)
class Binding:
    """A layer to be: its entry, the table of the source that it is, and whether a profile wrote the entry."""

    entry: LayerProfile
    table: str | None
    from_profile: bool


def is_remote(source: str) -> bool:
    """Tell whether a source is no file: a database, a web service, or a download."""
    return is_database(source) or is_service(source) or is_live(source)


def shown_source(source: str) -> str:
    """Return a source as it may be shown and stored: no passwords, no keys."""
    if is_database(source):
        return without_password(source)
    if is_service(source):
        bare = source[source.lower().index("http") :]
        return shown_url(bare)
    return source


def bind(profile: Profile, source: str, hints: FileHints) -> list[Binding]:
    """Return the layers that a source is to be: one or more.

    Raises
    ------
    MapError
        If nothing binds the source and no role was named.
    """
    entries = [entry for entry in profile.layers if _is_meant(entry, source, hints)]
    if entries:
        return [_bound(entry, source, hints) for entry in entries]
    if _is_osm(source) and hints.role in (None, OSM_ROLE):
        return [Binding(bind_osm(_osm_file(source), hints.key, None), None, False)]
    if hints.role is None:
        raise MapError("file_unbound", file=shown_source(source), roles=", ".join(sorted(ROLES)))
    tables = hints.tables or (None,)
    return [Binding(_own_entry(source, table, hints), table, False) for table in tables]


def _is_meant(entry: LayerProfile, source: str, hints: FileHints) -> bool:
    if hints.key is not None:
        return entry.key == hints.key
    if is_remote(source):
        named = entry.file == shown_source(source)
    else:
        named = Path(entry.file).name == Path(source).name
    return named and (not hints.tables or entry.file_layer in hints.tables)


def _bound(entry: LayerProfile, source: str, hints: FileHints) -> Binding:
    if entry.role == OSM_ROLE and _is_osm(source):
        return Binding(bind_osm(_osm_file(source), hints.key, entry), None, True)
    chosen = entry if hints.role is None else entry.model_copy(update={"role": hints.role})
    return Binding(chosen, hints.tables[0] if hints.tables else entry.file_layer, True)


def _is_osm(source: str) -> bool:
    return is_live(source) or (not is_remote(source) and is_osm_file(Path(source)))


def _osm_file(source: str) -> Path:
    return Path(source.replace("/", "_")) if is_live(source) else Path(source)


def _own_entry(source: str, table: str | None, hints: FileHints) -> LayerProfile:
    shown = shown_source(source)
    remote = is_remote(source)
    name = shown if remote else Path(source).name
    title = table or (shown if remote else Path(source).stem)
    mark = hashlib.sha256((name if table is None else f"{name}/{table}").encode()).hexdigest()[:8]
    return LayerProfile.model_validate(
        {
            "key": hints.key or f"layer_{mark}",
            "class": "现状",
            "role": hints.role,
            "title": {"zh": title, "en": title},
            "file": name,
            "file_layer": table,
            "owner": Title(zh="未说明", en="not stated"),
            "date": date.today(),
        }
    )
