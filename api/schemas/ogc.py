"""Bodies of OGC API - Features."""

from typing import Any

from pydantic import Field

from api.schemas.shared import Answer, Link


class OgcLanding(Answer):
    """The landing page."""

    title: str
    description: str
    links: list[Link]


class Conformance(Answer):
    """Classes of the standard that are kept."""

    conformsTo: list[str]  # noqa: N815 - as the standard spells it


class CollectionAnswer(Answer):
    """A collection."""

    id: str
    title: str
    description: str
    extent: dict[str, Any] | None = None
    itemType: str = Field(default="feature")  # noqa: N815
    crs: list[str]
    storageCrs: str  # noqa: N815
    links: list[Link]


class Collections(Answer):
    """The collections."""

    links: list[Link]
    collections: list[CollectionAnswer]
