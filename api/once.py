"""Make something in a thread, once however many ask for it at the same time."""

import asyncio
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread

AT_ONCE: Final = 2
"""More would only wait for each other, and take memory."""


class Once:
    """What is being made, by key."""

    def __init__(self) -> None:
        self._making: dict[object, asyncio.Task[bytes]] = {}
        self._limiter = CapacityLimiter(AT_ONCE)

    async def made(self, key: object, make: Callable[[], bytes]) -> bytes:
        """Return what is made under a key; one that goes away does not take it from the others."""
        task = self._making.get(key)
        if task is None:
            task = asyncio.create_task(to_thread.run_sync(make, limiter=self._limiter))
            self._making[key] = task
            task.add_done_callback(lambda _: self._making.pop(key, None))
        return await asyncio.shield(task)
