"""What most routes take: the service, and where answers show their examples."""

from typing import Annotated, Any

from fastapi import Depends, Query

from api.service import Service, service_of
from dss.language import Language

Parts = Annotated[Service, Depends(service_of)]
Lang = Annotated[Language | None, Query(description="zh, en", examples=["zh"])]
Version = Annotated[
    str | None, Query(max_length=100, description="kept for ever by browsers if it is current")
]


def example(content: Any, status: int = 200, media_type: str = "application/json") -> dict[int | str, Any]:
    """Return the description of an answer with an example."""
    return {status: {"description": "…", "content": {media_type: {"example": content}}}}


def binary(media_type: str, status: int = 200) -> dict[int | str, Any]:
    """Return the description of an answer of octets."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {
        status: {"description": "octets", "content": content},
        304: {"description": "not changed since"},
    }
