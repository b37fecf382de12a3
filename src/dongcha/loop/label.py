"""`label`: a file or project whose texts a person labels, in the order that teaches a model most.

Every label is committed before the next text is asked; who starts again goes on where it stopped.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dongcha.core.checks import need
from dongcha.core.errors import ConfigError, DataError
from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.table import Table
from dongcha.learn.queue import BATCH, DEFAULT, Queue
from dongcha.loop.guests import Guests
from dongcha.model.embedded import embedded
from dongcha.model.rows import input_column
from dongcha.store.config import NAME
from dongcha.store.home import state_for
from dongcha.store.labels import Given, Labels, key_of, labels_of
from dongcha.store.project import is_project, open_project
from dongcha.store.state import State

LABEL = "label"
"""What the labels are called where nobody says."""

LONGEST = 60
"""Characters of the name of a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What is asked of a labelling."""

    text: str | None = None
    label: str | None = None
    classes: tuple[str, ...] = ()
    strategy: str = DEFAULT
    by: str = ""
    batch: int = BATCH
    encoder: str | None = None
    seed: int = 0

    @property
    def plain(self) -> bool:
        """Whether nothing is asked beside who labels."""
        return self == Labelled(by=self.by)

    @property
    def who(self) -> str:
        """The one who labels."""
        return self.by or os.environ.get("USER", "") or os.environ.get("LOGNAME", "") or "me"


@dataclass(slots=True)
class Labelling:
    """Texts, the labels that are stored, and the queue; each answer is stored first and learned from then."""

    texts: Sequence[str]
    keys: Sequence[str]
    store: Labels
    queue: Queue
    by: str
    column: str
    given: Mapping[int, str] = field(default_factory=dict)  # labels that the file itself holds
    notes: tuple[Words, ...] = ()

    @property
    def names(self) -> list[str]:
        """The classes in the order of their numbers."""
        return self.queue.classes

    def add(self, name: str) -> str:
        """A class by its name, new or not; raises `ConfigError` for a name that cannot be one."""
        return added(self.names, name)

    def give(self, row: int, name: str) -> bool:
        """Store a label and learn from it; whether the queue was ordered anew."""
        self.store.append(self.texts[row], name, self.by)
        fresh = self.queue.give(row, name)
        if fresh:
            self.refresh()
        return fresh

    def skip(self, row: int) -> None:
        """Store that the text was passed by."""
        self.store.append(self.texts[row], None, self.by)
        self.queue.skip(row)

    def undo(self) -> int | None:
        """Take back one's last label or skip; the number of its row, which is asked next, or None."""
        last = self.store.undo(self.by)
        if last is None or last.key not in (place := self._places()):
            return None
        row = place[last.key]
        self.queue.take_back(row)
        self.refresh()
        return row

    def refresh(self) -> None:
        """Take in what the store holds, of others too."""
        labels, passed = _standing(self.store.standing(), self._places(), self.by)
        self.queue.labels.clear()
        self.queue.labels.update({**self.given, **labels})
        for name in self.queue.labels.values():
            if name not in self.names:
                self.names.append(name)
        self.queue.passed.clear()
        self.queue.passed.update(passed - self.queue.labels.keys())

    def rows(self) -> list[dict[str, Any]]:
        """What is labelled, as it is exported: text, label, who, when; those of the file itself first."""
        found = [self._row(self.texts[row], name, "", "") for row, name in self.given.items()]
        said = [one for one in self.store.standing() if one.label is not None]
        texts = {one.text for one in said}
        found = [row for row in found if row["text"] not in texts]
        agreed = _agreed(said)
        last = {one.key: one for one in said if agreed[one.key] == one.label}
        return [*found, *(self._row(one.text, one.label, one.by, one.at) for one in last.values())]

    def _row(self, text: str, name: str, by: str, at: str) -> dict[str, Any]:
        return {"text": text, self.column: name, "labelled_by": by, "labelled_at": at}

    def _places(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self.keys)}


