"""Explain findings with the words of the rows that they are about.

A finding on a group gets the phrases that the group's texts say more often than all others; a change over time those
said more often since; a finding about a phrase gets texts that say it.  Nothing is added where the table has no text or
no phrase stands out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dongcha.data.schema import Role
from dongcha.data.table import Table
from dongcha.insight.insight import Insight, Phrase
from dongcha.insight.text.corpus import Corpus, corpus
from dongcha.insight.text.quote import about, quoted, recounted

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

BY_GROUP = ("outstanding", "driver", "phrase")
BY_TIME = ("change_point", "outlier", "growing")
BY_OUTCOME = ("text_driver",)

SHOWN, BESIDE = 3, 5
"""Phrases of a finding, and those beside the phrase that a finding on a group is about."""


def explained(found: Sequence[Insight], table: Table) -> list[Insight]:
    """The findings, each with the phrases that tell its rows from the others, and a typical text or two."""
    asked = any(insight.pattern in (*BY_GROUP, *BY_TIME, *BY_OUTCOME) for insight in found)
    said = corpus(table) if asked and table.schema.of(Role.TEXT) else None
    taken = set[int]()  # no text is quoted twice
    return list(found) if said is None else [replace(one, phrases=_phrases(one, said, taken)) for one in found]


def _phrases(insight: Insight, said: Corpus, taken: set[int]) -> tuple[Phrase, ...]:
    mask, phrase = _rows(insight, said.sample), about(insight)
    if mask is None:
        return ()
    top = {"phrase": BESIDE, **dict.fromkeys(("growing", *BY_OUTCOME), 0)}.get(insight.pattern, SHOWN)
    others = said.counts.over_represented(mask, top=top, fdr=0.01) if top else ()
    own = [Phrase(phrase, 0, 0, 0, 0, z=0.0, example="")] if phrase is not None else []
    kept = [*own, *(one for one in others if one.text != phrase)]
    return quoted(said, mask, recounted(said, mask, kept), taken)


def _rows(insight: Insight, table: Table) -> "Mask | None":
    """Which rows the finding is about, shape (rows,); None where it is about all."""
    import numpy as np

    breakdown = insight.subject.breakdown
    if insight.pattern in BY_GROUP and "group" in insight.facts:
        return np.array([value == insight.facts["group"] for value in _values(table, breakdown[-1])])
    if insight.pattern in BY_TIME and "period" in insight.facts:
        return _since(insight, table)
    if insight.pattern == "growing":
        return _half(insight, table)
    if insight.pattern in BY_OUTCOME:
        return _with_outcome(insight, table)
    return None


def _values(table: Table, column: str) -> list[object]:
    text = table.with_expr(table.expr.mutate(**{column: table.expr[column].cast("string")}))
    found: list[object] = text.values(column).column(column).to_pylist()
    return found


def _days(insight: Insight, table: Table) -> list[date | None]:
    column = insight.subject.breakdown[0]
    days = table.values(column).column(column).to_pylist()
    return [None if day is None else date.fromisoformat(str(day)[:10]) for day in days]


def _since(insight: Insight, table: Table) -> "Mask":
    """The rows since the period of the finding; in it where that is an outlier, before it where a phrase fades."""
    import numpy as np

    start, end = date.fromisoformat(str(insight.facts["period"])), date.max
    if insight.pattern == "outlier":
        periods = sorted(str(row["period"]) for row in insight.evidence.rows)
        following = [period for period in periods if period > start.isoformat()]
        end = date.fromisoformat(following[0]) if following else end
    falls = insight.pattern == "growing" and insight.effect.value < 0
    return np.array([day is not None and (start <= day < end) != falls for day in _days(insight, table)])


def _half(insight: Insight, table: Table) -> "Mask":
    """The rows of the half of the time in which a phrase with a trend is said more."""
    import numpy as np

    ends = (date.fromisoformat(str(insight.facts[name])) for name in ("first_period", "last_period"))
    first, last = ends
    middle, rises = first + (last - first) / 2, insight.effect.value > 0
    return np.array([day is not None and (day >= middle) == rises for day in _days(insight, table)])


def _with_outcome(insight: Insight, table: Table) -> "Mask":
    """The rows with the outcome that a driver goes with, or on its side of the mean."""
    import numpy as np

    name, category = insight.subject.measure or "", insight.subject.category
    more = insight.effect.value > 0
    if category is not None:
        return np.array([value is not None and (value == category) == more for value in _values(table, name)])
    numbers = np.array(table.values(name).column(name).to_pylist(), dtype=np.float64)
    return np.asarray(numbers > np.nanmean(numbers) if more else numbers < np.nanmean(numbers))
