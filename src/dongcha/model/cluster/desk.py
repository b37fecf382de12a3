"""Where the first process of a shared training and the driver leave word for each other: an actor of its own."""

import time
from typing import Any

from dongcha.core.errors import DongchaError
from dongcha.core.events import Step
from dongcha.model.method import Outcome
from dongcha.model.watch import Moment

EVERY_S = 0.2
"""Steps are told together that often; a check is told at once."""

Word = Step | Moment


class Desk:
    """Holds what was told and not taken yet, whether to stop, and how it ended."""

    def __init__(self) -> None:
        self.told: list[Word] = []
        self.stop = False
        self.outcome: Outcome | None = None
        self.error: DongchaError | None = None

    def tell(self, words: list[Word]) -> bool:
        """Leave words of the training; whether it shall stop."""
        self.told += words
        return self.stop

    def take(self) -> list[Word]:
        """The words since the last call."""
        words, self.told = self.told, []
        return words

    def halt(self) -> None:
        """Let the training stop at its next step."""
        self.stop = True

    def deliver(self, outcome: Outcome) -> None:
        """Leave the outcome."""
        self.outcome = outcome

    def fail(self, error: DongchaError) -> None:
        """Leave what was wrong; the first one counts."""
        self.error = self.error or error

    def ending(self) -> tuple[Outcome | None, DongchaError | None]:
        """How it ended."""
        return self.outcome, self.error


class Line:
    """The training's end of the line to a desk."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.waiting, self.stop, self.last = desk, list[Word](), False, time.monotonic()

    def step(self, step: Step) -> None:
        """Tell how far it has come."""
        self._tell(step, at_once=False)

    def see(self, moment: Moment) -> bool:
        """Tell a moment; whether to stop."""
        self._tell(moment, at_once=bool(moment.figures))
        return self.stop

    def _tell(self, word: Word, *, at_once: bool) -> None:
        self.waiting.append(word)
        if at_once or time.monotonic() - self.last > EVERY_S:
            self.close()

    def close(self) -> None:
        """Tell what waits."""
        import ray

        self.stop = bool(ray.get(self.desk.tell.remote(self.waiting)))
        self.waiting, self.last = [], time.monotonic()
