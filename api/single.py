"""One server for a workspace: two would take each other's jobs for left over."""

import sqlite3
from pathlib import Path

from dss.errors import InputError


class SingleServer:
    """A lock that the operating system takes away with the process, even one that is killed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "server.lock"
        self._held: sqlite3.Connection | None = None

    def take(self) -> None:
        """Take the workspace.

        Raises
        ------
        InputError
            If another server has it.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        held = sqlite3.connect(self._file, timeout=2.0, isolation_level=None, check_same_thread=False)
        try:
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            held.close()
            raise InputError("api_second_server", folder=self._file.parent) from error
        self._held = held

    def leave(self) -> None:
        """Let it go."""
        if self._held is not None:
            self._held.close()
            self._held = None
