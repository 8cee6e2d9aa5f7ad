"""A finished run can be proven again from its folder, and tampering is found."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dss.errors import InputError
from dss.onemap.importing import sha256_of
from scenarios.allocation.check import Proof, check_run
from scenarios.allocation.proof_files import read_proof
from scenarios.run import RunResult
from scenarios.verify import verify_run


@pytest.fixture
def copy(run: RunResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run.folder, tmp_path / "copy"))


def change(folder: Path, file: str, column: str, row: int, value: float) -> None:
    """Change one stored value, and its hash too, as a careful forger would."""
    path = folder / "proof" / file
    frame = pd.read_parquet(path)
    frame.loc[row, column] = value
    frame.to_parquet(path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][f"proof/{file}"] = sha256_of(path)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_an_untouched_run_is_proven(copy: Path):
    assert verify_run(copy).passed


def test_a_changed_or_missing_file_is_named(copy: Path):
    (copy / "plan.gpkg").write_bytes(b"x")
    (copy / "report.en.html").unlink()
    assert set(verify_run(copy).changed) == {"plan.gpkg", "report.en.html"}


def test_a_forged_number_of_persons_is_found(copy: Path):
    arcs = pd.read_parquet(copy / "proof" / "arcs.parquet")
    row = int(np.flatnonzero(arcs["persons"] > 0)[0])
    change(copy, "arcs.parquet", "persons", row, int(arcs["persons"][row]) + 1)
    found = verify_run(copy)
    assert found.changed == ()
    assert "(1) persons" in {violation.constraint for violation in found.violations}
    assert "persons_allocated" in found.differing


def test_a_forged_bound_is_found(copy: Path):
    change(copy, "report.parquet", "bound", 0, 9e12)
    assert [violation.constraint for violation in verify_run(copy).violations] == ["bound"]


def test_a_folder_without_run_or_proof_is_refused(copy: Path, tmp_path: Path):
    with pytest.raises(InputError):
        verify_run(tmp_path / "nothing")
    shutil.rmtree(copy / "proof")
    with pytest.raises(InputError) as caught:
        verify_run(copy)
    assert caught.value.code == "proof_unreadable"


def longest(proof: Proof) -> int:
    return int(np.argmax(np.diff(proof.route_offset)))


def closed_road(proof: Proof) -> Proof:
    edge_s = proof.edge_s.copy()
    edge_s[:, proof.route_edge[proof.route_offset[longest(proof)]]] = np.inf
    return replace(proof, edge_s=edge_s)


def gap_in_the_way(proof: Proof) -> Proof:
    edges = proof.route_edge.copy()
    at = proof.route_offset[longest(proof)]
    edges[[at, at + 1]] = edges[[at + 1, at]]
    return replace(proof, route_edge=edges)


def other_shelter(proof: Proof) -> Proof:
    return replace(proof, site_edge=np.roll(proof.site_edge, 1, axis=1))


def shorter_time(proof: Proof) -> Proof:
    return replace(proof, route_access_s=proof.route_access_s - 5.0)


def lost_trip(proof: Proof) -> Proof:
    return replace(
        proof,
        route_arc=proof.route_arc[:-1],
        route_offset=proof.route_offset[:-1],
        route_edge=proof.route_edge[: proof.route_offset[-2]],
        route_access_s=proof.route_access_s[:-1],
    )


@pytest.mark.parametrize(
    ("tamper", "constraint"),
    [
        (closed_road, "(7) open roads only"),
        (gap_in_the_way, "(5) trip joins up"),
        (other_shelter, "(6) trip ends at its shelter"),
        (shorter_time, "(8) trip takes its time"),
        (lost_trip, "(4) a trip for everyone"),
    ],
)
def test_a_trip_that_cannot_be_is_found(run: RunResult, tamper, constraint: str):
    proof = read_proof(run.folder)
    assert check_run(proof) == []
    assert constraint in {violation.constraint for violation in check_run(tamper(proof))}
