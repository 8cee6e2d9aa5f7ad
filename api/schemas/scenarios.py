"""Bodies of scenarios."""

from typing import Any

from api.schemas.shared import Answer, Words


class ScenarioHead(Answer):
    """A scenario of the library."""

    name: str
    title: Words
    note: Words | None
    map: str | None
    hazard: str
    """Kind of the hazard."""


class Scenarios(Answer):
    """The scenarios of the library."""

    scenarios: list[ScenarioHead]


class ScenarioAnswer(ScenarioHead):
    """A scenario with its contents."""

    scenario: dict[str, Any]
