"""Train on a file and judge a model on a file: reading, cleaning and splitting included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dongcha.core.errors import DataError
from dongcha.core.events import OnStep, silent
from dongcha.data.clean import clean
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.split import Split, check_leak, split
from dongcha.data.table import Table
from dongcha.model.knobs import Value
from dongcha.model.ladder import train
from dongcha.model.media import located
from dongcha.model.model import Model
from dongcha.model.recipe import TEXT_CLASSIFICATION
from dongcha.model.task import Metrics, Task
from dongcha.model.tasks import TASKS
from dongcha.model.trained import Trained

TEXT_RULES = ("mojibake", "html", "whitespace")
"""Cleaning that changes texts and drops no row: what a model's input always goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is asked of a training on files."""

    label: str
    text: str | None = None
    files: str | None = None  # a folder or zip file that holds the files that rows name; else the table's folder
    query: str | None = None  # of ranking: the column whose texts are ordered
    task: str = TEXT_CLASSIFICATION
    method: str | None = None
    encoder: str | None = None
    budget_s: float = 120.0
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)

    @property
    def learns(self) -> Task:
        """The task; raises `UnknownName` where there is none of the name."""
        return TASKS.get(self.task)

    @property
    def source(self) -> str | None:
        """What is read, as the task names it."""
        return f"{self.query},{self.text}" if self.query and self.text else self.text


def learn(
    file: str, ask: Learning, *, validation: str | None = None, test: str | None = None, on_step: OnStep = silent
) -> Trained:
    """The best model for `ask.label`; files for validation and test stand in for the parts drawn from `file`."""
    parts = split_for(readable(file, ask), ask, on_step)
    if validation:
        parts = replace(parts, validation=readable(validation, ask, TEXT_RULES))
    if test:
        parts = replace(parts, test=readable(test, ask, TEXT_RULES))
    check_leak(parts)
    return train(
        parts,
        label=ask.label,
        text=ask.source,
        task=ask.task,
        settings=ask.settings,
        budget_s=ask.budget_s,
        method=ask.method,
        encoder=ask.encoder,
        seed=ask.seed,
        on_step=on_step,
    )


def split_for(table: Table, ask: Learning, on_step: OnStep = silent) -> Split:
    """The cleaned rows of `table` in three parts."""
    task, cleaned = ask.learns, clean(table, on_step=on_step).table
    together = task.columns(table, task.source(table, ask.label, ask.source))[0] if task.grouped else None
    return split(cleaned, label=ask.label if task.stratified else None, together=together, seed=ask.seed)


def readable(file: str, ask: Learning, rules: Sequence[str] = ()) -> Table:
    """The rows of a file with the roles of label and input stated, and its files found; cleaned by `rules`."""
    table, task = read(file), ask.learns
    table.schema[ask.label]
    stated: dict[str, Role | str | None] = {ask.label: Role.LABEL}
    if ask.source:
        stated |= dict.fromkeys(task.columns(table, ask.source), task.role)
    table = table.with_roles(stated)
    if task.files:
        column = task.source(table, ask.label, ask.source)
        table = located(table, column, Path(ask.files or Path(file).parent))
    return clean(table, rules=rules).table if rules else table


def evaluate(
    model: Model, file: str, *, label: str | None = None, text: str | None = None, files: str | None = None
) -> Metrics:
    """How good the model is on the labelled rows of a file; columns are those that it learned with unless named."""
    column = label or model.label
    if not column:
        raise DataError("evaluate: the model does not know its label column; name it with --label")
    source = text or model.text or None
    table = readable(file, Learning(label=column, text=source, task=model.task.name, files=files), TEXT_RULES)
    rows, _ = model.task.rows(table, column, model.task.source(table, column, source))
    return model.evaluate(rows.inputs, rows.answers)
