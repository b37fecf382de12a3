"""Judge a stored model on a labelled file: its figures, where it is worst, and what it was surest of and wrong."""

from collections.abc import Sequence
from typing import Any

from dongcha.core.events import OnStep, silent
from dongcha.data.clean import clean
from dongcha.data.source import read
from dongcha.loop.judged import Asked, Judged, judged
from dongcha.loop.learn import TEXT_RULES, Learning, stated
from dongcha.model.model import Model
from dongcha.model.task import Metrics


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
    return judged(model.task, asked, model.measured(asked.rows.inputs, asked.rows.answers, on_step), by)


def _asked(model: Model, file: str, ask: Learning) -> Asked:
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
    return Asked(table, label, source, rows)
