"""Runs that follow another run: one part planned again after news, everything else as it was.

Such a run is a folder like any other. It holds all files of the run that it follows; those of its own part
are new, and so are the report and ``plan.gpkg``. ``followed/1.json``, ``2.json``... are the manifests of the
runs before, the oldest first, byte for byte; ``PART/before/`` is what the part's proof was in the last of
them. Its manifest says under ``follows`` which run it follows, and the hash of that run's manifest. So
everything can be proven from the new folder alone, without the runs before.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyogrio

from dss.errors import InputError
from dss.language import Language
from dss.onemap.staging import sha256_of
from models import Violation
from scenarios.allocation.plan_figures import Value
from scenarios.finished import MANIFEST, read_manifest
from scenarios.made_with import made_with

FOLLOWED: Final = "followed"
BEFORE: Final = "before"
GPKG: Final = "plan.gpkg"
FIGURES: Final = {"relief": "relief_", "response": "resp_", "evacuation": "evac_"}
"""What the keys of a part's figures begin with, by the part's key in the manifest."""
OWN_FACTS: Final = (
    "run", "status", "created", "title", "figures", "columns", "check", "seconds", "peak_memory_mb",
    "versions", "files", "follows",
)  # fmt: skip
"""What the manifest of a run that follows says anew, beside its part."""


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """A run in the making that follows another one.

    Parameters
    ----------
    folder
        Where it is written; it gets its name when it is whole.
    out
        Its name.
    part
        Key of the part that is planned again.
    manifest
        Of the run that it follows.
    sha256
        Of that manifest's file.
    """

    folder: Path
    out: Path
    part: str
    manifest: dict[str, Any]
    sha256: str

    @property
    def first_title(self) -> dict[str, str]:
        """The title of the first run, that followed none."""
        follows = self.manifest.get("follows")
        title: dict[str, str] = self.manifest["title"] if follows is None else follows["title"]
        return title


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What a run that follows says anew in its manifest.

    Parameters
    ----------
    title
        In each language.
    figures
        Of its part, in place of those that it had.
    tables
        What the manifest holds of the part.
    layers
        The part's layers for maps, GeoDataFrames by name.
    violations
        What the check found.
    """

    title: Mapping[Language, str]
    figures: Sequence[Value]
    tables: dict[str, Any]
    layers: Mapping[str, Any]
    violations: Sequence[Violation]


def follow(run: Path, out: Path, part: str) -> Following:
    """Begin a run that follows another one: copy everything that stays as it is.

    Parameters
    ----------
    run, out
        Folder of the finished run, and of the new one, which must not exist yet.
    part
        Key of the part that is planned again, as in the manifest.

    Raises
    ------
    InputError
        If the new folder exists, or the old one holds no finished run.
    """
    if out.exists():
        raise InputError("run_exists", folder=out)
    manifest = read_manifest(run)
    folder = out.with_name(f"{out.name}.partial")
    shutil.rmtree(folder, ignore_errors=True)
    for name in manifest["files"]:
        if is_kept(name, part) or name == GPKG or name.startswith(f"{FOLLOWED}/"):
            _copy(run / name, folder / name)
    place = folder / FOLLOWED / f"{len(list((folder / FOLLOWED).glob('*.json'))) + 1}.json"
    _copy(run / MANIFEST, place)
    return Following(folder, out, part, manifest, sha256_of(place))


def is_kept(name: str, part: str) -> bool:
    """Tell whether a file of a run stays as it is when a part is planned again."""
    return not name.startswith((f"{part}/", f"{part}_", f"{part}.", f"{FOLLOWED}/", "report.", GPKG))


def write_part_layers(following: Following, layers: Mapping[str, Any]) -> None:
    """Write a part's layers, GeoDataFrames by name, in place of those before."""
    for name, layer in layers.items():
        layer.to_parquet(following.folder / f"{name}.parquet", compression="zstd")
        pyogrio.write_dataframe(layer, following.folder / GPKG, layer=name)


