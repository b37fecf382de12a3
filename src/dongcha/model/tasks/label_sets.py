"""How good sets of labels are: exact match, micro, macro and samples F1, average precision, Hamming loss."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.model.measures import Measures, intervals, labelled
from dongcha.model.predictions import Floats, Predictions

Grid = npt.NDArray[np.bool_]
Sets = Sequence[Sequence[str]]


def grid(answers: Sequence[Any], names: Sequence[str]) -> Grid:
    """Which row has which of the labels, shape (rows, labels); other labels are passed over."""
    place = {name: i for i, name in enumerate(names)}
    found = np.zeros((len(answers), len(names)), dtype=np.bool_)
    for row, labels in enumerate(answers):
        for name in labels:
            if name in place:
                found[row, place[name]] = True
    return found


def names_in(*several: Sets) -> list[str]:
    """The labels that occur, sorted."""
    return sorted({name for answers in several for labels in answers for name in labels})


def _f1(right: Floats, true: Floats, said: Floats, nothing: float = 0.0) -> Floats:
    both = true + said
    return np.asarray(np.where(both > 0, 2.0 * right / np.maximum(both, 1), nothing), dtype=np.float64)


def weighed(truth: Sets, said: Sets) -> Callable[[Floats], Mapping[str, Floats]]:
    """The figures of rows that count so often: weights of shape (samples, rows)."""
    names = names_in(truth, said)
    true, told = (grid(answers, names).astype(np.float64) for answers in (truth, said))
    right = true * told
    exact = (true == told).all(axis=1).astype(np.float64)
    # A row without labels for which none is answered is right in full.
    by_row = _f1(right.sum(axis=1), true.sum(axis=1), told.sum(axis=1), nothing=1.0)

    def figures(weights: Floats) -> Mapping[str, Floats]:
        total = weights.sum(axis=1)
        r, t, s = weights @ right, weights @ true, weights @ told
        present = np.maximum(((t + s) > 0).sum(axis=1), 1)
        return {
            "accuracy": weights @ exact / total,
            "macro_f1": _f1(r, t, s).sum(axis=1) / present,
            "micro_f1": _f1(r.sum(axis=1), t.sum(axis=1), s.sum(axis=1)),
            "samples_f1": weights @ by_row / total,
        }

    return figures


def figures_of(truth: Sets, said: Sets) -> dict[str, float]:
    """Exact match (`accuracy`) and the three kinds of F1, 0..1."""
    found = weighed(truth, said)(np.ones((1, labelled(len(truth)))))
    return {name: float(values[0]) for name, values in found.items()}


def micro_f1(truth: Sets, said: Sets) -> Callable[[Floats], Floats]:
    """Micro F1 of rows that count so often."""
    right = np.array([len(set(t) & set(s)) for t, s in zip(truth, said, strict=True)], dtype=np.float64)
    both = np.array([len(set(t)) + len(set(s)) for t, s in zip(truth, said, strict=True)], dtype=np.float64)
    return lambda weights: _f1(weights @ right, weights @ both, np.zeros(len(weights)))


def measured(truth: Sets, said: Predictions, seed: int) -> Measures:
    """All figures of answered sets."""
    figures = figures_of(truth, said.labels)
    names = [*said.classes, *sorted(set(names_in(truth)) - set(said.classes))]
    true, told = grid(truth, names), grid(said.labels, names)
    more: dict[str, object] = {
        "exact_match": figures["accuracy"],
        "mean_average_precision": _average_precision(true[:, : len(said.classes)], said.all_scores),
        "hamming": float((true != told).mean()) if names else 0.0,
        "per_label": [_line(name, true[:, i], told[:, i]) for i, name in enumerate(names)],
    }
    return Measures(figures, intervals(len(truth), weighed(truth, said.labels), seed), len(truth), more)


def _line(name: str, true: Grid, told: Grid) -> dict[str, object]:
    right, support, said = int((true & told).sum()), int(true.sum()), int(told.sum())
    return {
        "label": name,
        "precision": right / said if said else 0.0,
        "recall": right / support if support else 0.0,
        "f1": 2 * right / (support + said) if support + said else 0.0,
        "support": support,
    }


def _average_precision(true: Grid, scores: Floats) -> float:
    """The mean over the labels that occur."""
    from sklearn.metrics import average_precision_score

    found = [average_precision_score(true[:, i], scores[:, i]) for i in range(true.shape[1]) if true[:, i].any()]
    return float(np.mean(found)) if found else 0.0
