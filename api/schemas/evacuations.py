"""Bodies of what is told of an evacuation."""

from typing import Literal

from api.schemas.shared import Answer, Words

Unit = Literal["vehicles", "persons"]


class ArrivalCurve(Answer):
    """How many are safe by each moment, under the plan or without a part of it."""

    key: str
    title: Words
    persons: list[int]


class OrderPart(Answer):
    """Some of a community, by one road to one shelter."""

    amount: int
    first_s: float
    """When the first set out, in seconds after the beginning."""
    last_s: float
    arrive_s: float
    """When the last are to be safe."""
    shelter: str
    length_m: int
    when: Words
    turns: Words


class CommunityOrder(Answer):
    """What the people of a community are told who travel in one way."""

    community: str
    mode: Literal["drive", "walk"]
    unit: Unit
    amount: int
    first_s: float
    last_s: float
    arrive_s: float
    shelters: int
    part_count: int
    parts: list[OrderPart]
    """The largest ones, in the order of leaving."""


class Movement(Answer):
    """Who is on which road over time, for one way of travelling; the numbers are under `href`."""

    means: Literal["car", "walk"]
    unit: Unit
    roads: int
    slices: int
    most: int
    """The most on one road at once."""
    href: str


class EvacuationAnswer(Answer):
    """The evacuation of a run."""

    run: str
    sentences: list[Words]
    """What it achieves and what is proven of it, then what sets its length and who stays."""
    slice_s: float
    at_s: list[float]
    curves: list[ArrivalCurve]
    orders: list[CommunityOrder]
    movements: list[Movement]
