"""Token classification: one tag a word (IOB2), whole words kept together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.iob import OUTSIDE
from dongcha.data.schema import TEXTS, Role
from dongcha.data.table import Table
from dongcha.model.decode import decode
from dongcha.model.entity_metrics import TokenMetrics, measure_tags, paired_bootstrap, tag_figures
from dongcha.model.evaluate import fit_temperature
from dongcha.model.head import Head, fit_heads
from dongcha.model.predictions import Floats, Predictions, softmax
from dongcha.model.reliability import reliability
from dongcha.model.rows import Parts, Rows, input_column
from dongcha.model.tagged import tagged, untagged
from dongcha.model.task import TASKS, Targets, Task, units

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors


LEAST_SPREAD = 0.5
"""Of a value of a vector over the words, as a part of the median of all values."""


class TokenClassification(Task):
    """One tag a word."""

    name: ClassVar[str] = "token-classification"
    reads: ClassVar[str] = "words"
    per_word: ClassVar[bool] = True
    chosen_on: ClassVar[str] = "entity_f1"
    gives: ClassVar[str] = "tags"

    def label(self, table: Table, named: str | None) -> str:
        """The column of tags: the one named, else the only one that looks like it."""
        found = [column.name for column in table.schema.of(Role.LABEL) if column.type == TEXTS]
        return found[0] if named is None and len(found) == 1 else super().label(table, named)

    def source(self, table: Table, label: str, named: str | None) -> str:
        """The column of words."""
        return input_column(table, label, named, Role.TEXT)

    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The sentences that have both words and tags; sentences of a document know their neighbours."""
        return tagged(table, label, source)

    def inputs(self, table: Table, source: str, most: int) -> tuple[Any, ...]:
        """The first sentences of a column of words or of texts."""
        return untagged(table, source)[:most]

    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """The tags of the train part, `O` first."""
        if not len(parts.train):
            raise DataError(f"{owner}: no row of the train part has both words and tags; name other columns")
        found = set(chain.from_iterable(parts.train.answers))
        if len(found) < 2:
            raise DataError(
                f"{owner}: the train part has one tag only, {next(iter(found))!r}; learning needs entities: "
                "name another label column or bring tagged sentences"
            )
        if not len(parts.validation) or not len(parts.test):
            raise DataError(f"{owner}: the validation or the test part has no tagged sentence; bring more rows")
        outputs = tuple(sorted(found, key=lambda tag: (tag != OUTSIDE, tag)))
        notes = (*parts.notes, *_unseen(parts, found))
        return Parts(parts.train, parts.validation, parts.test, parts.fingerprint, notes, outputs)

    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """The number of each word's tag, -1 for one that is not among the outputs; shape (words,)."""
        place = {name: i for i, name in enumerate(outputs)}
        return np.array([place.get(tag, -1) for tag in chain.from_iterable(answers)], dtype=np.int64)

    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """Cross-entropy of each word; the rule that binds neighbours is left to decoding."""
        from torch.nn import functional

        return functional.cross_entropy(logits, targets, ignore_index=-1, label_smoothing=options.get("smoothing", 0.0))

    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """Multinomial logistic regressions; dense vectors are brought to mean 0 and about variance 1 first.

        A value that hardly varies is not blown up: weights of hundreds on it would make a head that no encoder can
        be fine-tuned under.
        """
        if not isinstance(vectors, np.ndarray):
            yield from fit_heads(vectors, targets, strengths, balanced=balanced)
            return
        mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
        spread = np.maximum(spread, max(np.median(spread) * LEAST_SPREAD, 1e-6))
        for head in fit_heads((vectors - mean) / spread, targets, strengths, balanced=balanced):
            weight = head.weight / spread
            yield Head(weight, head.bias - weight @ mean)

    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """The likeliest valid IOB2 tags of each sentence, and the probability of its least sure word."""
        starts = units(inputs, per_word=True)
        scores = softmax(logits / temperature)
        best = decode(logits, starts, outputs)
        sure = scores[np.arange(len(best)), best]
        names = [outputs[i] for i in best]
        bounds = list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
        lowest = np.array([sure[a:b].min(initial=1.0) for a, b in bounds], dtype=np.float64)
        return Predictions(tuple(tuple(names[a:b]) for a, b in bounds), lowest, scores, outputs)

    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """Entity F1, and accuracy and macro F1 of tags."""
        return tag_figures(truth, said)

    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> TokenMetrics:
        """Entities type by type, words tag by tag, intervals over sentences, calibration of the tags."""
        return replace(measure_tags(truth, said.labels, seed=seed), calibration=_calibration(truth, said, "after"))

    def calibrated(self, found: Any, truth: Sequence[Any], raw: Predictions, temperature: float) -> Any:
        """Calibration of the tags before and after temperature scaling."""
        before = _calibration(truth, raw, "before")
        return replace(found, calibration={**before, **found.calibration, "temperature": temperature})

    def heat(self, logits: Floats, truth: Sequence[Any], outputs: Sequence[str]) -> float:
        """Temperature scaling on the words of sentences that took no part in fitting."""
        return fit_temperature(logits, list(chain.from_iterable(truth)), outputs)

    def simplest(self, parts: Parts) -> dict[str, float]:
        """What always answering `O` would reach."""
        truth = parts.test.answers
        return self.figures(truth, [(OUTSIDE,) * len(tags) for tags in truth])

    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """A paired bootstrap over sentences on entity F1."""
        return paired_bootstrap(truth, one, other)


TASKS(TokenClassification.name)(TokenClassification())


def _calibration(truth: Sequence[Any], said: Predictions, when: str) -> dict[str, object]:
    """How far the probability of each word's tag can be trusted."""
    tags, place = list(chain.from_iterable(said.labels)), {name: i for i, name in enumerate(said.classes)}
    scores = said.all_scores[np.arange(len(tags)), [place[tag] for tag in tags]]
    return reliability(list(chain.from_iterable(truth)), tags, scores).named(when)


def _unseen(parts: Parts, known: set[str]) -> list[Words]:
    rest = sorted({*chain.from_iterable((*parts.validation.answers, *parts.test.answers))} - known)
    if not rest:
        return []
    shown = ", ".join(repr(name) for name in rest[:5])
    return [
        Words(f"Not in the train part, so never predicted: {shown}.", f"训练集中没有、因此不会被预测的标签：{shown}。")
    ]
