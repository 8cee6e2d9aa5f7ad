"""What stands in a file of fixes. Records are named by 标识码, or by row, from 1 as delivered."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dss.datum import Datum
from dss.errors import MapError

Value = str | int | float | bool | date | None
Row = Annotated[int, Field(ge=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )

    layer: str
    why: str = ""
    """For people."""


class _Chosen(_Entry):
    """A fix of some records of a layer, or of all."""

    records: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    all: bool = False

    @model_validator(mode="after")
    def _some(self) -> "_Chosen":
        if self.all == bool(self.records or self.rows):
            raise ValueError("name records or rows, or set all: true")
        return self


class SetField(_Entry):
    """Write values into a field."""

    do: Literal["set"]
    field: str
    """Our name of the field."""
    values: dict[str, Value] = {}
    """Value by 标识码."""
    row_values: dict[Row, Value] = {}
    """Value by row."""

    @model_validator(mode="after")
    def _some(self) -> "SetField":
        if not (self.values or self.row_values):
            raise ValueError("values or row_values must name a record")
        return self


class SetPoint(_Entry):
    """Put records at a place."""

    do: Literal["set_point"]
    points: dict[str, tuple[float, float]] = {}
    """(lng, lat) in degrees, CGCS2000, by 标识码."""
    row_points: dict[Row, tuple[float, float]] = {}


class Drop(_Chosen):
    """Take records out."""

    do: Literal["drop"]
    all: Literal[False] = False


class MakeValid(_Chosen):
    """Mend geometries that break the rules of their kind."""

    do: Literal["make_valid"]


class ShiftDatum(_Chosen):
    """Bring coordinates of a public map service back to CGCS2000."""

    do: Literal["shift_datum"]
    datum: Datum = Field(alias="from")


class RecalculateArea(_Chosen):
    """Write the area that the outline has on the ellipsoid."""

    do: Literal["recalculate_area"]


class DistrictByLocation(_Chosen):
    """Write the district in which a record lies."""

    do: Literal["district_by_location"]


class Recode(_Entry):
    """Replace one code by another, wherever it stands."""

    do: Literal["recode"]
    field: str
    old: str = Field(alias="from")
    new: str = Field(alias="to")


class SetDate(_Entry):
    """State the date of a whole layer anew."""

    do: Literal["set_date"]
    day: date = Field(alias="date")


class MoveTo(_Chosen):
    """Move records to another layer; fields that both bind go with them."""

    do: Literal["move_to"]
    to: str
    all: Literal[False] = False


Fix = Annotated[
    SetField | SetPoint | Drop | MakeValid | ShiftDatum | RecalculateArea | DistrictByLocation | Recode
    | SetDate | MoveTo,
    Field(discriminator="do"),
]  # fmt: skip


class Fixes(BaseModel):
    """Contents of a file of fixes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    by: str = ""
    """Who answers for them."""
    fixes: tuple[Fix, ...] = ()


def read_fixes(path: Path) -> Fixes:
    """Read a file of fixes.

    Raises
    ------
    MapError
        If it is not there, is no YAML or holds something it may not; names the entry.
    """
    if not path.is_file():
        raise MapError("fixes_missing", file=path)
    try:
        return Fixes.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise MapError("fixes_broken", file=path, key=where or "-", why=first["msg"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MapError("fixes_broken", file=path, key="-", why=" ".join(str(error).split())) from error
