"""Forecasts: what is known at an origin, errors and intervals worked out by hand, bounds that always hold, refusals."""

import datetime as dt
import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.insight.change.question import Figure, figure_of
from dongcha.insight.forecast.backtest import Backtest, backtest
from dongcha.insight.forecast.band import band, quantile
from dongcha.insight.forecast.forecast import made, raced
from dongcha.insight.forecast.history import history
from dongcha.insight.forecast.methods import METHODS
from dongcha.insight.forecast.progress import mase, progress
from dongcha.insight.forecast.scale import scaled, unscaled

HOSTILE = "a\"b'; DROP TABLE data; --<b>"


def monthly(values, name="value", first="2018-01-01"):
    """One row a month."""
    months = pd.date_range(first, periods=len(values), freq="MS")
    return dongcha.read(pd.DataFrame({"month": months, name: values}), roles={name: "measure"})


def counted(numbers, first="2018-01-01"):
    """As many rows in each month as the numbers say, the first and the last day among them."""
    months = pd.date_range(first, periods=len(numbers), freq="MS")
    rows = [
        start + pd.Timedelta(days=day % start.days_in_month)
        for start, n in zip(months, numbers, strict=True)
        for day in [0, start.days_in_month - 1, *range(1, n - 1)][:n]
    ]
    return dongcha.read(pd.DataFrame({"day": rows, "kind": ["a", "b"] * (len(rows) // 2) + ["a"] * (len(rows) % 2)}))


def of(table, measure="mean:value", grain="month"):
    return history(table, figure_of(table, measure), None, grain)


def test_naive_forecasts_are_the_last_value_and_the_same_month_of_the_last_year():
    values = np.arange(30.0)
    assert METHODS.get("naive")(values, 12, 3).tolist() == [29, 29, 29]
    assert METHODS.get("seasonal_naive")(values, 12, 14).tolist() == [*range(18, 30), 18, 19]
    assert METHODS.get("mean")(values, 12, 2).tolist() == [14.5, 14.5]


@pytest.mark.parametrize("name", ["ets", "theta", "average"])
@pytest.mark.parametrize("season", [1, 4])
def test_every_method_gives_finite_numbers_also_of_a_constant_and_of_a_short_series(name, season):
    for values in (np.full(20, 3.0), np.zeros(20), np.r_[np.zeros(19), 5.0], np.arange(8.0), 1e9 + np.arange(20.0)):
        made_ = METHODS.get(name)(values, season, 5)
        assert made_.shape == (5,)
        assert np.isfinite(made_).all()


def test_a_line_is_continued_and_a_wave_repeated():
    line = 10.0 + 2 * np.arange(40)
    assert METHODS.get("ets")(line, 1, 3) == pytest.approx([90, 92, 94], rel=0.01)
    wave = np.tile([1.0, 5.0, 2.0, 8.0], 10)
    assert METHODS.get("ets")(wave, 4, 4) == pytest.approx([1, 5, 2, 8], abs=0.2)


def test_errors_are_those_of_each_origin_and_nothing_is_known_before_it_came():
    values = np.cumsum(np.arange(20.0))
    test = backtest(values, 1, 3)
    assert test.origins.tolist() == list(range(10, 20))
    assert test.errors["naive"][0] == pytest.approx(values[10:13] - values[9])
    assert np.isnan(test.errors["naive"][-1]).tolist() == [False, True, True]
    known = test.known(12)
    assert known.tolist()[:3] == [[True, True, False], [True, False, False], [False, False, False]]
    assert not known[3:].any()


def test_the_method_with_the_smallest_known_errors_is_chosen():
    errors = {"naive": np.full((6, 2), 2.0), "mean": np.r_[np.full((5, 2), 3.0), np.full((1, 2), 0.0)]}
    test = Backtest(np.arange(10, 16), errors)
    assert test.best(12) == "naive"  # too little is known: the first of the race
    assert test.best(15) == "naive"
    errors["mean"][:] = 1.0
    assert test.best(15) == "mean"


def test_the_quantile_counts_origins_and_falls_back_on_students():
    sizes = np.arange(1.0, 11).reshape(10, 1)
    assert quantile(sizes, 0.8) == 9  # 0.8 x 1.1 = 0.88 of ten, the higher one
    assert quantile(sizes, 0.95) == pytest.approx(2.262157, rel=1e-5)  # t with 9 degrees of freedom
    wide = np.repeat(sizes, 4, axis=1)
    assert quantile(wide, 0.8) == 9


def test_a_band_of_a_random_walk_grows_with_the_root_of_the_horizon():
    rng = np.random.default_rng(1)
    walk = np.cumsum(rng.normal(0, 1, 4000))
    errors = np.array([walk[at + 1 : at + 10] - walk[at] for at in range(0, 3900, 13)])
    half = band(errors, 0.8).half
    assert half[8] / half[0] == pytest.approx(3.0, rel=0.1)
    assert half[0] == pytest.approx(1.2816, rel=0.1)


def test_mase_by_hand():
    values = [float(v) for v in (1, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13)]
    one = of(monthly(values))
    assert one.season == 1
    steps = np.abs(np.diff(values)).mean()
    errors = np.array([[2.0, np.nan], [-1.0, 3.0]])
    assert mase(one, scaled(one), np.array([9, 10]), errors) == pytest.approx((2 + 1 + 3) / 3 / steps)


def test_the_backtest_of_an_interval_uses_nothing_that_came_later():
    rng = np.random.default_rng(4)
    values = 100 + rng.normal(0, 5, 48)
    told = progress(one := of(monthly(values)), scaled(one), backtest(scaled(one), one.season, 6), 0.8)
    changed = values.copy()
    changed[-1] = 1e6  # the last value is only ever a truth
    one = of(monthly(changed))
    again = progress(one, scaled(one), backtest(scaled(one), one.season, 6), 0.8)
    assert again.checked == told.checked
    assert again.coverage == pytest.approx(told.coverage, abs=7 / told.checked)
    assert told.coverage is not None
    assert 0.5 <= told.coverage <= 1


def test_days_of_a_month_are_taken_into_account():
    days = [pd.Period(m, "M").days_in_month for m in pd.date_range("2018-01-01", periods=36, freq="MS")]
    found = dongcha.forecast(counted([3 * n for n in days]), grain="month", periods=3)
    assert [round(each.value, 6) for each in found.ahead] == [93, 84, 93]  # January to March 2021
    assert found.ahead[0].start == dt.date(2021, 1, 1)
    assert found.ahead[2].end == dt.date(2021, 4, 1)


def test_a_season_is_found_and_beats_naive():
    rng = np.random.default_rng(2)
    wave = 100 + 40 * np.sin(2 * np.pi * np.arange(60) / 12) + rng.normal(0, 4, 60)
    found = dongcha.forecast(monthly(wave), "mean:value", grain="month", periods=12)
    truth = 100 + 40 * np.sin(2 * np.pi * np.arange(60, 72) / 12)
    assert np.abs(np.array([each.value for each in found.ahead]) - truth).mean() < 5
    assert (found.season, found.baseline) == (12, "seasonal_naive")
    assert found.mase < 1
    assert found.tried[0].mase <= {each.method: each.mase for each in found.tried}["naive"]


def test_the_last_month_that_is_not_complete_is_forecast_as_a_whole():
    days = pd.date_range("2020-01-01", "2022-07-10").repeat(3)
    table = dongcha.read(pd.DataFrame({"day": days, "kind": ["a", "b", "a"] * (len(days) // 3)}))
    found = dongcha.forecast(table, grain="month", periods=2)
    assert [each.start for each in found.ahead] == [dt.date(2022, 7, 1), dt.date(2022, 8, 1)]
    assert found.ahead[0].value == pytest.approx(93, abs=1)
    assert "not complete" in found.caveats[0].en


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=14, max_size=20), st.sampled_from([0.5, 0.8, 0.95]))
def test_intervals_of_counts_hold_the_forecast_and_never_fall_below_nothing(numbers, level):
    numbers = [max(1, numbers[0]), *numbers[1:-1], max(2, numbers[-1])]
    found = dongcha.forecast(counted(numbers), grain="month", level=level)
    for each in found.ahead:
        assert 0 <= each.low <= each.value <= each.high < math.inf


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=12, max_size=30), st.lists(st.floats(-3, 3), min_size=12, max_size=12))
def test_shares_stay_shares_and_the_scale_leads_back(shares, away):
    one = of(monthly(shares, "value"))
    as_rate = type(one)(Figure("rate", "value", "x"), one.time, one.values, one.days, one.filled, 0.0, one.evidence)
    assert unscaled(as_rate, scaled(as_rate), as_rate.days) == pytest.approx(np.array(shares), abs=1e-9)
    moved = unscaled(as_rate, scaled(as_rate)[:12] + np.array(away), as_rate.days[:12])
    assert ((moved >= 0) & (moved <= 1)).all()


def test_the_query_of_a_history_gives_its_values_again():
    rng = np.random.default_rng(7)
    data = pd.DataFrame({"时间": pd.date_range("2020-01-01", "2021-12-31").repeat(2)})
    data[HOSTILE] = rng.normal(5, 1, len(data))
    data.loc[::9, HOSTILE] = None
    table = dongcha.read(data, roles={HOSTILE: "measure"})
    found = dongcha.forecast(table, f"mean:{HOSTILE}", grain="month")
    name = table.schema.names[1]
    data = table.to_pandas()
    again = duckdb.sql(found.evidence.sql).df()
    wanted = data.dropna().groupby(data["时间"].dt.to_period("M"))[name].mean()
    assert again["value"].to_numpy() == pytest.approx(wanted.to_numpy())
    assert [row["value"] for row in found.evidence.rows] == pytest.approx(wanted.tolist())


def test_too_many_empty_periods_are_refused_and_a_few_filled_and_said():
    values = [1.0 * n for n in range(24)]
    few = [None if at in (5, 9) else value for at, value in enumerate(values)]
    found = dongcha.forecast(monthly(few), "mean:value", grain="month")
    assert any("In 2 of 24 periods" in each.en for each in found.caveats)
    many = [None if at % 3 == 1 else value for at, value in enumerate(values)]
    with pytest.raises(DataError, match="no value in 8 of 24 periods"):
        dongcha.forecast(monthly(many), "mean:value", grain="month")


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"periods": 9}, ConfigError, "at most 8, a third of the 24 complete months"),
        ({"periods": 0}, ConfigError, "at least 1"),
        ({"level": 0.999}, ConfigError, "between 0.5 and 0.99"),
        ({"grain": "hour"}, UnknownName, "no grain named 'hour'"),
        ({"grain": "year"}, DataError, "has 2 complete years, and a forecast takes at least 12"),
        ({"measure": "mean:valu"}, UnknownName, "did you mean 'value'"),
        ({"measure": "value=7777"}, DataError, "no row with a date has '7777'"),
        ({"time": "value"}, DataError, "holds no dates"),
    ],
)
def test_what_cannot_be_forecast_is_one_sentence(words, error, message):
    table = monthly([float(n % 5) for n in range(24)])
    with pytest.raises(error, match=message):
        dongcha.forecast(table, **{"measure": "mean:value", "grain": "month", **words})


