"""Read column files of tagged words: CoNLL, IOB, IOB2, BIO.

A line is a word and its tag, first and last of the columns; a blank line ends a sentence, `-DOCSTART-` begins a
document.  Knows lines; knows nothing of tables' roles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.encoding import detect, stated
from dongcha.data.iob import as_iob2, is_tag
from dongcha.data.schema import ROW

if TYPE_CHECKING:
    import pyarrow as pa

DOCUMENT = "-DOCSTART-"


@dataclass(slots=True)
class _Found:
    """Sentences with the number of their document, and how many were written in IOB1."""

    tokens: list[list[str]] = field(default_factory=list)
    tags: list[tuple[str, ...]] = field(default_factory=list)
    docs: list[int] = field(default_factory=list)
    documents: int = 0
    changed: int = 0

    def add(self, pairs: list[tuple[str, str]]) -> None:
        """One sentence."""
        if not pairs:
            return
        given = [tag for _, tag in pairs]
        tags = as_iob2(given)
        self.changed += tags != tuple(given)
        self.tokens.append([word for word, _ in pairs])
        self.tags.append(tags)
        self.docs.append(max(0, self.documents - 1))


def read_tagged(path: Path, encoding: str | None = None) -> "tuple[pa.Table, list[Words]]":
    """List columns `tokens` and `tags`, and `doc` where documents are marked; raises `DataError` for a wrong line."""
    import pyarrow as pa

    found = _Found()
    for pairs in _sentences(path, stated(path, encoding) if encoding else detect(path), found):
        found.add(pairs)
    if not found.tokens:
        raise DataError(f"{path.name!r} holds no sentence; it needs lines of a word and its tag")
    lists = pa.list_(pa.string())
    columns = {"tokens": pa.array(found.tokens, lists), "tags": pa.array([list(t) for t in found.tags], lists)}
    if found.documents:
        columns["doc"] = pa.array(found.docs, pa.int64())
    notes = [Words(f"{path.name}: {len(found.tokens):,} sentences", f"{path.name}：{len(found.tokens):,} 个句子")]
    if found.changed:
        notes.append(
            Words(
                f"{path.name}: tags were IOB1 and are now IOB2 in {found.changed:,} sentences",
                f"{path.name}：{found.changed:,} 个句子的标签由 IOB1 转为 IOB2",
            )
        )
    return pa.table({**columns, ROW: pa.array(np.arange(len(found.tokens)))}), notes


def _sentences(path: Path, encoding: str, found: _Found) -> Iterator[list[tuple[str, str]]]:
    """Words with their tags, sentence by sentence; documents are counted in `found`."""
    pairs: list[tuple[str, str]] = []
    width, tab = 0, None
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding) as file:
        for number, line in enumerate(file, 1):
            bare = line.strip()
            if not bare or bare.startswith(DOCUMENT):
                yield pairs
                pairs = []
                if bare:
                    found.documents += 1 + (not found.documents and bool(found.tokens))
                continue
            if not pairs and bare.startswith("#") and not is_tag(bare.split()[-1]):
                continue  # a comment before a sentence
            tab = "\t" in bare if tab is None else tab
            parts = [part.strip() for part in line.rstrip("\r\n").split("\t")] if tab else bare.split()
            width = width or len(parts)
            pairs.append(_pair(parts, width, f"line {number} of {path.name!r}"))
    yield pairs


def _pair(parts: list[str], width: int, where: str) -> tuple[str, str]:
    if len(parts) < 2 or len(parts) != width:
        has = f"{len(parts)} column{'s' if len(parts) > 1 else ''}"
        wanted = f"the lines before have {width}" if width > 1 else "it needs a word and a tag"
        raise DataError(f"{where} has {has}, {wanted}; mend the line")
    word, tag = parts[0], parts[-1]
    if not is_tag(tag):
        raise DataError(f"{where} has the tag {tag!r}; a tag is O, B-TYPE or I-TYPE: mend the line")
    return word, tag
