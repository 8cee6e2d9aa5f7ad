"""Texts of the command line in the reader's language."""

import json
from typing import Any

import typer

from dss.language import current_language, text


def say(key: str, **values: object) -> str:
    """Return a text of the section ``cli``, or of another one when the key names it."""
    return text(key if "." in key else f"cli.{key}", current_language(), **values)


def answer_json(content: Any) -> None:
    """Print an answer as JSON on stdout."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1, default=str))
