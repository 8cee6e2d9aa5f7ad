"""Progress on stderr: a bar with an estimate in a terminal, a line for each step elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.commands.say import say
from scenarios.progress import Listener, ProgressEvent


@contextmanager
def show_progress() -> Iterator[Listener]:
    """Show the events of a run while the block lasts."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TextColumn("{task.fields[left]}"), console=console) as bar:
        task = bar.add_task("", total=1.0, left="")

        def listen(event: ProgressEvent) -> None:
            left = "" if event.remaining_s is None else say("remaining", seconds=f"{event.remaining_s:.0f}")
            bar.update(task, completed=event.fraction, description=say(f"step.{event.step}"), left=left)

        yield listen


class _Lines:
    """One line for each step, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = ""

    def __call__(self, event: ProgressEvent) -> None:
        if event.step == self._step:
            return
        self._step = event.step
        left = "" if event.remaining_s is None else say("remaining", seconds=f"{event.remaining_s:.0f}")
        self._console.print(
            f"{event.elapsed_s:6.1f} s  {event.fraction:4.0%}  {say(f'step.{event.step}')}  {left}",
            highlight=False,
        )
