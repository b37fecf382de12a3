"""What people said, ready to be learned from: the last word on each input, and which of it judges instead of teaching.

Knows feedback and rows.  Knows no clock, and no database.
"""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dongcha.data.clean.near import normal
from dongcha.model.reference import text_of
from dongcha.model.rows import Parts, Rows
from dongcha.store.feedback import Feedback

JUDGING = 5
"""Every fifth input judges; which ones is drawn by the input itself, so that it never changes sides."""

FEWEST_OF_NEW = 5
"""Corrections that a class needs which the model did not have, before it is learned."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The last word on each input, oldest first; on `contradicted` inputs an earlier word was another."""

    words: tuple[Feedback, ...]
    contradicted: int

    @property
    def taught(self) -> tuple[Feedback, ...]:
        """Those to learn from."""
        return tuple(one for one in self.words if not judging(one))

    @property
    def judged_by(self) -> tuple[Feedback, ...]:
        """Those that judge: never learned from, and the model's own answer of the time is known."""
        return tuple(one for one in self.words if judging(one) and one.predicted is not None)


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows with corrections among them, and what was left out and why."""

    parts: Parts
    added: int  # corrections among the train rows
    replaced: int  # train rows whose answer a correction took the place of
    in_tests: int  # corrections of inputs that judge the model already
    too_few: tuple[str, ...]  # classes with too few corrections to be learned
    new: tuple[str, ...]  # classes that the model did not have


def key_of(given: Any) -> str:
    """What two inputs have in common that are the same but for case and signs.

    >>> key_of("Great!") == key_of("great"), key_of(["a", "b"]) == key_of("a b")
    (True, True)
    """
    return normal(text_of(given)) or json.dumps(given, ensure_ascii=False, sort_keys=True, default=str)


def settled(said: Sequence[Feedback], distrusted: Collection[str] = ()) -> Settled:
    """The last word on each input, but for people who are not trusted."""
    last: dict[str, Feedback] = {}
    contradicted: set[str] = set()
    for one in sorted(said, key=lambda one: one.number):
        if one.by in distrusted:
            continue
        key = key_of(one.input)
        before = last.pop(key, None)  # so that it stands at its new place
        if before is not None:
            contradicted |= {key} if before.label != one.label else set()
            if one.predicted is None:  # an answer that was seen is not forgotten because somebody spoke again
                one = replace(one, predicted=before.predicted)
        last[key] = one
    return Settled(tuple(last.values()), len(contradicted))


def joined(parts: Parts, taught: Sequence[Feedback], known: Collection[str]) -> Joined:
    """The parts with the corrections in the train rows; a correction takes the place of a row with the same input.

    `known` are the classes that the model has.  What judges the model (validation, test) stays as it is.
    """
    judging = {key_of(one) for part in (parts.validation, parts.test) for one in part.inputs}
    usable = [one for one in taught if key_of(one.input) not in judging]
    counts: dict[str, int] = {}
    for one in usable:
        for name in names_of(one.label):
            counts[name] = counts.get(name, 0) + 1
    new = {name for name in counts if name not in known}
    few = {name for name in new if counts[name] < FEWEST_OF_NEW}
    kept = [one for one in usable if not few & set(names_of(one.label))]
    said = {key_of(one.input) for one in kept}
    places = [i for i, one in enumerate(parts.train.inputs) if key_of(one) not in said]
    train = parts.train.at(places)
    rows = Rows(
        (*train.inputs, *(rows_input(one.input) for one in kept)),
        (*train.answers, *(rows_input(one.label) for one in kept)),
    )
    return Joined(
        replace(parts, train=rows), len(kept), len(parts.train) - len(places), len(taught) - len(usable),
        tuple(sorted(few)), tuple(sorted(new - few)),
    )  # fmt: skip


def names_of(label: Any) -> tuple[str, ...]:
    """The classes in a label: itself, or the labels or tags that it holds; none in a number."""
    if isinstance(label, str):
        return (label,)
    return tuple(str(one) for one in label) if isinstance(label, list | tuple) else ()


def rows_input(given: Any) -> Any:
    """A JSON value as rows hold it: lists are tuples."""
    return tuple(rows_input(one) for one in given) if isinstance(given, list) else given


def judging(one: Feedback) -> bool:
    """Whether feedback is on an input that judges and never teaches."""
    return judges(one.input)


def judges(given: Any) -> bool:
    """Whether an input judges and never teaches."""
    return zlib.crc32(key_of(given).encode("utf-8")) % JUDGING == 0
