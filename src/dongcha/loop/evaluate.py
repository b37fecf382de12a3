"""Judge a stored model on a labelled file: its figures, where it is worst, and what it was surest of and wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dongcha.core.events import OnStep, silent
from dongcha.data.clean import clean
from dongcha.data.schema import ROW, Role
from dongcha.data.source import read
from dongcha.data.table import Table
from dongcha.insight.fdr import q_values
from dongcha.loop.learn import TEXT_RULES, Learning, stated
from dongcha.model.model import Model
from dongcha.model.predictions import Predictions
from dongcha.model.rows import Rows
from dongcha.model.slices import FEWEST, Answered, Slice, judged_slice
from dongcha.model.task import Metrics

MOST_VALUES = 50
"""Values of a column, the commonest first, that are looked at as slices."""

MOST_ERRORS = 20


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
        return {
            "metrics": self.metrics.to_json(),
            "slices": [one.to_json() for one in self.slices],
            "errors": [one.to_json() for one in self.errors],
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    table: Table
    label: str
    source: str
    rows: Rows


def evaluate(model: Model, file: str, **named: Any) -> Metrics:
    """How good the model is on the labelled rows of a file; see `judge` for what can be named."""
    return judge(model, file, by=(), **named).metrics


def judge(
    model: Model,
    file: str,
    *,
    label: str | None = None,
    text: str | None = None,
    files: str | None = None,
    by: Sequence[str] | None = None,
    on_step: OnStep = silent,
) -> Judged:
    """How good the model is on the labelled rows of a file; columns are those that it learned with unless named.

    `by` names the columns whose values make slices; without it, all categories but the label.  Raises `UnknownName` or
    `DataError` where a column is not there or nothing can be measured.
    """
    asked = _asked(model, file, Learning(label=label, text=text, task=model.task.name, files=files))
    rows = asked.rows
    metrics, said = model.measured(rows.inputs, rows.answers, on_step)
    return Judged(metrics, _slices(model, asked, said, by), _errors(model, rows, said))


def _asked(model: Model, file: str, ask: Learning) -> _Asked:
    task = model.task
    table = read(file, keep_bytes=task.files)
    names = table.schema.names
    label = ask.label or (model.label if model.label in names or not task.per_word else None)
    if not label:
        label = task.label(table, None)
    text = ask.text or (model.text if model.text in names or not task.per_word else None) or None
    found = Learning(label=label, text=text, task=task.name, files=ask.files)
    table = clean(stated(table, found, file), rules=TEXT_RULES).table
    source = task.source(table, label, text)
    rows, _ = task.rows(table, label, source)
    task.comparable(rows.answers, model.classes, label)
    return _Asked(table, label, source, rows)


def _slices(model: Model, asked: _Asked, said: Predictions, by: Sequence[str] | None) -> tuple[Slice, ...]:
    task, table = model.task, asked.table
    if task.per_word or task.gives == "score":  # an answer depends on more than its row
        return ()
    read_from = {asked.label, *task.columns(table, asked.source)}
    columns = [column.name for column in table.schema.of(Role.CATEGORY)] if by is None else list(by)
    names = [name for name in (table.schema[name].name for name in columns) if name not in read_from]
    whole = Answered(asked.rows.answers, said.labels)
    found = []
    for name, value, places in _groups(table, names, asked.rows) if names else ():
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


def _errors(model: Model, rows: Rows, said: Predictions) -> tuple[WrongAnswer, ...]:
    if model.task.gives not in ("class", "labels"):
        return ()
    wrong = [i for i, (told, truth) in enumerate(zip(said.labels, rows.answers, strict=True)) if told != truth]
    surest = sorted(wrong, key=lambda i: -float(said.scores[i]))[:MOST_ERRORS]
    return tuple(
        WrongAnswer(_shown(rows.inputs[i]), said.labels[i], rows.answers[i], float(said.scores[i])) for i in surest
    )


def _shown(value: Any) -> str:
    return str(value)[:300] if not isinstance(value, bytes) else f"{len(value):,} bytes"
