"""What a facility asks of its ground."""

from dataclasses import dataclass
from enum import Enum


class RuleKind(Enum):
    """How a candidate is examined.

    OUTSIDE: no more than a share of it in the zones of a role. INSIDE: at least a share in them. SETBACK: at
    least so far from the features of a role. LEAST_AREA: effective area. SLOPE: of the elevation raster.
    ROADS: how many roads touch it. OWNERSHIP: what the land record says. OCCUPIED: at least so far from the
    middle of any facility of a role that layers record and do not assume.
    """

    OUTSIDE = "outside"
    INSIDE = "inside"
    SETBACK = "setback"
    LEAST_AREA = "least_area"
    SLOPE = "slope"
    ROADS = "roads"
    OWNERSHIP = "ownership"
    OCCUPIED = "occupied"


class Effect(Enum):
    """What breaking a rule means: EXCLUDE, the candidate is out; STATE, it stays in and is told of."""

    EXCLUDE = "exclude"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a candidate has to keep.

    Parameters
    ----------
    name
        Key of its text in the section ``siting``.
    kind
        How it is examined.
    standard
        Key of the value in the standards that limits it; its clause and status go with every exclusion.
    role
        Role of the layers it looks at; None where it looks at the candidate itself.
    allowed
        What the ownership may be.
    effect
        What breaking it means.
    source, status
        Clause and status of a rule that no number limits.
    """

    name: str
    kind: RuleKind
    standard: str | None
    role: str | None = None
    allowed: tuple[str, ...] = ()
    effect: Effect = Effect.EXCLUDE
    source: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class CandidateSpec:
    """Where to look for sites, and what they have to keep.

    Parameters
    ----------
    codes
        Land-use codes (2023 guide) whose parcels may hold the facility; a code stands for all below it.
    roles
        Roles whose features are candidates as they are, such as parks.
    planned
        Whether parcels of the master plan count too; they do not exist yet.
    rules
        In the order in which exclusions are told.
    """

    codes: tuple[str, ...]
    roles: tuple[str, ...]
    rules: tuple[Rule, ...]
    planned: bool = False
