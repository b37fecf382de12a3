"""Let a model of words add columns to a table: its tags, the entities, and how many there are of each type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dongcha.core.events import OnStep, Step
from dongcha.core.words import Words
from dongcha.data.iob import entities, type_of
from dongcha.data.schema import ROW, TEXTS, Column, ReadBy, Role
from dongcha.data.table import Table
from dongcha.model.cut import words_of
from dongcha.model.model import Model
from dongcha.model.predictions import Floats
from dongcha.model.sentence import Sentence, sentence
from dongcha.model.tagged import document_of, in_documents
from dongcha.serve.joined import joined

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS = ("text", "type", "start", "end", "score")
ENTITIES = "STRUCT(text VARCHAR, type VARCHAR, start BIGINT, end BIGINT, score DOUBLE)[]"


@dataclass(frozen=True, slots=True)
class Read:
    """A row's words, and where each begins and ends: characters of a text, or the number of the word in a list."""

    words: tuple[str, ...]
    places: Sequence[tuple[int, int]]
    text: str | None


def tag(table: Table, model: Model, names: tuple[str, str], on_step: OnStep) -> Table:
    """The table with the columns that the model reads; `names` are the column to read and the one to write.

    A column of words gets their tags (`name`); every column gets `name_entities`, a list of records of text, type,
    start, end and score, `name_score`, the probability of the least sure word, and `name_TYPE`, a count for each type.
    """
    source = names[0]
    listed = table.schema[source].type == TEXTS
    added = _columns(model, names, listed=listed)
    answers = _answers(table, model, source, [column.name for column in added], on_step)
    expr = joined(table, answers)
    for column in added:
        table = table.with_column(expr, column)
    return table


def columns(model: Model, name: str, *, listed: bool) -> list[str]:
    """The names of the columns that are added."""
    return [
        *([name] if listed else []),
        f"{name}_entities",
        f"{name}_score",
        *(f"{name}_{kind}" for kind in _types(model)),
    ]


def _types(model: Model) -> list[str]:
    return sorted({type_of(one) for one in model.classes} - {""})


def _columns(model: Model, names: tuple[str, str], *, listed: bool) -> list[Column]:
    source, name = names
    metrics = model.metrics
    entity = cast("dict[str, float]", metrics.get("entity", {}))
    rows = int(cast("int", metrics.get("rows", 0)))
    by = ReadBy(model.name, source, float(cast("float", metrics.get("accuracy", 0.0))), rows)
    f1 = entity.get("f1", 0.0)
    said = Words(
        f"read from {source!r} by the model {model.name!r}: entity F1 {f1:.2f} on {rows} held-out sentences",
        f"由模型“{model.name}”从“{source}”读出：在 {rows} 个留出句子上实体 F1 为 {f1:.2f}",
    )
    found = [Column(name, TEXTS, None, said, by.accuracy, by)] if listed else []
    found += [
        Column(f"{name}_entities", ENTITIES, None, said, by.accuracy, by),
        Column(f"{name}_score", "DOUBLE", None, said, by.accuracy, by),
    ]
    return found + [Column(f"{name}_{kind}", "BIGINT", Role.MEASURE, said, f1, by) for kind in _types(model)]


def _answers(table: Table, model: Model, source: str, names: Sequence[str], on_step: OnStep) -> "pa.Table":
    import pyarrow as pa

    listed = table.schema[source].type == TEXTS
    schema = _schema(names, listed=listed)
    document = document_of(table, (source,)) if listed else None
    total, done, batches = table.rows, 0, []
    job = Words(f"reading {source}", f"读取 {source}")
    for batch in table.batches(source, *([document] if document else [])):
        values = batch.column(1).to_pylist()
        marks = batch.column(2).to_pylist() if document else range(len(values))
        read = [_read(value) for value in values]
        held = [i for i, one in enumerate(read) if one.words]
        inputs = in_documents([(marks[i], read[i].words) for i in held]) if listed else _alone(read, held)
        found = _said(model, inputs, [read[i] for i in held])
        lines: list[dict[str, Any]] = [{ROW: row} for row in batch.column(0).to_pylist()]
        for i, said in zip(held, found, strict=True):
            lines[i] |= dict(zip(names, said if listed else said[1:], strict=True))
        batches.append(pa.RecordBatch.from_pylist(lines, schema=schema))
        done += len(values)
        on_step(Step(job, done, total))
    return pa.Table.from_batches(batches, schema=schema)


def _alone(read: Sequence[Read], held: Sequence[int]) -> tuple[Sentence, ...]:
    return tuple(sentence(read[i].words) for i in held)


def _schema(names: Sequence[str], *, listed: bool) -> "pa.Schema":
    import pyarrow as pa

    record = [pa.string(), pa.string(), pa.int64(), pa.int64(), pa.float64()]
    spans = pa.list_(pa.struct(list(zip(FIELDS, record, strict=True))))
    kinds = [*([pa.list_(pa.string())] if listed else []), spans, pa.float64()]
    kinds += [pa.int64()] * (len(names) - len(kinds))
    return pa.schema([(ROW, pa.int64()), *zip(names, kinds, strict=True)])


def _read(value: str | list[str | None] | None) -> Read:
    if isinstance(value, list):
        words = tuple(word or "" for word in value)
        return Read(words, [(i, i + 1) for i in range(len(words))], None)
    text = value or ""
    places = words_of(text)
    return Read(tuple(text[a:b] for a, b in places), places, text)


def _said(model: Model, inputs: Sequence[Sentence], read: Sequence[Read]) -> list[list[Any]]:
    """For each input its tags, its entities, its score and a count for each type."""
    types = _types(model)
    answers = model.predict(inputs)
    place = {name: i for i, name in enumerate(model.classes)}
    found, at = [], 0
    for (tags, score), one in zip(answers, read, strict=True):
        sure = answers.all_scores[range(at, at + len(tags)), [place[t] for t in tags]]
        records = _records(tags, one, sure)
        counts = Counter(record["type"] for record in records)
        found.append([list(tags), records, score, *(counts[kind] for kind in types)])
        at += len(tags)
    return found


def _records(tags: Sequence[str], one: Read, sure: Floats) -> list[dict[str, Any]]:
    records = []
    for kind, a, b in entities(tags):
        start, end = one.places[a][0], one.places[b - 1][1]
        text = " ".join(one.words[a:b]) if one.text is None else one.text[start:end]
        values = (text, kind, start, end, float(sure[a:b].min()))
        records.append(dict(zip(FIELDS, values, strict=True)))
    return records
