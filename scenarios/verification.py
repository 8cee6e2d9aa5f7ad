"""What is found when a finished run or study is proven again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dss.onemap.staging import sha256_of
from models import Violation
from scenarios.allocation.plan_figures import Value


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


def stated_otherwise(
    manifest: dict[str, Any], part: str, figures: Iterable[Value], tables: dict[str, Any]
) -> list[str]:
    """Return the figures of a part that its run states otherwise, and ``PART_tables`` where a table differs.

    Parameters
    ----------
    part
        Key of the part in the manifest.
    figures, tables
        What the stored plan gives.
    """
    stated = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    differing = [figure.key for figure in figures if stated.get(figure.key) != figure.value]
    derived = json.loads(json.dumps(tables))
    if any(manifest[part].get(key) != rows for key, rows in derived.items()):
        differing.append(f"{part}_tables")
    return differing
