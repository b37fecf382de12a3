"""Turn the texts of a run's table into columns: what the trained model reads, and topics."""

from dataclasses import replace
from typing import TYPE_CHECKING

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.engine import from_arrow
from dongcha.data.schema import ROW, Column, Role
from dongcha.data.table import Table
from dongcha.loop.reading import text_of
from dongcha.loop.stage import Result, Run
from dongcha.model.folder import load
from dongcha.model.topics import Topics, topics
from dongcha.serve.annotate import annotate

if TYPE_CHECKING:
    import ibis.expr.types as ir

KNOWN = 0.95
"""Share of rows with a label from which on the label itself is mined, and not what a model reads."""

_ALIKE = Words("The texts share too few phrases to be grouped into topics.", "文本之间的共同短语太少，无法归为主题。")

FEWEST_TEXTS = 200
"""Texts under which topics would be anecdotes."""


def annotated(run: Run, table: Table) -> tuple[Table, Result]:
    """The table with the columns that were read, and what the report should say of them."""
    said: Result = {}
    trained = run.results["train"]
    if "model" in trained:
        model = load(run.project.folder / trained["model"])
        table = annotate(table, model, text=trained["text"], on_step=run.on_step)
        table, words = _chosen(table, trained["label"])
        said["mined"] = words.to_json()
    text = text_of(table, run.project.config)
    texts = table.texts(text) if text else []
    if text and sum(bool(value.strip()) for value in texts) >= FEWEST_TEXTS:
        try:
            found = topics(texts, seed=run.project.config.seed, on_step=run.on_step)
        except DataError:
            return table.with_note(_ALIKE), said
        table = _with_topics(table, text, found)
        said["topics"] = found.to_json()
    return table, said


def _chosen(table: Table, label: str) -> tuple[Table, Words]:
    """Only one of the label and its reading is mined: that the two agree is not news."""
    read = next(column for column in table.schema if column.read_by and column.role is Role.CATEGORY)
    share = table.expr[label].notnull().mean().to_pyarrow().as_py()
    if share >= KNOWN:
        why = Words(
            f"The label {label!r} is known in {share:.0%} of rows, so it is mined itself; {read.name!r} serves to "
            "check it and to read new rows.",
            f"{share:.0%} 的记录已有标签“{label}”，因此直接挖掘标签；“{read.name}”用于核对标签和读取新数据。",
        )
        return table.with_column(table.expr, replace(read, role=None, reason=why)), why
    why = Words(
        f"The label {label!r} is known in {share:.0%} of rows only, so what the model reads ({read.name!r}) is mined.",
        f"只有 {share:.0%} 的记录有标签“{label}”，因此挖掘模型读出的“{read.name}”。",
    )
    return table.with_column(table.expr, replace(table.schema[label], role=None, reason=why)), why


def _with_topics(table: Table, text: str, found: Topics) -> Table:
    import pyarrow as pa

    name = next(n for n in ("topic", f"{text}_topic", "topic_read") if n not in table.schema.names)
    rows = table.expr.select(ROW).order_by(ROW).to_pyarrow().column(ROW)
    names = [None if at is None else found.described[at].name for at in found.topic]
    added: ir.Table = from_arrow(pa.table({"__key__": rows, name: pa.array(names, pa.string())}))
    joined = table.expr.left_join(added, table.expr[ROW] == added["__key__"]).drop("__key__")
    reason = Words(
        f"groups of like texts in {text!r}, named by their phrases; no person checked them",
        f"“{text}”中相似文本的分组，以短语命名，未经人工核对",
    )
    return table.with_column(joined, Column(name, "VARCHAR", Role.CATEGORY, reason, 0.5, from_text=text))