@pytest.mark.parametrize("rows", [1, 11])
def test_tables_without_history(rows):
    data = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=rows, freq="MS"), "value": [1.0] * rows})
    table = dongcha.read(data, roles={"month": "time", "value": "measure"})
    with pytest.raises(DataError):
        dongcha.forecast(table, "mean:value", grain="month")


def test_no_dates_at_all():
    with pytest.raises(DataError, match="no column of dates to forecast along"):
        dongcha.forecast(dongcha.read(pd.DataFrame({"a": ["x", "y"] * 20, "b": range(40)})))


def test_the_same_rows_give_the_same_forecast_in_any_order():
    rng = np.random.default_rng(9)
    data = pd.DataFrame({"month": pd.date_range("2018-01-01", periods=36, freq="MS"), "value": rng.normal(9, 2, 36)})
    roles = {"value": "measure"}
    one, two = (
        dongcha.forecast(dongcha.read(frame, roles=roles), "mean:value", grain="month")
        for frame in (data, data.sample(frac=1, random_state=1))
    )
    assert [each.value for each in one.ahead] == [each.value for each in two.ahead]


def test_intervals_hold_about_as_often_as_they_say():
    rng = np.random.default_rng(11)
    seen = []
    for _ in range(10):
        walk = 200 + np.cumsum(rng.normal(0, 5, 46))
        one = of(monthly(walk[:40].tolist()))
        found = made(raced(one, 6), 0.8)
        seen += [each.low <= value <= each.high for each, value in zip(found.ahead, walk[40:], strict=True)]
    assert 0.65 <= np.mean(seen) <= 0.97
