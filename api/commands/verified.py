"""What a verification found, for the terminal and for programs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import typer

from api.commands.say import answer_json, say
from dss.language import has_text
from scenarios.verification import Verification

SHOWN: Final = 20
FAILED: Final = 4


def answer_verification(
    found: Verification, folder: Path, verified: str, more: Mapping[str, object], *, as_json: bool
) -> None:
    """Say what was found in a folder; exit 4 when something is wrong.

    Parameters
    ----------
    verified
        What to say where nothing is wrong.
    more
        Further facts of the JSON answer, by key.
    """
    if as_json:
        answer_json(_facts(found) | dict(more))
    elif found.passed:
        typer.echo(verified)
    else:
        _complain(found, folder)
    if not found.passed:
        raise typer.Exit(FAILED)


def _facts(found: Verification) -> dict[str, object]:
    return {
        "passed": found.passed,
        "changed": found.changed,
        "violations": [str(violation) for violation in found.violations],
        "differing": found.differing,
    }


def _complain(found: Verification, folder: Path) -> None:
    """Say on stderr what is wrong, the first violations only."""
    for name in found.changed:
        typer.echo(say("file_changed", file=name), err=True)
    for violation in found.violations[:SHOWN]:
        typer.echo(f"{violation.constraint}: {violation.where} ({violation.amount:g})", err=True)
    for key in found.differing:
        typer.echo(say("figure_differs", figure=_title(key)), err=True)
    typer.echo(say("not_verified", folder=folder), err=True)


def _title(figure: str) -> str:
    """Return the title of a figure of a run; those of a study go by their key."""
    return say(f"figure.{figure}") if has_text(f"figure.{figure}") else figure
