"""Progress on stderr, from steps, with the live curve of a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dongcha.cli.curve import Curve
from dongcha.core.words import Lang, Words

if TYPE_CHECKING:
    from dongcha.core.events import OnStep, Step
    from dongcha.loop.guests import Guests


@contextmanager
def progress(lang: Lang, *, quiet: bool) -> "Iterator[OnStep]":
    """Yield a function that shows each `Step` with the time left; nothing is shown where `quiet`."""
    with watching(lang, quiet=quiet) as guests:
        yield guests.on_step


@contextmanager
def watching(lang: Lang, *, quiet: bool, curve: bool = False) -> "Iterator[Guests]":
    """Yield those who show steps, sentences and with `curve` how a training goes; nothing is shown where `quiet`."""
    from dongcha.loop.guests import Guests

    if quiet:
        yield Guests()
        return
    from rich.console import Console

    console = Console(stderr=True)

    def say(words: Words) -> None:
        console.print(words.at(lang), markup=False, highlight=False, soft_wrap=True)

    if not console.is_terminal:
        yield Guests(say=say)
        return
    drawn = Curve(lang)
    with _bars(console, drawn) as bar:
        tasks: dict[str, Any] = {}

        def show(step: "Step") -> None:
            job = step.job.at(lang)
            if job not in tasks:
                tasks[job] = bar.add_task(job, total=step.total)
            bar.update(tasks[job], completed=step.done, total=step.total)

        yield Guests(on_step=show, say=say, watch=drawn.see) if curve else Guests(on_step=show, say=say)


def _bars(console: Any, drawn: Curve) -> Any:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Bars(Progress):
        """The bars, and under them the curve."""

        def get_renderables(self) -> Iterator[Any]:
            yield from super().get_renderables()
            if drawn.line:
                yield Text(drawn.line, no_wrap=True, overflow="ellipsis")

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Bars(*columns, console=console, transient=True)
