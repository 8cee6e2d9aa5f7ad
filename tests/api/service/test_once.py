"""What several ask for at once is made once."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from api.builds import Builder
from api.faults import NotReady
from api.once import Once


def test_what_many_ask_for_at_once_is_made_once():
    made = []

    def make() -> bytes:
        time.sleep(0.05)
        made.append(1)
        return b"x"

    async def ask() -> list[bytes]:
        once = Once()
        return await asyncio.gather(*(once.made("a", make) for _ in range(5)), once.made("b", make))

    assert asyncio.run(ask()) == [b"x"] * 6
    assert len(made) == 2  # "a" and "b"


def test_one_that_goes_away_does_not_take_it_from_the_others():
    async def ask() -> bytes:
        once = Once()
        first, second = (
            asyncio.create_task(once.made("a", lambda: time.sleep(0.05) or b"x")) for _ in range(2)
        )
        await asyncio.sleep(0.01)
        first.cancel()
        return await second

    assert asyncio.run(ask()) == b"x"


def test_what_could_not_be_made_is_tried_again():
    async def ask() -> bytes:
        once = Once()
        with pytest.raises(ZeroDivisionError):
            await once.made("a", lambda: bytes(1 // 0))
        return await once.made("a", lambda: b"x")

    assert asyncio.run(ask()) == b"x"


def die(target: Path) -> None:
    """End the process that makes something, once."""
    mark = target.with_name("died")
    if not mark.exists():
        mark.touch()
        os._exit(9)
    target.write_text("made")


def test_a_builder_whose_process_died_builds_on(tmp_path: Path):
    builder = Builder(tmp_path, wait_s=60.0, nice=0)
    with pytest.raises(NotReady):
        builder.made("a", die)
    assert builder.made("a", die).read_text() == "made"
    builder.stop()
