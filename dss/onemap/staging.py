"""Layers on their way into a map: made aside, then put in place all at once.

Files are named by their content, so new ones never overwrite old ones. One rename, that of the catalogue,
takes the import in; before it the map is as it was, after it the files that nothing names are removed. What a
killed import leaves behind is a folder that no catalogue names; the next import removes it.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import psutil

from dss.errors import MapError
from dss.onemap.catalogue import Layer, open_map, write_catalogue

LAYERS_FOLDER: Final = "layers"
STAGING_PREFIX: Final = ".importing-"
LOCK_FILE: Final = ".lock"
LOCK_WAIT_S: Final = 60.0
HASH_IN_NAME: Final = 12


@contextmanager
def staging_folder(folder: Path) -> Iterator[Path]:
    """Give a folder beside the layers; it goes when the work ends, however it ends."""
    _remove_abandoned(folder)
    staging = Path(tempfile.mkdtemp(prefix=f"{STAGING_PREFIX}{os.getpid()}-", dir=folder))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def stored_path(key: str, staged: Path, sha256: str) -> str:
    """Return the path that a staged file will have inside the map's folder."""
    return f"{LAYERS_FOLDER}/{key}-{sha256[:HASH_IN_NAME]}{staged.suffix}"


def commit(folder: Path, staged: Iterable[tuple[Path, Layer]]) -> None:
    """Put staged files in place and take them into the catalogue, all or none.

    Raises
    ------
    MapError
        If another import holds the map for longer than a minute.
    """
    with _locked(folder):
        try:
            _take_in(folder, staged)
        finally:  # whichever catalogue stands now tells what may stay
            _remove_unnamed(folder)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, or of all files of a folder with their names, as hexadecimal."""
    if path.is_dir():
        digest = hashlib.sha256()
        for file in sorted(one for one in path.rglob("*") if one.is_file()):
            digest.update(f"{file.relative_to(path).as_posix()}\0{sha256_of(file)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the map for the moment of the commit; the system frees it if the process dies."""
    with closing(sqlite3.connect(folder / LOCK_FILE, timeout=LOCK_WAIT_S, isolation_level=None)) as lock:
        try:
            lock.execute("begin exclusive")
        except sqlite3.OperationalError as error:
            raise MapError("import_map_busy", folder=folder, why=str(error)) from error
        yield


def _take_in(folder: Path, staged: Iterable[tuple[Path, Layer]]) -> None:
    catalogue = open_map(folder).catalogue
    new: dict[str, Layer] = {}
    (folder / LAYERS_FOLDER).mkdir(exist_ok=True)
    for path, layer in staged:
        path.replace(folder / layer.path)
        new[layer.key] = layer
    kept = tuple(new.pop(layer.key, layer) for layer in catalogue.layers)
    write_catalogue(folder, catalogue.model_copy(update={"layers": kept + tuple(new.values())}))


def _remove_abandoned(folder: Path) -> None:
    for staging in folder.glob(f"{STAGING_PREFIX}*"):
        number = staging.name.removeprefix(STAGING_PREFIX).partition("-")[0]
        if not number.isdigit() or not psutil.pid_exists(int(number)):
            shutil.rmtree(staging, ignore_errors=True)


def _remove_unnamed(folder: Path) -> None:
    """Remove what an earlier state of the layers left; a file in use stays until the next time."""
    named = {folder / layer.path for layer in open_map(folder).layers}
    for file in (folder / LAYERS_FOLDER).iterdir():
        if file.is_file() and file not in named and file.suffix in (".parquet", ".tif", ".partial"):
            try:
                file.unlink()
            except PermissionError:  # Windows keeps a file that someone reads
                continue
