"""Replay a file of fixes on the originals of a map: all of it or nothing.

A mended layer is a new file beside its original; the catalogue points at it and names the original. Replaying
starts from the originals each time, so taking a line out of the file and replaying undoes that fix.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import geopandas as gpd

from dss.errors import MapError
from dss.onemap.audit.city import City
from dss.onemap.catalogue import Layer, OneMap, write_catalogue
from dss.onemap.fixed import FixedFrom
from dss.onemap.fixes.draft import Draft
from dss.onemap.fixes.entries import Fixes
from dss.onemap.fixes.making import Bench, make_fix
from dss.onemap.importing import sha256_of

KEPT_FILE: Final = "fixes.yaml"
"""The file of fixes that a map was mended by, kept in its folder."""


@dataclass(frozen=True, slots=True)
class FixResult:
    """What a replay did to one layer.

    ``restored`` where an earlier replay had mended it and this one does not.
    """

    layer: str
    changed: int
    dropped: int
    added: int
    restored: bool = False


def fix_map(onemap: OneMap, fixes: Fixes, source: Path, *, by: str, on: datetime) -> tuple[FixResult, ...]:
    """Replay fixes and store the mended layers.

    Parameters
    ----------
    onemap
        The map.
    fixes
        What to mend.
    source
        Their file, kept in the map's folder.
    by, on
        Who replays them, and when.

    Raises
    ------
    MapError
        If a fix names what is not there or changes nothing; then the map stays as it was.
    """
    drafts = rehearse(onemap, fixes)
    sha256 = sha256_of(source)
    layers = {key: _store(onemap, draft, sha256, by, on) for key, draft in drafts.items()}
    results = results_of(onemap, drafts)
    kept = tuple(layers.get(layer.key, original_of(layer)) for layer in onemap.layers)
    content = source.read_bytes()
    write_catalogue(onemap.folder, onemap.catalogue.model_copy(update={"layers": kept}))
    (onemap.folder / KEPT_FILE).write_bytes(content)
    _clear(onemap, kept)
    return results


def rehearse(onemap: OneMap, fixes: Fixes) -> dict[str, Draft]:
    """Make the fixes in memory; returns the drafts of the layers that they touch."""
    originals = OneMap(
        onemap.folder,
        onemap.catalogue.model_copy(update={"layers": tuple(map(original_of, onemap.layers))}),
    )
    drafts: dict[str, Draft] = {}

    def open_draft(key: str, number: int) -> Draft:
        if key not in drafts:
            layer = originals.layer(key)
            if layer.kind == "raster":
                raise MapError("fixes_layer_raster", number=number, layer=key)
            drafts[key] = Draft(layer, gpd.read_parquet(onemap.folder / layer.path), onemap.crs)
        return drafts[key]

    bench = Bench(City(originals, datetime.now().date()), open_draft)
    for number, fix in enumerate(fixes.fixes, start=1):
        make_fix(bench, fix, number)
    return drafts


def results_of(onemap: OneMap, drafts: dict[str, Draft]) -> tuple[FixResult, ...]:
    """Return what fixes do to each layer, and which layers go back to their original."""
    made = [
        FixResult(key, len(draft.changed), len(draft.dropped), sum(len(one) for one in draft.added))
        for key, draft in drafts.items()
    ]
    back = [
        FixResult(layer.key, 0, 0, 0, restored=True)
        for layer in onemap.layers
        if layer.fixed is not None and layer.key not in drafts
    ]
    return (*made, *back)


def original_of(layer: Layer) -> Layer:
    """Return a layer's entry as the import made it."""
    if layer.fixed is None:
        return layer
    return layer.model_copy(
        update={
            "path": layer.fixed.path,
            "sha256": layer.fixed.sha256,
            "records": layer.fixed.records,
            "date": layer.fixed.date,
            "fixed": None,
        }
    )


def _store(onemap: OneMap, draft: Draft, fixes_sha256: str, by: str, on: datetime) -> Layer:
    """Write a mended layer beside its original; returns its entry."""
    original = original_of(onemap.layer(draft.layer.key))
    frame = draft.finished()
    relative = f"layers/{original.key}.fixed-{fixes_sha256[:8]}.parquet"
    partial = onemap.folder / f"{relative}.partial"
    frame.to_parquet(partial)
    partial.replace(onemap.folder / relative)
    fixed = FixedFrom(
        path=original.path,
        sha256=original.sha256,
        records=original.records,
        date=original.date,
        fixes_sha256=fixes_sha256,
        by=by,
        on=on,
        changed=len(draft.changed),
        dropped=len(draft.dropped),
        added=sum(len(one) for one in draft.added),
    )
    return draft.layer.model_copy(
        update={
            "path": relative,
            "sha256": sha256_of(onemap.folder / relative),
            "records": len(frame),
            "fixed": fixed,
        }
    )


def _clear(onemap: OneMap, layers: tuple[Layer, ...]) -> None:
    """Remove mended versions that no layer points at any more."""
    used = {layer.path for layer in layers}
    for path in (onemap.folder / "layers").glob("*.fixed-*.parquet"):
        if f"layers/{path.name}" not in used:
            path.unlink()
