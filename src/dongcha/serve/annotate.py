"""Let a model add columns to a table: its prediction, and how sure it is.

The only place that joins models and tables for `insight`.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from dongcha.core.errors import ConfigError, DataError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.engine import from_arrow
from dongcha.data.schema import ROW, TEXTS, Column, ReadBy, Role, is_hidden
from dongcha.data.table import Table
from dongcha.model.model import Model
from dongcha.serve.tag import columns, tag

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

SCORE = "_score"
SUFFIX = "_predicted"


def annotate(
    table: Table, model: Model, *, text: str | None = None, name: str | None = None, on_step: OnStep = silent
) -> Table:
    """The table with two more columns: `name`, what the model reads in `text`, and `name_score`, its probability.

    `text` is the column that the model learned to read unless told otherwise; `name` is the label's name, with
    `_predicted` where the table has a column of that name.  Rows without text get neither.  A model of words adds the
    columns that `serve.tag` names.  Raises `UnknownName` or
    `DataError` where a column is missing, and `ConfigError` where `name` is taken.
    """
    source = _source(table, model, text)
    if model.task.per_word:
        listed = table.schema[source].type == TEXTS
        column = _name(table, model, name, lambda chosen: columns(model, chosen, listed=listed))
        return tag(table, model, (source, column), on_step)
    column = _name(table, model, name, lambda chosen: [chosen, chosen + SCORE])
    answers = _read(table, model, source, column, on_step)
    expr = _joined(table, answers)
    label, score = _columns(model, source, column)
    return table.with_column(expr, label).with_column(expr, score)


def _source(table: Table, model: Model, text: str | None) -> str:
    wanted = text or (model.text if model.text in table.schema.names else None)
    if wanted is not None:
        return table.schema[wanted].name
    found = table.schema.of(Role.TEXT)
    if len(found) == 1:
        return found[0].name
    learned = f" (the model learned from {model.text!r})" if model.text else ""
    raise DataError(f"annotate: say which column of {table.name!r} to read with text= (--text){learned}")


def _name(table: Table, model: Model, name: str | None, added: Callable[[str], list[str]]) -> str:
    taken = table.schema.names
    chosen = name or (model.label or model.name)
    if name is None and chosen in taken:
        chosen += SUFFIX
    if is_hidden(chosen):
        raise ConfigError(f"annotate: {chosen!r} is a name that Dongcha keeps for itself; choose another with name=")
    for column in added(chosen):
        old = next((c for c in table.schema if c.name == column), None)
        if old is not None and old.read_by is None and not column.endswith(SUFFIX + SCORE):
            raise ConfigError(
                f"annotate: the table already has a column {column!r}; choose another with name= (--name)"
            )
    return chosen


def _read(table: Table, model: Model, source: str, column: str, on_step: OnStep) -> "pa.Table":
    import pyarrow as pa

    total, done, batches = table.rows, 0, []
    job = Words(f"reading {source}", f"读取 {source}")
    schema = pa.schema([(ROW, pa.int64()), (column, pa.string()), (column + SCORE, pa.float64())])
    for batch in table.batches(source):
        rows, texts = batch.column(0).to_pylist(), ["" if v is None else str(v) for v in batch.column(1).to_pylist()]
        held = [i for i, value in enumerate(texts) if value.strip()]
        found = model.predict([texts[i] for i in held], shifted(on_step, job, done, total))
        labels: list[str | None] = [None] * len(rows)
        scores: list[float | None] = [None] * len(rows)
        for i, (label, score) in zip(held, found, strict=True):
            labels[i], scores[i] = label, score
        batches.append(pa.record_batch([pa.array(rows, pa.int64()), labels, scores], schema=schema))
        done += len(rows)
        on_step(Step(job, done, total))
    return pa.Table.from_batches(batches, schema=schema)


def shifted(on_step: OnStep, job: Words, done: int, total: int) -> OnStep:
    """`on_step` for a part of a larger job, of which `done` units of `total` lie before the part."""
    return lambda step: on_step(Step(job, done + step.done, total))


def _joined(table: Table, answers: "pa.Table") -> "ir.Table":
    added = from_arrow(answers)
    kept = [name for name in table.expr.columns if name not in answers.column_names or name == ROW]
    right = added.rename({"__key__": ROW})
    joined = table.expr.select(*kept).left_join(right, table.expr.select(*kept)[ROW] == right["__key__"])
    return cast("ir.Table", joined.drop("__key__"))


def _columns(model: Model, source: str, column: str) -> tuple[Column, Column]:
    accuracy, rows = model.metrics.get("accuracy", 0.0), model.metrics.get("rows", 0)
    by = ReadBy(model.name, source, float(cast("float", accuracy)), int(cast("int", rows)))
    read = Words(
        f"read from {source!r} by the model {model.name!r}: right on {by.accuracy:.0%} of {by.rows} held-out rows",
        f"由模型“{model.name}”从“{source}”读出：在 {by.rows} 行留出数据上正确率 {by.accuracy:.0%}",
    )
    sure = Words(
        f"how sure the model was of {column!r}; not mined, because it tells of the model and not of the rows",
        f"模型对“{column}”的把握；不参与挖掘，因为它说明的是模型而不是数据",
    )
    label = Column(column, "VARCHAR", Role.CATEGORY, read, by.accuracy, by)
    return label, replace(label, name=column + SCORE, type="DOUBLE", role=None, reason=sure)
