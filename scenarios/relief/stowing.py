"""Dataclasses as files: arrays in one ``.npz``, everything else in one ``.json``; no pickles."""

import json
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Arrays = dict[str, NDArray[Any]]


def stow(folder: Path, name: str, value: object) -> None:
    """Write a dataclass, those inside it too, as ``NAME.npz`` and ``NAME.json``."""
    arrays: Arrays = {}
    facts = _take_apart(value, "", arrays)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / f"{name}.npz", allow_pickle=False, **arrays)
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def fetch(folder: Path, name: str, kind: type[T]) -> T:
    """Read a dataclass back.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If a file is missing or broken.
    """
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
        arrays = {key: stored[key] for key in stored.files}
    built: T = _put_together(kind, facts, "", arrays)
    return built


def _take_apart(value: Any, path: str, arrays: Arrays) -> Any:
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return {"array": path}
    if is_dataclass(value):
        return {
            field.name: _take_apart(getattr(value, field.name), f"{path}.{field.name}".strip("."), arrays)
            for field in fields(value)
        }
    return list(value) if isinstance(value, tuple) else value


def _put_together(kind: Any, fact: Any, path: str, arrays: Arrays) -> Any:
    if fact is None:
        return None
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if isinstance(fact, dict) and fact.get("array") == path:
        return arrays[path]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(
            **{
                field.name: _put_together(
                    hints[field.name], fact[field.name], f"{path}.{field.name}".strip("."), arrays
                )
                for field in fields(kind)
                if field.name in fact or field.default is MISSING  # what came later has its default
            }
        )
    return tuple(fact) if isinstance(fact, list) else fact
