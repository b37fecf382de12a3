"""The likeliest tags that make a valid IOB2 sequence: Viterbi's algorithm, for many sentences at once.

Only one rule binds neighbours: `I-X` follows `B-X` or `I-X`.  So a step needs the best tag before it and two columns,
and no matrix of transitions; and a sentence whose likeliest tags are valid already needs no search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.model.predictions import Floats

Ints = npt.NDArray[np.int64]
NEVER = -1e30


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """`inside`: the numbers of the outputs `I-…`; `opener`: what must open each output (itself where nothing)."""

    inside: Ints
    opener: Ints

    @classmethod
    def of(cls, outputs: Sequence[str]) -> "Grammar":
        """The grammar of these tags."""
        place = {name: i for i, name in enumerate(outputs)}
        opener = np.array([place.get("B" + name[1:], i) for i, name in enumerate(outputs)], dtype=np.int64)
        return cls(np.array([i for i, name in enumerate(outputs) if name[0] == "I"], dtype=np.int64), opener)

    def broken(self, tags: Ints, starts: Ints) -> npt.NDArray[np.bool_]:
        """Which words have an `I-…` that nothing opens; sentences begin at `starts`."""
        before = np.concatenate([[-1], tags[:-1]])
        before[starts[:-1][starts[:-1] < len(tags)]] = -1
        follows = (before == tags) | (before == self.opener[tags])
        return np.asarray(np.isin(tags, self.inside) & ~follows, dtype=np.bool_)


def decode(logits: Floats, starts: Ints, outputs: Sequence[str]) -> Ints:
    """The number of each word's tag, shape (words,); sentence `i` is the words `starts[i]` to `starts[i + 1]`."""
    if not len(logits):
        return np.zeros(0, dtype=np.int64)
    grammar = Grammar.of(outputs)
    best: Ints = logits.argmax(axis=1).astype(np.int64)
    wrong = np.flatnonzero(grammar.broken(best, starts))
    if len(wrong):
        _search(logits, starts, np.unique(np.searchsorted(starts, wrong, side="right") - 1), (grammar, best))
    return best


def _search(logits: Floats, starts: Ints, chosen: Ints, found: tuple[Grammar, Ints]) -> None:
    """Put the best valid tags of the chosen sentences into the array of `found`; all are walked in step."""
    grammar, best = found
    lengths = starts[chosen + 1] - starts[chosen]
    order = np.argsort(-lengths, kind="stable")
    first, lengths = starts[chosen][order], lengths[order]
    running = np.searchsorted(-lengths, -np.arange(lengths[0]), side="left")  # sentences longer than t
    inside, opener = grammar.inside, grammar.opener[grammar.inside]
    value = logits[first].copy()
    value[:, inside] = NEVER
    back: list[npt.NDArray[np.int32]] = [np.zeros((0, 0), dtype=np.int32)]
    for t in range(1, int(lengths[0])):
        n = running[t]
        now = value[:n]
        top = now.argmax(axis=1)
        came = np.repeat(top[:, None], logits.shape[1], axis=1).astype(np.int32)
        new = np.repeat(now[np.arange(n), top][:, None], logits.shape[1], axis=1)
        opened, went_on = now[:, opener], now[:, inside]
        came[:, inside] = np.where(opened >= went_on, opener, inside)
        new[:, inside] = np.maximum(opened, went_on)
        value[:n] = new + logits[first[:n] + t]
        back.append(came)
    tag = value.argmax(axis=1)
    for t in range(int(lengths[0]) - 1, -1, -1):
        n = running[t]
        best[first[:n] + t] = tag[:n]
        if t:
            tag[:n] = back[t][np.arange(n), tag[:n]]
