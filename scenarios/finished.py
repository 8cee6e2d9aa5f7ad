"""Finished runs, as their manifests tell of them; to read them needs nothing of what made them."""

import json
from pathlib import Path
from typing import Any, Final

from dss.errors import InputError

MANIFEST: Final = "manifest.json"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a run's manifest.

    Raises
    ------
    InputError
        If the folder holds no finished run.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("run_missing", folder=folder) from error
    return manifest


def list_runs(folder: Path) -> list[dict[str, Any]]:
    """Return the manifests of the finished runs in a folder, the newest first."""
    manifests = [
        read_manifest(path.parent)
        for path in folder.glob(f"*/{MANIFEST}")
        if path.parent.suffix != ".partial"
    ]
    return sorted(manifests, key=lambda manifest: (manifest["created"], manifest["run"]), reverse=True)
