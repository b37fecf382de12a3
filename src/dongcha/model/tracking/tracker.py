"""The contract of a tracker: one run a training, with its settings, curves and final figures.

Knows names and numbers.  Imports none of the trackers; they register here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dongcha.core.checks import known
from dongcha.core.registry import Registry
from dongcha.model.watch import Moment

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a run is called and what is known when it begins: recipe, fingerprint of the data, columns."""

    folder: Path  # everything that a tracker writes lies in it
    name: str
    facts: Mapping[str, object] = field(default_factory=dict)


class Log(Protocol):
    """One run, open."""

    def see(self, moment: Moment) -> bool:
        """Write a moment down; never stops a training."""

    def finish(self, figures: Mapping[str, float], facts: Mapping[str, object]) -> None:
        """Write the final figures and facts (the recipe in full, the model's folder); the run went well."""

    def close(self) -> None:
        """Close the run; one that is not finished failed."""


class _Nothing:
    def see(self, moment: Moment) -> bool:
        return False

    def finish(self, figures: Mapping[str, float], facts: Mapping[str, object]) -> None:
        pass

    def close(self) -> None:
        pass


TRACKERS: Registry[Callable[[Note], Log]] = Registry("tracker")
TRACKERS(NONE)(lambda note: _Nothing())


@contextmanager
def tracked(tracker: str, note: Note) -> Iterator[Log]:
    """A run of the tracker, closed at the end; raises `UnknownName` or `MissingExtra` with the install command."""
    log = TRACKERS.get(known("tracker", tracker, TRACKERS))(note)
    try:
        yield log
    finally:
        log.close()


def untracked(name: str, facts: Mapping[str, object]) -> AbstractContextManager[Log]:
    """A run that is not written down."""
    return tracked(NONE, Note(folder=Path(), name=name, facts=facts))


def opener(tracker: str, folder: Path) -> Callable[[str, Mapping[str, object]], AbstractContextManager[Log]]:
    """What opens a run of a name, with facts, in a folder."""
    return lambda name, facts: tracked(tracker, Note(folder=folder, name=name, facts=facts))


def curve_points(moment: Moment) -> dict[str, float]:
    """The numbers of a moment by name, such as `full/loss` and `full/validation/macro_f1`."""
    points = {f"{moment.method}/validation/{name}": value for name, value in moment.figures.items()}
    if moment.loss is not None:
        points |= {f"{moment.method}/loss": moment.loss, f"{moment.method}/learning_rate": moment.rate}
    return points


def flat(facts: Mapping[str, object], under: str = "") -> dict[str, object]:
    """Facts within facts by joined names: `{"recipe": {"seed": 0}}` as `{"recipe.seed": 0}`.

    >>> flat({"recipe": {"seed": 0}, "text": "body"})
    {'recipe.seed': 0, 'text': 'body'}
    """
    found: dict[str, object] = {}
    for name, value in facts.items():
        found |= flat(value, f"{under}{name}.") if isinstance(value, Mapping) else {f"{under}{name}": value}
    return found
