"""What the program says when it cannot go on: what, where, which value, and the way out.

An error is raised with the key of its text in the section ``error`` of the language catalogues and with the
values that the text names. Infeasible is a result, never an error.
"""

from dss.language import Language, current_language, text


class DssError(Exception):
    """Base of all errors that the program raises on purpose.

    Parameters
    ----------
    code
        Stable key of the text, for instance ``layer_missing``.
    **values
        What the text names: where, which value, what to do.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def message(self, language: Language) -> str:
        """Return the error's text in one language."""
        return text(f"error.{self.code}", language, **self.values)

    def __str__(self) -> str:
        return self.message(current_language())


class InputError(DssError):
    """A file or a setting that a person gave is not usable."""


class MapError(InputError):
    """A layer of the one map is missing, unreadable or contradicts its binding."""


class ScenarioError(InputError):
    """A scenario file holds something it may not."""


class NetworkError(DssError):
    """Arrays do not make a road network, or an index is outside it."""


class ProblemError(DssError):
    """Arrays do not make a decision problem."""


class CheckFailedError(DssError):
    """A plan broke a constraint when it was checked without the solver."""


class Cancelled(DssError):  # noqa: N818 - a person's wish, not a fault
    """A person stopped the work."""
