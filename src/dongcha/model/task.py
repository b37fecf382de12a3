"""The contract of a task: what is read, what is answered, and how good an answer is.

A model's raw output is a matrix of logits, one line a *unit* (a text, an image, or a word of a sentence) and one column
an *output* (a class, a tag, a value).  A task says what units and outputs mean; methods and networks need not know.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import DataError
from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table
from dongcha.model.head import Head
from dongcha.model.predictions import Floats, Predictions
from dongcha.model.rows import Parts, Rows

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors

Targets = npt.NDArray[Any]
"""What the loss compares with: shape (units,) of numbers of outputs, -1 for unknown; or (units, outputs) of values."""


TRIED = 2  # rows looked at for each input that is wanted, in case some cannot be used


class Metrics(Protocol):
    """Figures on rows whose answers are known."""

    @property
    def rows(self) -> int:
        """Rows measured on."""

    @property
    def figures(self) -> Mapping[str, float]:
        """The main figures by name; of the one that the task chooses on, more is better."""

    def to_json(self) -> dict[str, object]:
        """All figures as a JSON object."""


class Task(ABC):
    """One kind of answer; the subclasses register in `TASKS`."""

    name: ClassVar[str]  # Hugging Face's where there is one
    reads: ClassVar[str]  # the kind of network that it needs
    per_word: ClassVar[bool] = False  # whether an input has as many units as words, and not one
    chosen_on: ClassVar[str]  # the figure that checks and choices maximise
    gives: ClassVar[str] = "class"  # what an answer is: a class, labels, a number, or a score
    problem: ClassVar[str | None] = None  # `problem_type` of Hugging Face's configuration, where a head has one
    stratified: ClassVar[bool] = True  # whether every part of a split should have its share of every answer
    grouped: ClassVar[bool] = False  # whether rows of one value of the first column have to stay in one part
    one_class: ClassVar[bool] = False  # whether an answer is one class, so that two inputs are of the same or not
    role: ClassVar[Role] = Role.TEXT  # of the columns that are read
    files: ClassVar[bool] = False  # whether the column that is read names files

    def tuned(self, settings: Mapping[str, Any]) -> "Task":
        """The task as the settings of a recipe have it: those that `settle` gave."""
        return self

    def settle(self, logits: Floats, rows: Rows, outputs: tuple[str, ...]) -> Mapping[str, Any]:
        """What answers rest on beside the logits, chosen on rows whose answers are known; kept with the recipe."""
        return {}

    def label(self, table: Table, named: str | None) -> str:
        """The column to learn; raises `DataError` where none is named and the task cannot find it."""
        if named is None:
            names = ", ".join(table.schema.names[:12])
            raise DataError(f"{self.name} needs the column to learn; name it with label= (--label): {names}")
        return table.schema[named].name

    @abstractmethod
    def source(self, table: Table, label: str, named: str | None) -> str:
        """The column to read."""

    def columns(self, table: Table, source: str) -> tuple[str, ...]:
        """The columns that `source` stands for; raises `UnknownName` where one is not there."""
        return (table.schema[source].name,)

    def usable(self, values: Sequence[Any]) -> list[bool]:
        """Which values of the column can be read."""
        return [value is not None and bool(str(value).strip()) for value in values]

    def told(self, table: Table, label: str) -> tuple[Words, ...]:
        """How the label column is understood, where that is not plain."""
        return ()

    @abstractmethod
    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The usable rows of a table, and how many were left out."""

    def inputs(self, table: Table, source: str, most: int) -> tuple[Any, ...]:
        """The first usable inputs of a table, at most `most`, whether anybody knows their answers or not."""
        names = self.columns(table, source)
        got = table.with_expr(table.expr.order_by(ROW).limit(TRIED * most)).values(*names)
        cells = [got.column(name).to_pylist() for name in names]
        if self.role is Role.TEXT:
            cells = [[None if value is None else str(value) for value in column] for column in cells]
        values = cells[0] if len(cells) == 1 else list(zip(*cells, strict=True))
        return tuple(value for value, good in zip(values, self.usable(values), strict=True) if good)[:most]

    @abstractmethod
    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """The parts with outputs, and notes on what is thin; raises `DataError` where nothing can be learned."""

    def comparable(self, answers: Sequence[Any], outputs: Sequence[str], column: str) -> None:
        """Raise `DataError` where the answers of a file have nothing to do with what a model answers."""
        if not answers:
            raise DataError(f"evaluate: no row has a value of {column!r}; name another column with --label")

    @abstractmethod
    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """The answers as numbers, one line a unit."""

    @abstractmethod
    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """The mean loss of a batch; `options` holds `weights` (a tensor or None) and `smoothing` (0..1)."""

    def unit(self, targets: Targets) -> tuple[float, float]:
        """Zero point and size of the unit in which a network learns the targets; its head ends in their own unit."""
        return 0.0, 1.0

    def weights(self, targets: Targets, outputs: Sequence[str]) -> Floats | None:
        """A weight an output, so that rare ones count as much as common ones; None where that means nothing."""
        return None

    @abstractmethod
    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """Linear heads fitted on vectors, one for each inverse penalty."""

    @abstractmethod
    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """What the logits of some inputs say, one answer an input."""

    @abstractmethod
    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """The main figures of answers, cheaply."""

    @abstractmethod
    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> Metrics:
        """All figures of answers, with intervals."""

    def heat(self, logits: Floats, truth: Sequence[Any], outputs: Sequence[str]) -> float:
        """The temperature that makes scores probabilities, from logits of rows whose answers are known; else 1."""
        return 1.0

    def calibrated(self, found: Any, truth: Sequence[Any], raw: Predictions, temperature: float) -> Any:
        """The figures with those of the scores before calibration beside them, where the task has them."""
        return found

    @abstractmethod
    def simplest(self, parts: Parts) -> dict[str, float]:
        """The figures on the test rows of the answer that needs no input: the commonest, the mean."""

    @abstractmethod
    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """A paired test of two models' answers on the same rows: holds `p_value`."""

    def value(self, logits: Floats, rows: Rows, outputs: tuple[str, ...]) -> float:
        """The figure that choices maximise, on labelled rows."""
        return self.figures(rows.answers, self.answer(logits, rows.inputs, outputs).labels)[self.chosen_on]


TASKS: Registry[Task] = Registry("task")


def units(inputs: Sequence[Any], per_word: bool) -> npt.NDArray[np.int64]:
    """Where the units of each input begin, and the number of all: shape (inputs + 1,)."""
    sizes = [len(one) for one in inputs] if per_word else [1] * len(inputs)
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
