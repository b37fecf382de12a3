"""`label --audit`: answers of a served model that were drawn at random, and what a person says of their inputs.

The person does not see the answer, which would lead them.  What was skipped is asked again another time, so that hard
inputs do not vanish from what was drawn.  An answer is stored when the next one is given or the session ends: what is
stored judges for good, and until then it can be taken back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dongcha.core.errors import ConfigError, DataError
from dongcha.core.words import Words
from dongcha.learn.audit import audit_key, audited, drawn
from dongcha.learn.corrections import key_of
from dongcha.learn.stopping import Outlook
from dongcha.loop.label import added
from dongcha.loop.models import name_of
from dongcha.loop.refresh import said_of
from dongcha.model.tasks import TASKS
from dongcha.serve.live.place import Place, classes_of, place_of
from dongcha.store.feedback import Feedback, Feedbacks, feedback_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.versions import Version, versions_of

NEWEST = 100_000
"""Answers of the champion that are drawn from."""


@dataclass(slots=True)
class Draws:
    """Rows in the order in which they were drawn; nobody is told a guess."""

    count: int
    labels: dict[int, str] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)
    settled: bool = False

    def next(self) -> int | None:
        """The first row that was neither answered nor passed by; None where none is left."""
        return next((row for row in range(self.count) if row not in self.labels and row not in self.passed), None)

    def guess(self, row: int) -> tuple[str, float] | None:
        """None."""
        return None

    def outlook(self) -> Outlook | None:
        """None: nothing is learned."""
        return None

    @property
    def left(self) -> int:
        """Rows that nobody answered or passed by."""
        return self.count - len(self.labels.keys() | self.passed)


@dataclass(slots=True)
class Audit:
    """Drawn answers, and where what is said of them is stored."""

    answers: Sequence[Predicted]
    names: list[str]
    store: Feedbacks
    by: str
    queue: Draws
    waiting: tuple[int, Feedback] | None = None  # the last answer, until it is stored

    @property
    def texts(self) -> list[str]:
        """The inputs."""
        return [str(one.input) for one in self.answers]

    def add(self, name: str) -> str:
        """A class by its name, new or not; raises `ConfigError` for a name that cannot be one."""
        return added(self.names, name)

    def give(self, row: int, name: str) -> bool:
        """Take an answer and store the one before it; False, as nothing is ordered anew."""
        self.close()
        one = self.answers[row]
        said = Feedback(
            model=one.model, input=one.input, label=name, by=self.by, key=audit_key(self.by, one.id),
            prediction=one.id, version=one.version, predicted=one.label,
        )  # fmt: skip
        self.waiting = row, said
        self.queue.labels[row] = name
        self.queue.passed.discard(row)
        return False

    def skip(self, row: int) -> None:
        """Pass a row by, for now."""
        self.close()
        self.queue.passed.add(row)

    def undo(self) -> int | None:
        """Take back the last answer where it is not stored yet; the number of its row, or None."""
        if self.waiting is None:
            return None
        row, self.waiting = self.waiting[0], None
        del self.queue.labels[row]
        return row

    def close(self) -> None:
        """Store the answer that waits, durable when this returns."""
        if self.waiting is not None:
            self.store.append(self.waiting[1])
            self.waiting = None

    def to_json(self) -> dict[str, object]:
        """What `dongcha label --audit --json` prints."""
        return {
            "audited": len(self.queue.labels), "skipped": len(self.queue.passed), "left": self.queue.left,
            "classes": self.names, "by": self.by,
        }  # fmt: skip


def open_audit(path: Path | str, by: str, model: str | None = None) -> Audit:
    """The drawn answers of a champion that nobody audited yet.

    Raises `ConfigError` for a model without champion, or of another task than one class of a text; `DataError` where
    no answer that judges is kept; `StorageError` for a place that is none.
    """
    place = place_of(path, make=False)
    versions = versions_of(place.state)
    name = name_of(versions, model)
    champion = versions.alias(name)
    if champion is None:
        raise ConfigError(f"the model {name!r} has no champion; set one with dongcha models promote")
    answers = drawn(_answers(place, champion))
    if not answers:
        raise DataError(
            f"no answer of version {champion.number} of {name!r} can be drawn yet: a fifth of all inputs judges; "
            "answers are kept while dongcha serve runs"
        )
    done = {key_of(one.input) for one in said_of(place.state, name) if audited(one) and one.version == champion.number}
    left = [one for one in answers if key_of(one.input) not in done]
    return Audit(left, _classes(place, champion), feedback_of(place.state), by, Draws(len(left)))


def _answers(place: Place, champion: Version) -> list[Predicted]:
    kept = predictions_of(place.state).between(champion.model, most=NEWEST)
    return [one for one in kept if one.version == champion.number and isinstance(one.input, str)]


def _classes(place: Place, champion: Version) -> list[str]:
    task = TASKS.get(str(champion.lineage.get("task")))
    if not task.one_class or task.reads != "text":
        raise ConfigError(f"label: --audit is of texts with one class each; {champion.model!r} is of {task.name}")
    return classes_of(place, champion)


def closing(found: Audit) -> Words:
    """How many answers were given, and what they are for."""
    count, left = len(found.queue.labels), found.queue.left
    return Words(
        f"{count:,} drawn answers were audited by {found.by!r}, {left:,} are left; dongcha models judge uses them.",
        f"“{found.by}”审核了 {count:,} 条随机抽取的回答，还剩 {left:,} 条；dongcha models judge 将使用它们。",
    )
