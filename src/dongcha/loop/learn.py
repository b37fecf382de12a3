"""Train on a file and judge a model on a file: reading, cleaning and splitting included."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dongcha.core.checks import known
from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.data.clean import clean
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.split import Split, check_leak, shared, split, without_repeats
from dongcha.data.table import Table
from dongcha.model.knobs import Value
from dongcha.model.ladder import train
from dongcha.model.model import Model
from dongcha.model.recipe import TEXT_CLASSIFICATION
from dongcha.model.task import Metrics
from dongcha.model.tasks import TASKS
from dongcha.model.trained import Trained

TEXT_RULES = ("mojibake", "html", "whitespace")
"""Cleaning that changes texts and drops no row: what a model's input always goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is asked of a training on files."""

    label: str | None = None  # left out where the task can find it
    text: str | None = None
    task: str = TEXT_CLASSIFICATION
    method: str | None = None
    encoder: str | None = None
    budget_s: float = 120.0
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)


def learn(
    file: str, ask: Learning, *, validation: str | None = None, test: str | None = None, on_step: OnStep = silent
) -> Trained:
    """The best model for `ask.label`; files for validation and test stand in for the parts drawn from `file`."""
    task, table = TASKS.get(known("task", ask.task, TASKS)), read(file)
    ask = replace(ask, label=task.label(table, ask.label))
    assert ask.label is not None
    table = _stated(table, ask.label, ask.text)
    text = task.source(table, ask.label, ask.text)
    parts = split_for(table, ask, on_step)
    if validation or test:
        parts = _with_given(parts, ask.label, text, (validation, test))
    notes: list[Words] = []
    if task.per_word:  # short sentences ("Tennis :") stand in any two files, and teach no more than their words
        notes = [*table.notes, *_repeated(parts)]
    elif validation or test:
        parts, notes = without_repeats(parts, text)
    else:
        check_leak(parts)
    trained = train(
        parts,
        label=ask.label,
        text=text,
        task=ask.task,
        settings=ask.settings,
        budget_s=ask.budget_s,
        method=ask.method,
        encoder=ask.encoder,
        seed=ask.seed,
        on_step=on_step,
    )
    return replace(trained, notes=(*notes, *trained.notes))


def _with_given(parts: Split, label: str, text: str, files: tuple[str | None, str | None]) -> Split:
    """The parts with those of `files` (validation, test) for the drawn ones, whose rows are then trained on."""
    for name, file in zip(("validation", "test"), files, strict=True):
        if file:
            drawn: Table = getattr(parts, name)
            train = parts.train.with_expr(parts.train.expr.union(drawn.expr))
            given = readable(file, label, text, TEXT_RULES)
            parts = replace(parts, train=train)
            parts = replace(parts, validation=given) if name == "validation" else replace(parts, test=given)
    return parts


def _repeated(parts: Split) -> Iterator[Words]:
    for (one, other), times in Counter((one, other) for _, one, other in shared(parts)).items():
        yield Words(
            f"{times:,} sentences stand in both the {one} and the {other} part.",
            f"{times:,} 个句子同时出现在 {one} 与 {other} 两部分。",
        )


def split_for(table: Table, ask: Learning, on_step: OnStep = silent) -> Split:
    """The cleaned rows of `table` in three parts."""
    return split(clean(table, on_step=on_step).table, label=ask.label, seed=ask.seed)


def readable(file: str, label: str | None, text: str | None, rules: Sequence[str] = ()) -> Table:
    """The rows of a file with the roles of label and text stated; cleaned by `rules`."""
    table = _stated(read(file), label, text)
    return clean(table, rules=rules).table if rules else table


def _stated(table: Table, label: str | None, text: str | None) -> Table:
    stated: dict[str, Role | str | None] = {text: Role.TEXT} if text else {}
    if label:
        table.schema[label]
        stated = {label: Role.LABEL, **stated}
    return table.with_roles(stated)


def evaluate(
    model: Model, file: str, *, label: str | None = None, text: str | None = None, on_step: OnStep = silent
) -> Metrics:
    """How good the model is on the labelled rows of a file; columns are those that it learned with unless named."""
    table, task = read(file), model.task
    names = table.schema.names
    column = label or (model.label if model.label in names or not task.per_word else None)
    if not column:
        column = task.label(table, None)
    source = text or (model.text if model.text in names or not task.per_word else None) or None
    table = clean(_stated(table, column, source), rules=TEXT_RULES).table
    rows, _ = task.rows(table, column, task.source(table, column, source))
    task.comparable(rows.answers, model.classes, column)
    return model.evaluate(rows.inputs, rows.answers, on_step)
