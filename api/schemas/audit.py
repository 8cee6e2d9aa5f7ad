"""Bodies of a map's audit."""

from typing import Any, Literal

from api.schemas.shared import Answer, Words


class AuditRule(Answer):
    """What a rule found."""

    code: str
    title: Words
    how: Words
    severity: Literal["error", "warning", "info"]
    count: int
    layers: dict[str, int]


class AuditScore(Answer):
    """A score from 0 to 100 and what it is made of."""

    key: str
    title: Words
    score: float
    records: int
    faulty: int
    errors: int
    warnings: int
    infos: int


class AuditAnswer(Answer):
    """The audit of a map."""

    map: str
    day: str
    failed: bool
    score: float
    errors: int
    warnings: int
    infos: int
    rules: list[AuditRule]
    layers: list[AuditScore]
    departments: list[AuditScore]
    not_run: list[dict[str, Any]]
    features: str
    """Where the faults are on the map."""
