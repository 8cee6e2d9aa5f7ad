"""Compiled kernels shared between the checkout and an installed copy of it: compiling them takes minutes."""

import os
import shutil
from pathlib import Path

PACKAGES = ("dss", "models", "scenarios", "api")


def share_kernels(checkout: Path, installed: Path) -> int:
    """Let both keep what numba compiles in one place, folder by folder; return how many folders it is.

    A compiled kernel is known by the time and size of its source. In a folder whose sources are the same to
    the byte they get the times of the checkout's; any other folder keeps its own kernels.
    """
    sources = (path for package in PACKAGES for path in (checkout / package).rglob("*.py"))
    folders = sorted({source.parent for source in sources})
    return sum(_shared(folder, installed / folder.relative_to(checkout)) for folder in folders)


def _shared(folder: Path, copy: Path) -> bool:
    sources = [*folder.glob("*.py")]
    if any(not _same(source, copy / source.name) for source in sources):
        return False
    for source in sources:
        known = source.stat()
        os.utime(copy / source.name, ns=(known.st_atime_ns, known.st_mtime_ns))
    kept = folder / "__pycache__"
    kept.mkdir(exist_ok=True)
    shutil.rmtree(copy / "__pycache__", ignore_errors=True)
    (copy / "__pycache__").symlink_to(kept, target_is_directory=True)
    return True


def _same(source: Path, copy: Path) -> bool:
    return copy.is_file() and copy.read_bytes() == source.read_bytes()
