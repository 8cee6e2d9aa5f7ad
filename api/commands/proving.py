"""Prove a finished run again for a command."""

from pathlib import Path

from api.commands.say import say
from api.commands.verified import answer_verification
from scenarios.verify import verify_run


def verify_again(folder: Path, as_json: bool) -> None:
    """Prove a finished run again and say what was found; exit 4 when something is wrong."""
    verified = say("verified", folder=folder)
    answer_verification(verify_run(folder), folder, verified, {}, as_json=as_json)