def added(names: list[str], name: str) -> str:
    """The name of a class as it is stored, among `names` now; raises `ConfigError` for one that cannot be a class's."""
    name = name.strip()
    plain = name.isprintable() and 0 < len(name) <= LONGEST
    need("label", "the name of a class", name, plain, f"1 to {LONGEST} printable characters")
    if name not in names:
        names.append(name)
    return name


def open_labelling(place: str, ask: Labelled, guests: Guests | None = None) -> Labelling:
    """The texts of a file or project, embedded, with the labels given so far.

    Raises `DataError` where there is no text, `UnknownName` for a column or strategy that is not there.
    """
    from dongcha.core.checks import known
    from dongcha.learn.strategies import STRATEGIES

    guests = guests or Guests()
    known("strategy", ask.strategy, STRATEGIES)
    need("label", "batch", ask.batch, ask.batch >= 1, "at least 1")
    table, state, config = _opened(place)
    column = ask.label or config.get("label") or LABEL
    source = input_column(table, column, ask.text or config.get("text"), Role.TEXT)
    texts, keys, given = _texts(table, source, column)
    store = labels_of(state, column)
    labels, passed = _standing(store.standing(), {key: i for i, key in enumerate(keys)}, ask.who)
    vectors = embedded(texts, ask.encoder or config.get("encoder"), on_step=guests.on_step)
    classes = list(dict.fromkeys([*ask.classes, *sorted(set(given.values())), *_named(store)]))
    queue = Queue(
        vectors, classes, strategy=ask.strategy, batch=ask.batch, seed=ask.seed, labels={**given, **labels},
        passed=passed - given.keys() - labels.keys(),
    )  # fmt: skip
    return Labelling(texts, keys, store, queue, ask.who, column, given, table.notes)


def _opened(place: str) -> tuple[Table, State, dict[str, str | None]]:
    folder = Path(place).expanduser()
    if not is_project(folder):
        table = read(place)
        return table, state_for(place, "labels"), {}
    project = open_project(folder)
    config = project.config
    if not config.sources:
        raise ConfigError(f"the project {place!r} names no source; add one to its {NAME}, or label a file")
    table = read(list(config.sources) if len(config.sources) > 1 else config.sources[0], roles=dict(config.roles))
    return table, project.state, {"label": config.label, "text": config.text, "encoder": config.encoder}


def _texts(table: Table, source: str, column: str) -> tuple[list[str], list[str], dict[int, str]]:
    """Each different text once, its key, and the labels that the file holds in a column of that name."""
    said = table.texts(source)
    there = column in table.schema.names
    names = table.values(column).column(column).to_pylist() if there else [None] * len(said)
    texts: list[str] = []
    place: dict[str, int] = {}
    given: dict[int, str] = {}
    for text, name in zip(said, names, strict=True):
        if not text.strip():
            continue
        row = place.setdefault(key_of(text), len(texts))
        if row == len(texts):
            texts.append(text)
        if name is not None and str(name).strip():
            given.setdefault(row, str(name).strip())
    if not texts:
        raise DataError(f"column {source!r} holds no text to label; name another with --text")
    return texts, list(place), given


def _standing(said: Sequence[Given], place: Mapping[str, int], by: str) -> tuple[dict[int, str], set[int]]:
    """Labels by row, of several people the commonest; and the rows that `by` skipped."""
    agreed = _agreed([one for one in said if one.label is not None])
    labels = {place[key]: name for key, name in agreed.items() if key in place}
    return labels, {place[one.key] for one in said if one.label is None and one.by == by and one.key in place}


def _agreed(said: Sequence[Given]) -> dict[str, str]:
    """Of each text the label that most people gave; of as many, the one that was given last."""
    votes: dict[str, list[str]] = {}
    for one in said:
        votes.setdefault(one.key, []).append(str(one.label))
    return {
        key: max(names, key=lambda name: (Counter(names)[name], len(names) - names[::-1].index(name)))
        for key, names in votes.items()
    }


def _named(store: Labels) -> list[str]:
    """The classes that were given so far, in the order in which they came."""
    return list(dict.fromkeys(str(one.label) for one in store.standing() if one.label is not None))
