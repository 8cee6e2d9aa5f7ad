"""Three days of relief on a small sample city, planned once for all tests of the room."""

import pytest

from dss.onemap import OneMap
from scenarios.load import find_scenario, load_scenario
from scenarios.progress import ProgressEvent
from scenarios.relief.record import Told, read_record
from scenarios.run import RunResult, run_scenario

QUICK = ["relief.time_limit_s=1.5"]


@pytest.fixture(scope="session")
def events() -> list[ProgressEvent]:
    """Return what the run told of its progress; filled by ``finished``."""
    return []


@pytest.fixture(scope="session")
def finished(
    sample: OneMap, events: list[ProgressEvent], tmp_path_factory: pytest.TempPathFactory
) -> RunResult:
    scenario = load_scenario(find_scenario("sample_relief"), QUICK)
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("relief") / "run", [events.append])


@pytest.fixture(scope="session")
def told(finished: RunResult) -> Told:
    return read_record(finished.folder)
