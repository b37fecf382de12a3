"""Distinct counts by group and over time."""

import math

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.report.verify import check_numbers

MONTHS = pd.date_range("2022-01-01", periods=12, freq="MS")


def distinct(data: pd.DataFrame) -> list:
    return [i for i in dongcha.mine(dongcha.read(data), top=50).insights if i.subject.aggregation == "distinct"]


def test_the_group_with_the_most_customers_is_told() -> None:
    rng = np.random.default_rng(1)
    area = rng.choice(list("uvwx"), 1000, p=[0.2, 0.3, 0.3, 0.2])
    number = np.where(area == "u", rng.integers(0, 900, 1000), rng.integers(0, 60, 1000))
    data = pd.DataFrame({"area": area, "customer_id": [f"c{n}" for n in number]})
    (found,) = distinct(data)
    sets = {group: set(rows) for group, rows in data.groupby("area")["customer_id"]}
    sizes = sorted(((len(ids), group) for group, ids in sets.items()), reverse=True)
    assert (found.facts["group"], found.facts["value"], found.facts["rest"]) == ("u", sizes[0][0], sizes[1][0])
    second = sets[sizes[1][1]]
    only, other = len(sets["u"] - second), len(second - sets["u"])
    tail = sum(math.comb(only + other, k) for k in range(only, only + other + 1)) / 2 ** (only + other)
    assert found.p_value == pytest.approx(min(1, 2 * tail))
    assert "the number of distinct customer IDs is" in found.sentence.en.lower().replace("ids", "IDs")
    assert check_numbers(found) == []


def test_customers_that_fall_while_the_rows_stay_are_told() -> None:
    rng, days, ids = np.random.default_rng(2), [], []
    for at, month in enumerate(MONTHS):
        more = rng.integers(0, month.days_in_month, 98)
        days += [month + pd.Timedelta(days=int(day)) for day in (0, month.days_in_month - 1, *more)]
        ids += [f"c{n}" for n in rng.integers(0, round(300 * 0.75**at) + 5, 100)]
    data = pd.DataFrame({"day": pd.Series(days).dt.as_unit("s"), "customer_id": ids})
    found = next(i for i in distinct(data) if i.subject.grain == "month")
    by = data.groupby(data["day"].dt.month)["customer_id"].nunique()
    assert found.pattern == "trend"
    assert (found.facts["first_value"], found.facts["last_value"]) == (by[1], by[12])
    assert "falls over time" in found.sentence.en
    assert check_numbers(found) == []


@pytest.mark.parametrize("kind", ["same", "unique", "few"])
def test_what_says_nothing_is_not_told(kind: str) -> None:
    rng = np.random.default_rng(3)
    area = rng.choice(list("uvwx"), 800)
    number = {"same": rng.integers(0, 300, 800), "unique": np.arange(800), "few": rng.integers(0, 9, 800)}[kind]
    assert distinct(pd.DataFrame({"area": area, "customer_id": [f"c{n}" for n in number]})) == []
