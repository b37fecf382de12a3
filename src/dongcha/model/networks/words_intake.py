"""How sentences enter a network of words: windows of sub-tokens, and where the answered words stand in them."""

import json
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import StorageError
from dongcha.model.intake import Arrays, Intake, Item
from dongcha.model.networks.hf_text import read_tokenizer
from dongcha.model.networks.pieces import Pieces, per_word
from dongcha.model.networks.shapes import spellings
from dongcha.model.networks.text import padded
from dongcha.model.networks.windows import windows
from dongcha.model.sentence import Sentence, sentence

RECORD, SHAPES = "words.json", "words.safetensors"
AXES = {
    "input_ids": {0: "windows", 1: "tokens"}, "attention_mask": {0: "windows", 1: "tokens"},
    "rows": {0: "words"}, "places": {0: "words"},
}  # fmt: skip
SPELLING_AXES = {
    "head_rows": {0: "heads"}, "head_places": {0: "heads"}, "marks": {0: "heads"}, "grams": {0: "grams"},
    "shares": {0: "heads", 1: "grams"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens that are read at once: `firsts` are the places of the answered words' first sub-tokens.

    `heads` are the places of all words' first sub-tokens, `words` the words, `opening` those that open a sentence.
    """

    ids: list[int]
    firsts: list[int]
    heads: list[int]
    words: tuple[str, ...]
    opening: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WordIntake(Intake):
    """Sentences as windows, with up to `context_words` words of the document on each side.

    With context, the sentences of a document that follow each other are read at once, and not one by one with the same
    words around them again and again.

    The arrays are token numbers and their mask, and the rows and places of the answered words; with `spelling` also
    the rows and places of all words, and what `spellings` says of them.
    """

    pieces: Pieces
    pad: int
    context_words: int = 0
    spelling: bool = False

    @property
    def axes(self) -> Mapping[str, Mapping[int, str]]:
        """All but the number of a word's marks varies."""
        return {**AXES, **SPELLING_AXES} if self.spelling else AXES

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """One item a window and one unit a word; each word is answered in one window."""
        found: list[Item] = []
        start = 0
        for group in self._together([sentence(one) for one in inputs]):
            whole = Sentence(group[0].document, group[0].start, group[-1].end)
            if len(whole):
                opening = {one.start for one in group} | {whole.end}
                for low, high, window in self._windows(whole, opening):
                    found.append(Item(len(window.ids), range(start + low, start + high), window))
            start += len(whole)
        return found

    def _together(self, inputs: Sequence[Sentence]) -> Iterator[list[Sentence]]:
        """Sentences that are read at once: where context is read, those of a document that follow each other."""
        group: list[Sentence] = []
        for one in inputs:
            follows = group and self.context_words and one.document is group[-1].document
            if group and not (follows and one.start == group[-1].end):
                yield group
                group = []
            group.append(one)
        if group:
            yield group

    def arrays(self, items: Sequence[Item]) -> Arrays:
        """Token numbers and mask of shape (windows, longest); rows and places of shape (words,)."""
        shown: list[Window] = [item.data for item in items]
        rows, places = _at([one.firsts for one in shown])
        found = {**padded([one.ids for one in shown], self.pad), "rows": rows, "places": places}
        if not self.spelling:
            return found
        rows, places = _at([one.heads for one in shown])
        words = [word for one in shown for word in one.words]
        opening = [first for one in shown for first in one.opening]
        return {**found, "head_rows": rows, "head_places": places, **spellings(words, opening)}

    def _windows(self, whole: Sentence, opening: Container[int]) -> Iterator[tuple[int, int, Window]]:
        """First and last answered word (of `whole`) and the window; `opening` are the words that open a sentence."""
        before = max(0, whole.start - self.context_words)
        document = whole.document[before : whole.end + self.context_words]
        ids = self.pieces.of(document)
        sizes = [len(part) for part in ids]
        beside = math.ceil(self.context_words * sum(sizes) / len(sizes)) if self.context_words else None
        start, end = whole.start - before, whole.end - before
        for span in windows(sizes, (start, end), self.pieces.room, beside):
            flat, heads = list(self.pieces.before), []
            for part in ids[span.low : span.high]:
                heads.append(len(flat))
                flat += part
            opens = tuple(before + at in opening for at in range(span.low, span.high))
            firsts = heads[span.start - span.low : span.end - span.low]
            words = document[span.low : span.high]
            yield span.start - start, span.end - start, Window([*flat, *self.pieces.after], firsts, heads, words, opens)


def _at(places: Sequence[Sequence[int]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The row and the place of each of the places."""
    rows = np.repeat(np.arange(len(places)), [len(one) for one in places])
    return rows, np.array([place for one in places for place in one], dtype=np.int64)


def word_intake(folder: Path) -> WordIntake:
    """What a stored network needs beside its graph; raises `StorageError` where the folder is damaged."""
    tokenizer, limit, pad = read_tokenizer(folder)
    pieces = Pieces(per_word(tokenizer), limit)
    return WordIntake(pieces, pad, read_context(folder), (folder / SHAPES).exists())


def read_context(folder: Path) -> int:
    """The words of context that `words.json` names; raises `StorageError` where it is damaged."""
    try:
        return int(json.loads((folder / RECORD).read_text(encoding="utf-8"))["context_words"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(f"the model in {str(folder)!r} is damaged ({str(error)[:200]}); train it again") from error
