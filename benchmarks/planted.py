"""Recall: tables of noise with one planted pattern each; is it found, and how much else is claimed?

    python benchmarks/planted.py [--tables 20] [--only NAME …]

Effect sizes at which recall is stated (1,200 rows, 12 complete months of about 100 rows): outstanding rate 20 % -> 45 %
in a group of 150; pair of groups 20 % -> 65 % in 50 rows; outstanding mean +0.8 standard deviations in a group of 150;
majority 60 %; seasons over 36 months of 100 rows: Mondays x 1.5, Decembers x 2.5, "yes" 20 % -> 35 % on Fridays, every
fifth week of one year x 1.6; trend +8 % a month; change point x 1.8; outlier x 3 in one month; correlation r = 0.3;
driver: the rows double in the last month and one of six groups makes up half of them there; missing
5 % -> 25 % in a group of 150, 5 % -> 30 % in one month of 100; reversal: 54 % against 41 % overall, 20 points less
within each of four values; exception: a value of 60 % of the rows in seven groups of 150, of 15 % in the eighth, where
another has 60 %; of a difference: 45 % against 8 % in five of six groups of 200, the reverse in the sixth;
association: each of eight groups of 150 has a value of its own with 36 %, not 17 %; in texts, "late fee": in 20 % of a
group of 150 and 3 % elsewhere, in 15 % of the last five months and 3 % before, in a tenth of all texts with "yes" at
55 % instead of 20 %, or with 2.4 stars on average instead of 3.6.

Of measures: a total x 2.5 in one of six areas; a mean profit of -35 in one area and +20 elsewhere (standard deviation
60); two areas with 31 % of the rows each, four with 9.5 %; a heavy-tailed amount x 3 in a group of 150; "yes" 20 % ->
50 % at ages of 35 to 49 of 18 to 79; a U of half a standard deviation at one standard deviation from the middle; a
spread x 1.8 in a group of 150; 440 customers in one area and 60 in all others; an amount per unit x 1.2 in a group of
150; the rows x 2.2 in the last of 24 months; a mean that one huge row drives says so.

Then the traps (a trend, a step and an outlier are no season; a season is no trend, step or outlier; a difference that a
third category makes is told as that; what is missing by definition is not told; a tie is no exception; one group that
differs is no association; a phrase that only stands beside one that goes with an answer is none; a phrase of every
November does not grow), and what is called even: on 6,000 rows where all is even it should be found (recall), and a
difference a little above the margin (h 0.22, d 0.22, ratio 1.28, slope of ratio 1.3, rho 0.11) should be called even in
at most 5 % of the tables.  The same on 600 rows with the coarse margin (`_few`: h 0.44, d 0.44, ratio 1.6, slope of
ratio 1.6, rho 0.22).

Series: over 24 months of 100 rows two outliers x 2 (both have to be found), and of 300 rows one x 1.8 before a step x 2
that it would hide behind; one day x 2.5 in a year of 30 rows a day with quiet week-ends; over 52 weeks of 40 rows the
mean of a measure that follows another one's two weeks later, and a mean that moves with the number of rows (r = 0.87
between what drives the two, about 0.75 between what is seen).  Traps: two series that both grow, wander, have the same
season or one odd week in common neither follow each other nor move together; weekdays and a season of the year are no
odd days.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

import dongcha
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine

Planted = tuple[pd.DataFrame, Callable[[Insight], bool]]
MONTHS = pd.date_range("2022-01-01", periods=12, freq="MS")


def noise(rng: np.random.Generator, counts: list[int]) -> pd.DataFrame:
    """Rows spread over twelve months, `counts[i]` in month i, all columns independent."""
    days = [
        start + pd.Timedelta(days=int(day))
        for start, n in zip(MONTHS, counts, strict=True)
        for day in np.r_[0, start.days_in_month - 1, rng.integers(0, start.days_in_month, max(0, n - 2))]
    ]
    rows = len(days)
    return pd.DataFrame(
        {
            "day": pd.Series(days).dt.as_unit("s"),
            "group": rng.choice([f"g{i}" for i in range(8)], rows),
            "area": rng.choice(list("uvwxyz"), rows),
            "answer": rng.choice(["yes", "no"], rows, p=[0.2, 0.8]),
            "size": rng.normal(50, 10, rows).round(3),
            "other": rng.normal(5, 1, rows).round(3),
        }
    )


def flat(rng: np.random.Generator) -> list[int]:
    """Counts of twelve months of chance alone."""
    return [int(n) for n in rng.poisson(100, 12)]


def outstanding(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    here = data["group"] == "g3"
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.45, 0.55])
    return data, lambda i: i.subject.measure == "answer" and i.facts.get("group") == "g3"


def pair(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2", "g3", "g4"], len(data))
    here = (data["group"] == "g3") & (data["area"] == "v")
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.65, 0.35])
    return data, lambda i: i.subject.measure == "answer" and set(i.subject.breakdown) == {"group", "area"}


def outstanding_mean(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8
    return data, lambda i: i.subject.measure == "size" and i.facts.get("group") == "g3"


def majority(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["area"] = rng.choice(list("uvwxyz"), len(data), p=[0.6, *[0.08] * 5])
    return data, lambda i: i.pattern == "majority" and i.facts["group"] == "u"


def trend(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson(65 * 1.08 ** np.arange(12))])
    return data, lambda i: i.pattern == "trend" and i.subject.measure is None


def change_point(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([75] * 7 + [135] * 5)])
    return (
        data,
        lambda i: i.pattern == "change_point" and str(i.facts["period"])[:7] in ("2022-07", "2022-08", "2022-09"),
    )


def outlier(rng: np.random.Generator) -> Planted:
    levels = [85] * 12
    levels[6] = 255
    data = noise(rng, [int(n) for n in rng.poisson(levels)])
    return data, lambda i: i.pattern == "outlier" and str(i.facts["period"])[:7] == "2022-07"


def correlation(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["other"] = 0.3 * (data["size"] - 50) / 10 + np.sqrt(1 - 0.09) * rng.normal(0, 1, len(data))
    return data, lambda i: i.pattern == "correlation" and {i.facts["x"], i.facts["y"]} == {"size", "other"}


def driver(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([92] * 11 + [184])])
    last = data["day"] >= MONTHS[-1]
    more = rng.random(last.sum()) < 0.4  # with the sixth that it had, half
    data.loc[data.index[last][more], "area"] = "v"
    return data, lambda i: i.pattern == "driver" and i.facts["group"] == "v"


def years(rng: np.random.Generator, weight: Callable[[pd.DatetimeIndex], np.ndarray], span: int = 36) -> pd.DataFrame:
    """About 100 rows a month over `span` months from 2021 on, each day with its `weight`, all columns independent."""
    days = pd.date_range("2021-01-01", periods=span, freq="MS")
    days = pd.date_range(days[0], days[-1] + pd.offsets.MonthEnd(0))
    parts = weight(days)
    data = noise(rng, [100 * span // 12] * 12)
    data["day"] = rng.choice(days, len(data), p=parts / parts.sum())
    data["day"] = data["day"].astype("datetime64[s]")
    return data


def _season(cycle: str, measure: str | None = None) -> Callable[[Insight], bool]:
    return lambda i: i.pattern == "seasonality" and i.facts["cycle"] == cycle and i.subject.measure == measure


def weekday(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.where(days.day_of_week == 0, 1.5, 1.0))
    return data, lambda i: _season("weekday")(i) and i.facts["phase"] == 1


def month_of_year(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.where(days.month == 12, 2.5, 1.0))
    return data, lambda i: _season("month")(i) and i.facts["phase"] == 12


def weekday_rate(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.ones(len(days)))
    here = data["day"].dt.day_of_week == 4
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.35, 0.65])
    return data, lambda i: _season("weekday", "answer")(i) and i.facts["phase"] == 5


def own_cycle(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.where(np.arange(len(days)) // 7 % 5 == 2, 1.6, 1.0), span=12)
    more = years(rng, lambda days: np.where(np.arange(len(days)) // 7 % 5 == 2, 1.6, 1.0), span=12)
    return pd.concat([data, more]), lambda i: _season("own")(i) and i.facts["length"] == 5


def _off(insight: Insight) -> str:
    """The period of an outlier of the rows, `2022-05-01`; empty for any other finding."""
    return str(insight.facts["period"]) if insight.pattern == "outlier" and insight.subject.measure is None else ""


def two_outliers(rng: np.random.Generator) -> Planted:
    odd = ("2021-09", "2022-04")
    data = years(rng, lambda days: np.where(days.strftime("%Y-%m").isin(odd), 2.0, 1.0), span=24)
    return data, lambda i: _off(i)[:7] in odd


def hidden_outlier(rng: np.random.Generator) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        return np.where(days < "2022-01-01", np.where(days.strftime("%Y-%m") == "2021-06", 1.8, 1.0), 2.0)

    data = pd.concat([years(rng, weight, span=24) for _ in range(3)])
    return data, lambda i: _off(i)[:7] == "2021-06"


def odd_day(rng: np.random.Generator) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        return np.where(days == "2021-08-18", 2.5, 1.0) * np.where(days.day_of_week >= 5, 0.5, 1.0)

    data = pd.concat([years(rng, weight, span=12) for _ in range(9)])
    return data, lambda i: _off(i) == "2021-08-18"


def weekly(
    rng: np.random.Generator, driving: np.ndarray, driven: np.ndarray, rows: np.ndarray | None = None
) -> pd.DataFrame:
    """52 weeks of about 40 rows; the means of `size` and `other` move as the two series say, in their spread a row."""
    weeks = len(driving)
    counts = rng.poisson(40, weeks) if rows is None else rng.poisson(rows)
    week = np.repeat(np.arange(weeks), counts)
    start = np.datetime64("2022-01-03")
    days = start + (7 * week + rng.integers(0, 7, len(week))).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "day": pd.Series(days).astype("datetime64[s]"),
            "area": rng.choice(list("uvwxyz"), len(week)),
            "answer": rng.choice(["yes", "no"], len(week), p=[0.2, 0.8]),
            "size": (50 + 10 * (driving[week] + rng.normal(0, 1, len(week)))).round(3),
            "other": (5 + driven[week] + rng.normal(0, 1, len(week))).round(3),
        }
    )


def _pair(pattern: str, lag: int | None = None) -> Callable[[Insight], bool]:
    return lambda i: i.pattern == pattern and lag in (None, i.facts.get("lag"))


def lead_lag(rng: np.random.Generator) -> Planted:
    drive = rng.normal(0, 1, 56)
    follow = 0.87 * np.roll(drive, 2) + 0.49 * rng.normal(0, 1, 56)
    return weekly(rng, 0.4 * drive[2:54], 0.4 * follow[2:54]), _pair("lead_lag", 2)


def together(rng: np.random.Generator) -> Planted:
    drive = rng.normal(0, 1, 52)
    beside = 0.87 * drive + 0.49 * rng.normal(0, 1, 52)
    rows = 40 * np.exp(0.4 * beside)
    return weekly(rng, 0.4 * drive, np.zeros(52), rows), _pair("together")


def missing(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    part = np.where(data["group"] == "g3", 0.25, 0.05)
    data.loc[rng.random(len(data)) < part, "size"] = np.nan
    return data, lambda i: i.pattern == "missing" and i.subject.measure == "size" and i.facts.get("group") == "g3"


def missing_month(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    part = np.where(data["day"].dt.month == 5, 0.3, 0.05)
    data.loc[rng.random(len(data)) < part, "size"] = np.nan
    return data, lambda i: i.pattern == "missing" and str(i.facts.get("period"))[:7] == "2022-05"


def _mixed(rng: np.random.Generator, less: float) -> pd.DataFrame:
    """Two groups that are spread otherwise over four areas, on which the answer hangs; `less` in one within each."""
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2"], len(data))
    first, spread = data["group"] == "g1", np.array([0.5, 0.3, 0.15, 0.05])
    areas = [rng.choice(list("uvwx"), len(data), p=p) for p in (spread, spread[::-1])]
    data["area"] = np.where(first, *areas)
    part = data["area"].map({"u": 0.9, "v": 0.7, "w": 0.45, "x": 0.25}) - less * first
    data["answer"] = np.where(rng.random(len(data)) < part, "yes", "no")
    return data


def reversal(rng: np.random.Generator) -> Planted:
    return _mixed(rng, 0.2), lambda i: i.pattern == "reversal" and _both(i) == {"answer", "group"}


def _both(insight: Insight) -> set[str | None]:
    return {insight.subject.measure, insight.subject.breakdown[0]}


def exception(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    usual, other = (rng.choice(list("pqrs"), len(data), p=p) for p in ([0.6, 0.15, 0.15, 0.1], [0.15, 0.6, 0.15, 0.1]))
    data["kind"] = np.where(data["group"] == "g3", other, usual)
    return data, lambda i: i.pattern == "exception" and i.facts["group"] == "g3"


def exception_way(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2"], len(data))
    part = np.where((data["group"] == "g1") == (data["area"] != "v"), 0.45, 0.08)
    data["answer"] = np.where(rng.random(len(data)) < part, "yes", "no")
    return data, lambda i: i.pattern == "exception" and i.facts.get("within") == "v"


def association(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    own = data["group"].str[1:].astype(int) % 6
    here = rng.random(len(data)) < 0.23
    data.loc[here, "area"] = own[here].map(dict(enumerate("uvwxyz")))
    return data, lambda i: i.pattern == "association" and set(i.subject.breakdown) == {"group", "area"}


WORDS = np.array([a + b + c for a in "bdgklmnprst" for b in "aiu" for c in ("ban", "dor", "fil", "gun", "kes")])


def texts(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Texts of 8 to 40 made-up words, the common ones as much commoner as words are (Zipf)."""
    weights = 1 / np.arange(1, len(WORDS) + 1)
    lengths = rng.integers(8, 40, rows)
    drawn = np.split(rng.choice(WORDS, lengths.sum(), p=weights / weights.sum()), np.cumsum(lengths)[:-1])
    return np.array([" ".join(words) for words in drawn], dtype=object)


