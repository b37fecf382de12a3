"""The second engine: every number of a finding worked out anew by pandas, from the rows, and compared to 1e-9.

Facts, rows of the evidence, phrases and the share of the data are worked out for every pattern; effects and p-values
where they have a closed form.  Not worked out anew: which season is taken out of a series before a line is fitted,
which length a cycle has, which period or group was chosen, and what the files here say is given.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd
from tests.insight.second_engine import amounts, crossed, groups, measures, periods, related, texts, units, words
from tests.insight.second_engine.raw import Expected, frame

from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.insight import Cell, Insight

EXACT, ROUNDED = 1e-9, 5.01e-7
MOST_ROWS = 60
Recompute = Callable[[pd.DataFrame, Insight], Expected]

RECOMPUTED: dict[tuple[str, str, int], Recompute] = {
    ("outstanding", "rate", 1): groups.rate,
    ("outstanding", "rate", 2): groups.rate,
    ("outstanding", "mean", 1): measures.mean,
    ("outstanding", "count", 1): groups.leader,
    ("outstanding", "sum", 1): amounts.total,
    ("top_two", "sum", 1): amounts.total,
    ("top_two", "count", 1): amounts.total,
    ("outstanding", "distinct", 1): amounts.distinct,
    ("trend", "distinct", 1): amounts.distinct_over_time,
    ("change_point", "distinct", 1): amounts.distinct_over_time,
    ("outstanding", "median", 1): amounts.median,
    ("band", "rate", 1): amounts.band,
    ("band", "mean", 1): amounts.band,
    ("band", "median", 1): amounts.band,
    ("shift", "distribution", 1): amounts.shift,
    ("latest", "count", 1): related.latest,
    ("together", "count", 1): related.together,
    ("together", "mean", 1): related.together,
    ("together", "rate", 1): related.together,
    ("lead_lag", "count", 1): related.together,
    ("lead_lag", "mean", 1): related.together,
    ("lead_lag", "rate", 1): related.together,
    ("association", "count", 2): crossed.association,
    ("exception", "rate", 1): crossed.exception,
    ("exception", "rate", 2): crossed.opposite,
    ("reversal", "rate", 2): crossed.reversal,
    ("missing", "rate", 1): crossed.missing,
    ("phrase", "said", 1): texts.phrase,
    ("growing", "said", 1): texts.growing,
    ("text_driver", "rate", 1): texts.driver,
    ("text_driver", "mean", 1): texts.driver,
    ("majority", "count", 1): groups.majority,
    ("driver", "count", 2): groups.driver,
    ("evenness", "count", 1): groups.even,
    ("evenness", "rate", 1): groups.even,
    ("evenness", "mean", 1): groups.even,
    ("homogeneity", "rate", 1): groups.homogeneous,
    ("correlation", "mean", 1): measures.correlation,
    ("no_correlation", "mean", 1): measures.correlation,
    ("trend", "mean", 1): measures.mean_trend,
    ("trend", "count", 1): periods.series,
    ("trend", "rate", 1): periods.series,
    ("change_point", "count", 1): periods.series,
    ("change_point", "rate", 1): periods.series,
    ("outlier", "count", 1): periods.series,
    ("outlier", "rate", 1): periods.series,
    ("no_trend", "count", 1): periods.series,
    ("no_trend", "rate", 1): periods.series,
    ("seasonality", "count", 1): periods.season,
    ("seasonality", "rate", 1): periods.season,
}
"""Pattern, aggregation and number of breakdowns of a finding, and what works it out anew."""

MADE_BY: dict[str, tuple[tuple[str, str, int], ...]] = {
    "outstanding": (("outstanding", "rate", 1),),
    "pair": (("outstanding", "rate", 2),),
    "outstanding_mean": (("outstanding", "mean", 1), ("evenness", "mean", 1)),
    "association": (("association", "count", 2),),
    "exception": (("exception", "rate", 1),),
    "opposite": (("exception", "rate", 2),),
    "reversal": (("reversal", "rate", 2),),
    "missing": (("missing", "rate", 1),),
    "phrase": (("phrase", "said", 1),),
    "growing": (("growing", "said", 1),),
    "text_driver": (("text_driver", "rate", 1), ("text_driver", "mean", 1)),
    "leader": (("outstanding", "count", 1),),
    "majority": (("majority", "count", 1),),
    "driver": (("driver", "count", 2),),
    "evenness_of_counts": (("evenness", "count", 1),),
    "evenness_of_rates": (("evenness", "rate", 1), ("homogeneity", "rate", 1)),
    "correlation": (("correlation", "mean", 1), ("no_correlation", "mean", 1)),
    "mean_trend": (("trend", "mean", 1),),
    "measured": (
        *(("outstanding", "sum", 1), ("top_two", "sum", 1), ("top_two", "count", 1), ("outstanding", "median", 1)),
        *(("band", "rate", 1), ("band", "mean", 1), ("band", "median", 1), ("shift", "distribution", 1)),
    ),
    "distinct": (("outstanding", "distinct", 1), ("trend", "distinct", 1), ("change_point", "distinct", 1)),
    "latest": (("latest", "count", 1),),
    "lead_lag": tuple((pattern, how, 1) for pattern in ("together", "lead_lag") for how in ("count", "mean", "rate")),
    "over_time": tuple(
        (pattern, how, 1) for pattern in ("trend", "change_point", "outlier", "no_trend") for how in ("count", "rate")
    ),
    "seasonality": (("seasonality", "count", 1), ("seasonality", "rate", 1)),
}
"""What each registered pattern makes: a new pattern gets a line here, and one above for each kind of finding."""

HOW = (
    "add what it makes to MADE_BY and a function that works its numbers out of a pandas frame to RECOMPUTED, both in "
    "tests/insight/second_engine/engine.py (see groups.py, measures.py, periods.py for the form: rows of the evidence "
    "by their key, facts, share, and effect and p-value where they have a closed form)"
)


@dataclass(frozen=True)
class Number:
    """One number of a finding, as told and as worked out anew."""

    place: str
    told: Cell
    again: Cell
    exact: bool = True

    @property
    def equal(self) -> bool:
        if nothing(self.told) or nothing(self.again):
            return nothing(self.told) and nothing(self.again)
        if isinstance(self.told, str | bool) or isinstance(self.again, str):
            return self.told == self.again
        one, other = float(self.told), float(self.again)  # type: ignore[arg-type]
        return math.isclose(one, other, rel_tol=EXACT, abs_tol=EXACT if self.exact else ROUNDED)


def nothing(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def kind_of(insight: Insight) -> tuple[str, str, int]:
    return insight.pattern, insight.subject.aggregation, len(insight.subject.breakdown)


def recompute(rows: pd.DataFrame, insight: Insight) -> Expected:
    """The numbers of an insight anew; raises `LookupError` that says what to add for one of an unknown kind."""
    kind = kind_of(insight)
    if kind not in RECOMPUTED:
        raise LookupError(f"a finding of the kind {kind} has no recomputation: {HOW}")
    return RECOMPUTED[kind](rows, insight)


def compared(table: Table, insight: Insight, rows: pd.DataFrame | None = None) -> Iterator[Number]:
    """Every number of an insight beside the one worked out anew; `rows` are those of `frame(table)`."""
    rows = frame(table) if rows is None else rows
    wanted = recompute(rows, insight)
    for name, cell in insight.facts.items():
        if name not in wanted.facts:
            raise LookupError(f"fact {name!r} of {kind_of(insight)} has no recomputation: {HOW}")
        yield Number(f"fact {name}", cell, wanted.facts[name], name not in wanted.rounded)
    yield Number("rows of the evidence", len(insight.evidence.rows), min(MOST_ROWS, len(wanted.rows)))
    for row in insight.evidence.rows:
        key = tuple(row[name] for name in wanted.key)
        yield from _row(row, wanted.rows.get(key, {}), wanted, key)
    for name in ("share", "effect", "p_value"):
        again = getattr(wanted, name)
        if again is not None:
            told = insight.effect.value if name == "effect" else getattr(insight, name)
            again = units.widened(wanted, insight, units.rows_a_unit(table, rows)) if name == "p_value" else again
            yield Number(name, told, float(again))
    texts = [column.name for column in table.schema.of(Role.TEXT)]
    for told in insight.phrases:
        for name, again in words.phrase(rows, texts[0], insight, told).items():
            yield Number(f"phrase {told.text}: {name}", getattr(told, name), again)


def differing(table: Table, told: Iterable[Insight]) -> list[str]:
    """The numbers of the insights that pandas does not give."""
    rows, found = frame(table), []
    for insight in told:
        numbers = list(compared(table, insight, rows))
        assert len(numbers) > 5
        named = f"{kind_of(insight)} {insight.subject}"
        found += [f"{named}: {n.place}: {n.told} is {n.again}" for n in numbers if not n.equal]
    return found


def _row(row: dict[str, Cell], again: dict[str, Cell], wanted: Expected, key: tuple[Cell, ...]) -> Iterator[Number]:
    for name, cell in row.items():
        if name in wanted.key or (name not in again and (cell is None or isinstance(cell, str | bool))):
            continue
        yield Number(f"row {key}, {name}", cell, again.get(name, "not worked out"), name not in wanted.rounded)
