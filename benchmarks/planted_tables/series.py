"""Planted over time: trends, steps, seasons, odd months and days, series that go together."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dongcha.insight.insight import Insight
from planted_tables.base import MONTHS, Asked, Planted, between, factor, noise, plants, years, yes_or_no


@plants("day")
def trend(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson(65 * factor(1.08, times) ** np.arange(12))])
    return data, lambda i: i.pattern == "trend" and i.subject.measure is None


@plants("day")
def change_point(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([75] * 7 + [75 + 60 * times] * 5)])
    near = "2022-07", "2022-08", "2022-09"
    return data, lambda i: i.pattern == "change_point" and str(i.facts["period"])[:7] in near


@plants("day")
def outlier(rng: np.random.Generator, times: float) -> Planted:
    levels = np.array([85.0] * 12)
    levels[6] *= factor(3, times)
    data = noise(rng, [int(n) for n in rng.poisson(levels)])
    return data, lambda i: i.pattern == "outlier" and str(i.facts["period"])[:7] == "2022-07"


@plants("day", "area")
def driver(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([92] * 11 + [92 * factor(2, times)])])
    last = data["day"] >= MONTHS[-1]
    more = rng.random(last.sum()) < 0.4 * times  # with the sixth that it had, half
    data.loc[data.index[last][more], "area"] = "v"
    return data, lambda i: i.pattern == "driver" and i.facts["group"] == "v"


@plants("day")
def latest(rng: np.random.Generator, times: float) -> Planted:
    data = years(rng, lambda days: np.where((days.year == 2022) & (days.month == 12), factor(2.2, times), 1.0), span=24)
    return data, lambda i: i.pattern == "latest" and str(i.facts["period"])[:7] == "2022-12"


def _season(cycle: str, measure: str | None = None) -> Asked:
    return lambda i: i.pattern == "seasonality" and i.facts["cycle"] == cycle and i.subject.measure == measure


@plants("day")
def weekday(rng: np.random.Generator, times: float) -> Planted:
    data = years(rng, lambda days: np.where(days.day_of_week == 0, factor(1.5, times), 1.0))
    return data, lambda i: _season("weekday")(i) and i.facts["phase"] == 1


@plants("day")
def month_of_year(rng: np.random.Generator, times: float) -> Planted:
    data = years(rng, lambda days: np.where(days.month == 12, factor(2.5, times), 1.0))
    return data, lambda i: _season("month")(i) and i.facts["phase"] == 12


@plants("day", "answer")
def weekday_rate(rng: np.random.Generator, times: float) -> Planted:
    data = years(rng, lambda days: np.ones(len(days)))
    yes_or_no(rng, data, data["day"].dt.day_of_week == 4, between(0.2, 0.35, times))
    return data, lambda i: _season("weekday", "answer")(i) and i.facts["phase"] == 5


@plants("day")
def own_cycle(rng: np.random.Generator, times: float) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        return np.where(np.arange(len(days)) // 7 % 5 == 2, factor(1.6, times), 1.0)

    data = pd.concat([years(rng, weight, span=12), years(rng, weight, span=12)])
    return data, lambda i: _season("own")(i) and i.facts["length"] == 5


def off(insight: Insight) -> str:
    """The period of an outlier of the rows, `2022-05-01`; empty for any other finding."""
    return str(insight.facts["period"]) if insight.pattern == "outlier" and insight.subject.measure is None else ""


@plants("day", wanted=2)
def two_outliers(rng: np.random.Generator, times: float) -> Planted:
    odd = ("2021-09", "2022-04")
    data = years(rng, lambda days: np.where(days.strftime("%Y-%m").isin(odd), factor(2, times), 1.0), span=24)
    return data, lambda i: off(i)[:7] in odd


@plants("day")
def hidden_outlier(rng: np.random.Generator, times: float) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        early = np.where(days.strftime("%Y-%m") == "2021-06", factor(1.8, times), 1.0)
        return np.where(days < "2022-01-01", early, 2.0)

    data = pd.concat([years(rng, weight, span=24) for _ in range(3)])
    return data, lambda i: off(i)[:7] == "2021-06"


@plants("day")
def odd_day(rng: np.random.Generator, times: float) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        return np.where(days == "2021-08-18", factor(2.5, times), 1.0) * np.where(days.day_of_week >= 5, 0.5, 1.0)

    data = pd.concat([years(rng, weight, span=12) for _ in range(9)])
    return data, lambda i: off(i) == "2021-08-18"


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


@plants("day", "size", "other")
def lead_lag(rng: np.random.Generator, times: float) -> Planted:
    drive = rng.normal(0, 1, 56)
    follow = 0.87 * np.roll(drive, 2) + 0.49 * rng.normal(0, 1, 56)
    return weekly(rng, 0.4 * times * drive[2:54], 0.4 * times * follow[2:54]), _pair("lead_lag", 2)


@plants("day", "size")
def together(rng: np.random.Generator, times: float) -> Planted:
    drive = rng.normal(0, 1, 52)
    beside = 0.87 * drive + 0.49 * rng.normal(0, 1, 52)
    return weekly(rng, 0.4 * times * drive, np.zeros(52), 40 * np.exp(0.4 * times * beside)), _pair("together")
