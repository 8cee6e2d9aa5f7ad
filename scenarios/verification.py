"""What is found when a finished run or study is proven again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dss.onemap.staging import sha256_of
from models import Violation


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Parameters
    ----------
    changed
        Files that are missing or no longer what was written.
    violations
        What is wrong with the stored plan or its bound.
    differing
        Stated figures that the stored plan does not give.
    """

    changed: tuple[str, ...]
    violations: tuple[Violation, ...]
    differing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.changed or self.violations or self.differing)


def changed_files(folder: Path, manifest: dict[str, Any]) -> tuple[str, ...]:
    """Return the files of a manifest that are missing or no longer what it says."""
    return tuple(
        name
        for name, digest in manifest["files"].items()
        if not (folder / name).is_file() or sha256_of(folder / name) != digest
    )
