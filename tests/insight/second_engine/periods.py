"""Series over time: trend, change point, outlier, season, and what is flat.

A season that is taken out before a line is fitted is the one that `settled` finds: whether one holds is a decision and
no number of the finding.  All else is worked out anew.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.raw import (
    Calendar,
    Expected,
    Row,
    calendar,
    kept,
    moment,
    next_start,
    start_of,
    text,
)  # fmt: skip
from tests.insight.second_engine.related import odd_day

from dongcha.data.periods import Periods
from dongcha.insight.insight import Insight, Subject
from dongcha.insight.odd import SURE, odd
from dongcha.insight.series import Scaled
from dongcha.insight.settled import settled
from dongcha.insight.timeline import Timeline

MARGINS = {True: (0.2, 0.4), False: (1.25, 1.5)}
"""Of a share and of a number of rows; which of the two is a decision and no number of the data."""


@dataclass(frozen=True)
class Series:
    """`hits` of `n` rows by period, over the whole ones on the scale where lines are fitted."""

    subject: Subject
    when: Calendar
    table: pd.DataFrame  # hits, n by period, also of periods without rows that are whole

    @property
    def is_rate(self) -> bool:
        return self.subject.aggregation == "rate"

    @property
    def whole(self) -> pd.DataFrame:
        return self.table.loc[list(self.when.whole)]

    @property
    def days(self) -> np.ndarray:
        return np.array([self.when.days[day] for day in self.when.whole], dtype=float)

    @property
    def values(self) -> pd.Series:
        return self.table["hits"] / self.table["n"].where(self.table["n"] > 0) if self.is_rate else self.table["hits"]

    def scale(self) -> tuple[np.ndarray, np.ndarray, int]:
        """Values without season, weights, and degrees of freedom that the season took; also what the season adds."""
        hits, n = (self.whole[name].to_numpy(dtype=float) for name in ("hits", "n"))
        if self.is_rate:
            return np.arcsin(np.sqrt(hits / np.maximum(n, 1))), 4 * n
        return np.sqrt(hits / self.days), 4 * self.days

    def season(self) -> tuple[np.ndarray, int]:
        starts = tuple(map(dt.date.fromisoformat, self.when.starts))
        ends = tuple(next_start(day, str(self.subject.grain)) for day in starts)
        complete = tuple(day in self.when.whole for day in self.when.starts)
        hits, n = (self.whole[name].to_numpy(dtype=float) for name in ("hits", "n"))
        time = Periods(self.subject.breakdown[0], str(self.subject.grain), starts, ends, complete)
        rest = settled(Timeline(None, time, self.subject, hits, n))  # type: ignore[arg-type]
        return rest.season, rest.series.spent

    def back(self, value: float, at: int) -> float:
        if self.is_rate:
            return float(np.sin(min(max(value, 0.0), np.pi / 2)) ** 2)
        return float(max(value, 0.0) ** 2 * self.days[at])

    def effect(self, before: float, after: float) -> float:
        if self.is_rate:
            return 2 * np.arcsin(np.sqrt(min(after, 1.0))) - 2 * np.arcsin(np.sqrt(min(before, 1.0)))
        return float(np.log(max(after, 1e-9) / max(before, 1e-9)))


def _series(whole: pd.DataFrame, subject: Subject) -> Series:
    rows = kept(whole, subject.where)
    period = start_of(rows[subject.breakdown[0]], str(subject.grain))
    hit = pd.Series(1.0, index=rows.index)
    if subject.measure is not None:
        said = text(rows[subject.measure])
        hit = pd.Series([np.nan if v is None else float(v == subject.category) for v in said], index=rows.index)
    table = pd.DataFrame({"period": period, "hit": hit}).dropna().groupby("period")["hit"].agg(["sum", "count"])
    table.columns = pd.Index(["hits", "n"])
    when = calendar(whole[subject.breakdown[0]], str(subject.grain))
    wanted = sorted({*table.index, *when.whole})
    return Series(subject, when, table.reindex(wanted, fill_value=0))


def series(whole: pd.DataFrame, insight: Insight) -> Expected:
    """One row a period, with what the pattern adds."""
    if insight.test.startswith("robust"):
        return odd_day(whole, insight)
    one = _series(whole, insight.subject)
    values = one.values
    lines: dict[tuple[object, ...], Row] = {
        (day,): {"value": values[day], "n": int(one.table["n"][day])} for day in one.table.index
    }
    more, facts, effect, rounded = {
        "trend": _trend, "change_point": _shift, "outlier": _odd, "no_trend": _flat,
    }[insight.pattern](one, insight)  # fmt: skip
    for (day,), line in lines.items():
        line |= more(str(day))
    share = float(one.whole["hits"].sum() / max(one.whole["n"].sum(), 1)) if one.is_rate else 1.0
    return Expected(key=("period",), rows=lines, facts=facts, share=share, effect=effect, rounded=frozenset(rounded))


def fit(one: Series) -> np.ndarray:
    """The line through a series without its season, on the scale."""
    values, weights = one.scale()
    values = values - one.season()[0]
    x = np.arange(len(values))
    slope, level = np.polyfit(x, values, 1, w=np.sqrt(weights))
    return level + slope * x


def _trend(one: Series, insight: Insight):
    fitted = [one.back(float(value), at) for at, value in enumerate(fit(one))]
    along = dict(zip(one.when.whole, fitted, strict=True))
    first, last = one.when.whole[0], one.when.whole[-1]
    start, end = one.values[first], one.values[last]
    change = end - start if one.is_rate else end / start - 1 if start else None
    facts = {"first_period": first, "last_period": last, "first_value": start, "last_value": end, "change": change}
    return (
        lambda day: {"fitted": along.get(day), "change": change},
        facts,
        one.effect(fitted[0], fitted[-1]),
        {"fitted"},
    )


def _shift(one: Series, insight: Insight):
    at = str(insight.facts["period"])
    sides = [one.whole[one.whole.index < at], one.whole[one.whole.index >= at]]
    if one.is_rate:
        before, after = (side["hits"].sum() / side["n"].sum() for side in sides)
        change, levels = after - before, (before, after)
    else:
        before, after = (side["hits"].mean() for side in sides)
        change = after / before - 1 if before else None
        levels = tuple(side["hits"].sum() / sum(one.when.days[day] for day in side.index) for side in sides)
    facts = {"period": at, "before": before, "after": after, "change": change}
    return lambda day: {"level": after if day >= at else before, "change": change}, facts, one.effect(*levels), ()


def _odd(one: Series, insight: Insight):
    """The line, with or without a step, through the periods that are not odd; both are given."""
    at = one.when.whole.index(str(insight.facts["period"]))
    (values, weights), (season, spent) = one.scale(), one.season()
    y, x = values - season, np.arange(len(values), dtype=float)
    aside = {each.at for each in odd(Scaled(y, weights, spent)) if each.p_value <= SURE}
    kept = np.array([place != at and place not in aside for place in range(len(y))]) & (weights > 0)
    plain = np.column_stack([np.ones(len(y)), x])
    found = [_limits(one, (plain, y, weights), kept, (at, spent, season[at]))]
    steps = [np.column_stack([plain, x >= split]) for split in range(2, len(y) - 1)]
    found += [_limits(one, (design, y, weights), kept, (at, spent + 1, season[at])) for design in steps]
    told = {name: float(str(insight.facts[name])) for name in ("expected", "low", "high")}
    named = min(found, key=lambda each: sum(abs(float(str(each[name])) - told[name]) for name in told))
    period = one.when.whole[at]
    value = one.values[period]
    nothing = dict.fromkeys(named)
    effect = one.effect(named["expected"], float(value))
    facts = {"period": period, "value": value, **named}
    return lambda day: named if day == period else nothing, facts, effect, set(named)


def _limits(one: Series, given: tuple[np.ndarray, ...], kept: np.ndarray, where: tuple[int, int, float]) -> Row:
    """What the kept periods lead one to expect at a place, with the 95 % prediction interval, by normal equations."""
    (design, y, weights), (at, spent, season) = given, where
    part = design[kept]
    inverse = np.linalg.pinv((part * weights[kept, None]).T @ part)
    answer = inverse @ (part * weights[kept, None]).T @ y[kept]
    free = int(kept.sum()) - design.shape[1] - spent
    noise = max(1.0, float((weights[kept] * (y[kept] - part @ answer) ** 2).sum()) / max(free, 1))
    half = stats.t.ppf(0.975, max(free, 1)) * np.sqrt(noise * (1 / weights[at] + design[at] @ inverse @ design[at]))
    middle = float(design[at] @ answer)
    bounds = (("expected", middle), ("low", middle - half), ("high", middle + half))
    return {name: one.back(float(level + season), at) for name, level in bounds}


def _flat(one: Series, insight: Insight):
    days = one.days.mean()
    fitted = [
        one.back(float(value), at) * (1 if one.is_rate else days / one.days[at]) for at, value in enumerate(fit(one))
    ]
    along = dict(zip(one.when.whole, fitted, strict=True))
    margin = next((one_of for one_of in MARGINS[one.is_rate] if one_of == insight.facts["margin"]), None)
    facts = {
        "first_period": one.when.whole[0], "last_period": one.when.whole[-1], "first_fitted": fitted[0],
        "last_fitted": fitted[-1], "margin": margin,
    }  # fmt: skip
    names = {"fitted", "first_fitted", "last_fitted"}
    return lambda day: {"fitted": along.get(day), "margin": margin}, facts, None, names


def season(whole: pd.DataFrame, insight: Insight) -> Expected:
    """Rows a period, or the share, in each phase; the length of a cycle, its phase and the first day are given."""
    told = float(str(insight.facts["value"]))
    found = [_phases(whole, insight, phase_of) for phase_of in _layouts(whole, insight)]
    return min(found, key=lambda one: abs(float(str(one.facts["value"])) - told))


def _layouts(whole: pd.DataFrame, insight: Insight) -> list[dict[dt.date, tuple[int, int]]]:
    """The phase of each day, and which period of the series it lies in: one layout, or seven of weeks."""
    subject, cycle, length = insight.subject, insight.facts["cycle"], int(str(insight.facts["length"]))
    known = moment(whole[subject.breakdown[0]]).dropna().dt.normalize()
    spine = [stamp.date() for stamp in pd.date_range(known.min(), known.max())]
    if cycle == "weekday":
        return [{day: (day.weekday() + 1, at) for at, day in enumerate(spine)}]
    if cycle == "own" and subject.grain == "week":
        return [
            {
                day: (at // 7 % length + 1, at // 7)
                for at, day in enumerate(spine[offset:])
                if at < (len(spine) - offset) // 7 * 7
            }
            for offset in range(7)
        ]
    grain = "month" if cycle == "month" else str(subject.grain)
    starts = [dt.date.fromisoformat(start) for start in calendar(whole[subject.breakdown[0]], grain).whole]
    return [
        {
            stamp.date(): (start.month if cycle == "month" else at % length + 1, at)
            for at, start in enumerate(starts)
            for stamp in pd.date_range(start, next_start(start, grain), inclusive="left")
        }
    ]


def _phases(whole: pd.DataFrame, insight: Insight, layout: dict[dt.date, tuple[int, int]]) -> Expected:
    subject, cycle, length = insight.subject, insight.facts["cycle"], int(str(insight.facts["length"]))
    rows = kept(whole, subject.where)
    day = moment(rows[subject.breakdown[0]])
    phase_of = {date: place for date, (place, _) in layout.items()}
    sizes = pd.Series([place for place, _ in set(layout.values())]).value_counts()
    phase = pd.Series([None if pd.isna(d) else phase_of.get(d.date()) for d in day], index=rows.index)
    hit = pd.Series(1.0, index=rows.index)
    if subject.measure is not None:
        said = text(rows[subject.measure])
        hit = pd.Series([np.nan if v is None else float(v == subject.category) for v in said], index=rows.index)
    cells = pd.DataFrame({"phase": phase, "hit": hit}).dropna().groupby("phase")["hit"].agg(["sum", "count"])
    cells = cells.reindex(range(1, length + 1), fill_value=0)
    over = cells["count"] if subject.measure is not None else sizes.reindex(range(1, length + 1), fill_value=0)
    value = cells["sum"] / over.where(over > 0)
    rest = (cells["sum"].sum() - cells["sum"]) / (over.sum() - over)
    lines = {
        (at,): {
            "value": value[at], "n": int(cells["count"][at]), "periods": int(sizes.get(at, 0)), "rest": rest[at],
            "times": value[at] / rest[at] if rest[at] else None, "highest": value.max(), "lowest": value.min(),
            "length": length,
        }
        for at in range(1, length + 1)
    }  # fmt: skip
    told = int(str(insight.facts["phase"]))
    share = 1.0
    if subject.measure is not None:
        share = float((text(whole[subject.measure]) == subject.category).sum()) / len(whole)
    facts = {**lines[(told,)], "phase": told, "cycle": cycle}
    return Expected(key=("phase",), rows=lines, facts=facts, share=share)
