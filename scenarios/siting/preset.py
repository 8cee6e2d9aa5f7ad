"""The presets of `dss site`: who is served, how near, from which land, by which clause."""

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import Field

from dss.candidates import CandidateSpec, Effect, Rule, RuleKind
from dss.errors import InputError
from dss.onemap.catalogue import Title
from dss.standards import StandardsReader
from dss.standards.reader import Status
from scenarios.siting.demand import Who
from scenarios.strict import Strict

Measure = Literal["walk_m", "drive_m", "drive_s", "emergency_s"]
Model = Literal["coverage", "median", "center", "cover"]
MINUTE_S = 60.0


class StandardKey(Strict):
    """A value of the standards; of a column, one of its rows."""

    standard: str
    row: str | None = None

    def of(self, standards: StandardsReader) -> float:
        """Return the value, and have it remembered."""
        if self.row is None:
            return standards.number(self.standard)
        return float(standards.column(self.standard)[self.row])


class RuleProfile(Strict):
    """A rule of the candidates."""

    name: str
    kind: RuleKind
    standard: str | None = None
    role: str | None = None
    allowed: tuple[str, ...] = ()
    effect: Effect = Effect.EXCLUDE
    source: str = ""
    status: Status | Literal[""] = ""
    """Clause and status of a rule that no number limits."""


class PresetProfile(Strict):
    """A preset as it stands in the file."""

    title: Title
    existing_role: str | None
    """Role of the layers that hold what exists; None where the map has no such role."""
    demand: Who
    """Whom it serves where the planner does not say."""
    in_hazard: Literal["who_leaves", "everyone"]
    """Whom it serves in a hazard: those who must leave, or everyone as before."""
    measure: Measure
    limit: StandardKey
    """How far or how long at most; minutes for measures in seconds."""
    room: StandardKey | None = None
    """Effective area per person; None where sites have no capacity."""
    also: tuple[str, ...] = ()
    """Further standards that the report has to name."""
    model: Model = "coverage"
    codes: tuple[str, ...]
    roles: tuple[str, ...]
    rules: tuple[RuleProfile, ...] = Field(min_length=1)


class Preset(Strict):
    """A preset with its name."""

    name: str
    profile: PresetProfile

    def candidate_spec(self, *, planned: bool, excluding: Collection[str] = ()) -> CandidateSpec:
        """Return what the ground has to keep; rules of ``excluding`` exclude whatever they do otherwise."""
        rules = tuple(
            Rule(
                r.name,
                r.kind,
                r.standard,
                r.role,
                r.allowed,
                Effect.EXCLUDE if r.name in excluding else r.effect,
                r.source,
                r.status,
            )
            for r in self.profile.rules
        )
        return CandidateSpec(self.profile.codes, self.profile.roles, rules, planned)

    def require_rules(self, names: Collection[str]) -> None:
        """Check that the preset has rules of these names.

        Raises
        ------
        InputError
            If it has not.
        """
        known = [rule.name for rule in self.profile.rules]
        for name in names:
            if name not in known:
                raise InputError("siting_rule_unknown", value=name, preset=self.name, rules=", ".join(known))

    def limit(self, standards: StandardsReader) -> float:
        """Return the service limit in metres or seconds, by the measure."""
        value = self.profile.limit.of(standards)
        return value * MINUTE_S if self.profile.measure.endswith("_s") else value


@cache
def _presets() -> dict[str, Any]:
    return dict(yaml.safe_load(files(__package__).joinpath("presets.yaml").read_text(encoding="utf-8")))


def preset_names() -> tuple[str, ...]:
    """Return the names of all presets."""
    return tuple(_presets())


def find_preset(name: str) -> Preset:
    """Return a preset by name.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    content = _presets().get(name)
    if content is None:
        raise InputError("siting_preset", value=name, presets=", ".join(preset_names()))
    return Preset(name=name, profile=PresetProfile.model_validate(content))
