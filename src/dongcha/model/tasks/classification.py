"""Classification: one of several classes an input, whatever the input is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.model.evaluate import (
    ClassificationMetrics,
    accuracy,
    fit_temperature,
    macro_f1,
    mcnemar,
    measure,
)
from dongcha.model.head import Head, fit_heads
from dongcha.model.predictions import Floats, Predictions, softmax
from dongcha.model.reliability import reliability
from dongcha.model.rows import Parts, Rows, input_column, numbered
from dongcha.model.task import TASKS, Targets, Task

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors

HEAVIEST = 10.0  # weight of a class when classes are balanced
THIN = 10  # rows of a class under which its figures say little


class Classification(Task):
    """One class an input."""

    role: ClassVar[Role]  # of the column that is read
    what: ClassVar[str] = "a text"  # as a sentence names it
    chosen_on: ClassVar[str] = "macro_f1"
    one_class: ClassVar[bool] = True

    def source(self, table: Table, label: str, named: str | None) -> str:
        """The column of the input's role."""
        return input_column(table, label, named, self.role)

    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The rows that have both; a label of another type is read as text."""
        table.schema[label]
        got = table.values(source, label)
        inputs, classes = got.column(source).to_pylist(), got.column(label).to_pylist()
        named = [i for i, one in enumerate(classes) if one is not None and str(one)]
        good = self.usable([inputs[i] for i in named])
        kept = [i for i, ok in zip(named, good, strict=True) if ok]
        answers = tuple(str(classes[i]) for i in kept)
        rows = Rows(tuple(self.read(inputs[i]) for i in kept), answers, numbered(got, kept))
        return rows, got.num_rows - len(rows)

    def read(self, value: Any) -> Any:
        """A value of the column as an input."""
        return str(value)

    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """The classes of the train part, sorted."""
        if not len(parts.train):
            raise DataError(f"{owner}: no row of the train part has both {self.what} and a label; name other columns")
        outputs = tuple(sorted(set(parts.train.answers)))
        if len(outputs) < 2:
            raise DataError(
                f"{owner}: the label has one class only, {outputs[0]!r}; learning needs at least two: "
                "name another label column or bring rows of another class"
            )
        if len(parts.train) == len(outputs):
            raise DataError(
                f"{owner}: the label differs in every row ({len(outputs):,} classes), so nothing can be learned; "
                "name another label column"
            )
        if not len(parts.validation) or not len(parts.test):
            raise DataError(
                f"{owner}: the validation or the test part has no labelled row; bring more rows of each class"
            )
        for name, part in (("validation", parts.validation), ("test", parts.test)):
            if not set(part.answers) & set(outputs):
                raise DataError(
                    f"{owner}: no label of the {name} part ({part.answers[0]!r}, …) is among those to learn "
                    f"({outputs[0]!r}, …); bring {name} rows of the same classes"
                )
        notes = (*parts.notes, *_thin(parts, outputs))
        return Parts(parts.train, parts.validation, parts.test, parts.fingerprint, notes, outputs)

    def comparable(self, answers: Sequence[Any], outputs: Sequence[str], column: str) -> None:
        """At least one label has to be a class of the model."""
        super().comparable(answers, outputs, column)
        if not set(answers) & set(outputs):
            shown = [", ".join(map(repr, sorted(set(names))[:3])) for names in (answers, outputs)]
            raise DataError(
                f"evaluate: no value of {column!r} ({shown[0]}, …) is a class that the model knows ({shown[1]}, …); "
                "name another column with --label"
            )

    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """The number of each class, -1 for one that is not among the outputs; shape (rows,)."""
        place = {name: i for i, name in enumerate(outputs)}
        return np.array([place.get(name, -1) for name in answers], dtype=np.int64)

    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """Cross-entropy."""
        from torch.nn import functional

        return functional.cross_entropy(
            logits, targets, options.get("weights"), ignore_index=-1, label_smoothing=options.get("smoothing", 0.0)
        )

    def weights(self, targets: Targets, outputs: Sequence[str]) -> Floats | None:
        """Inverse frequencies, at most ten."""
        rows = np.bincount(targets[targets >= 0], minlength=len(outputs))
        return np.asarray(np.minimum(rows.sum() / (len(rows) * np.maximum(rows, 1)), HEAVIEST), dtype=np.float64)

    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """Multinomial logistic regressions."""
        return fit_heads(vectors, targets, strengths, balanced=balanced)

    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """The class with the largest logit and its probability, after dividing the logits by `temperature`."""
        scores = softmax(logits / temperature)
        best = scores.argmax(axis=1) if len(scores) else np.zeros(0, dtype=np.int64)
        return Predictions(tuple(outputs[i] for i in best), scores[np.arange(len(best)), best], scores, outputs)

    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """Accuracy and macro F1."""
        return {"accuracy": accuracy(truth, said), "macro_f1": macro_f1(truth, said)}

    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> ClassificationMetrics:
        """One line a class, the confusion matrix, calibration, intervals."""
        return measure(truth, said, seed=seed)

    def heat(self, logits: Floats, truth: Sequence[Any], outputs: Sequence[str]) -> float:
        """Temperature scaling on rows that took no part in fitting."""
        return fit_temperature(logits, truth, outputs)

    def calibrated(self, found: Any, truth: Sequence[Any], raw: Predictions, temperature: float) -> Any:
        """Calibration before and after temperature scaling."""
        before = reliability(truth, raw.labels, raw.scores).named("before")
        return replace(found, calibration={**before, **found.calibration, "temperature": temperature})

    def simplest(self, parts: Parts) -> dict[str, float]:
        """What always answering the commonest train class would reach."""
        commonest = max(parts.outputs, key=parts.train.answers.count)
        return self.figures(parts.test.answers, [commonest] * len(parts.test))

    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """The exact McNemar test."""
        return mcnemar(truth, one, other)


class TextClassification(Classification):
    """One class a text."""

    name: ClassVar[str] = "text-classification"
    reads: ClassVar[str] = "text"
    role: ClassVar[Role] = Role.TEXT


TASKS(TextClassification.name)(TextClassification())


def _thin(parts: Parts, outputs: Sequence[str]) -> list[Words]:
    notes = []
    for name in outputs:
        rows = sum(part.answers.count(name) for part in parts)
        if rows < THIN:
            notes.append(
                Words(
                    f"Class {name!r} has only {rows} labelled rows: its figures say little.",
                    f"类别“{name}”只有 {rows} 行有标签的数据，其指标参考意义有限。",
                )
            )
    unseen = sorted({*parts.validation.answers, *parts.test.answers} - set(outputs))
    if unseen:
        shown = ", ".join(repr(name) for name in unseen[:5])
        notes.append(
            Words(
                f"Not in the train part, so never predicted: {shown}.",
                f"训练集中没有、因此不会被预测的类别：{shown}。",
            )
        )
    return notes
