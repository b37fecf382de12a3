"""Words as sub-tokens, one word at a time, as `is_split_into_words` of Transformers does it.

A word's sub-tokens do not depend on its neighbours, so each distinct word is cut once.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer

REMEMBERED = 200_000
"""Distinct words that are remembered."""

LONGEST = 64
"""Sub-tokens of a word that are read, and, times sixteen, its characters."""


def per_word(tokenizer: "Tokenizer") -> "Tokenizer":
    """The tokenizer for words given one by one: without a prefix such as "query: ", with a blank before each word."""
    from tokenizers import Tokenizer

    record = json.loads(tokenizer.to_str())
    steps = record["normalizer"]["normalizers"] if (record.get("normalizer") or {}).get("type") == "Sequence" else None
    if steps is not None:
        record["normalizer"]["normalizers"] = [step for step in steps if not _prefix(step)]
    elif _prefix(record.get("normalizer") or {}):
        record["normalizer"] = None
    cutter = record.get("pre_tokenizer") or {}
    for step in cutter.get("pretokenizers", [cutter]):
        if step.get("type") == "ByteLevel":
            step["add_prefix_space"] = True
    made = Tokenizer.from_str(json.dumps(record))
    made.no_padding()
    made.no_truncation()
    return made


def _prefix(step: dict[str, Any]) -> bool:
    return step.get("type") == "Prepend" and any(c.isalpha() for c in step.get("prepend", ""))


class Pieces:
    """Sub-tokens of words; `before` and `after` are the special tokens around them, `room` what is left between."""

    def __init__(self, tokenizer: "Tokenizer", token_limit: int) -> None:
        self.tokenizer, self.token_limit = tokenizer, token_limit
        shown = tokenizer.encode(["a"], is_pretokenized=True)
        marks = shown.special_tokens_mask
        inner = [i for i, mark in enumerate(marks) if not mark] or [len(marks)]
        self.before, self.after = shown.ids[: inner[0]], shown.ids[inner[-1] + 1 :]
        self.room = max(1, token_limit - len(self.before) - len(self.after))
        self.longest = max(1, min(LONGEST, self.room // 2))
        self.lowers = self._ids("A") == self._ids("a")
        self._known: dict[str, list[int]] = {}

    def of(self, words: Sequence[str]) -> list[list[int]]:
        """The sub-tokens of each word, one at least."""
        new = [word for word in dict.fromkeys(words) if word not in self._known]
        if len(self._known) + len(new) > REMEMBERED:
            self._known.clear()
            new = list(dict.fromkeys(words))
        if new:
            cut = [[word[: LONGEST * 16]] for word in new]
            found = self.tokenizer.encode_batch_fast(cut, is_pretokenized=True, add_special_tokens=False)
            unknown = [self._unknown()]
            self._known |= {w: one.ids[: self.longest] or unknown for w, one in zip(new, found, strict=True)}
        return [self._known[word] for word in words]

    def _ids(self, word: str) -> list[int]:
        return list(self.tokenizer.encode([word], is_pretokenized=True, add_special_tokens=False).ids)

    def _unknown(self) -> int:
        """The number that stands for a word without any sub-token, such as one of control characters."""
        for name in ("[UNK]", "<unk>"):
            if (number := self.tokenizer.token_to_id(name)) is not None:
                return int(number)
        return int(self.before[0]) if self.before else 0
