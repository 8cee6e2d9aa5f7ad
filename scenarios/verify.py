"""Prove a finished run again from its folder alone: files unchanged, plan sound, bound true."""

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from models import Violation
from scenarios.allocation.aim import aim_of
from scenarios.allocation.check import Proof, check_run
from scenarios.allocation.comparison import compare
from scenarios.allocation.plan_figures import group_rows, plan_figures
from scenarios.allocation.proof_files import FOLDER, read_proof
from scenarios.allocation.spec import AllocationSpec
from scenarios.finished import read_manifest
from scenarios.following import check_following
from scenarios.verification import Verification, changed_files

PARTS: Final = ("evacuation", "relief", "response")
"""Parts that a run may have, by their keys in the manifest."""


def verify_run(folder: Path) -> Verification:
    """Check a run folder without its map and without a solver.

    Raises
    ------
    InputError
        If the folder holds no finished run, or its proof cannot be read.
    """
    manifest = read_manifest(folder)
    changed = (*changed_files(folder, manifest), *check_following(folder, manifest))
    proof = read_proof(folder)
    stated = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    derived = {value.key: value.value for value in plan_figures(proof)}
    differing = [key for key, value in derived.items() if stated.get(key, 0) != value]
    violations = [*check_run(proof), *_check_more(folder / FOLDER, proof, manifest)]
    differing += ["allocation"] * (not _same_allocation(manifest, proof))
    for part in PARTS:
        if manifest.get(part) is not None:
            broken, other = _verify_part(part, folder, manifest)
            violations, differing = [*violations, *broken], [*differing, *other]
    return Verification(changed, tuple(violations), tuple(differing))


def _verify_part(part: str, folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return what a part breaks and its figures that differ; only the parts that a run has are imported."""
    verify = getattr(import_module(f"scenarios.{part}.verifying"), f"verify_{part}")
    found: tuple[list[Violation], list[str]] = verify(folder, manifest)
    return found


def _check_more(path: Path, proof: Proof, manifest: dict[str, Any]) -> list[Violation]:
    """Check why people have no place, and the stages, where the run states them."""
    broken: list[Violation] = []
    if manifest.get("why") is not None:
        from scenarios.allocation.why_files import check_why  # noqa: PLC0415 - few runs have it

        broken += check_why(path, proof.problem, manifest["why"])
    if manifest.get("stages") is not None:
        from scenarios.allocation.stage_files import check_stages  # noqa: PLC0415 - few runs have them

        broken += check_stages(path, proof, manifest["stages"])
    return broken


def _same_allocation(manifest: dict[str, Any], proof: Proof) -> bool:
    """Tell whether the tables of the allocation follow from the stored plan, and the aim is its own."""
    stated = manifest["allocation"]
    groups = group_rows(proof)
    shown = set(groups[0]) if groups else set()
    aim = aim_of(AllocationSpec.model_validate({"objective": stated["objective"]}))
    return (
        groups == [{key: row[key] for key in row if key in shown} for row in stated["groups"]]
        and stated["comparison"] == compare(proof)
        and aim == proof.allocating.aim
        and (stated["whole"] == "none") == (proof.problem.whole is None)
    )
