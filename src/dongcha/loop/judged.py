"""A closer look at answers: the slices of the rows where they are worst, and those that were surest of and wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table
from dongcha.insight.fdr import q_values
from dongcha.model.predictions import Predictions
from dongcha.model.rows import Rows
from dongcha.model.slices import FEWEST, Answered, Slice, judged_slice
from dongcha.model.task import Metrics, Task
from dongcha.model.trained import Trained
from dongcha.model.tuned import Tuned

MOST_VALUES = 50
"""Values of a column, the commonest first, that are looked at as slices."""

MOST_ERRORS, SHOWN = 20, 400
"""Wrong answers that are kept, and characters of each."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An answer that was wrong, and how sure the model was of it."""

    input: str
    said: Any
    truth: Any
    score: float

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {"input": self.input, "said": self.said, "truth": self.truth, "score": round(self.score, 4)}


@dataclass(frozen=True, slots=True)
class Judged:
    """Figures of all rows; slices with the worst first; wrong answers with the surest first."""

    metrics: Metrics
    slices: tuple[Slice, ...]
    errors: tuple[WrongAnswer, ...]

    def to_json(self) -> dict[str, object]:
        """A JSON object: `metrics`, `slices`, `errors`."""
        return {"metrics": self.metrics.to_json(), **self.closer()}

    def closer(self) -> dict[str, object]:
        """`slices` and `errors` alone."""
        return {
            "slices": [one.to_json() for one in self.slices],
            "errors": [one.to_json() for one in self.errors],
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """Labelled rows of a table, and the columns that they were read from."""

    table: Table
    label: str
    source: str
    rows: Rows


def judged(task: Task, asked: Asked, answers: tuple[Metrics, Predictions], by: Sequence[str] | None = None) -> Judged:
    """What `answers` to the rows are worth; `by` names the columns that make slices, else all categories do."""
    metrics, said = answers
    return Judged(metrics, _slices(task, asked, said, by), _errors(task, asked.rows, said))


def closer(done: Trained | Tuned, table: Table) -> dict[str, object]:
    """`slices` and `errors` of a model on its test rows, which `table` holds."""
    asked = Asked(table, done.model.label, done.model.text, done.test)
    return judged(done.model.task, asked, (done.metrics, done.said)).closer()


def _slices(task: Task, asked: Asked, said: Predictions, by: Sequence[str] | None) -> tuple[Slice, ...]:
    table = asked.table
    if task.per_word or task.gives == "score":  # an answer depends on more than its row
        return ()
    read_from = {asked.label, *task.columns(table, asked.source)}
    named = [column.name for column in table.schema.of(Role.CATEGORY)] if by is None else list(by)
    columns = [name for name in (table.schema[name].name for name in named) if name not in read_from]
    whole = Answered(asked.rows.answers, said.labels)
    found = []
    for name, value, places in _groups(table, columns, asked.rows) if columns else ():
        if FEWEST <= len(places) <= len(asked.rows) - FEWEST:
            part = Answered([whole.truth[i] for i in places], [whole.said[i] for i in places])
            found.append(judged_slice(task, (name, value), part, whole))
    if not found:
        return ()
    q = q_values([one.p_value for one in found])
    ranked = [one.with_q(float(value)) for one, value in zip(found, q, strict=True)]
    return tuple(sorted(ranked, key=lambda one: (one.q_value, one.gap)))


def _groups(table: Table, names: Sequence[str], rows: Rows) -> Iterator[tuple[str, Any, list[int]]]:
    """The commonest values of the columns, each with the places of its rows among those that were answered."""
    got = table.values(*names)
    place = {number: i for i, number in enumerate(rows.numbers)}
    places = [place.get(number) for number in got.column(ROW).to_pylist()]
    for name in names:
        groups: dict[Any, list[int]] = {}
        for value, at in zip(got.column(name).to_pylist(), places, strict=True):
            if value is not None and at is not None:
                groups.setdefault(value, []).append(at)
        ranked = sorted(groups.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
        yield from ((name, value, found) for value, found in ranked[:MOST_VALUES])


def _errors(task: Task, rows: Rows, said: Predictions) -> tuple[WrongAnswer, ...]:
    if task.gives not in ("class", "labels"):
        return ()
    wrong = [i for i, (told, truth) in enumerate(zip(said.labels, rows.answers, strict=True)) if told != truth]
    surest = sorted(wrong, key=lambda i: -float(said.scores[i]))[:MOST_ERRORS]
    return tuple(
        WrongAnswer(_shown(rows.inputs[i]), said.labels[i], rows.answers[i], float(said.scores[i])) for i in surest
    )


def _shown(value: Any) -> str:
    return str(value)[:SHOWN] if not isinstance(value, bytes) else f"{len(value):,} bytes"
