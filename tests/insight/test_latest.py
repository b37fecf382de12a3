"""The last complete period against the one before, and a year before."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.patterns.latest import two_periods
from dongcha.insight.series import Scaled
from dongcha.report.verify import check_numbers


def table(counts: list[int], start: str = "2021-01-01", seed: int = 1) -> pd.DataFrame:
    rng, days = np.random.default_rng(seed), []
    for month, n in zip(pd.date_range(start, periods=len(counts), freq="MS"), counts, strict=True):
        last = month.days_in_month - 1
        days += [month + pd.Timedelta(days=int(day)) for day in (0, last, *rng.integers(0, last + 1, n - 2))]
    return pd.DataFrame({"day": pd.Series(days).dt.as_unit("s"), "kind": rng.choice(list("ab"), len(days))})


def latest(data: pd.DataFrame) -> list:
    found = dongcha.mine(dongcha.read(data), top=50).insights
    return [i for i in found if i.pattern == "latest" and i.subject.grain == "month"]


def test_a_last_month_with_twice_the_rows_is_told_with_the_year_before() -> None:
    counts = [
        100,
        104,
        97,
        102,
        99,
        95,
        101,
        106,
        98,
        100,
        103,
        96,
        99,
        101,
        97,
        104,
        98,
        100,
        95,
        102,
        99,
        103,
        101,
        200,
    ]
    (found,) = latest(table(counts))
    assert found.facts["value"] == 200
    assert (found.facts["before"], found.facts["year_before"]) == (101, 96)
    assert found.facts["change"] == pytest.approx(200 / 101 - 1)
    assert found.facts["year_change"] == pytest.approx(200 / 96 - 1)
    assert found.sentence.en == (
        "In December 2022, the last complete period, the number of rows is 200: 98.0% more than in November 2022 (101) "
        "and 108.3% more than in December 2021 (96)."
    )
    assert "比2022年11月（101）增加 98.0%" in found.sentence.zh
    assert check_numbers(found) == []


def test_a_december_like_every_december_is_no_news() -> None:
    assert latest(table(([100] * 11 + [250]) * 3)) == []


def test_an_incomplete_last_month_is_not_the_latest() -> None:
    data = table([100] * 12 + [100])
    assert latest(data[data["day"] < "2022-01-09"]) == []


def test_the_error_is_that_of_two_periods() -> None:
    values = np.sqrt(np.array([4.0, 4, 4, 4, 4, 4, 4, 9]))
    gap, free, error = two_periods(Scaled(values, np.full(8, 40.0)), 1)
    assert gap == pytest.approx(1)
    assert free == 5
    assert error == pytest.approx(np.sqrt(2 / 40))  # the line fits, so that the known variance counts