def saying(rng: np.random.Generator, data: pd.DataFrame, phrase: str, rate: np.ndarray) -> np.ndarray:
    """Add the phrase to the texts of `data` with the rate of each row; which rows say it."""
    said = rng.random(len(data)) < rate
    data.loc[said, "told"] = [f"{text} {phrase}" for text in data.loc[said, "told"]]
    return said


def told(rng: np.random.Generator) -> pd.DataFrame:
    """Rows of noise with a text each."""
    data = noise(rng, flat(rng))
    data["told"] = texts(rng, len(data))
    return data


def _phrase(pattern: str, said: str = "late fee") -> Callable[[Insight], bool]:
    return lambda i: i.pattern == pattern and i.facts.get("phrase") in (said, *said.split())


def said_in_group(rng: np.random.Generator) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.where(data["group"] == "g3", 0.2, 0.03))
    return data, lambda i: _phrase("phrase")(i) and i.facts["group"] == "g3"


def said_since(rng: np.random.Generator) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.where(data["day"] >= MONTHS[7], 0.15, 0.03))
    return data, _phrase("growing")


def goes_with(rng: np.random.Generator) -> Planted:
    data = told(rng)
    said = saying(rng, data, "late fee", np.full(len(data), 0.1))
    data.loc[said, "answer"] = rng.choice(["yes", "no"], said.sum(), p=[0.55, 0.45])
    return data, _phrase("text_driver")


