"""Ratios: which are made, and what is not said of them."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.data.schema import Role
from dongcha.insight.mine import mine
from dongcha.insight.ratios import with_ratios
from dongcha.report.subject import measured
from dongcha.report.verify import check_numbers


def table(seed: int = 1, **columns) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    units = rng.integers(1, 13, 900)
    shop = rng.choice(list("abc"), 900)
    price = rng.normal(20, 3, 900).clip(5) * np.where(shop == "b", 1.4, 1)
    return pd.DataFrame({"shop": shop, "units": units, "sales": (units * price).round(2), **columns})


def made(data: pd.DataFrame) -> list[str]:
    return [column.name for column in with_ratios(dongcha.read(data)).schema if column.ratio_of]


def test_sales_per_unit_are_a_measure() -> None:
    data = table()
    assert made(data) == ["sales per units"]
    found = next(i for i in dongcha.mine(dongcha.read(data), top=50).insights if "per" in str(i.subject.measure))
    each = data["sales"] / data["units"]
    assert found.facts["group"] == "b"
    assert found.facts["value"] == pytest.approx(each[data["shop"] == "b"].mean())
    assert "average sales per units is" in found.sentence.en
    assert "每单位 units 的" in found.sentence.zh
    assert check_numbers(found) == []
    assert with_ratios(dongcha.read(data)).schema["sales per units"].role is Role.MEASURE


def test_a_ratio_is_not_related_to_its_parts() -> None:
    for found in mine(dongcha.read(table()), top=100).insights:
        about = {found.subject.measure, *found.subject.breakdown}
        assert not ("sales per units" in about and about & {"sales", "units"})


def test_over_time_a_ratio_is_not_related_to_its_parts_either() -> None:
    rng = np.random.default_rng(3)
    data = table().assign(day=pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 1100, 900)), "D"))
    data["sales"] = (data["sales"] * rng.lognormal(0, 1, 40)[np.arange(900) // 23]).round(2)  # months differ in price
    found = [one for one in mine(dongcha.read(data), top=300).insights if one.pattern in ("together", "lead_lag")]
    pairs = [{str(one.subject.measure), str(one.facts["x"])} for one in found]
    assert not [pair for pair in pairs if "sales per units" in pair and pair & {"sales", "units"}]
    assert with_ratios(dongcha.read(data)).schema["sales per units"].ratio_of  # it is there to be related


def test_a_unit_price_that_is_there_is_not_made_again() -> None:
    data = table()
    assert made(data.assign(unit_price=(data["sales"] / data["units"]).round(3))) == []


@pytest.mark.parametrize(
    "columns",
    [{"units": np.arange(900) % 3}, {"sales": np.arange(900.0) - 5}, {"units": np.ones(900)}, {"units": [None] * 900}],
)
def test_what_is_no_ratio_is_not_made(columns: dict) -> None:
    assert made(table(**columns)) == []


def test_names_without_a_meaning_make_no_ratio() -> None:
    assert made(table().rename(columns={"sales": "alpha", "units": "beta"})) == []


def test_at_most_two_are_made() -> None:
    rng = np.random.default_rng(2)
    more = {name: rng.integers(1, 9, 900) for name in ("guests", "nights")}
    assert len(made(table(**more))) == 2


def test_chinese_names() -> None:
    data = table().rename(columns={"sales": "销售额", "units": "数量"})
    assert made(data) == ["销售额 per 数量"]
    assert measured("销售额 per 数量") == ("销售额 per 数量", "每单位数量的销售额")
