"""Three days of relief on a small sample city, planned once for all tests of the room."""

import pytest

from dss.onemap import OneMap
from scenarios.load import find_scenario, load_scenario
from scenarios.relief.record import Told, read_record
from scenarios.run import RunResult, run_scenario

QUICK = ["relief.time_limit_s=1.5"]


@pytest.fixture(scope="session")
def finished(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    scenario = load_scenario(find_scenario("sample_relief"), QUICK)
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("relief") / "run")


@pytest.fixture(scope="session")
def told(finished: RunResult) -> Told:
    return read_record(finished.folder)
