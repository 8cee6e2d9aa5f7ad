"""Read a scenario file, set what the command line overrides, refuse what the schema does not know."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from dss.errors import ScenarioError
from scenarios.schema import Scenario


def library() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    folder = files("scenarios").joinpath("library")
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )


def find_scenario(name: str) -> Path:
    """Return the file of a scenario given as a path or as a name of the library.

    Raises
    ------
    ScenarioError
        If there is neither.
    """
    path = Path(name)
    shipped = Path(str(files("scenarios").joinpath("library", f"{name}.yaml")))
    for candidate in (path, shipped):
        if candidate.is_file():
            return candidate
    raise ScenarioError("scenario_missing", file=name, library=", ".join(library()))


def load_scenario(path: Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    overrides
        ``key=value`` pairs, the key with dots, the value as YAML: ``travel.walk_limit_s=1200``.

    Raises
    ------
    ScenarioError
        If the file is no YAML mapping, or a key or value is not allowed; names its path in the file.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScenarioError("yaml_broken", file=path, why=" ".join(str(error).split())) from error
    if not isinstance(content, dict):
        raise ScenarioError("yaml_broken", file=path, why="no keys")
    for override in overrides:
        _set(content, override)
    return parse_scenario(content, str(path))


def parse_scenario(content: Mapping[str, object], source: str) -> Scenario:
    """Check the contents of a scenario file; ``source`` is named in errors."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = _yaml_path(first["loc"])
        code = "yaml_unknown_key" if first["type"] == "extra_forbidden" else "yaml_key"
        if code == "yaml_unknown_key":
            raise ScenarioError("yaml_unknown_key", file=source, key=where) from error
        raise ScenarioError("yaml_key", file=source, key=where, why=first["msg"]) from error


def _yaml_path(location: tuple[int | str, ...]) -> str:
    """Return where in the file an error is; the kind of a hazard, or of a choice, is no key of it."""
    parts = [str(part) for part in location]
    if parts[:1] == ["hazard"]:
        del parts[1:2]
    if parts[:1] == ["evacuation"] and parts[1:2] in (["departures"], ["deadline"], ["contraflow"]):
        del parts[2:3]
    return ".".join(parts) or "/"


def _set(content: dict[str, Any], override: str) -> None:
    key, found, value = override.partition("=")
    *parents, last = key.strip().split(".")
    if not found or not last:
        raise ScenarioError("override_form", value=override)
    if parents[:1] == ["standards"]:  # the keys of standards have dots of their own
        parents, last = ["standards"], ".".join([*parents[1:], last])
    here = content
    for parent in parents:
        here = here.setdefault(parent, {})
        if not isinstance(here, dict):
            raise ScenarioError("override_form", value=override)
    try:
        here[last] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ScenarioError("override_form", value=override) from error
