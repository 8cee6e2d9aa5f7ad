"""Jobs end as they should: computed, cancelled while they hang, interrupted, or too many."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import slow_jobs
from hypothesis import given, settings
from hypothesis import strategies as st
from served import wait_until

from api.jobs import JobPool, JobStore, NewJob
from api.jobs.tables import STATES
from api.settings import Settings
from api.single import SingleServer
from dss.errors import InputError
from dss.workspace import Workspace


def job(name: str = "a") -> NewJob:
    return NewJob(name, "run", "m", {"zh": "甲", "en": "A"}, {})


@pytest.fixture
def make_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("api.jobs.pool.warm_up", slow_jobs.stay_cold)
    pools: list[JobPool] = []

    def make(work: Callable[[Path, Path, str], None] = slow_jobs.finish, **limits: float) -> JobPool:
        settings = Settings(Workspace(tmp_path), **limits)  # type: ignore[arg-type]
        pools.append(JobPool(settings, JobStore(settings.folder), work))
        return pools[-1]

    yield make
    for pool in pools:
        pool.stop()


def state_of(pool: JobPool, name: str) -> str:
    row = pool.store.get(name)
    assert row is not None
    return row.state


def is_over(pool: JobPool, name: str) -> bool:
    return state_of(pool, name) not in ("queued", "running")


def test_a_row_is_written_before_anything_computes(make_pool):
    pool = make_pool()
    name = pool.submit(job())
    row = pool.store.get(name)
    assert (row.state, row.fraction, row.title["zh"]) == ("queued", 0.0, "甲")
    assert [event.data for event in pool.store.events(name)] == [{"state": "queued"}]


def test_names_that_are_taken_get_a_number(make_pool):
    pool = make_pool()
    assert [pool.submit(job()) for _ in range(3)] == ["a", "a-2", "a-3"]


def test_no_more_jobs_wait_than_the_settings_allow(make_pool):
    pool = make_pool(queue_limit=2)
    assert [pool.submit(job(name)) for name in "abc"] == ["a", "b", None]


def test_a_waiting_job_is_cancelled_at_once_and_never_computed(make_pool):
    pool = make_pool()
    pool.submit(job("a"))
    pool.cancel("a")
    assert state_of(pool, "a") == "cancelled"
    pool.submit(job("b"))
    pool.start()
    wait_until(lambda: is_over(pool, "b"))
    assert state_of(pool, "a") == "cancelled"


def test_cancelling_kills_a_process_that_hangs_and_the_next_job_is_done(make_pool, tmp_path: Path):
    pool = make_pool(slow_jobs.hang, cancel_grace_s=0.2)
    pool.start()
    name = pool.submit(job())
    wait_until((tmp_path / "runs" / "a.partial").is_dir)
    pid = pool.store.get(name).pid
    pool.cancel(name)
    wait_until(lambda: is_over(pool, name), limit_s=15)
    assert state_of(pool, name) == "cancelled"
    assert not psutil.pid_exists(pid)
    assert not (tmp_path / "runs" / "a.partial").exists()
    pool._work = slow_jobs.finish
    pool.submit(job("b"))
    wait_until(lambda: is_over(pool, "b"))
    assert state_of(pool, "b") == "done"


def test_a_job_beyond_its_time_is_ended(make_pool):
    pool = make_pool(slow_jobs.hang, run_time_limit_s=0.5)
    pool.start()
    pool.submit(job())
    wait_until(lambda: is_over(pool, "a"))
    row = pool.store.get("a")
    assert (row.state, row.problem["code"]) == ("failed", "api_job_too_long")


def test_a_process_that_dies_leaves_a_failed_job_and_nothing_else(make_pool, tmp_path: Path):
    pool = make_pool(slow_jobs.die)
    pool.start()
    pool.submit(job())
    wait_until(lambda: is_over(pool, "a"))
    row = pool.store.get("a")
    assert (row.state, row.problem["code"]) == ("failed", "api_job_died")
    assert not (tmp_path / "runs" / "a.partial").exists()


def test_what_an_earlier_server_left_running_is_marked_at_the_start(make_pool, tmp_path: Path):
    pool = make_pool()
    for name in ("whole", "half"):
        pool.submit(job(name))
        assert pool.store.claim() == name
    pool.submit(job("waiting"))
    (tmp_path / "runs" / "whole").mkdir(parents=True)
    (tmp_path / "runs" / "whole" / "manifest.json").write_text('{"status": "failed_check"}')
    (tmp_path / "runs" / "half.partial").mkdir()
    pool.start()
    wait_until(lambda: is_over(pool, "waiting"))
    assert [state_of(pool, name) for name in ("whole", "half", "waiting")] == [
        "check_failed", "failed", "done",
    ]  # fmt: skip
    assert pool.store.get("half").problem["code"] == "api_job_interrupted"
    assert not (tmp_path / "runs" / "half.partial").exists()


def test_a_database_of_an_earlier_version_gets_the_columns_it_lacks(tmp_path: Path):
    JobStore(tmp_path).add(job(), 5)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as database:
        database.execute("ALTER TABLE jobs DROP COLUMN again_of")
    assert JobStore(tmp_path).get("a").again_of is None


def test_one_server_works_on_a_workspace(tmp_path: Path):
    first, second = SingleServer(tmp_path), SingleServer(tmp_path)
    first.take()
    with pytest.raises(InputError) as refused:
        second.take()
    assert refused.value.code == "api_second_server"
    first.leave()
    second.take()
    second.leave()


def test_events_of_many_writers_are_numbered_without_gaps(make_pool):
    pool = make_pool()
    pool.submit(job())
    pool.store.claim()

    def tell(step: str) -> None:
        for i in range(10):
            JobStore(pool._settings.folder).progress("a", step=step, fraction=i / 10, remaining_s=None)

    threads = [threading.Thread(target=tell, args=(step,)) for step in ("map", "cells", "roads")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 3 writers of 10 events after the states queued and running
    assert [event.sequence for event in pool.store.events("a")] == list(range(1, 33))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> JobStore:
    return JobStore(tmp_path_factory.mktemp("rows"))


@settings(max_examples=40)  # each writes a dozen times to disk, and there are five states and five steps
@given(st.lists(st.sampled_from(["claim", "cancel", "done", "failed", "check_failed"]), max_size=8))
def test_an_ended_job_never_changes_again(store: JobStore, steps: list[str]):
    name, ended = store.add(job(), 5), None
    for step in steps:
        if step == "claim":
            store.claim()
        elif step == "cancel":
            store.ask_cancel(name)
        else:
            store.end(name, step)  # type: ignore[arg-type]
        state = store.get(name).state
        assert state in STATES
        assert ended in (None, state)
        ended = state if state not in ("queued", "running") else None
    store.end(name, "cancelled")  # none waits when the next is made up
