"""A sample city without errors and the same city with them, made once."""

from pathlib import Path

import pytest
from city_files import PERSONS, SEED, TODAY

from dss.sample import write_sample


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "city"
    write_sample(folder, persons=PERSONS, seed=SEED, errors=0, today=TODAY)
    return folder


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong") / "city"
    write_sample(folder, persons=PERSONS, seed=SEED, today=TODAY)
    return folder