def describe_following(following: Following, news: News) -> dict[str, Any]:
    """Return the manifest of a run that follows, without hashes of files and seconds of steps."""
    before = {key: fact for key, fact in following.manifest.items() if key != "files"}
    return {
        **before,
        "run": following.out.name,
        "status": "failed_check" if news.violations else "done",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "title": dict(news.title),
        "follows": {
            "run": following.manifest["run"],
            "manifest_sha256": following.sha256,
            "part": following.part,
            "title": following.first_title,
        },
        "figures": _figures(following, news.figures),
        "columns": _columns(following, news.layers),
        following.part: news.tables,
        "check": {
            "passed": not news.violations,
            "violations": [asdict(violation) for violation in news.violations[:100]],
            "violation_count": len(news.violations),
        },
        **made_with(name for name in following.manifest["versions"] if name != "python"),
    }


def _figures(following: Following, values: Sequence[Value]) -> list[dict[str, Any]]:
    """Return all figures, those of the part anew, as old and as secret as those that it had."""
    before, prefix = following.manifest["figures"], FIGURES[following.part]
    own = [figure for figure in before if figure["key"].startswith(prefix)]
    known = {figure["key"]: figure for figure in own}
    anew = [{**known.get(value.key, own[0]), **asdict(value)} for value in values]
    first = before.index(own[0])
    others = [figure for figure in before if not figure["key"].startswith(prefix)]
    return [*others[:first], *anew, *others[first:]]


def _columns(following: Following, layers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sources of all columns; a new one of the part rests on what the part's others do."""
    before = following.manifest["columns"]
    columns = {
        name: [str(column) for column in layer.columns if column != layer.geometry.name]
        for name, layer in layers.items()
    }
    found = dict(before)
    own = [keys for name, layer in before.items() if name in columns for keys in layer.values()]
    every = list(dict.fromkeys(key for keys in own for key in keys))
    for name, names in columns.items():
        found[name] = {column: before.get(name, {}).get(column, every) for column in names}
    return found


def check_following(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return what is not as in the run that a run follows, back to the first, from the folder alone.

    Files by their names, other facts as ``follows.KEY``.
    """
    numbers = [int(path.stem) for path in (folder / FOLLOWED).glob("*.json") if path.stem.isdigit()]
    wrong: list[str] = []
    for number in sorted(numbers, reverse=True):
        name = f"{FOLLOWED}/{number}.json"
        text = (folder / name).read_bytes()
        follows = manifest.get("follows")
        if follows is None or follows["manifest_sha256"] != hashlib.sha256(text).hexdigest():
            return [*wrong, name]
        before = json.loads(text)
        wrong += _unlike(manifest, before, follows["part"])
        manifest = before
    return wrong if manifest.get("follows") is None else [*wrong, f"{FOLLOWED}/0.json"]


def _unlike(manifest: dict[str, Any], before: dict[str, Any], part: str) -> list[str]:
    files, then = manifest["files"], before["files"]
    kept = [name for name in then if is_kept(name, part) and files.get(name) != then[name]]
    stored = f"{part}/{BEFORE}/"
    moved = [
        name
        for name, digest in files.items()
        if name.startswith(stored) and then.get(f"{part}/{name.removeprefix(stored)}") != digest
    ]
    facts = [
        f"follows.{key}"
        for key in before
        if key not in (*OWN_FACTS, part)
        if manifest.get(key) != before[key]
    ]
    others = [_others(one, FIGURES[part]) for one in (manifest, before)]
    return [*kept, *moved, *facts, *(["follows.figures"] if others[0] != others[1] else [])]


def _others(manifest: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    return [figure for figure in manifest["figures"] if not figure["key"].startswith(prefix)]


def _copy(begin: Path, end: Path) -> None:
    end.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(begin, end)
