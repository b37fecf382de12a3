"""Ranking: which of the texts of a query come first.  Pointwise: each pair of query and text is scored on its own."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from dongcha.core.errors import DataError
from dongcha.core.words import Words
from dongcha.data.table import Table
from dongcha.model.binned import histogram
from dongcha.model.head import Head, fit_one_sided
from dongcha.model.measures import Measures, intervals, labelled, paired
from dongcha.model.networks.pair import overlap
from dongcha.model.predictions import Floats, Predictions, sigmoid
from dongcha.model.rows import Parts, Rows
from dongcha.model.task import TASKS, Targets, Task
from dongcha.model.tasks.regression import numbers_in

if TYPE_CHECKING:
    import torch

    from dongcha.model.head import Vectors

OUTPUT = "relevance"
TOP = 10
NAMES = ("ndcg@10", "mrr", "map", "recall@10")


class TextRanking(Task):
    """Inputs are pairs (query, text); answers are pairs (query, relevance), for figures go by query."""

    name: ClassVar[str] = "text-ranking"
    reads: ClassVar[str] = "pair"
    chosen_on: ClassVar[str] = "ndcg@10"
    gives: ClassVar[str] = "score"
    problem: ClassVar[str | None] = "multi_label_classification"  # of one label: a sigmoid
    stratified: ClassVar[bool] = False
    grouped: ClassVar[bool] = True

    def source(self, table: Table, label: str, named: str | None) -> str:
        """`QUERY,TEXT`, the names of two columns."""
        if named is None:
            raise DataError(
                f"table {table.name!r}: ranking reads two columns; name them with text= and query= (--text, --query)"
            )
        self.columns(table, named)
        return named

    def columns(self, table: Table, source: str) -> tuple[str, ...]:
        """The column of queries and that of texts."""
        cuts = [i for i, letter in enumerate(source) if letter == ","]
        pairs = [(source[:i].strip(), source[i + 1 :].strip()) for i in cuts]
        if not pairs:
            table.schema[source]
            raise DataError(f"ranking reads two columns, got {source!r} alone; name the query column too (--query)")
        good = [pair for pair in pairs if set(pair) <= set(table.schema.names)]
        first = good[0] if good else pairs[0]
        return table.schema[first[0]].name, table.schema[first[1]].name

    def usable(self, values: Sequence[Any]) -> list[bool]:
        """Pairs of which both are there."""
        return [all(value is not None and str(value).strip() for value in pair) for pair in values]

    def rows(self, table: Table, label: str, source: str) -> tuple[Rows, int]:
        """The rows that have query, text and relevance; raises `DataError` for a relevance that is no number from 0."""
        query, text = self.columns(table, source)
        got = table.values(query, text, label)
        relevance = numbers_in(got, label, table.name)
        if any(value is not None and value < 0 for value in relevance):
            raise DataError(
                f"{table.name!r}: a relevance in {label!r} is below 0; use 0 for irrelevant, more for better"
            )
        pairs = list(zip(got.column(query).to_pylist(), got.column(text).to_pylist(), strict=True))
        good = self.usable(pairs)
        kept = [i for i, value in enumerate(relevance) if value is not None and good[i]]
        inputs = tuple((str(pairs[i][0]), str(pairs[i][1])) for i in kept)
        answers = tuple((inputs[at][0], relevance[i]) for at, i in enumerate(kept))
        return Rows(inputs, answers), got.num_rows - len(kept)

    def checked(self, parts: Parts, owner: str = "train") -> Parts:
        """One output; a note on queries that no figure can be made of."""
        if not len(parts.train):
            raise DataError(f"{owner}: no row of the train part has query, text and relevance; name other columns")
        if len({value for _, value in parts.train.answers}) < 2:
            raise DataError(f"{owner}: every row is as relevant as the other, so there is nothing to learn")
        for part, which in ((parts.validation, "validation"), (parts.test, "test")):
            if not any(value > 0 for _, value in part.answers):
                raise DataError(f"{owner}: no query of the {which} part has a relevant text; bring more queries")
        idle = sum(not any(value > 0 for value in found) for found in _by_query(parts.test.answers).values())
        notes = parts.notes
        if idle:
            notes = (
                *notes,
                Words(
                    f"{idle} test queries have no relevant text and are left out of the figures.",
                    f"{idle} 个测试查询没有相关文本，不计入指标。",
                ),
            )
        return replace(parts, outputs=(OUTPUT,), notes=notes)

    def targets(self, answers: Sequence[Any], outputs: Sequence[str]) -> Targets:
        """The relevance as a part of the highest, 0..1; shape (rows, 1)."""
        values = np.array([value for _, value in answers], dtype=np.float64).reshape(-1, 1)
        return values / (values.max(initial=0.0) or 1.0)

    def loss(self, logits: "torch.Tensor", targets: "torch.Tensor", options: Mapping[str, Any]) -> "torch.Tensor":
        """Binary cross-entropy of each pair."""
        from torch.nn import functional

        return functional.binary_cross_entropy_with_logits(logits, targets.to(logits.dtype))

    def heads(
        self, vectors: "Vectors", targets: Targets, strengths: Sequence[float], *, balanced: bool
    ) -> Iterator[Head]:
        """Logistic regressions; half relevant counts as half a yes."""
        return (fit_one_sided(vectors, targets, strength) for strength in strengths)

    def answer(
        self, logits: Floats, inputs: Sequence[Any], outputs: tuple[str, ...], temperature: float = 1.0
    ) -> Predictions:
        """A score 0..1 a pair: the order within a query is what it says."""
        scores = sigmoid(logits)
        return Predictions(tuple(scores[:, 0].tolist()), scores[:, 0], scores, outputs)

    def figures(self, truth: Sequence[Any], said: Sequence[Any]) -> dict[str, float]:
        """Means over the queries that have a relevant text."""
        labelled(len(truth))
        means = _by_figure(truth, said).mean(axis=1)
        return dict(zip(NAMES, means.tolist(), strict=True))

    def measure(self, truth: Sequence[Any], said: Predictions, *, seed: int = 0) -> Measures:
        """With intervals over queries, and how many queries have which nDCG@10."""
        found = _by_figure(truth, said.labels)
        many = found.shape[1]

        def weighed(weights: Floats) -> dict[str, Floats]:
            return dict(zip(NAMES, found @ weights.T / weights.sum(axis=1), strict=True))

        more = {"queries": many, "by_query": histogram(found[0], (0.0, 1.0), bins=10)}
        return Measures(self.figures(truth, said.labels), intervals(many, weighed, seed), len(truth), more)

    def simplest(self, parts: Parts) -> dict[str, float]:
        """The order by the share of the query's words that a text has."""
        return self.figures(parts.test.answers, [overlap(query, text) for query, text in parts.test.inputs])

    def versus(self, truth: Sequence[Any], one: Sequence[Any], other: Sequence[Any]) -> dict[str, float]:
        """A paired bootstrap test of nDCG@10 over queries."""
        gain = _by_figure(truth, one)[0] - _by_figure(truth, other)[0]
        return paired(len(gain), lambda weights: weights @ gain / weights.sum(axis=1))


