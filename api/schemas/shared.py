"""Parts that several answers have."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

NAME_PATTERN = r"^[A-Za-z0-9_-]{1,100}$"
MapName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}$", examples=["sample"])]
RunName = Annotated[str, Path(pattern=NAME_PATTERN, examples=["20261122-101500-sample_flood"])]
LayerName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,99}$", examples=["shelters"])]
FigureName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,150}$", examples=["persons"])]
Zoom = Annotated[int, Path(ge=0, le=22, examples=[12])]
TileNumber = Annotated[int, Path(ge=0, le=2**22, examples=[3343])]
Level = Literal["public", "internal", "sensitive", "secret"]
BoundsDegrees = tuple[float, float, float, float]


class Body(BaseModel):
    """A body that somebody sends: what it may not hold is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Answer(BaseModel):
    """A body that goes out."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Words(Answer):
    """A text in both languages."""

    zh: str
    en: str


class Link(Answer):
    """A link after RFC 8288."""

    href: str
    rel: str
    type: str | None = None
    title: str | None = None


class Problem(Answer):
    """What went wrong, after RFC 9457."""

    type: str = Field(examples=["urn:onemap-dss:run_missing"])
    code: str = Field(examples=["run_missing"])
    """Stable; what a program goes by."""
    status: int = Field(examples=[404])
    title: str
    """In the language that was asked for."""
    titles: Words
    hint: str
    """What to do, in the language that was asked for."""
    hints: Words
    field: str | None = None
    """What of the request is at fault."""


class SourceRecord(Answer):
    """A layer that a number rests on."""

    key: str
    title: Words
    owner: Words
    date: str
    status: Literal["delivered", "assumed", "generated"]
    sensitivity: Level


class Figure(Answer):
    """A number with its unit and where it comes from."""

    key: str
    title: Words
    value: float | int | None
    unit: str
    unit_title: Words | None = None
    sources: list[str]
    sensitivity: Level | None = None
    oldest_source: str | None = None


Anything = dict[str, Any]
"""A record whose fields its own document describes."""
