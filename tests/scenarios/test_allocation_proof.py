"""A plan's aim, wholeness, reasons and stages are proven again from files, and tampering is found."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dss.onemap import OneMap
from dss.onemap.importing import sha256_of
from models.shelter.aims import LongestProof
from scenarios.allocation.check import Proof, check_run
from scenarios.allocation.proof_files import read_proof
from scenarios.load import find_scenario, load_scenario
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run


@pytest.fixture(scope="module")
def whole(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Whole census units over stages, and the longest trip."""
    short = [
        "allocation.objective=longest_trip", "allocation.shelters.service_distance=true",
        "hazard.area_share=0.02", "standards={flood.leave_depth_m: 0.05}",
    ]  # fmt: skip
    scenario = load_scenario(find_scenario("sample_flood_whole"), short)
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("runs") / "whole")


@pytest.fixture
def copy(whole: RunResult, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole.folder, tmp_path / "copy"))


def forge(folder: Path, file: str, change: Callable[[pd.DataFrame], None]) -> None:
    """Change a stored table, and its hash too, as a careful forger would."""
    path = folder / "proof" / file
    frame = pd.read_parquet(path)
    change(frame)
    frame.to_parquet(path)
    state(folder, lambda manifest: manifest["files"].update({f"proof/{file}": sha256_of(path)}))


def state(folder: Path, change: Callable[[dict], None]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def wrong(folder: Path) -> set[str]:
    found = verify_run(folder)
    assert found.changed == ()
    return {violation.constraint for violation in found.violations} | set(found.differing)


def test_the_untouched_run_is_proven(copy: Path):
    assert verify_run(copy).passed


def test_a_unit_torn_apart_is_found(copy: Path):
    arcs = pd.read_parquet(copy / "proof" / "arcs.parquet")
    rows = pd.read_parquet(copy / "proof" / "rows.parquet")
    used = arcs[arcs["persons"] > 1]
    one = next(k for k in used.index if ((arcs["cell"] == arcs["cell"][k]) & (arcs["persons"] == 0)).any())
    other = arcs.index[(arcs["cell"] == arcs["cell"][one]) & (arcs["persons"] == 0)][0]

    def move(frame: pd.DataFrame) -> None:
        frame.loc[one, "persons"] -= 1
        frame.loc[other, "persons"] += 1

    forge(copy, "arcs.parquet", move)
    assert len(rows)
    assert "(4) together" in wrong(copy)


def test_units_renumbered_so_that_nobody_stays_together_are_found(copy: Path):
    def renumber(frame: pd.DataFrame) -> None:
        frame["zone"] = np.arange(len(frame))

    forge(copy, "rows.parquet", renumber)
    assert "zones" in wrong(copy)


def test_a_longest_trip_that_is_not_proven_is_found(copy: Path):
    def longer(frame: pd.DataFrame) -> None:
        frame.loc[np.flatnonzero(frame["name"] == "longest")[1], "value"] += 60.0

    forge(copy, "certificates.parquet", longer)
    assert "longest trip" in wrong(copy)


def test_a_reason_that_cannot_be_is_found(copy: Path):
    def blame_water(frame: pd.DataFrame) -> None:
        assert frame["cause"].iloc[0] != 1
        frame.loc[frame.index[0], "cause"] = 1

    forge(copy, "rows.parquet", blame_water)
    assert "(9) cause" in wrong(copy)


def test_places_stated_too_few_are_found(copy: Path):
    state(copy, lambda manifest: manifest["why"]["extra_places"].clear())
    assert "(10) why" in wrong(copy)


def test_a_shortage_stated_too_large_is_found(copy: Path):
    def add(manifest: dict) -> None:
        manifest["why"]["shortages"][0]["persons"] += 100

    state(copy, add)
    assert "pocket" in wrong(copy)


def test_a_move_to_another_shelter_at_a_stage_is_found(copy: Path):
    def swap(frame: pd.DataFrame) -> None:
        first = frame.index[(frame["stage"] == 0) & frame["placed"] & (frame["persons"] > 0)]
        frame.loc[first, "site"] = (frame.loc[first, "site"] + 1) % 5

    forge(copy, "stages.parquet", swap)
    assert "(11) stages" in wrong(copy) or "(3) allowed" in wrong(copy)


def test_another_aim_than_the_stated_one_is_found(copy: Path):
    state(copy, lambda manifest: manifest["allocation"]["objective"].update(kind="total_time"))
    assert "allocation" in wrong(copy)


def test_a_comparison_that_flatters_is_found(copy: Path):
    def flatter(manifest: dict) -> None:
        manifest["allocation"]["comparison"][1]["nearest"] += 1000

    state(copy, flatter)
    assert "allocation" in wrong(copy)


def without_multipliers(proof: Proof) -> Proof:
    assert proof.plan.decision is not None
    decision = replace(proof.plan.decision, multipliers=None, prices=None)
    return replace(proof, plan=replace(proof.plan, decision=decision))


def without_cells(proof: Proof) -> Proof:
    assert proof.plan.decision is not None
    found = proof.plan.decision.aim_proof
    assert isinstance(found, LongestProof)
    empty = replace(found, cells=np.zeros(0, dtype=np.int64))
    return replace(proof, plan=replace(proof.plan, decision=replace(proof.plan.decision, aim_proof=empty)))


@pytest.mark.parametrize(
    ("tamper", "constraint"), [(without_multipliers, "bound"), (without_cells, "longest trip")]
)
def test_a_certificate_that_is_missing_proves_nothing(whole: RunResult, tamper, constraint: str):
    proof = read_proof(whole.folder)
    assert check_run(proof) == []
    assert constraint in {violation.constraint for violation in check_run(tamper(proof))}


def test_the_stages_keep_units_together_and_move_them_on(whole: RunResult):
    stages = whole.manifest["stages"]["rows"]
    assert [row["term"] for row in stages] == ["emergency", "short", "long"]
    assert stages[0]["unmet"] == next(f.value for f in whole.figures if f.key == "persons_unmet")
    assert stages[1]["persons"] < stages[0]["persons"]
    assert all(row["unmet"] <= row["persons"] for row in stages)
    assert whole.manifest["stages"]["gap_percent"] >= 0
