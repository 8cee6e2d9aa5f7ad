"""Take a run out as one file: as secret as its sources, within one's right, and logged."""

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dss.errors import InputError
from dss.language import LANGUAGES, text
from dss.onemap.rights import AccessLog, require_right
from dss.onemap.terms import Sensitivity
from scenarios.finished import read_manifest

LEVEL_FILE: Final = "LEVEL.txt"


@dataclass(frozen=True, slots=True)
class PackedRun:
    """A packed run: how many files, and their level."""

    files: int
    level: Sensitivity


def pack_run(folder: Path, out: Path, right: Sensitivity, log: AccessLog) -> PackedRun:
    """Write a run folder into one ZIP file, whole or not at all; its level stands in ``LEVEL.txt``.

    Raises
    ------
    InputError
        If there is no finished run, its level is above the right, or the file exists or is no ZIP.
    """
    manifest = read_manifest(folder)
    if out.suffix.lower() != ".zip":
        raise InputError("run_export_suffix", file=out)
    if out.exists():
        raise InputError("export_exists", file=out)
    if not out.parent.is_dir():
        raise InputError("export_folder", folder=out.parent)
    level: Sensitivity = manifest["sensitivity"]
    require_right(log, "runs export", f"{manifest['run']} -> {out}", level, right)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    partial = out.with_name(f"{out.name}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            packed.write(path, os.path.join(folder.name, path.relative_to(folder)))
        packed.writestr(f"{folder.name}/{LEVEL_FILE}", _banner(level))
    partial.replace(out)
    return PackedRun(len(files) + 1, level)


def _banner(level: Sensitivity) -> str:
    lines = [
        text("report.level_banner", language, level=text(f"word.{level}", language)) for language in LANGUAGES
    ]
    return "\n".join(lines) + "\n"