def goes_with_rating(rng: np.random.Generator) -> Planted:
    data = told(rng)
    said = saying(rng, data, "late fee", np.full(len(data), 0.1))
    data["stars"] = rng.choice(5, len(data), p=[0.1, 0.1, 0.2, 0.3, 0.3]) + 1
    data.loc[said, "stars"] = rng.choice(5, said.sum(), p=[0.3, 0.3, 0.2, 0.1, 0.1]) + 1
    return data, lambda i: _phrase("text_driver")(i) and i.subject.measure == "stars"


PLANTED: dict[str, Callable[[np.random.Generator], Planted]] = {
    part.__name__: part
    for part in (
        *(outstanding, pair, outstanding_mean, majority, trend, change_point, outlier, correlation, driver),
        *(weekday, month_of_year, weekday_rate, own_cycle),
        *(two_outliers, hidden_outlier, odd_day, lead_lag, together),
        *(missing, missing_month, reversal, exception, exception_way, association),
        *(said_in_group, said_since, goes_with, goes_with_rating),
    )
}


def _amounts(rng: np.random.Generator) -> pd.DataFrame:
    data = noise(rng, flat(rng))
    return data.assign(amount=rng.gamma(2, 50, len(data)).round(2))


def _told(aggregation: str, measure: str, group: str) -> Callable[[Insight], bool]:
    asked = aggregation, measure, group
    return lambda i: (i.subject.aggregation, i.subject.measure, i.facts.get("group")) == asked


