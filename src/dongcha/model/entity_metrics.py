"""How good tags are: entities as conlleval counts them, words one by one, and intervals over sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from dongcha.core.errors import DataError
from dongcha.model.evaluate import RESAMPLES, ClassMetrics
from dongcha.model.predictions import Floats
from dongcha.model.spans import Counted, Tags, entity_counts, f1, resampled, token_counts


@dataclass(frozen=True, slots=True)
class TokenMetrics:
    """Figures on tagged sentences; `interval` holds 95 % bootstrap bounds over sentences by name of the figure.

    `macro_f1` is the mean over the tags that occur in the truth or the answers, `O` among them.  Each word has one tag,
    so the micro F1 of tags is their accuracy.
    """

    precision: float  # of entities
    recall: float
    entity_f1: float
    per_type: tuple[ClassMetrics, ...]
    accuracy: float  # of tags
    macro_f1: float
    per_tag: tuple[ClassMetrics, ...]
    interval: Mapping[str, tuple[float, float]]
    rows: int
    calibration: Mapping[str, object] = field(default_factory=dict)  # of tags, as `ClassificationMetrics` has it

    @property
    def figures(self) -> Mapping[str, float]:
        """Entity F1, and accuracy and macro F1 of tags."""
        return {"entity_f1": self.entity_f1, "accuracy": self.accuracy, "macro_f1": self.macro_f1}

    def to_json(self) -> dict[str, object]:
        """A JSON object; generic readers find `accuracy` and `macro_f1` (of tags) at the top."""
        return {
            "entity": {
                "precision": self.precision,
                "recall": self.recall,
                "f1": self.entity_f1,
                "per_type": {line.label: _line(line) for line in self.per_type},
            },
            "token": {
                "accuracy": self.accuracy,
                "micro_f1": self.accuracy,
                "macro_f1": self.macro_f1,
                "per_tag": {line.label: _line(line) for line in self.per_tag},
            },
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "rows": self.rows,
            "interval": {name: list(bounds) for name, bounds in self.interval.items()},
            "calibration": dict(self.calibration),
        }


def _line(line: ClassMetrics) -> dict[str, float]:
    return {"precision": line.precision, "recall": line.recall, "f1": line.f1, "support": line.support}


def measure_tags(truth: Tags, said: Tags, *, seed: int = 0) -> TokenMetrics:
    """All figures of tags; raises `DataError` where there is no sentence."""
    if not truth:
        raise DataError("evaluate: there is no tagged sentence to measure on; name other columns or bring tagged ones")
    of_entities, of_tokens = entity_counts(truth, said), token_counts(truth, said)
    right, found, true = (int(part.sum()) for part in (of_entities.right, of_entities.said, of_entities.true))
    per_tag = _lines(of_tokens)
    return TokenMetrics(
        precision=right / found if found else 0.0,
        recall=right / true if true else 0.0,
        entity_f1=float(f1(np.array(right), np.array(found), np.array(true))),
        per_type=_lines(of_entities),
        accuracy=float(of_tokens.right.sum() / of_tokens.true.sum()),
        macro_f1=float(np.mean([line.f1 for line in per_tag])),
        per_tag=per_tag,
        interval=_intervals(of_entities, of_tokens, seed),
        rows=len(truth),
    )


def tag_figures(truth: Tags, said: Tags) -> dict[str, float]:
    """Entity F1, and accuracy and macro F1 of tags, without intervals."""
    of_entities, of_tokens = entity_counts(truth, said), token_counts(truth, said)
    tags = f1(*(part.sum(axis=0) for part in (of_tokens.right, of_tokens.said, of_tokens.true)))
    return {
        "entity_f1": float(f1(*(np.array(n.sum()) for n in (of_entities.right, of_entities.said, of_entities.true)))),
        "accuracy": float(of_tokens.right.sum() / max(1, of_tokens.true.sum())),
        "macro_f1": float(tags.mean()) if len(tags) else 0.0,
    }


def paired_bootstrap(truth: Tags, one: Tags, other: Tags, seed: int = 0) -> dict[str, float]:
    """The difference of two models' entity F1 over the same sentences drawn with replacement, and a two-sided p."""
    columns = np.concatenate([_totals(entity_counts(truth, said)) for said in (one, other)], axis=1)
    drawn = resampled(columns, RESAMPLES, seed)
    gaps = _f1_of(drawn[:, :3]) - _f1_of(drawn[:, 3:])
    whole = columns.sum(axis=0, keepdims=True)
    fewer = min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))
    return {
        "entity_f1_difference": float((_f1_of(whole[:, :3]) - _f1_of(whole[:, 3:]))[0]),
        "low": float(np.quantile(gaps, 0.025)),
        "high": float(np.quantile(gaps, 0.975)),
        "p_value": min(1.0, 2 * (fewer + 1) / (RESAMPLES + 1)),
    }


def _totals(counted: Counted) -> Floats:
    """Right, said and true entities of each sentence, shape (sentences, 3)."""
    return np.stack([part.sum(axis=1) for part in (counted.right, counted.said, counted.true)], axis=1).astype(float)


def _f1_of(sums: Floats) -> Floats:
    return f1(sums[:, 0], sums[:, 1], sums[:, 2])


def _lines(counted: Counted) -> tuple[ClassMetrics, ...]:
    right, said, true = (part.sum(axis=0) for part in (counted.right, counted.said, counted.true))
    values = f1(right, said, true)
    return tuple(
        ClassMetrics(
            name,
            float(right[i] / said[i]) if said[i] else 0.0,
            float(right[i] / true[i]) if true[i] else 0.0,
            float(values[i]),
            int(true[i]),
        )
        for i, name in enumerate(counted.names)
    )


def _intervals(of_entities: Counted, of_tokens: Counted, seed: int) -> dict[str, tuple[float, float]]:
    # The figures share the draws: sentences are drawn, and all counts go with them.
    columns = np.concatenate([_totals(of_entities), of_tokens.right, of_tokens.said, of_tokens.true], axis=1)
    drawn, size = resampled(columns, RESAMPLES, seed), len(of_tokens.names)
    right, said, true = (drawn[:, 3 + i * size : 3 + (i + 1) * size] for i in range(3))
    occurs = np.maximum((said + true > 0).sum(axis=1), 1)
    values = {
        "entity_f1": _f1_of(drawn),
        "accuracy": right.sum(axis=1) / np.maximum(true.sum(axis=1), 1),
        "macro_f1": f1(right, said, true).sum(axis=1) / occurs,
    }
    return {n: (float(np.quantile(v, 0.025)), float(np.quantile(v, 0.975))) for n, v in values.items()}
