"""Prove a finished study again from its folder alone: files unchanged, plan and bound sound, figures true."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from dss.errors import InputError
from models import Limits, Violation, siting
from models.siting.proof import BoundBy
from scenarios.finished import read_manifest
from scenarios.siting.measures import measure_service, share_served
from scenarios.siting.proof_files import StudyProof, read_proof
from scenarios.verification import Verification, changed_files

STUDY: Final = "study.json"
# Figures are written rounded; more than this is another figure.
TOLERANCE: Final = 1e-6
# Time for a bound that only the solver vouches for.
AGAIN_S: Final = 120.0

Bound = Literal["proof", "solved_again", "solver"]


@dataclass(frozen=True, slots=True)
class StudyVerification(Verification):
    """What the verification of a study found.

    Parameters
    ----------
    bound
        How the bound was proven: by the stored proof; by solving the stored problem again, where only the
        solver vouches for it; or not within the time, so that it stays the solver's word.
    """

    bound: Bound


def verify_study(folder: Path) -> StudyVerification:
    """Check a study folder without its map.

    Raises
    ------
    InputError
        If the folder holds no finished study, or its proof cannot be read.
    """
    manifest = read_manifest(folder)
    changed = changed_files(folder, manifest)
    stated, proof = _read_figures(folder), read_proof(folder)
    violations = list(siting.check(proof.problem, proof.plan))
    differing: tuple[str, ...] = ()
    bound: Bound = "proof"
    if not violations:
        differing = _differing(proof, stated)
        bound, broken = _bound_again(proof)
        violations += broken
    return StudyVerification(changed, tuple(violations), differing, bound)


def _read_figures(folder: Path) -> dict[str, Any]:
    try:
        figures: dict[str, Any] = json.loads((folder / STUDY).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("siting_study_missing", folder=folder) from error
    return figures


def _differing(proof: StudyProof, stated: dict[str, Any]) -> tuple[str, ...]:
    """Return the figures that the proof does not give."""
    decision, report = proof.plan.decision, proof.plan.report
    assert decision is not None
    near = proof.cost[:, decision.open_sites].min(axis=1, initial=float("inf"))
    share = share_served(decision, proof.rows, near <= proof.limit)
    service = measure_service(near, proof.persons, share)
    derived = {
        "persons": round(float(proof.persons.sum())),
        "limit": proof.limit,
        "objective": report.objective,
        "bound": report.bound,
        "gap": report.gap,
        "termination": report.termination.value,
        "covered": round(service.covered),
        "covered_share": round(service.covered_share, 4),
        "mean": None if service.mean is None else round(service.mean, 1),
        "longest": None if service.longest is None else round(service.longest, 1),
    }
    differing = [key for key, value in derived.items() if not _same(stated.get(key), value)]
    built = {(proof.candidate[j], proof.names[j]) for j in decision.open_sites}
    told = {(site["candidate"], site["name"]) for site in stated.get("sites", [])}
    if {site for site in built if site[0] is not None} != told:
        differing.append("sites")
    return tuple(differing)


def _same(stated: object, derived: object) -> bool:
    if isinstance(stated, int | float) and isinstance(derived, int | float):
        return abs(stated - derived) <= TOLERANCE * max(abs(derived), 1.0)
    return stated == derived


def _bound_again(proof: StudyProof) -> tuple[Bound, list[Violation]]:
    """Solve the stored problem again where its bound is the solver's word; a better plan refutes it."""
    decision, report = proof.plan.decision, proof.plan.report
    assert decision is not None
    assert report.bound is not None
    if decision.bound_by is BoundBy.PROOF:
        return "proof", []
    slack = TOLERANCE * max(abs(report.bound), 1.0)
    # the sense makes smaller better: minus what is covered
    sense = -1.0 if isinstance(proof.problem, siting.MaxCoverage) else 1.0
    proven = siting.certified_bound(proof.problem, decision, report.bound)
    if sense * proven >= sense * report.bound - slack:
        return "proof", []
    again = siting.solve(proof.problem, Limits(AGAIN_S), report.seed).report
    if again.objective is not None and sense * again.objective < sense * report.bound - slack:
        return "solver", [Violation("bound", "beaten when solved again", again.objective - report.bound)]
    found = again.bound is not None and sense * again.bound >= sense * report.bound - slack
    return ("solved_again" if found else "solver"), []
