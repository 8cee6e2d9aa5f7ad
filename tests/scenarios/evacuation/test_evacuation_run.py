"""An evacuation in a town that is small enough to work out by hand, from the scenario to the proof.

The flood covers the north (700 people in two census units), the roads are a cross of four 500 m arms, and the
shelters stand at the ends of the east and the west arm.
"""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from town import BuildTown

from dss.errors import InputError, ScenarioError
from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run

STEPS = [{"from_s": 1800, "factor": 1.0}]
TOWN = {
    "title": {"zh": "小镇疏散", "en": "Evacuation of the town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5, "steps": STEPS},
    "travel": {"walk_limit_s": 0, "board_s": 60},
    "evacuation": {"step_s": 10, "deadline": "hazard", "means": {"carless_share": 0, "special_share": 0}},
}


def scenario_of(**evacuation: object) -> object:
    return parse_scenario({**TOWN, "evacuation": {**TOWN["evacuation"], **evacuation}}, "test")


def figures_of(result: RunResult) -> dict[str, object]:
    return {figure.key: figure.value for figure in result.figures}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a finished run of the town's evacuation."""
    from conftest import build_town_in

    folder = tmp_path_factory.mktemp("evacuation")
    return run_scenario(scenario_of(), build_town_in(folder), folder / "run")
