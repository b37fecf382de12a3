"""What a run reads in the texts, and what the report says of it."""

from collections.abc import Mapping
from typing import Any

from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.store.config import Config

FEWEST = 60
"""Labelled rows under which nothing is trained: the test part would be too small to judge a model on."""


def label_of(table: Table) -> str | None:
    """The label column; None where there is none."""
    return next((column.name for column in table.schema.of(Role.LABEL)), None)


def text_of(table: Table, config: Config) -> str | None:
    """The column to read: the one that a person named, else the text column with the longest texts."""
    if config.text:
        return config.text
    names = [column.name for column in table.schema.of(Role.TEXT)]
    if len(names) < 2:
        return names[0] if names else None
    lengths = table.expr.aggregate(**{name: table.expr[name].length().mean() for name in names})
    found: dict[str, float] = lengths.to_pyarrow().to_pylist()[0]
    return max(names, key=lambda name: found[name] or 0)


def no_training(table: Table, config: Config) -> Words | None:
    """Why no model is trained; None where one is."""
    label, text = label_of(table), text_of(table, config)
    if text is None:
        return Words(
            "There is no text column, so there is nothing for a model to read: the columns are mined as they are.",
            "没有文本列，模型无可读取，直接挖掘现有各列。",
        )
    if label is None:
        return Words(
            "No label column was found or named (--label), so no model was trained. Texts were grouped by likeness "
            "instead, and the groups named by their phrases.",
            "没有发现或指定标签列（--label），因此没有训练模型；改为按相似度对文本分组，并以短语命名。",
        )
    counted = table.expr.filter(table.expr[label].notnull() & table.expr[text].notnull())
    found = counted.aggregate(rows=counted.count(), classes=counted[label].nunique()).to_pyarrow().to_pylist()[0]
    if found["classes"] < 2:
        return Words(
            f"The label {label!r} has fewer than two classes in the rows with text, so there is nothing to learn.",
            f"标签“{label}”在有文本的记录中不足两类，无可学习。",
        )
    if found["rows"] < FEWEST:
        return Words(
            f"Only {found['rows']} rows have both a label and a text; a model is trained from {FEWEST} on.",
            f"同时有标签和文本的记录只有 {found['rows']} 条；达到 {FEWEST} 条才训练模型。",
        )
    return None


def reading_facts(trained: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, object]:
    """The part of a report about models: figures where one was trained, the reason where not, and the topics."""
    topics = {name: read[name] for name in ("topics",) if read.get(name)}
    if "reason" in trained:
        return {"reason": trained["reason"], **topics}
    rungs = [
        {
            "method": rung["method"],
            "seconds": rung["seconds"],
            "kept": rung["chosen"],
            **(rung["validation"] or {}),
            **({"skipped": rung["skipped"]} if rung["skipped"] else {}),
        }
        for rung in trained["rungs"]
    ]
    kept = ("label", "text", "method", "rows", "metrics", "baselines", "verdict", "notes")
    facts = {name: trained[name] for name in kept}
    return {**facts, "encoder": trained["recipe"]["encoder"], "rungs": rungs, "mined": read.get("mined"), **topics}
