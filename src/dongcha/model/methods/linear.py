"""`linear`: TF-IDF of words and character n-grams, and logistic regression.  No encoder, seconds, a strong baseline.

Stored as arrays in safetensors and a JSON vocabulary; scored by our own few lines, which a test holds equal to
scikit-learn.
"""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dongcha.core.errors import DataError, StorageError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.model.head import Head
from dongcha.model.memo import fingerprint
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan
from dongcha.model.predictions import Floats
from dongcha.model.rows import spread
from dongcha.model.selection import choose_head
from dongcha.model.task import Task
from dongcha.model.terms import terms

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

STRENGTHS = (1.0, 4.0, 16.0)  # inverse regularisation, tried on the validation rows
TERMS = 60_000
LETTER_S = 2e-6  # seconds a letter and doubling of the outputs
ROWS = 200_000  # more do not help a linear model as much as they cost


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A vocabulary with weights: `idf` of shape (terms,), a head over the terms."""

    vocabulary: dict[str, int]
    idf: Floats
    head: Head

    def vectors(self, texts: Sequence[str]) -> "csr_matrix":
        """TF-IDF vectors of length 1, shape (len(texts), terms): (1 + ln tf) · idf."""
        from scipy.sparse import csr_matrix

        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            counts = Counter(i for term in terms(text) if (i := self.vocabulary.get(term)) is not None)
            weights = [(1.0 + math.log(n)) * self.idf[i] for i, n in counts.items()]
            length = math.sqrt(sum(w * w for w in weights)) or 1.0
            data += [w / length for w in weights]
            columns += counts
            ends.append(len(columns))
        return csr_matrix((data, columns, ends), shape=(len(texts), len(self.vocabulary)))

    def logits(self, texts: Sequence[str], on_step: OnStep = silent) -> Floats:
        """Logits, shape (len(texts), classes)."""
        parts = []
        for start in range(0, len(texts), 1000):
            parts.append(self.head.of(self.vectors(texts[start : start + 1000])))
            on_step(Step(Words("reading texts", "读取文本"), min(start + 1000, len(texts)), len(texts)))
        return np.concatenate(parts) if parts else np.zeros((0, len(self.head.bias)))

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
    """TF-IDF + logistic regression."""

    name = "linear"
    rank = 0
    encoder = False
    on_ladder = True

    def fits(self, task: Task) -> bool:
        """Every task that reads texts whole."""
        return task.reads == "text"

    def plan(self, job: Job) -> Plan:
        """Always fits: the cost is bounded by the limits on terms and rows."""
        letters = sum(len(text) for text in job.parts.train.inputs[:ROWS])
        return Plan(job.recipe, 1.0 + letters * LETTER_S * math.log2(len(job.parts.outputs) + 1), True)

    def fit(self, job: Job) -> Outcome:
        """Fit one model a strength and keep the best on validation macro F1; a tie goes to the first."""
        train, validation = job.parts.train, job.parts.validation
        kept = spread(train.answers, ROWS, job.recipe.seed)
        texts = [train.inputs[i] for i in kept]
        key = ("terms", fingerprint(texts, validation.inputs))
        base, matrix, held = job.memo.get(key, lambda: _vectorised(texts, validation.inputs))
        targets = job.task.targets([train.answers[i] for i in kept], job.parts.outputs)
        head, recipe = choose_head(job, (matrix, targets), held, STRENGTHS)
        model = Linear(base.vocabulary, base.idf, head)
        return Outcome(model, recipe, head.of(held), head.weight.size + head.bias.size)

    def load(self, folder: Path, task: Task) -> Fitted:
        """Read what `Linear.save` wrote."""
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        try:
            words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / "linear.safetensors")
            head = Head(arrays["weight"].astype(np.float64), arrays["bias"].astype(np.float64))
            idf = arrays["idf"].astype(np.float64)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise StorageError(f"the model in {str(folder)!r} is damaged ({error}); train it again") from error
        if not (len(words) == len(idf) == head.weight.shape[1] and len(head.weight) == len(head.bias)):
            raise StorageError(f"the model in {str(folder)!r} is damaged: its arrays do not match; train it again")
        return Linear({word: i for i, word in enumerate(words)}, idf, head)


def _vectorised(texts: Sequence[str], held: Sequence[str]) -> "tuple[Linear, csr_matrix, csr_matrix]":
    from sklearn.feature_extraction.text import TfidfVectorizer

    rarest = 2 if len(texts) >= 200 else 1
    maker = TfidfVectorizer(analyzer=terms, sublinear_tf=True, min_df=rarest, max_features=TERMS, dtype=np.float32)
    try:
        matrix = maker.fit_transform(texts)
    except ValueError as error:  # scikit-learn's word for "no terms remain"
        raise DataError(
            "linear: the texts hold no words that could be learned from; name another text column"
        ) from error
    vocabulary = {str(name): i for i, name in enumerate(maker.get_feature_names_out())}
    base = Linear(vocabulary, maker.idf_, Head(np.zeros((0, 0)), np.zeros(0)))
    return base, matrix, base.vectors(held)


METHODS("linear")(LinearMethod())
