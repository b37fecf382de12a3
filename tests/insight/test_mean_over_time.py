"""The mean of a measure over time, and the group with the most rows."""

import math

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.insight import Filter
from dongcha.insight.mine import mine

MONTHS = pd.date_range("2022-01-01", periods=12, freq="MS")


def table(slope: float, seed: int = 2) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    days = [m + pd.Timedelta(days=d) for m in MONTHS for d in (0, m.days_in_month - 1, *random.integers(0, 28, 78))]
    shop = random.choice(["north", "south", "east"], len(days), p=[0.4, 0.3, 0.3])
    size = random.normal(50, 10, len(days))
    size += slope * np.array([day.month for day in days]) * (shop == "south")
    return pd.DataFrame({"day": pd.Series(days).dt.as_unit("s"), "shop": shop, "size": size.round(3)})


def trends(data: pd.DataFrame) -> list:
    return [i for i in mine(dongcha.read(data), top=50).insights if i.pattern == "trend" and i.subject.measure]


def test_a_mean_that_rises_in_one_group_is_found_there() -> None:
    data = table(2.5)
    found = next(i for i in trends(data) if i.subject.where)
    assert found.subject.where == (Filter("shop", "south"),)
    assert found.effect.value > 1
    south = data[data["shop"] == "south"]
    monthly = south.groupby(south["day"].dt.to_period(found.subject.grain[0].upper()))["size"].mean()
    assert found.facts["first_value"] == pytest.approx(monthly.iloc[0])
    assert found.facts["last_value"] == pytest.approx(monthly.iloc[-1])
    assert found.facts["change"] == pytest.approx(monthly.iloc[-1] / monthly.iloc[0] - 1)


def test_noise_has_no_trend_of_a_mean() -> None:
    assert sum(bool(trends(table(0, seed))) for seed in range(8)) <= 1


def test_a_period_in_which_most_values_are_unknown_is_not_read() -> None:
    data = table(0)
    late = data["day"] >= MONTHS[-2]
    data.loc[late, "size"] = np.where(np.arange(late.sum()) % 2, np.nan, 5)  # the long ones are still to come
    assert trends(data) == []


def test_a_line_over_periods_with_a_gap_is_straight_in_time() -> None:
    data = table(2.5)
    months = data["day"].dt.month
    data.loc[months.isin([5, 6]) & (np.arange(len(data)) % 2 == 0), "size"] = np.nan  # half is known: left out
    found = next(i for i in trends(data) if i.subject.where and i.subject.grain == "month")
    fitted = {str(row["period"])[5:7]: row["fitted"] for row in found.evidence.rows}
    assert (fitted["05"], fitted["06"]) == (None, None)
    assert (fitted["07"] - fitted["04"]) / 3 == pytest.approx(fitted["02"] - fitted["01"], rel=1e-4)


def test_the_largest_group_is_told_with_the_next() -> None:
    shop = ["a"] * 90 + ["b"] * 50 + ["c"] * 40 + ["d"] * 40
    data = pd.DataFrame({"shop": shop, "other": list("xy") * 110})
    (found,) = (i for i in mine(dongcha.read(data)).insights if i.subject.aggregation == "count")
    assert dict(found.facts) == {"group": "a", "value": 90, "rest": 50, "times": 1.8}
    tail = sum(math.comb(140, k) for k in range(90, 141)) / 2**140
    assert found.p_value == pytest.approx(2 * tail)


def test_the_largest_of_equal_groups_is_not_told() -> None:
    data = pd.DataFrame({"shop": list("abcd") * 50, "other": list("xxyy") * 50})
    assert not [i for i in mine(dongcha.read(data)).insights if i.subject.aggregation == "count"]
