"""From a file to what a model learns from or is judged by, and to the model: reading, cleaning, splitting included."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dongcha.core.checks import known
from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.data.clean import clean
from dongcha.data.schema import Role
from dongcha.data.source import read
from dongcha.data.split import Split, check_leak, shared, split, without_repeats
from dongcha.data.table import Table
from dongcha.loop.judged import closer
from dongcha.model.ask import Ask
from dongcha.model.knobs import Value
from dongcha.model.ladder import SplitLike, rows_of, train
from dongcha.model.learning_curve import learning_curve
from dongcha.model.media import located
from dongcha.model.recipe import TEXT_CLASSIFICATION
from dongcha.model.task import Task
from dongcha.model.tasks import TASKS
from dongcha.model.trained import Trained
from dongcha.model.watch import Watch, unwatched
from dongcha.model.workers import Workers

TEXT_RULES = ("mojibake", "html", "whitespace")
"""Cleaning that changes texts and drops no row: what a model's input always goes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What is asked of a training on files."""

    label: str | None = None  # left out where the task can find it
    text: str | None = None
    files: str | None = None  # a folder or zip file that holds the files that rows name; else the table's folder
    query: str | None = None  # of ranking: the column whose texts are ordered
    task: str = TEXT_CLASSIFICATION
    method: str | None = None
    encoder: str | None = None
    budget_s: float = 120.0
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    validation: str | None = None  # files that stand in for the parts drawn from the first one
    test: str | None = None
    curve: bool = False  # whether to train on parts of the rows too, and forecast what more would bring

    @property
    def learns(self) -> Task:
        """The task; raises `UnknownName` where there is none of the name."""
        return TASKS.get(known("task", self.task, TASKS))

    @property
    def source(self) -> str | None:
        """What is read, as the task names it."""
        return f"{self.query},{self.text}" if self.query and self.text else self.text


@dataclass(frozen=True, slots=True)
class Prepared:
    """The parts of a file, the order with its column of answers found, the column to read, and what to know of it."""

    parts: SplitLike
    ask: Learning
    label: str
    source: str | None
    notes: tuple[Words, ...] = ()


def prepared(file: str, ask: Learning, on_step: OnStep = silent) -> Prepared:
    """The cleaned rows of a file in three parts, or in those of the files that `ask` names."""
    task = ask.learns
    table = read(file, keep_bytes=task.files)
    label = task.label(table, ask.label)
    ask = replace(ask, label=label)
    table = stated(table, ask, file)
    source = task.source(table, label, ask.source)
    parts = split_for(table, ask, on_step)
    given = bool(ask.validation or ask.test)
    if given:
        parts = _with_given(parts, ask)
    told = [name for name in task.columns(table, source) if table.schema[name].type == "VARCHAR"]
    notes: list[Words] = []
    if task.per_word:  # short sentences ("Tennis :") stand in any two files, and teach no more than their words
        notes = [*table.notes, *_repeated(parts)]
    elif told and given:
        parts, notes = without_repeats(parts, *told)
    else:
        check_leak(parts)
    return Prepared(parts, ask, label, source, tuple(notes))


def fit(
    what: Prepared,
    *,
    checkpoint: Path | None = None,
    workers: Workers | None = None,
    on_step: OnStep = silent,
    watch: Watch = unwatched,
) -> Trained:
    """The best model of the parts for the order."""
    ask = what.ask
    trained = train(
        what.parts, label=what.label, text=what.source, task=ask.task, settings=ask.settings, budget_s=ask.budget_s,
        method=ask.method, encoder=ask.encoder, seed=ask.seed, checkpoint=checkpoint, workers=workers,
        on_step=on_step, watch=watch,
    )  # fmt: skip
    trained = replace(trained, notes=(*what.notes, *trained.notes), closer=closer(trained, what.parts.test))
    return replace(trained, curve=_curve(what, trained, on_step)) if ask.curve else trained


def _curve(what: Prepared, trained: Trained, on_step: OnStep) -> Mapping[str, object]:
    ask = what.ask
    order = Ask(
        task=ask.task, budget_s=ask.budget_s, method=trained.recipe.method, encoder=trained.recipe.encoder,
        seed=ask.seed, settings=ask.settings, on_step=on_step,
    )  # fmt: skip
    parts, _ = rows_of(what.parts, order.learns, what.label, what.source)
    return learning_curve(parts, order, trained.model).to_json()


def _with_given(parts: Split, ask: Learning) -> Split:
    """The parts with those of the order's files for the drawn ones, whose rows are then trained on."""
    for name, file in (("validation", ask.validation), ("test", ask.test)):
        if file:
            drawn: Table = getattr(parts, name)
            train = parts.train.with_expr(parts.train.expr.union(drawn.expr))
            given = readable(file, ask, TEXT_RULES)
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
    task, cleaned = ask.learns, clean(table, on_step=on_step).table
    together = task.columns(table, task.source(table, ask.label or "", ask.source))[0] if task.grouped else None
    return split(cleaned, label=ask.label if task.stratified else None, together=together, seed=ask.seed)


def readable(file: str, ask: Learning, rules: Sequence[str] = ()) -> Table:
    """The rows of a file with the roles of label and input stated, and its files found; cleaned by `rules`."""
    table = stated(read(file, keep_bytes=ask.learns.files), ask, file)
    return clean(table, rules=rules).table if rules else table


def stated(table: Table, ask: Learning, file: str) -> Table:
    """The table with the roles that an order states, and the files that its rows name found."""
    task = ask.learns
    roles: dict[str, Role | str | None] = {}
    if ask.source:
        roles = dict.fromkeys(task.columns(table, ask.source), task.role)
    if ask.label:
        table.schema[ask.label]
        roles = {ask.label: Role.LABEL, **roles}
    table = table.with_roles(roles)
    if task.files:
        column = task.source(table, ask.label or "", ask.source)
        table = located(table, column, Path(ask.files or Path(file).parent))
    return table
