"""Progress on stderr: a bar with an estimate in a terminal, a line for each step elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.commands.say import say
from scenarios.progress import Listener, ProgressEvent

# A log has a line on the gap of a solve after this time.
GAP_LINE_S: Final = 2.0


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
            bar.update(task, completed=event.fraction, description=_doing(event), left=_left(event))

        yield listen


def _doing(event: ProgressEvent) -> str:
    step = say(f"step.{event.step}")
    return step if event.gap is None else f"{step} {say('step.gap', gap=f'{event.gap:.2%}')}"


def _left(event: ProgressEvent) -> str:
    return "" if event.remaining_s is None else say("remaining", seconds=f"{event.remaining_s:.0f}")


class _Lines:
    """One line for each step, and now and then one for the gap of a solve, for logs."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step, self._told_s = "", 0.0

    def __call__(self, event: ProgressEvent) -> None:
        is_news = event.gap is not None and event.elapsed_s - self._told_s >= GAP_LINE_S
        if event.step == self._step and not is_news:
            return
        self._step, self._told_s = event.step, event.elapsed_s
        self._console.print(
            f"{event.elapsed_s:6.1f} s  {event.fraction:4.0%}  {_doing(event)}  {_left(event)}",
            highlight=False,
        )
