"""What is made once for a content of a map: in a process of its own, whole or not at all, kept on disk."""

import logging
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

from api.faults import NotReady
from api.jobs.pool import single_process

logger = logging.getLogger(__name__)

Make = Callable[..., None]
"""Writes a folder or file; its first argument is where."""


class Builder:
    """Makes and finds what is made once; several that ask for the same wait for one making."""

    def __init__(self, folder: Path, wait_s: float, nice: int) -> None:
        self._folder = folder
        self._wait_s = wait_s
        self._nice = nice
        self._executor: ProcessPoolExecutor | None = None
        self._making: dict[str, Future[None]] = {}
        self._lock = threading.Lock()

    def found(self, name: str) -> Path | None:
        """Return where something lies that was made before; None where it was not."""
        target = self._folder / name
        return target if target.exists() else None

    def made(self, name: str, make: Make, *arguments: object) -> Path:
        """Return where something lies; makes it if it is not there.

        Parameters
        ----------
        name
            What tells it from everything else, with the digest of what it is made from.
        make
            A function of a module, called in another process with a path and the arguments.

        Raises
        ------
        NotReady
            If it is not made in time; it is made on.
        DssError
            If it cannot be made.
        """
        target = self._folder / name
        if target.exists():
            return target
        future = self.begin(name, make, *arguments)
        try:
            future.result(timeout=self._wait_s)
        except TimeoutError as error:
            raise NotReady("api_building") from error
        except BrokenProcessPool as error:
            raise NotReady("api_building") from error
        finally:
            if future.done():
                with self._lock:
                    self._making.pop(name, None)
        return target

    def stop(self) -> None:
        """Make nothing more."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def begin(self, name: str, make: Make, *arguments: object) -> "Future[None]":
        """Have something made, once however many ask; returns what tells when it is there."""
        with self._lock:
            if name not in self._making or _is_broken(self._making[name]):
                self._making[name] = self._submit(name, make, arguments)
            return self._making[name]

    def _submit(self, name: str, make: Make, arguments: tuple[object, ...]) -> "Future[None]":
        if self._executor is not None:
            with suppress(BrokenProcessPool):
                return self._executor.submit(make_whole, self._folder, name, make, arguments)
        self._executor = single_process(self._nice)
        return self._executor.submit(make_whole, self._folder, name, make, arguments)


def _is_broken(future: "Future[None]") -> bool:
    """Tell whether the process died that was making something."""
    return future.done() and isinstance(future.exception(), BrokenProcessPool)


def make_whole(folder: Path, name: str, make: Make, arguments: tuple[object, ...]) -> None:
    """Make something beside its place and put it there when it is whole."""
    target, partial = folder / name, folder / f"{name}.partial"
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    if partial.is_dir():
        shutil.rmtree(partial)
    partial.unlink(missing_ok=True)
    make(partial, *arguments)
    partial.replace(target)
