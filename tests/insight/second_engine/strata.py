"""A rate within the values of a third category: what is left of a difference where that is held the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd
from tests.insight.second_engine.raw import Row, text

from dongcha.insight.insight import Insight


def known(whole: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The columns `names` as texts, called 0, 1, …, in the rows in which all are known."""
    return pd.DataFrame({at: text(whole[name]) for at, name in enumerate(names)}).dropna()


@dataclass(frozen=True)
class Within:
    """A value of the outcome and a group: by value of a third category, hits of `n` rows and those of the `rest`."""

    value: str
    group: str
    cells: pd.DataFrame  # hits, n, rest_hits, rest by third value, in the order of their names

    @property
    def overall(self) -> tuple[float, float]:
        return tuple(self.cells[a].sum() / self.cells[b].sum() for a, b in (("hits", "n"), ("rest_hits", "rest")))

    @property
    def gap(self) -> Fraction:
        """The mean difference of the rates within, by Mantel and Haenszel, exactly."""
        gaps, weights = Fraction(0), Fraction(0)
        for hits, n, rest_hits, rest in self.cells.astype(int).itertuples(index=False):
            if n + rest:
                gaps += Fraction(hits * rest - rest_hits * n, n + rest)
                weights += Fraction(n * rest, n + rest)
        return gaps / weights if weights else Fraction(0)

    @property
    def is_reversed(self) -> bool:
        sums = self.cells.sum().astype(int)
        over_all = Fraction(int(sums["hits"]), int(sums["n"])) - Fraction(int(sums["rest_hits"]), int(sums["rest"]))
        return self.gap * over_all < 0


def pairs(rows: pd.DataFrame) -> Iterator[Within]:
    """Each value of column 0 and group of column 1, by column 2; of two values, or of two groups, only the first."""
    values, groups, thirds = (sorted(set(rows[at])) for at in (0, 1, 2))
    for value in values[:1] if len(values) == 2 else values:
        for group in groups[:1] if len(groups) == 2 else groups:
            hit, inside = rows[0] == value, rows[1] == group
            by = pd.DataFrame({"hits": hit & inside, "n": inside, "rest_hits": hit & ~inside, "rest": ~inside})
            yield Within(value, group, by.groupby(rows[2]).sum().reindex(thirds))


def confounder(whole: pd.DataFrame, insight: Insight) -> Row:
    """A difference of rates over the rows in which a third category is known, and the mean one within its values."""
    subject, third = insight.subject, str(insight.facts["confounder"])
    rows = known(whole, (str(subject.measure), subject.breakdown[0], third))
    hit, inside = rows[0] == subject.category, rows[1] == insight.facts["group"]
    by = pd.DataFrame({"hits": hit & inside, "n": inside, "rest_hits": hit & ~inside, "rest": ~inside})
    one = Within("", "", by.groupby(rows[2]).sum())
    return {"confounder": third, "overall": one.overall[0] - one.overall[1], "within": float(one.gap)}
