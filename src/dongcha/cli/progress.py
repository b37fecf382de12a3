"""A progress bar on stderr, from steps."""

from collections.abc import Iterator
from contextlib import contextmanager

from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Lang


@contextmanager
def progress(lang: Lang, *, quiet: bool) -> Iterator[OnStep]:
    """Yield a function that shows each `Step` with the time left; nothing is shown where `quiet`."""
    if quiet:
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(step: Step) -> None:
            job = step.job.at(lang)
            if job not in tasks:
                tasks[job] = bar.add_task(job, total=step.total)
            bar.update(tasks[job], completed=step.done, total=step.total)

        yield show
