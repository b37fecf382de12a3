"""Totals: the largest, the lowest and the top two."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dongcha
from dongcha.insight.amounts import Amount
from dongcha.insight.mine import mine
from dongcha.insight.patterns.totals import Total, apart, below_zero, lead
from dongcha.report.verify import check_numbers


def sums(data: pd.DataFrame) -> list:
    return [i for i in dongcha.mine(dongcha.read(data), top=50).insights if i.subject.aggregation == "sum"]


def table(seed: int = 1, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    area = rng.choice(list("uvwxyz"), 900)
    amount = rng.gamma(2, 50, 900).round(2) * np.where(area == "u", 3, 1)
    return pd.DataFrame({"area": area, "amount": amount, "other": rng.choice(list("ab"), 900), **columns})


def test_the_largest_total_is_told_with_its_share_and_the_next() -> None:
    data = table()
    by = data.groupby("area")["amount"].sum().sort_values()
    (found,) = sums(data)
    assert found.facts["group"] == "u"
    assert found.facts["value"] == pytest.approx(by["u"])
    assert found.facts["share"] == pytest.approx(by["u"] / by.sum())
    assert found.facts["rest"] == pytest.approx(by.iloc[-2])
    assert found.facts["times"] == pytest.approx(by["u"] / by.iloc[-2])
    second = data[data["area"] == by.index[-2]]["amount"]
    squares = (data[data["area"] == "u"]["amount"] ** 2).sum() + (second**2).sum()
    assert found.p_value == pytest.approx(math.erfc((by["u"] - by.iloc[-2]) / math.sqrt(2 * squares)))
    assert "is the largest where area is “u”" in found.sentence.en
    assert check_numbers(found) == []


def test_one_huge_row_makes_no_largest_total() -> None:
    data = table()
    data["amount"] = np.where(data["area"] == "u", data["amount"] / 3, data["amount"])
    data.loc[data.index[data["area"] == "w"][0], "amount"] = 1e7
    assert sums(data) == []


def test_a_loss_is_told_as_the_lowest_total() -> None:
    rng = np.random.default_rng(4)
    area = rng.choice(list("uvwx"), 800)
    data = pd.DataFrame({"area": area, "profit": rng.normal(20, 50, 800).round(2) - 60 * (area == "x")})
    (found,) = sums(data)
    assert (found.facts["group"], found.facts["share"]) == ("x", None)
    assert found.facts["value"] == pytest.approx(data[data["area"] == "x"]["profit"].sum())
    assert "the lowest where area is “x”: −" in found.sentence.en
    assert "最低：−" in found.sentence.zh
    assert check_numbers(found) == []


@pytest.mark.parametrize("few", [0, 2])
def test_the_lowest_total_is_the_lowest_of_all_groups_also_of_those_with_few_rows(few: int) -> None:
    rng = np.random.default_rng(2)
    area = rng.choice(list("uvwx"), 1200, p=[0.3, 0.3, 0.3, 0.1])
    data = pd.DataFrame({"area": area, "sales": rng.gamma(2, 50, 1200).round(2) * np.where(area == "x", 0.1, 1)})
    more = pd.DataFrame({"area": ["z"] * few, "sales": [1.0] * few})
    found = [i for i in sums(pd.concat([data, more], ignore_index=True)) if i.facts["group"] == "x"]
    assert ["the lowest where area is “x”" in i.sentence.en for i in found] == ([] if few else [True])


@pytest.mark.parametrize("by", ["rows", "sum"])
def test_two_groups_that_hold_most_are_told_together(by: str) -> None:
    rng = np.random.default_rng(5)
    area = rng.choice(list("uvwxyz"), 900, p=[0.3, 0.32, 0.1, 0.1, 0.09, 0.09])
    data = pd.DataFrame({"area": area, "other": rng.choice(list("ab"), 900)})
    if by == "sum":
        data["area"] = rng.choice(list("uvwxyz"), 900)
        data["amount"] = rng.gamma(2, 50, 900) * np.where(data["area"].isin(["u", "v"]), 4, 1)
    found = next(i for i in mine(dongcha.read(data), top=50).insights if i.pattern == "top_two")
    assert {found.facts["first"], found.facts["second"]} == {"u", "v"}
    held = data["area"].value_counts() if by == "rows" else data.groupby("area")["amount"].sum()
    assert found.facts["both"] == pytest.approx((held["u"] + held["v"]) / held.sum())
    assert found.facts["rest"] == pytest.approx(held.drop(["u", "v"]).max())


def test_what_the_rows_say_is_told_once() -> None:
    rng = np.random.default_rng(6)
    area = rng.choice(list("uvwxyz"), 900, p=[0.4, 0.12, 0.12, 0.12, 0.12, 0.12])
    data = pd.DataFrame({"area": area, "amount": rng.gamma(9, 10, 900).round(2)})
    about = [i for i in mine(dongcha.read(data), top=50).insights if i.facts.get("group") == "u"]
    assert len(about) == 1
    assert about[0].folded == 1


@given(st.floats(1, 1e6), st.floats(0, 1e6), st.integers(1, 1000))
def test_the_test_of_rows_is_that_of_their_difference(one: float, other: float, n: int) -> None:
    more, less = Total("a", n, n, n), Total("b", n, n, n)
    assert apart(more, less) == 1
    assert lead(more, less).value == pytest.approx(0)
    single, nothing = Total("a", 1, one, one * one), Total("b", 1, 0, 0)
    assert apart(single, nothing) == pytest.approx(math.erfc(1 / math.sqrt(2)))  # one row has a z of 1
    assert below_zero(Total("a", 1, -one, one * one), 3) == pytest.approx(min(1, 1.5 * math.erfc(1 / math.sqrt(2))))


@pytest.mark.parametrize(
    ("name", "adds"),
    [
        *(("amount", True), ("Sales_2023", True), ("金额（元）", True), ("Quantity", True), ("订单数量", True)),
        *(("unit_price", False), ("discount", False), ("age", False), ("客户评分", False), ("days from a to b", False)),
        ("storage", True),  # "age" is a part of it, no word of it
    ],
)
def test_a_name_tells_what_adds_up(name: str, adds: bool) -> None:
    assert Amount(0, name, 100, 50, 0, 1, 2, 5, 90, 4).additive is adds


def test_a_measure_of_an_unknown_name_adds_up_where_it_has_a_tail() -> None:
    assert not Amount(0, "zeta", 100, 50, 10, 40, 50, 60, 90, 50).additive
    assert not Amount(0, "zeta", 100, 50, -10, 1, 2, 5, 90, 4).additive
