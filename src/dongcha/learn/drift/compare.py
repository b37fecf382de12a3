"""One look: all traits of a window of answers against the reference, and which of them changed at the look's level.

Knows profiles and numbers of looks.  Knows nothing of when a look is taken, of storage or of alerts.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dongcha.core.words import Words
from dongcha.learn.drift.amounts import amounts_changed
from dongcha.learn.drift.change import Change
from dongcha.learn.drift.inputs import inputs_changed
from dongcha.learn.drift.looks import ALPHA, holm, level
from dongcha.learn.drift.quality import share_changed
from dongcha.learn.drift.shares import labels_changed, numbers
from dongcha.model.reference import Profile

FEWEST = 20
"""Answers of a side under which nothing is tested."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What one look found: every test, its p-value adjusted for the others (Holm), and the level of the look."""

    look: int
    level: float
    changes: tuple[Change, ...]
    adjusted: tuple[float, ...]

    @property
    def drifted(self) -> tuple[Change, ...]:
        """The traits that changed, the surest first."""
        found = [(p, place) for place, p in enumerate(self.adjusted) if p <= self.level]
        return tuple(self.changes[place] for _, place in sorted(found))

    @property
    def words(self) -> Words:
        """What changed, in a sentence a trait; that nothing did where nothing did."""
        if not self.changes:
            return Words("Too few answers to compare.", "回答太少，无法比较。")
        if not self.drifted:
            return Words("Nothing is shown to have changed.", "未发现变化。")
        return Words(
            " ".join(one.sentence.en for one in self.drifted), "".join(one.sentence.zh for one in self.drifted)
        )

    def to_json(self) -> dict[str, object]:
        """A JSON object: the tests with their adjusted p-values, what drifted, look and level."""
        tests = [{**one.to_json(), "adjusted": p} for one, p in zip(self.changes, self.adjusted, strict=True)]
        return {
            "look": self.look, "level": self.level, "tests": tests,
            "drifted": [one.trait for one in self.drifted], "words": self.words.to_json(),
        }  # fmt: skip


def compare(reference: Profile, window: Profile, *, look: int, alpha: float = ALPHA) -> Compared:
    """Look number `look` (from 1) of a version; no tests where a side has fewer than `FEWEST` answers.

    A version that nothing happened to drifts in any of its looks, however many, with probability at most `alpha`.
    """
    at = level(look, alpha)
    if min(len(reference), len(window)) < FEWEST:
        return Compared(look, at, (), ())
    changes = tuple(_tests(reference, window))
    return Compared(look, at, changes, tuple(holm([one.p for one in changes])))


def _tests(reference: Profile, window: Profile) -> Iterator[Change]:
    found = [
        inputs_changed(reference.vectors, window.vectors)
        if reference.vectors is not None and window.vectors is not None
        else None,
        _answers(reference, window),
        amounts_changed("confidence", reference.scores, window.scores),
    ]
    if reference.lengths.any():  # texts, and not pictures or sounds
        full = window.lengths > 0
        found += [
            amounts_changed("length", reference.lengths[reference.lengths > 0], window.lengths[full]),
            share_changed("empty", reference.lengths == 0, ~full),
            share_changed("strange", reference.strange > 0, window.strange > 0),
        ]
    yield from (one for one in found if one is not None)


def _answers(reference: Profile, window: Profile) -> Change | None:
    old, new = numbers(reference.labels), numbers(window.labels)
    if old is None or new is None:
        return labels_changed(reference.labels, window.labels)
    return amounts_changed("labels", np.asarray(old), np.asarray(new))
