"""Let a model add columns to a table: its prediction, and how sure it is.

The only place that joins models and tables for `insight`.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.brought import here
from dongcha.data.schema import ROW, TEXTS, Role, is_hidden
from dongcha.data.table import Table
from dongcha.model.model import Model
from dongcha.serve.joined import joined
from dongcha.serve.tag import columns, tag
from dongcha.serve.written import SCORE, Written, written

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIX = "_predicted"


def annotate(
    table: Table, model: Model, *, text: str | None = None, name: str | None = None, on_step: OnStep = silent
) -> Table:
    """The table with more columns: `name`, what the model reads in `text`, and `name_score`, how sure it is of it.

    Of several labels, each of the commonest has a yes-or-no column `name: label` too; a number has no score.

    `text` is the column that the model learned to read unless told otherwise; `name` is the label's name, with
    `_predicted` where the table has a column of that name.  Rows without text get neither.  A model of words adds the
    columns that `serve.tag` names.  Raises `UnknownName` or
    `DataError` where a column is missing, and `ConfigError` where `name` is taken.
    """
    table = here(table, "annotation")
    source = _source(table, model, text)
    if model.task.per_word:
        listed = table.schema[source].type == TEXTS
        column = _name(table, model, name, lambda chosen: columns(model, chosen, listed=listed))
        return tag(table, model, (source, column), on_step)
    column = _name(table, model, name, lambda chosen: [one.column.name for one in written(model, source, chosen)])
    added = written(model, source, column)
    expr = joined(table, _read(table, model, source, added, on_step))
    for one in added:
        table = table.with_column(expr, one.column)
    return table


def _source(table: Table, model: Model, text: str | None) -> str:
    wanted = text or (model.text if model.text and _has(table, model) else None)
    if wanted is not None:
        model.task.columns(table, wanted)
        return wanted
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


def _has(table: Table, model: Model) -> bool:
    try:
        return bool(model.task.columns(table, model.text))
    except UnknownName:
        return False


def _read(table: Table, model: Model, source: str, columns: Sequence[Written], on_step: OnStep) -> "pa.Table":
    import pyarrow as pa

    total, done, batches = table.rows, 0, []
    job = Words(f"reading {source}", f"读取 {source}")
    schema = pa.schema([(ROW, pa.int64()), *((one.column.name, one.arrow) for one in columns)])
    for batch in table.batches(*model.task.columns(table, source)):
        rows, *cells = (column.to_pylist() for column in batch.columns)
        if model.task.role is Role.TEXT:
            cells = [["" if value is None else str(value) for value in column] for column in cells]
        values = cells[0] if len(cells) == 1 else list(zip(*cells, strict=True))
        held = [i for i, good in enumerate(model.task.usable(values)) if good]
        found = model.predict([values[i] for i in held], shifted(on_step, job, done, total))
        told = [_filled(held, one.values(found), len(rows)) for one in columns]
        arrays = [pa.array(cells, field.type) for cells, field in zip([rows, *told], schema, strict=True)]
        batches.append(pa.record_batch(arrays, schema=schema))
        done += len(rows)
        on_step(Step(job, done, total))
    return pa.Table.from_batches(batches, schema=schema)


def _filled(places: Sequence[int], values: Sequence[Any], rows: int) -> list[Any]:
    """The values at their places among `rows`, None elsewhere."""
    found: list[Any] = [None] * rows
    for i, value in zip(places, values, strict=True):
        found[i] = value
    return found


def shifted(on_step: OnStep, job: Words, done: int, total: int) -> OnStep:
    """`on_step` for a part of a larger job, of which `done` units of `total` lie before the part."""
    return lambda step: on_step(Step(job, done + step.done, total))
