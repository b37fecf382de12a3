"""How sentences enter a network of words: windows of sub-tokens, and where the answered words stand in them."""

import json
from collections.abc import Iterator, Mapping, Sequence
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
        for one in map(sentence, inputs):
            if len(one):
                for low, high, window in self._windows(self._around(one)):
                    found.append(Item(len(window.ids), range(start + low, start + high), window))
            start += len(one)
        return found

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

    def _around(self, one: Sentence) -> Sentence:
        """The sentence within the words that may be read beside it."""
        low = max(0, one.start - self.context_words)
        high = min(len(one.document), one.end + self.context_words)
        return Sentence(one.document[low:high], one.start - low, one.end - low)

    def _windows(self, shown: Sentence) -> Iterator[tuple[int, int, Window]]:
        """First and last answered word (of the sentence) and the window."""
        ids = self.pieces.of(shown.document)
        for span in windows([len(part) for part in ids], (shown.start, shown.end), self.pieces.room):
            flat, heads = list(self.pieces.before), []
            for part in ids[span.low : span.high]:
                heads.append(len(flat))
                flat += part
            opening = tuple(at in (shown.start, shown.end) for at in range(span.low, span.high))
            firsts = heads[span.start - span.low : span.end - span.low]
            words = shown.document[span.low : span.high]
            made = Window([*flat, *self.pieces.after], firsts, heads, words, opening)
            yield span.start - shown.start, span.end - shown.start, made


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
