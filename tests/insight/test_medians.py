"""Medians in place of means of skewed measures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import dongcha
from dongcha.insight.amounts import Amount
from dongcha.insight.mine import mine
from dongcha.insight.patterns.medians import order
from dongcha.report.verify import check_numbers


def table(seed: int = 1, sigma: float = 1.8, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shop = rng.choice(["a", "b", "c", "d"], 800)
    amount = rng.lognormal(4, sigma, 800).round(2) * np.where(shop == "c", 3, 1)
    return pd.DataFrame({"shop": shop, "amount": amount, "other": rng.choice(list("xy"), 800), **columns})


def of_shop(data: pd.DataFrame) -> list:
    found = dongcha.mine(dongcha.read(data), top=50).insights
    return [i for i in found if i.pattern == "outstanding" and i.subject.aggregation in ("mean", "median")]


def test_the_median_is_told_of_a_skewed_measure() -> None:
    data = table()
    (found,) = of_shop(data)
    inside, rest = (data[data["shop"].eq("c") == side]["amount"] for side in (True, False))
    assert (found.subject.aggregation, found.facts["group"]) == ("median", "c")
    assert found.facts["value"] == pytest.approx(inside.median())
    assert found.facts["rest"] == pytest.approx(rest.median())
    assert found.facts["tenth"] == pytest.approx(inside.quantile(0.9))
    assert found.facts["low"] < inside.median() - rest.median() < found.facts["high"]
    assert "the median amount" in found.sentence.en.lower()
    assert "95% interval of the difference" in found.sentence.en
    assert "amount 的中位数" in found.sentence.zh
    assert check_numbers(found) == []


def test_the_mean_is_told_of_a_measure_that_is_not_skewed() -> None:
    found = of_shop(table(sigma=0.5))
    assert {i.subject.aggregation for i in found} == {"mean"}


def test_a_huge_row_does_not_turn_the_median() -> None:
    data = table()
    data.loc[data.index[data["shop"] == "a"][0], "amount"] = 1e12
    assert [i.facts["group"] for i in of_shop(data)] == ["c"]


@pytest.mark.parametrize(
    ("quartiles", "mean", "skewed"),
    [((1, 2, 3), 3.5, True), ((1, 2, 3), 0.5, True), ((1, 2, 3), 2.9, False), ((0, 0, 3), 5, False)],
)
def test_a_measure_is_skewed_where_its_mean_is_outside_the_middle_half(
    quartiles: tuple[float, float, float], mean: float, skewed: bool
) -> None:
    assert Amount(0, "x", 100, 50, 0, *quartiles, 100, mean).skewed is skewed


def test_a_quarter_of_an_exponential_is_above_its_mean_and_it_keeps_it() -> None:
    law = stats.expon
    assert not Amount(0, "x", 100, 50, 0, *law.ppf([0.25, 0.5, 0.75]), 100, law.mean()).skewed
    law = stats.lognorm(1.5)
    assert Amount(0, "x", 100, 50, 0, *law.ppf([0.25, 0.5, 0.75]), 100, law.mean()).skewed


@given(st.integers(20, 5000))
def test_the_two_places_lie_around_the_middle(n: int) -> None:
    low, high, width = order(n)
    assert low + high == pytest.approx(1)
    assert 0 <= low < 0.5
    assert 3.2 < width < 4.6  # about two standard errors on each side


def test_the_interval_covers_the_true_difference() -> None:
    rng, covered = np.random.default_rng(8), 0
    for _ in range(400):
        sides = [rng.exponential(1, n) for n in (60, 300)]
        (low, high, width), (low_b, high_b, width_b) = order(60), order(300)
        error = np.hypot(
            np.ptp(np.quantile(sides[0], [low, high])) / width, np.ptp(np.quantile(sides[1], [low_b, high_b])) / width_b
        )
        covered += abs(np.median(sides[0]) - np.median(sides[1])) <= 1.96 * error
    assert 0.92 <= covered / 400 <= 0.99


def test_names_that_are_code_are_no_trouble() -> None:
    data = table().rename(columns={"amount": 'a"; drop table data; --', "shop": "<b>店"})
    (found,) = of_shop(data)
    assert found.subject.breakdown == ("<b>店",)
    assert check_numbers(found) == []


def test_noise_has_no_outstanding_median() -> None:
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"shop": rng.choice(list("abcd"), 500), "amount": rng.lognormal(3, 2, 500).round(2)})
    assert not [i for i in mine(dongcha.read(data)).insights if i.subject.aggregation == "median"]
