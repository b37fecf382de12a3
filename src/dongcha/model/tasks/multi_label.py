"""Multi-label classification: any number of labels a text, none among them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.model.head import Head, fit_one_sided
from dongcha.model.measures import Measures, paired
from dongcha.model.predictions import Floats, Predictions, sigmoid
from dongcha.model.rows import Parts, Rows, input_column, numbered
from dongcha.model.task import TASKS, Targets, Task
from dongcha.model.tasks.label_sets import figures_of, grid, measured, micro_f1

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors

SEPARATORS = ("|", ";", "；", "、", "，", ",")
"""What may stand between labels in a text, the least likely within a label first."""

THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.05), 2)
THIN = 10  # rows of a label under which its figures say little


@dataclass(frozen=True, slots=True)
class MultiLabel(Task):
    """Labels whose probability reaches `threshold`, which is chosen on the validation rows."""

    threshold: float = 0.5

    name: ClassVar[str] = "multi-label-classification"
    reads: ClassVar[str] = "text"
    chosen_on: ClassVar[str] = "micro_f1"
    gives: ClassVar[str] = "labels"
    problem: ClassVar[str | None] = "multi_label_classification"
    stratified: ClassVar[bool] = False

    def tuned(self, settings: Mapping[str, Any]) -> "MultiLabel":
        """With the threshold of a recipe."""
        return replace(self, threshold=float(settings.get("threshold", self.threshold)))

    def settle(self, logits: Floats, rows: Rows, outputs: tuple[str, ...]) -> Mapping[str, Any]:
        """The threshold with the best micro F1; of equals the one nearest to a half."""
        scores, truth = sigmoid(logits), grid(rows.answers, outputs)
        unknown = sum(len(set(labels) - set(outputs)) for labels in rows.answers)

        def value(threshold: float) -> tuple[float, float]:
            said = scores >= threshold
            right, both = (said & truth).sum(), said.sum() + truth.sum() + unknown
            return round(float(2 * right / max(1, both)), 9), -abs(threshold - 0.5)

        return {"threshold": float(max(THRESHOLDS.tolist(), key=value))}

    def source(self, table: Table, label: str, named: str | None) -> str:
        """The text column."""
        return input_column(table, label, named, Role.TEXT)

    def told(self, table: Table, label: str) -> tuple[Words, ...]:
        """What separates the labels."""
        mark = separator(table.values(label).column(label).to_pylist())
        if not mark:
            return ()
        return (Words(f"Labels in {label!r} are separated by {mark!r}.", f"“{label}”中的标签以“{mark}”分隔。"),)

    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The rows with a text; an empty cell means no label, a missing list that the labels are not known."""
        kind = table.schema[label].type
        got = table.values(source, label)
        texts, cells = got.column(source).to_pylist(), got.column(label).to_pylist()
        mark = separator(cells)
        lists = kind.startswith(("ARRAY", "LIST")) or kind.endswith("[]")
        good = [ok and not (lists and cell is None) for ok, cell in zip(self.usable(texts), cells, strict=True)]
        kept = [i for i, ok in enumerate(good) if ok]
        answers = tuple(labels_in(cells[i], mark) for i in kept)
        rows = Rows(tuple(str(texts[i]) for i in kept), answers, numbered(got, kept))
        return rows, got.num_rows - len(rows)

    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """The labels of the train part, commonest first."""
        if not len(parts.train):
            raise DataError(f"{owner}: no row of the train part has a text; name another column with text= (--text)")
        if len(set(parts.train.answers)) < 2:
            raise DataError(f"{owner}: every row has the same labels, so there is nothing to learn; name other columns")
        if not len(parts.validation) or not len(parts.test):
            raise DataError(f"{owner}: the validation or the test part has no labelled row; bring more rows")
        counts = Counter(name for labels in parts.train.answers for name in labels)
        outputs = tuple(sorted(counts, key=lambda name: (-counts[name], name)))
        return replace(parts, outputs=outputs, notes=(*parts.notes, *_notes(parts, counts)))

    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """1 where a row has a label, else 0; shape (rows, outputs)."""
        return grid(answers, outputs).astype(np.float64)

    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """Binary cross-entropy of each label."""
        from torch.nn import functional

        smoothing = options.get("smoothing", 0.0)
        wanted = targets.to(logits.dtype) * (1 - smoothing) + smoothing / 2
        return functional.binary_cross_entropy_with_logits(logits, wanted)

    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """One logistic regression a label."""
        for strength in strengths:
            yield fit_one_sided(vectors, targets, strength)

    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """The labels that reach the threshold; the score is the least of theirs, or how sure it is that there is none.

        Every score is a label's own probability.
        """
        scores = sigmoid(logits / temperature)
        said = scores >= self.threshold
        labels = tuple(tuple(outputs[i] for i in np.flatnonzero(row)) for row in said)
        least = np.where(said, scores, np.inf).min(axis=1, initial=np.inf)
        none = 1.0 - scores.max(axis=1, initial=0.0)
        return Predictions(labels, np.where(said.any(axis=1), least, none), scores, outputs)

    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """Accuracy (all labels of a row right) and F1 by label, by pair and by row."""
        return figures_of(truth, said)

    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> Measures:
        """With average precision, Hamming loss, one line a label, the threshold, and intervals."""
        found = measured(truth, said, seed)
        return replace(found, more={**found.more, "threshold": self.threshold})

    def simplest(self, parts: Parts) -> dict[str, float]:
        """The commonest set of labels, whatever the text."""
        commonest = Counter(parts.train.answers).most_common(1)[0][0]
        return self.figures(parts.test.answers, [commonest] * len(parts.test))

    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """A paired bootstrap test of micro F1."""
        ours, theirs = micro_f1(truth, one), micro_f1(truth, other)
        return paired(len(truth), lambda weights: ours(weights) - theirs(weights))


TASKS(MultiLabel.name)(MultiLabel())


def separator(cells: Sequence[Any]) -> str:
    """What separates labels in a column of texts; empty where nothing does.

    >>> separator(["billing;late", "login, late", None])
    ';'
    """
    texts = [cell for cell in cells if isinstance(cell, str)]
    return next((mark for mark in SEPARATORS if any(mark in text for text in texts)), "")


def labels_in(cell: Any, mark: str) -> tuple[str, ...]:
    """The labels of a cell, each once, sorted.

    >>> labels_in("late; billing;", ";"), labels_in(["b", "a"], ""), labels_in(None, ";")
    (('billing', 'late'), ('a', 'b'), ())
    """
    if cell is None:
        return ()
    parts = cell if isinstance(cell, list | tuple) else str(cell).split(mark) if mark else [cell]
    return tuple(sorted({str(part).strip() for part in parts if part is not None} - {""}))


def _notes(parts: Parts, counts: Counter[str]) -> list[Words]:
    notes = []
    thin = sorted(name for name, rows in counts.items() if rows < THIN)
    if thin:
        shown = ", ".join(repr(name) for name in thin[:5]) + (", …" if len(thin) > 5 else "")
        notes.append(
            Words(
                f"Labels with fewer than {THIN} train rows, whose figures say little: {shown}.",
                f"训练行不足 {THIN} 条、指标参考意义有限的标签：{shown}。",
            )
        )
    unseen = sorted({name for part in parts for labels in part.answers for name in labels} - set(counts))
    if unseen:
        shown = ", ".join(repr(name) for name in unseen[:5])
        notes.append(
            Words(
                f"Not in the train part, so never predicted: {shown}.",
                f"训练集中没有、因此不会被预测的标签：{shown}。",
            )
        )
    return notes
