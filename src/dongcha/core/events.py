"""What happened, and how far a long job has come.

`Event` is what the log, the web page and the alerts read.  `Step` is what a progress bar reads.  A verb that takes long
has an argument `on_step`, a function of one `Step`; it never prints.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dongcha.core.words import Words


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened: `kind` is a past participle such as `trained` or `drifted`."""

    kind: str
    data: Mapping[str, object] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job has come: `done` of `total` units (`total` None: unknown)."""

    job: Words
    done: float = 0
    total: float | None = None


OnStep = Callable[[Step], None]


def silent(step: Step) -> None:
    """Ignore the step: what `on_step` is unless told otherwise."""