TASKS(TextRanking.name)(TextRanking())


def _by_query(answers: Sequence[Any]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for query, value in answers:
        found[query].append(value)
    return found


def _by_figure(truth: Sequence[Any], said: Sequence[float]) -> Floats:
    """Figures of each query with a relevant text, shape (figures, queries)."""
    scores: dict[str, list[float]] = defaultdict(list)
    for (query, _), score in zip(truth, said, strict=True):
        scores[query].append(score)
    lines = [query_figures(values, scores[query]) for query, values in _by_query(truth).items() if max(values) > 0]
    if not lines:
        raise DataError("evaluate: no query has a relevant text, so no order is better than another; bring such rows")
    return np.array(lines, dtype=np.float64).T


def query_figures(relevance: Sequence[float], scores: Sequence[float]) -> tuple[float, float, float, float]:
    """nDCG@10 (gain 2^relevance - 1), reciprocal rank, average precision and recall@10 of one query.

    Of equal scores the irrelevant come first: a model that cannot tell gains nothing from the order of the rows.
    """
    values = np.asarray(relevance, dtype=np.float64)
    order = np.lexsort((values, -np.asarray(scores, dtype=np.float64)))
    ranked = values[order]
    discounts = 1.0 / np.log2(np.arange(2, len(values) + 2))
    gains, best = 2.0**ranked - 1.0, np.sort(2.0**values - 1.0)[::-1]
    ndcg = (gains * discounts)[:TOP].sum() / (best * discounts)[:TOP].sum()
    hits = np.flatnonzero(ranked > 0) + 1
    precision = np.arange(1, len(hits) + 1) / hits
    return float(ndcg), float(1.0 / hits[0]), float(precision.mean()), float((hits <= TOP).sum() / len(hits))
