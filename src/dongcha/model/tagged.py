"""Tagged sentences out of a table: list columns of words and of tags, with the place in a document where it is known.

Knows tables.  Knows nothing of networks.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import DataError
from dongcha.data.iob import as_iob2, is_tag
from dongcha.data.schema import ROW
from dongcha.data.table import Table
from dongcha.model.cut import words_of
from dongcha.model.rows import Rows
from dongcha.model.sentence import Sentence, sentences

if TYPE_CHECKING:
    import pyarrow as pa

DOCUMENT = ("doc", "document", "doc_id", "document_id")
"""Names of a column that numbers documents; neighbouring rows of one number are of one document."""


def tagged(table: Table, label: str, source: str) -> tuple[Rows, int]:
    """The sentences of a table with their tags, and how many rows lack either; raises `DataError` for wrong ones."""
    document = document_of(table, (label, source))
    got = table.values(source, label, *([document] if document else []))
    for name in (source, label):
        lists_only(got, name)
    rows = got.column(ROW).to_pylist()
    marks = got.column(document).to_pylist() if document else rows
    kept: list[tuple[Any, list[str], tuple[str, ...]]] = []
    for row, mark, words, tags in zip(
        rows, marks, got.column(source).to_pylist(), got.column(label).to_pylist(), strict=True
    ):
        if words and tags:
            key = ("row", row) if mark is None else ("document", mark)
            kept.append((key, [word or "" for word in words], _checked(table, row, words, tags)))
    inputs = in_documents([(key, words) for key, words, _ in kept])
    return Rows(inputs, tuple(tags for _, _, tags in kept)), len(rows) - len(kept)


def untagged(table: Table, source: str) -> tuple[Sentence, ...]:
    """The sentences of a column of words; of a column of texts, each text cut into words."""
    document = document_of(table, (source,))
    got = table.values(source, *([document] if document else []))
    rows = got.column(ROW).to_pylist()
    marks = [
        ("row", row) if mark is None else ("document", mark)
        for row, mark in zip(rows, got.column(document).to_pylist() if document else [None] * len(rows), strict=True)
    ]
    words = [_words(cell) for cell in got.column(source).to_pylist()]
    return in_documents([(mark, found) for mark, found in zip(marks, words, strict=True) if found])


def _words(cell: Any) -> list[str]:
    if isinstance(cell, list):
        return [word or "" for word in cell]
    text = str(cell or "")
    return [text[a:b] for a, b in words_of(text)]


def document_of(table: Table, taken: Sequence[str]) -> str | None:
    """The column that numbers documents, if there is one."""
    return next((name for name in DOCUMENT if name in table.schema.names and name not in taken), None)


def in_documents(marked: Sequence[tuple[Any, Sequence[str]]]) -> tuple[Sentence, ...]:
    """Sentences out of marks of documents and words."""
    return sentences([[words for _, words in group] for _, group in groupby(marked, key=lambda pair: pair[0])])


def lists_only(got: "pa.Table", name: str) -> None:
    """Raise `DataError` where a column holds no lists."""
    import pyarrow as pa

    kind = got.schema.field(name).type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        raise DataError(
            f"column {name!r} holds no lists, one item a word; read a .conll file or a Parquet or JSON file with list "
            "columns, or name another column"
        )


def _checked(table: Table, row: int, words: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
    where = f"row {row + 1} of {table.name!r}"
    if len(words) != len(tags):
        raise DataError(f"{where} has {len(words)} words and {len(tags)} tags; give every word one tag")
    wrong = next((tag for tag in tags if not is_tag(tag)), None)
    if wrong is not None or None in tags:
        raise DataError(f"{where} has the tag {wrong!r}; a tag is O, B-TYPE or I-TYPE")
    return as_iob2(tags)
