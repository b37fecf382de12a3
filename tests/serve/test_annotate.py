"""A model adds columns to a table."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.data.engine import from_arrow
from dongcha.data.saved import load_table, save_table
from dongcha.data.schema import ROW, Column, Confusion, Role, Schema
from dongcha.data.table import Table
from dongcha.model.model import Model
from dongcha.model.predictions import Floats
from dongcha.model.recipe import Recipe
from dongcha.serve.annotate import annotate


class Refunds:
    """Says `refund` where the text has that word, surer the longer the text."""

    def logits(self, texts: Sequence[str], on_step: OnStep = silent) -> Floats:
        for done, _ in enumerate(texts, 1):
            on_step(Step(Words("", ""), done, len(texts)))
        return np.array([[0.0, 1.0 if "refund" in text else -1.0] for text in texts]).reshape(-1, 2)

    def save(self, folder: Path, classes: Sequence[str]) -> None:
        raise AssertionError("not stored here")


MODEL = Model(
    recipe=Recipe("text-classification", "linear"),
    classes=("other", "refund"),
    fitted=Refunds(),
    metrics={"accuracy": 0.9, "rows": 40},
    name="topic",
    text="body",
    label="topic",
)


def table(*texts: str | None, extra: dict[str, list[str]] | None = None) -> Table:
    columns = {"body": list(texts), **(extra or {})}
    rows = pa.table({ROW: list(range(len(texts)))[::-1], **columns})
    schema = Schema(
        tuple(
            Column(name, "VARCHAR", Role.TEXT if name == "body" else Role.CATEGORY, Words("", ""), 1.0)
            for name in columns
        )
    )
    return Table(from_arrow(rows), schema, "mail")


def test_every_row_gets_the_models_answer_and_its_probability() -> None:
    got = annotate(table("a refund please", "hello", "refund now"), MODEL).to_arrow().to_pydict()
    # Rows come back in the order of their number, which is the reverse of the order given.
    assert got["body"] == ["refund now", "hello", "a refund please"]
    assert got["topic"] == ["refund", "other", "refund"]
    assert got["topic_score"] == pytest.approx([1 / (1 + np.exp(-1))] * 3)


def test_the_column_says_who_read_it_and_how_far_to_trust_it() -> None:
    schema = annotate(table("refund"), MODEL).schema
    by = schema["topic"].read_by
    assert by is not None
    assert (by.model, by.source, by.accuracy, by.rows) == ("topic", "body", 0.9, 40)
    assert schema["topic"].role is Role.CATEGORY
    assert schema["topic_score"].role is None
    assert "not mined" in schema["topic_score"].reason.en


def test_the_column_keeps_the_models_errors_also_on_disk(tmp_path: Path) -> None:
    found = {"labels": ["other", "refund"], "matrix": [[20, 1], [3, 16]]}
    got = annotate(table("refund", "hello"), replace(MODEL, metrics={**MODEL.metrics, "confusion": found}))
    save_table(got, tmp_path / "read.parquet")
    for schema in (got.schema, load_table(tmp_path / "read.parquet").schema):
        by = schema["topic"].read_by
        assert by is not None
        assert by.confusion == Confusion(("other", "refund"), ((20, 1), (3, 16)))


def test_rows_without_text_get_no_answer() -> None:
    got = annotate(table("refund", None, "  "), MODEL).to_arrow().to_pydict()
    assert got["topic"] == [None, None, "refund"]
    assert got["topic_score"][:2] == [None, None]


def test_a_table_with_the_label_keeps_it() -> None:
    got = annotate(table("refund", extra={"topic": ["billing"]}), MODEL)
    assert got.schema.names == ["body", "topic", "topic_predicted", "topic_predicted_score"]
    assert got.to_arrow().to_pydict()["topic"] == ["billing"]


def test_annotating_twice_replaces_the_models_columns() -> None:
    once = annotate(table("refund", "hello"), MODEL, name="said")
    twice = annotate(once, MODEL, name="said")
    assert twice.schema.names == once.schema.names
    assert twice.to_arrow().equals(once.to_arrow())


def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(ConfigError, match="already has a column 'body'"):
        annotate(table("refund"), MODEL, name="body")


def test_an_unknown_text_column_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean 'body'"):
        annotate(table("refund"), MODEL, text="boddy")


def test_a_table_without_text_says_what_to_do() -> None:
    bare = table("refund").with_roles({"body": None})
    stranger = Model(recipe=MODEL.recipe, classes=MODEL.classes, fitted=MODEL.fitted)
    with pytest.raises(DataError, match="--text"):
        annotate(bare, stranger)


def test_progress_counts_up_to_all_rows() -> None:
    seen: list[tuple[float, float | None]] = []
    annotate(table("refund", "", "hello"), MODEL, on_step=lambda step: seen.append((step.done, step.total)))
    assert seen[-1] == (3, 3)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_an_empty_table_gets_empty_columns() -> None:
    empty = annotate(table("refund").with_expr(table("refund").expr.limit(0)), MODEL)
    assert empty.to_arrow().num_rows == 0
    assert empty.schema.names == ["body", "topic", "topic_score"]
