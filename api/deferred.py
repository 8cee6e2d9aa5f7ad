"""Commands whose module is imported when they are used: `--help` of the program needs none of them."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command


class DeferredCommand(TyperCommand):
    """A name and a help text for a command that is somewhere else; its callback returns that command."""

    def make_context(self, *args: Any, **extra: Any) -> Any:  # as the library calls it, whatever its version
        """Import the command and let it read its arguments: the context, and all that follows, is its own."""
        if self.callback is None:
            raise TypeError(self.name)
        alone = typer.Typer(add_completion=False)
        alone.command(self.name, help=self.help)(self.callback())
        return get_command(alone).make_context(*args, **extra)


def add_deferred(app: typer.Typer, name: str, place: str, *, help_text: str) -> None:
    """Add a command to a group without importing it.

    Parameters
    ----------
    app
        The group.
    name
        What a person types.
    place
        ``module:function``, where the module is one of `api.commands`.
    help_text
        What the help of the group and of the command says.
    """
    app.command(name, cls=DeferredCommand, help=help_text)(_importer(place))


def _importer(place: str) -> Callable[[], Callable[..., None]]:
    module, _, function = place.partition(":")

    def load() -> Callable[..., None]:
        command: Callable[..., None] = getattr(import_module(f"api.commands.{module}"), function)
        return command

    return load
