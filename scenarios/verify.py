"""Prove a finished run again from its folder alone: files unchanged, plan sound, bound true."""

from dataclasses import dataclass
from pathlib import Path

from dss.onemap.importing import sha256_of
from models import Violation
from scenarios.check import check_run
from scenarios.manifest import read_manifest
from scenarios.plan_figures import plan_figures
from scenarios.proof_files import read_proof


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Parameters
    ----------
    changed
        Files that are missing or no longer what the run wrote.
    violations
        Constraints that the stored plan breaks.
    differing
        Figures of the manifest that the stored plan does not give.
    """

    changed: tuple[str, ...]
    violations: tuple[Violation, ...]
    differing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.changed or self.violations or self.differing)


def verify_run(folder: Path) -> Verification:
    """Check a run folder without its map and without a solver.

    Raises
    ------
    InputError
        If the folder holds no finished run, or its proof cannot be read.
    """
    manifest = read_manifest(folder)
    changed = tuple(
        name
        for name, digest in manifest["files"].items()
        if not (folder / name).is_file() or sha256_of(folder / name) != digest
    )
    proof = read_proof(folder)
    stated = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    derived = {value.key: value.value for value in plan_figures(proof)}
    differing = [key for key, value in derived.items() if stated.get(key, 0) != value]
    return Verification(changed, tuple(check_run(proof)), tuple(differing))
