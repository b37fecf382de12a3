"""The latest period, series that go together, and single odd days.

Given, and not worked out anew: the lag and the correlation of series that were freed of what they say of themselves,
and what the days around lead one to expect of an odd one.
"""

import numpy as np
import pandas as pd
from tests.insight.second_engine.raw import Expected, Row, calendar, kept, moment, numbers, start_of, text

from dongcha.insight.insight import Insight


def latest(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rows of the last complete period, of the one before it, and of the same one a year before."""
    subject = insight.subject
    rows, when = kept(whole, subject.where), calendar(whole[subject.breakdown[0]], str(subject.grain))
    cells = start_of(rows[subject.breakdown[0]], str(subject.grain)).value_counts()
    cells = cells.reindex(sorted({*cells.index, *when.whole}), fill_value=0)
    last, before = when.whole[-1], when.whole[-2]
    facts: Row = {
        "period": last, "value": int(cells[last]), "before_period": before, "before": int(cells[before]),
        "change": cells[last] / cells[before] - 1,
    }  # fmt: skip
    year = {"month": 12, "quarter": 4}.get(str(subject.grain), 0)
    if year and len(when.whole) > year and cells[when.whole[-1 - year]]:
        ago = when.whole[-1 - year]
        facts |= {"year_period": ago, "year_before": int(cells[ago]), "year_change": cells[last] / cells[ago] - 1}
    more = {name: facts[name] for name in ("change", "year_change") if name in facts}
    lines = {(day,): {"value": int(n), "n": int(n), **more} for day, n in cells.items()}
    return Expected(key=("period",), rows=lines, facts=facts, share=1.0)


def _track(rows: pd.DataFrame, about: tuple[object, object, object], period: pd.Series) -> pd.Series:
    measure, how, category = about
    if measure is None:
        return period.value_counts()
    if how == "mean":
        amount = numbers(rows[str(measure)])
    else:
        said = text(rows[str(measure)])
        amount = pd.Series([np.nan if v is None else float(v == category) for v in said], index=rows.index)
    return amount.groupby(period).mean()


def together(whole: pd.DataFrame, insight: Insight) -> Expected:
    """Two series by complete period."""
    subject = insight.subject
    rows, when = kept(whole, subject.where), calendar(whole[subject.breakdown[0]], str(subject.grain))
    period = start_of(rows[subject.breakdown[0]], str(subject.grain))
    given = {name: insight.facts[name] for name in ("x", "x_aggregation", "x_category", "lag", "r", "pairs")}
    first = _track(rows, (given["x"], given["x_aggregation"], given["x_category"]), period)
    second = _track(rows, (subject.measure, subject.aggregation, subject.category), period)
    n = period.value_counts()
    lines = {
        (day,): {
            "first": first[day], "second": second[day], "n": int(n[day]),
            **{name: given[name] for name in ("lag", "r", "pairs")},
        }
        for day in when.whole
        if day in n.index
    }  # fmt: skip
    return Expected(key=("period",), rows=lines, facts=given)


def odd_day(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rows, or the share, of each day around an odd one; what was expected is given."""
    subject = insight.subject
    rows = kept(whole, subject.where)
    day = moment(rows[subject.breakdown[0]]).dt.normalize()
    day.index = rows.index
    hit = pd.Series(1.0, index=rows.index)
    if subject.measure is not None:
        said = text(rows[subject.measure])
        hit = pd.Series([np.nan if v is None else float(v == subject.category) for v in said], index=rows.index)
    cells = pd.DataFrame({"day": day, "hit": hit}).dropna().groupby("day")["hit"].agg(["sum", "count"])
    known = moment(whole[subject.breakdown[0]]).dropna().dt.normalize()
    odd = pd.Timestamp(str(insight.facts["period"]))
    first, last = max(known.min(), odd - pd.Timedelta(days=29)), min(known.max(), odd + pd.Timedelta(days=29))
    cells = cells.reindex(pd.date_range(first, last), fill_value=0)
    value = cells["sum"] / cells["count"].where(cells["count"] > 0) if subject.measure is not None else cells["count"]
    given = {name: insight.facts[name] for name in ("expected", "low", "high")}
    lines: dict[tuple[object, ...], Row] = {
        (stamp.date().isoformat(),): {"value": value[stamp], "n": int(cells["count"][stamp])} for stamp in cells.index
    }
    lines[(str(insight.facts["period"]),)] |= given
    return Expected(
        key=("period",), rows=lines, facts={"period": insight.facts["period"], "value": value[odd], **given}
    )
