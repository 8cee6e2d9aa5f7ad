"""Published instances: the model agrees with their proven optima, as far as sites that are open allow."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models import Limits, shelter
from models.shelter.bound import whole_bound
from models.shelter.whole.zones import gather_zones

ROOT = Path(__file__).parents[3]


def run_benchmark(path: Path) -> dict[str, object]:
    command = [sys.executable, "benchmarks/shelter.py", str(path), "--time-limit-s", "60"]
    done = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("number", [1, 10, 24])
def test_whole_demands_reach_the_optimum_of_single_source_facility_location(shared: Path, number: int):
    folder = shared / "oracles" / "sscflp" / "Lib_2"
    optimum = float(folder.joinpath("os").read_text().split()[number - 1])
    row = run_benchmark(folder / f"p{number}")
    assert row["objective"] == optimum
    assert row["bound"] == pytest.approx(optimum, rel=1e-4)
    assert row["allocation_bound"] <= optimum + 1e-6
    assert (row["unmet"], row["broken"]) == (0, 0)


def test_whole_demands_reach_the_optimum_of_a_capacitated_p_median(shared: Path):
    row = run_benchmark(shared / "oracles" / "pmedcap" / "pmedcap1_4.txt")
    assert row["objective"] == row["best_known"] == 651
    assert row["allocation_bound"] <= 651 + 1e-6


@pytest.mark.parametrize("number", [1, 4, 7, 12])
def test_with_every_site_open_the_bound_is_below_the_optimum_less_fixed_costs(shared: Path, number: int):
    # whoever opens sites pays at least the cheapest fixed cost; the rest is an allocation to some of them all
    folder = shared / "oracles" / "sscflp" / "Lib_2"
    optimum = float(folder.joinpath("os").read_text().split()[number - 1])
    values = np.array(folder.joinpath(f"p{number}").read_text().replace("\0", " ").split(), dtype=float)
    m, n = int(values[0]), int(values[1])
    sites, rest = values[2 : 2 + 2 * m].reshape(m, 2), values[2 + 2 * m :]
    demand, cost = rest[:n].astype(np.int64), rest[n : n + n * m].reshape(m, n).T
    problem = shelter.Allocation(
        demand,
        sites[:, 0].astype(np.int64),
        np.repeat(np.arange(n), m),
        np.tile(np.arange(m), n),
        (cost / demand[:, None]).ravel(),
        whole=np.arange(n),
    )
    plan = shelter.solve(problem, Limits(time_s=3.0))
    proven = whole_bound(gather_zones(problem), plan.decision.multipliers)
    assert proven <= plan.report.objective + 1e-6
    assert proven + sites[:, 1].min() <= optimum
