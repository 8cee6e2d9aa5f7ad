"""What an import took for granted where the source did not say it: the rule, and what spoke for it.

A guess is kept with the layer in the catalogue and shown to the person who imports. Its text is in the
section ``guess`` of the language catalogues, under the name of its rule; `map.yaml` holds no translated text.
"""

from pydantic import BaseModel, ConfigDict, Field

from dss.language import Language, text


class Guess(BaseModel):
    """One thing that a rule concluded, or that an import had to change."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """Name of the rule, the key of its text."""
    values: dict[str, str | int | float] = {}
    """What the rule saw and what it concluded."""

    def text(self, language: Language) -> str:
        """Return what was guessed and why, in one language."""
        return text(f"guess.{self.rule}", language, **self.values)


def guess(rule: str, **values: str | int | float) -> Guess:
    """Return a guess of a rule with what it saw."""
    return Guess(rule=rule, values=values)
