"""What the service may use and allow: read from the environment once, when the application is made."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from dss.errors import InputError
from dss.workspace import Workspace, default_workspace

PREFIX: Final = "DSS_SERVE_"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one server.

    Parameters
    ----------
    workspace
        Where maps, runs and studies live; the rows of runs and the token lie in its ``service`` folder.
    host, port
        Where it listens.
    slots
        Jobs that compute at the same time, each in a process of its own.
    queue_limit
        Jobs that may wait.
    run_time_limit_s
        A job that takes longer is ended.
    cancel_grace_s
        Seconds that a cancelled job has to stop by itself before its process is killed.
    body_limit_bytes, json_depth_limit
        A request larger, or nested deeper, is refused.
    page_limit
        Features in one page at most.
    build_wait_s
        Seconds that a request waits for something that is made once (cells, base map, audit) before it is
        told to come again.
    layer_memory_mb, tile_memory_mb
        Memory for opened layers and for built tiles.
    jobs_nice
        How far jobs stand behind the server, which answers while they compute: 0 not at all, 19 at most.
    """

    workspace: Workspace
    host: str = "127.0.0.1"
    port: int = 8321
    slots: int = 1
    queue_limit: int = 20
    run_time_limit_s: float = 3600.0
    cancel_grace_s: float = 2.0
    body_limit_bytes: int = 1_000_000
    json_depth_limit: int = 40
    page_limit: int = 10_000
    build_wait_s: float = 30.0
    layer_memory_mb: int = 256
    tile_memory_mb: int = 64
    jobs_nice: int = 10

    def __post_init__(self) -> None:
        for name in ("slots", "queue_limit", "body_limit_bytes", "json_depth_limit", "page_limit"):
            if getattr(self, name) < 1:
                raise InputError("api_setting", name=PREFIX + name.upper(), value=getattr(self, name))
        for name in ("run_time_limit_s", "cancel_grace_s", "build_wait_s"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise InputError("api_setting", name=PREFIX + name.upper(), value=getattr(self, name))

        if not 0 <= self.jobs_nice <= 19:
            raise InputError("api_setting", name=PREFIX + "JOBS_NICE", value=self.jobs_nice)

    @property
    def folder(self) -> Path:
        """Where the service keeps what is its own."""
        return self.workspace.root / "service"

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine can reach it."""
        return self.host in LOOPBACK


def read_settings(
    environment: Mapping[str, str] | None = None,
    *,
    workspace: Workspace | None = None,
    host: str | None = None,
    port: int | None = None,
) -> Settings:
    """Return the settings of the environment: ``DSS_SERVE_SLOTS=2`` and so on; arguments come first.

    Raises
    ------
    InputError
        If a value is no number of its kind.
    """
    given = os.environ if environment is None else environment
    numbers: dict[str, float | int] = {}
    for field in fields(Settings):
        stated = given.get(PREFIX + field.name.upper())
        if stated is not None and field.type in (int, float):
            numbers[field.name] = _number(field.name, stated, whole=field.type is int)
    place = host or given.get(PREFIX + "HOST") or "127.0.0.1"
    if port is not None:
        numbers["port"] = port
    return Settings(workspace=workspace or default_workspace(), host=place, **numbers)  # type: ignore[arg-type]


def _number(name: str, stated: str, *, whole: bool) -> float | int:
    try:
        return int(stated) if whole else float(stated)
    except ValueError as error:
        raise InputError("api_setting", name=PREFIX + name.upper(), value=stated) from error
