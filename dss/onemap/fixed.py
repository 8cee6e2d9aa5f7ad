"""What the catalogue says of a layer that was mended: its original, and who mended it, when and by what."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict


class FixedFrom(BaseModel):
    """The original of a mended layer."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    path: str
    """Its file inside the map's folder, untouched."""
    sha256: str
    records: int
    date: date
    """The layer's date before it was mended."""
    fixes_sha256: str
    """Hash of the file of fixes."""
    by: str
    on: datetime
    changed: int
    dropped: int
    added: int
