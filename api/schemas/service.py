"""Bodies of the service itself: what it offers, whether it works, what a page must know of it."""

from typing import Literal

from api.schemas.shared import Answer, Link


class Landing(Answer):
    """Where things are."""

    title: str
    links: list[Link]


class Health(Answer):
    """Whether the service works."""

    status: Literal["ok"]
    version: str
    running: int
    queued: int


class ServiceSettings(Answer):
    """What a page must know of the service."""

    version: str
    language: Literal["zh", "en"]
    languages: list[Literal["zh", "en"]]
    token: bool
    """Whether the request brought the token."""
    local: bool
    """Whether the service listens to this machine only."""
    limits: dict[str, float]
    maps: list[str]
