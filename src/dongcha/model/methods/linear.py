"""`linear`: sparse features and logistic regression.  No encoder, seconds, a strong baseline.

Of texts the features are TF-IDF of words and character n-grams, of words their spelling and neighbours.  Stored as
arrays in safetensors and a JSON vocabulary; scored by our own few lines, which a test holds equal to scikit-learn.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.errors import StorageError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.model.descriptors import DESCRIPTORS
from dongcha.model.features import FEATURES, Features
from dongcha.model.head import Head
from dongcha.model.memo import fingerprint
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan, taught
from dongcha.model.methods.measured import fit_measured, load_measured
from dongcha.model.predictions import Floats
from dongcha.model.rows import Parts
from dongcha.model.selection import choose_head
from dongcha.model.task import Task
from dongcha.model.vectors import Apart

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LETTER_S = 2e-6  # seconds a letter and doubling of the outputs
UNITS = 300_000  # more do not help a linear model as much as they cost


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A vocabulary with weights: `idf` of shape (terms,), a head over the terms."""

    features: Features
    vocabulary: dict[str, int]
    idf: Floats
    head: Head

    def vectors(self, inputs: Sequence[Any]) -> "csr_matrix":
        """Sparse vectors, shape (units, terms)."""
        return self.features.matrix(inputs, self.vocabulary, self.idf)

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (units, outputs)."""
        parts = [np.zeros((0, len(self.head.bias)))]
        for start in range(0, len(inputs), 1000):
            parts.append(self.head.of(self.vectors(inputs[start : start + 1000])))
            on_step(Step(Words("reading texts", "读取文本"), min(start + 1000, len(inputs)), len(inputs)))
        return np.concatenate(parts)

    def apart(self) -> Apart:
        """The sparse features, and the head."""
        return Apart(lambda inputs, on_step=silent: self.vectors(inputs), self.head)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write `vocabulary.json` and `linear.safetensors`."""
        from safetensors.numpy import save_file

        text = json.dumps(list(self.vocabulary), ensure_ascii=False)
        (folder / "vocabulary.json").write_text(text, encoding="utf-8")
        weights = {"idf": self.idf, "weight": self.head.weight, "bias": self.head.bias}
        save_file(
            {k: np.ascontiguousarray(v, dtype=np.float32) for k, v in weights.items()}, folder / "linear.safetensors"
        )


class LinearMethod:
    """Sparse features + logistic regression."""

    name = "linear"
    rank = 0
    encoder = False

    def on_ladder(self, parts: Parts) -> bool:
        """Always: it is the baseline too."""
        return True

    def fits(self, task: Task) -> bool:
        """Every task whose inputs have sparse features, or of which something can be measured."""
        return task.reads in FEATURES or task.reads in DESCRIPTORS

    def plan(self, job: Job) -> Plan:
        """Always fits: the cost is bounded by the limits on terms and rows."""
        if job.task.reads in DESCRIPTORS:
            inputs = len(job.parts.train) + len(job.parts.validation)
            return Plan(job.recipe, 1.0 + inputs * DESCRIPTORS.get(job.task.reads).seconds, True)
        letters = FEATURES.get(job.task.reads).cost(taught(job, UNITS).inputs)
        return Plan(job.recipe, 1.0 + letters * LETTER_S * math.log2(len(job.parts.outputs) + 1), True)

    def fit(self, job: Job) -> Outcome:
        """Fit one model a strength and keep the best on validation; a tie goes to the first."""
        if job.task.reads in DESCRIPTORS:
            return fit_measured(job)
        features, train, validation = FEATURES.get(job.task.reads), taught(job, UNITS), job.parts.validation
        key = ("features", job.task.reads, fingerprint(train.inputs, validation.inputs))
        found = job.memo.get(key, lambda: _seen(features, train.inputs, validation.inputs))
        vocabulary, idf, matrix, held = found
        targets = job.task.targets(train.answers, job.parts.outputs)
        head, recipe = choose_head(job, (matrix, targets), held, features.strengths)
        model = Linear(features, vocabulary, idf, head)
        return Outcome(model, recipe, head.of(held), head.weight.size + head.bias.size)

    def load(self, folder: Path, task: Task) -> Fitted:
        """Read what `Linear.save` wrote."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        if task.reads in DESCRIPTORS:
            return load_measured(folder, task)
        try:
            words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / "linear.safetensors")
            head = Head(arrays["weight"].astype(np.float64), arrays["bias"].astype(np.float64))
            idf = arrays["idf"].astype(np.float64)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise StorageError(f"the model in {str(folder)!r} is damaged ({error}); train it again") from error
        if not (len(words) == len(idf) == head.weight.shape[1] and len(head.weight) == len(head.bias)):
            raise StorageError(f"the model in {str(folder)!r} is damaged: its arrays do not match; train it again")
        return Linear(FEATURES.get(task.reads), {word: i for i, word in enumerate(words)}, idf, head)


def _seen(
    features: Features, shown: Sequence[Any], held: Sequence[Any]
) -> "tuple[dict[str, int], Floats, csr_matrix, csr_matrix]":
    """Vocabulary and weights from the train inputs, and the matrices of both parts."""
    vocabulary, idf, matrix = features.learn(shown)
    return vocabulary, idf, matrix, features.matrix(held, vocabulary, idf)


METHODS("linear")(LinearMethod())
