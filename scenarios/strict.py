"""The base of everything that a scenario file may hold: unknown keys are refused."""

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """A part of a scenario file."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
