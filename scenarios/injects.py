"""Files of news that reach a run under way: found by path or by the name of a shipped one, and read."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

import yaml
from pydantic import ValidationError

from dss.errors import InputError
from scenarios.strict import Strict

CLOCK: Final = re.compile(r"^(\d{1,3}):([0-5]\d)$")
Inject = TypeVar("Inject", bound=Strict)


def find_inject(name: str) -> Path:
    """Return the file of news given as a path or as a name of the library.

    Raises
    ------
    InputError
        If there is neither.
    """
    shipped = Path(str(files("scenarios").joinpath("library", "injects")))
    for candidate in (Path(name), shipped / f"{name}.yaml"):
        if candidate.is_file():
            return candidate
    library = ", ".join(sorted(path.stem for path in shipped.glob("*.yaml")))
    raise InputError("inject_missing", file=name, library=library)


def read_inject(path: Path, shape: type[Inject]) -> Inject:
    """Read a file of news.

    Raises
    ------
    InputError
        If it is missing or no YAML, or a key is unknown or wrong.
    """
    try:
        return shape.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "/"
        raise InputError("inject_wrong", file=path, key=where, why=first["msg"]) from error
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())[:200]
        raise InputError("inject_wrong", file=path, key="/", why=why) from error


def clock_s(at: str) -> float | None:
    """Return seconds from hours and minutes ("02:10"); None where it is no such time."""
    match = CLOCK.match(at.strip())
    return None if match is None else 3600.0 * int(match[1]) + 60.0 * int(match[2])
