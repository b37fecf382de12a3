"""From a file to what a model learns from or is judged by: reading, cleaning and splitting included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dongcha.core.errors import DataError
from dongcha.core.events import OnStep, silent
from dongcha.data.clean import clean
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.split import Split, check_leak, split
from dongcha.data.table import Table
from dongcha.model.knobs import Value
from dongcha.model.model import Model
from dongcha.model.recipe import TEXT_CLASSIFICATION
from dongcha.model.task import Metrics

TEXT_RULES = ("mojibake", "html", "whitespace")
"""Cleaning that changes texts and drops no row: what a model's input always goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is asked of a training on files."""

    label: str
    text: str | None = None
    task: str = TEXT_CLASSIFICATION
    method: str | None = None
    encoder: str | None = None
    budget_s: float = 120.0
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    validation: str | None = None  # files that stand in for the parts drawn from the first one
    test: str | None = None


def parts_of(file: str, ask: Learning, on_step: OnStep = silent) -> Split:
    """The cleaned rows of a file in three parts, or in those of the files that `ask` names."""
    parts = split_for(readable(file, ask.label, ask.text), ask, on_step)
    if ask.validation:
        parts = replace(parts, validation=readable(ask.validation, ask.label, ask.text, TEXT_RULES))
    if ask.test:
        parts = replace(parts, test=readable(ask.test, ask.label, ask.text, TEXT_RULES))
    check_leak(parts)
    return parts


def split_for(table: Table, ask: Learning, on_step: OnStep = silent) -> Split:
    """The cleaned rows of `table` in three parts."""
    return split(clean(table, on_step=on_step).table, label=ask.label, seed=ask.seed)


def readable(file: str, label: str, text: str | None, rules: Sequence[str] = ()) -> Table:
    """The rows of a file with the roles of label and text stated; cleaned by `rules`."""
    table = read(file)
    table.schema[label]
    stated: dict[str, Role | str | None] = {label: Role.LABEL}
    if text:
        stated[text] = Role.TEXT
    table = table.with_roles(stated)
    return clean(table, rules=rules).table if rules else table


def evaluate(model: Model, file: str, *, label: str | None = None, text: str | None = None) -> Metrics:
    """How good the model is on the labelled rows of a file; columns are those that it learned with unless named."""
    column = label or model.label
    if not column:
        raise DataError("evaluate: the model does not know its label column; name it with --label")
    source = text or model.text or None
    table = readable(file, column, source, TEXT_RULES)
    rows, _ = model.task.rows(table, column, model.task.source(table, column, source))
    return model.evaluate(rows.inputs, rows.answers)