def largest_total(rng: np.random.Generator) -> Planted:
    data = _amounts(rng)
    data.loc[data["area"] == "u", "amount"] *= 2.5
    return data, _told("sum", "amount", "u")


def lowest_total(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["profit"] = rng.normal(20, 60, len(data)).round(2)
    data.loc[data["area"] == "u", "profit"] -= 55
    return data, _told("sum", "profit", "u")


def top_two(rng: np.random.Generator) -> Planted:
    data = _amounts(rng)
    data["area"] = rng.choice(list("uvwxyz"), len(data), p=[0.31, 0.31, 0.095, 0.095, 0.095, 0.095])
    return data, lambda i: i.pattern == "top_two" and {i.facts["first"], i.facts["second"]} == {"u", "v"}


def outstanding_median(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["amount"] = rng.lognormal(4, 1.8, len(data)).round(2)
    data.loc[data["group"] == "g3", "amount"] *= 3
    return data, _told("median", "amount", "g3")


def band_rate(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["age"] = rng.integers(18, 80, len(data))
    here = data["age"].between(35, 49)
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.5, 0.5])
    return data, lambda i: i.pattern == "band" and i.subject.measure == "answer" and i.subject.breakdown == ("age",)


def band_mean(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["other"] = (0.5 * ((data["size"] - 50) / 10) ** 2 + rng.normal(0, 1, len(data))).round(3)
    return data, lambda i: i.pattern == "band" and i.subject.measure == "other" and i.subject.breakdown == ("size",)


def shift(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    here = data["group"] == "g3"
    data.loc[here, "size"] = (50 + 1.8 * (data.loc[here, "size"] - 50)).round(3)
    return data, lambda i: i.pattern == "shift" and i.facts["group"] == "g3"


def distinct(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    few = rng.integers(0, 60, len(data)), rng.integers(60, 500, len(data))
    data["customer_id"] = [f"c{number}" for number in np.where(data["area"] == "u", few[1], few[0])]
    return data, _told("distinct", "customer_id", "u")


def ratio(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["units"] = rng.integers(1, 13, len(data))
    data["amount"] = (data["units"] * rng.normal(20, 4, len(data)).clip(5)).round(2)
    data.loc[data["group"] == "g3", "amount"] *= 1.2
    return data, lambda i: i.subject.measure == "amount per units" and i.facts.get("group") == "g3"


def latest(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.where((days.year == 2022) & (days.month == 12), 2.2, 1.0), span=24)
    return data, lambda i: i.pattern == "latest" and str(i.facts["period"])[:7] == "2022-12"


def driven_mean(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8
    data.loc[data.index[data["group"] == "g3"][0], "size"] = 2500
    return data, lambda i: _told("mean", "size", "g3")(i) and any("One row drives it" in c.en for c in i.caveats)


PLANTED |= {
    part.__name__: part
    for part in (
        *(largest_total, lowest_total, top_two, outstanding_median, band_rate, band_mean, shift, distinct, ratio),
        *(latest, driven_mean),
    )
}
WANTED = {"two_outliers": 2}
"""Findings that have to be there where one is not all."""


def _no_season(insight: Insight) -> bool:
    return insight.pattern == "seasonality"


def _only_season(insight: Insight) -> bool:
    return insight.pattern in ("trend", "change_point", "outlier") and insight.subject.measure is None


def drifting(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.linspace(0.5, 2, len(days))), _no_season


def stepping(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where(np.arange(len(days)) < 500, 1.0, 2.0)), _no_season


def spiking(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where((days.year == 2022) & (days.month == 5), 3.0, 1.0)), _no_season


def returning(rng: np.random.Generator) -> Planted:
    data = [years(rng, lambda days: np.where(days.month >= 11, 2.0, 1.0)) for _ in range(3)]
    return pd.concat(data), _only_season


def one_row_total(rng: np.random.Generator) -> Planted:
    data = _amounts(rng)
    data.loc[data.index[data["area"] == "u"][0], "amount"] = 1e6
    return data, lambda i: i.subject.aggregation == "sum"


def rising_rate(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["age"] = rng.integers(18, 80, len(data))
    data["answer"] = np.where(rng.random(len(data)) < (data["age"] - 10) / 90, "yes", "no")
    data["other"] = (np.log(data["age"]) + rng.normal(0, 0.3, len(data))).round(3)
    data["age_group"] = pd.cut(data["age"], [0, 30, 45, 60, 99], labels=["young", "middle", "late", "old"]).astype(str)
    return data, lambda i: i.pattern == "band"


def moved(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8
    data.loc[data["group"] == "g4", "size"] += 1.5
    return data, lambda i: i.pattern == "shift"


def same_customers(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["customer_id"] = [f"c{number}" for number in rng.integers(0, 400, len(data))]
    return data, lambda i: i.subject.aggregation == "distinct"


def per_unit(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["units"] = rng.integers(1, 13, len(data))
    data["amount"] = (data["units"] * rng.normal(20, 4, len(data)).clip(5)).round(2)
    return data, lambda i: "amount per units" in (i.subject.measure, *i.subject.breakdown)


def last_december(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where(days.month == 12, 2.5, 1.0)), lambda i: i.pattern == "latest"


def clean_mean(rng: np.random.Generator) -> Planted:
    data, _ = outstanding_mean(rng)
    return data, lambda i: any("drives it" in caveat.en or "drive it" in caveat.en for caveat in i.caveats)


def _related(insight: Insight) -> bool:
    return insight.pattern in ("lead_lag", "together")


def both_grow(rng: np.random.Generator) -> Planted:
    lines = np.linspace(-0.6, 0.6, 52)
    return weekly(rng, lines, lines + 0.1 * rng.normal(0, 1, 52), 40 * np.exp(lines)), _related


def both_wander(rng: np.random.Generator) -> Planted:
    walks = 0.15 * np.cumsum(rng.normal(0, 1, (3, 52)), axis=1)
    return weekly(rng, walks[0], walks[1], 40 * np.exp(walks[2] - walks[2].mean())), _related


def same_season(rng: np.random.Generator) -> Planted:
    wave = 0.4 * (np.arange(52) % 4 == 1)
    return weekly(rng, wave, wave, 40 * np.exp(wave)), _related


def same_spike(rng: np.random.Generator) -> Planted:
    spike = 1.5 * (np.arange(52) == rng.integers(5, 47))
    return weekly(rng, spike, spike, 40 * np.exp(spike)), _related


def quiet_days(rng: np.random.Generator) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        year = 1 + 0.5 * np.sin(2 * np.pi * days.day_of_year.to_numpy() / 365)
        return year * np.where(days.day_of_week >= 5, 0.4, 1.0)

    return pd.concat([years(rng, weight, span=12) for _ in range(9)]), lambda i: len(_off(i)) > 0


def confounded(rng: np.random.Generator) -> Planted:
    def wrong(insight: Insight) -> bool:
        plain = insight.pattern == "outstanding" and len(insight.subject.breakdown) == 1
        told = any("Confounded with “area”" in caveat.en for caveat in insight.caveats)
        return insight.pattern == "reversal" or (plain and _both(insight) == {"answer", "group"} and not told)

    return _mixed(rng, 0.0), wrong


def by_definition(rng: np.random.Generator) -> Planted:
    """A detail that three of six areas have, an end that has not come yet, and groups that go with either."""
    data = noise(rng, flat(rng))
    data.loc[(data["group"] == "g3") & (rng.random(len(data)) < 0.5), "area"] = "z"
    data["detail"] = rng.choice(["d1", "d2", "d3"], len(data))
    data.loc[data["area"].isin(["x", "y", "z"]), "detail"] = None
    lag = rng.exponential(np.where(data["group"] == "g5", 150, 30))
    data["ended"] = (data["day"] + pd.to_timedelta(lag, unit="D")).dt.as_unit("s")
    data.loc[data["ended"] > data["day"].max(), "ended"] = pd.NaT
    data["closing"] = np.where(data["ended"].isna(), None, rng.choice(["c1", "c2"], len(data)))
    return data, lambda i: i.pattern == "missing"


def tied(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    usual, other = (
        rng.choice(list("pqrs"), len(data), p=p) for p in ([0.5, 0.2, 0.15, 0.15], [0.35, 0.35, 0.15, 0.15])
    )
    data["kind"] = np.where(data["group"] == "g3", other, usual)
    return data, lambda i: i.pattern == "exception"


def one_group(rng: np.random.Generator) -> Planted:
    return outstanding(rng)[0], lambda i: i.pattern == "association"


def carried(rng: np.random.Generator) -> Planted:
    data = told(rng)
    said = saying(rng, data, "late fee", np.full(len(data), 0.12))
    saying(rng, data, "blue card", np.where(said, 0.6, 0.03))
    data.loc[said, "answer"] = rng.choice(["yes", "no"], said.sum(), p=[0.55, 0.45])
    wrong = {"blue card", "blue", "card"}
    return data, lambda i: i.pattern == "text_driver" and bool(wrong & set(map(str, i.facts.values())))


def every_year(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.ones(len(days)))
    data["told"] = texts(rng, len(data))
    saying(rng, data, "late fee", np.where(data["day"].dt.month >= 11, 0.2, 0.02))
    return data, lambda i: i.pattern == "growing"


def said_anywhere(rng: np.random.Generator) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.full(len(data), 0.15))
    return data, lambda i: i.pattern in ("phrase", "growing", "text_driver")


TRAPS: dict[str, Callable[[np.random.Generator], Planted]] = {
    part.__name__: part
    for part in (
        *(drifting, stepping, spiking, returning),
        *(one_row_total, rising_rate, moved, same_customers, per_unit, last_december, clean_mean),
        *(both_grow, both_wander, same_season, same_spike, quiet_days),
        *(confounded, by_definition, tied, one_group),
        *(carried, every_year, said_anywhere),
    )
}
"""Tables with what would be wrong to say of them."""


def even(rng: np.random.Generator, month: int = 500) -> Planted:
    data = noise(rng, [month] * 12)
    return data, lambda i: i.subject.measure in ("answer", "size", "other", None)


@dataclass(frozen=True, slots=True)
class Above:
    """Differences a little above a margin, in tables of `month` rows a month."""

    month: int
    size: float  # Cohen's h and d
    ratio: float
    slope: float  # ratio of the last month to the first
    rho: float


def uneven_rate(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    here, part = data["area"] == "v", np.sin(np.arcsin(np.sqrt(0.2)) + above.size / 2) ** 2
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[part, 1 - part])
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == ("answer", ("area",))


def uneven_mean(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    data.loc[data["area"] == "v", "size"] += 10 * above.size
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == ("size", ("area",))


def uneven_counts(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [above.month] * 12)
    data["area"] = rng.choice(list("uvwxyz"), len(data), p=np.array([above.ratio, 1, 1, 1, 1, 1]) / (above.ratio + 5))
    return data, lambda i: (i.subject.measure, i.subject.breakdown) == (None, ("area",))


def sloping(rng: np.random.Generator, above: Above) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson(above.month * above.slope ** np.linspace(-0.5, 0.5, 12))])
    return data, lambda i: i.pattern == "no_trend" and i.subject.measure is None


def related(rng: np.random.Generator, above: Above) -> Planted:
    data, r = noise(rng, [above.month] * 12), 2 * np.sin(np.pi * above.rho / 6)  # Pearson's r of a normal pair
    data["other"] = r * (data["size"] - 50) / 10 + np.sqrt(1 - r**2) * rng.normal(0, 1, len(data))
    return data, lambda i: i.pattern == "no_correlation"


_FINE, _COARSE = Above(500, 0.22, 1.28, 1.3, 0.11), Above(50, 0.44, 1.6, 1.6, 0.22)
EVEN: dict[str, Callable[[np.random.Generator], Planted]] = {"even": even, "even_few": partial(even, month=50)}
UNEVEN: dict[str, Callable[[np.random.Generator], Planted]] = {
    f"{make.__name__}{few}": partial(make, above=above)
    for few, above in (("", _FINE), ("_few", _COARSE))
    for make in (uneven_rate, uneven_mean, uneven_counts, sloping, related)
}
"""Tables with a difference above the margin, and what would be wrong to call even."""


def recall(name: str, tables: int, first: int = 0) -> tuple[float, float]:
    """The share of tables in which the planted pattern is found, and the mean number of other findings."""
    found, others = 0, 0
    for seed in range(first, first + tables):
        data, is_planted = PLANTED[name](np.random.default_rng([seed, len(name)]))
        claims = [is_planted(insight) for insight in mine(dongcha.read(data)).insights]
        found += sum(claims) >= WANTED.get(name, 1)
        others += claims.count(False)
    return found / tables, others / tables


def said(make: Callable[[np.random.Generator], Planted], tables: int, *, checked: bool, first: int = 0) -> float:
    """The share of tables with a finding, or a line of what was checked, that `make` asks about."""
    hits = 0
    for seed in range(first, first + tables):
        data, asked = make(np.random.default_rng([seed, 17]))
        mined = mine(dongcha.read(data))
        hits += any(map(asked, mined.checked if checked else mined.insights))
    return hits / tables


def main() -> None:
    """Print recall a pattern, and how often what is wrong is said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--only", nargs="+", default=[*PLANTED, *TRAPS, *EVEN, *UNEVEN])
    given = parser.parse_args()
    tables = given.tables
    for name in given.only:
        start = time.perf_counter()
        if name in PLANTED:
            share, others = recall(name, tables)
            told = f"recall {share:.0%} of {tables}, other findings a table {others:.2f}"
        elif name in TRAPS:
            told = f"fallen into in {said(TRAPS[name], tables, checked=False):.0%} of {tables}"
        elif name in EVEN:
            told = f"said in {said(EVEN[name], tables, checked=True):.0%} of {tables}"
        else:
            told = f"called even in {said(UNEVEN[name], tables, checked=True):.0%} of {tables} (stated 5%)"
        print(f"{name:<17} {told}, {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
