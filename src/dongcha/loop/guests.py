"""Who looks on while something is trained."""

from collections.abc import Callable
from dataclasses import dataclass

from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.model.watch import Watch, unwatched


def _unsaid(words: Words) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guests:
    """`on_step` sees how far a job has come, `watch` how a training goes; `say` is told what a person should know."""

    on_step: OnStep = silent
    watch: Watch = unwatched
    say: Callable[[Words], None] = _unsaid
