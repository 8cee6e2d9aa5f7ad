"""What made a run: versions of the packages, and the most memory that it took."""

import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import psutil


def made_with(packages: Iterable[str]) -> dict[str, Any]:
    """Return what a manifest says of the process that makes a run: ``peak_memory_mb``, ``versions``."""
    return {
        "peak_memory_mb": round(_peak_memory_bytes() / 1e6),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def _peak_memory_bytes() -> int:
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
