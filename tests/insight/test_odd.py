"""Odd periods: several of them, beside a shift of level, and by the day."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted import planted
from scipy import stats

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.daily import Daily
from dongcha.insight.events import Events
from dongcha.insight.insight import Subject
from dongcha.insight.odd import odd
from dongcha.insight.odd_days import far_days
from dongcha.insight.series import Scaled, counts


def test_the_first_deviate_is_the_externally_studentised_residual():
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1, 12)
    y[4] += 6
    series = Scaled(y, np.full(12, 1e6))  # so that the residuals set the variance
    found = odd(series)[0]
    others = np.arange(12) != 4
    fit = stats.linregress(np.arange(12)[others], y[others])
    x = np.arange(12)[others]
    left = y[others] - fit.intercept - fit.slope * x
    error = np.sqrt((left @ left) / 9 * (1 + 1 / 11 + (4 - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()))
    t = abs(y[4] - fit.intercept - 4 * fit.slope) / error
    assert found.at == 4
    assert found.p_value == pytest.approx(12 * 2 * stats.t.sf(t, 9))
    assert found.expected == pytest.approx(fit.intercept + 4 * fit.slope)
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 9) * error)


def test_two_odd_periods_do_not_hide_each_other():
    days = np.full(24, 30.0)
    y = np.full(24, 100.0)
    y[[8, 16]] = 200
    y += np.tile([3.0, -4, 1, 0, -2, 2], 4)
    found = odd(counts(y, days))
    assert sorted(each.at for each in found if each.p_value < 0.001) == [8, 16]


def test_an_odd_period_before_a_shift_of_level_is_found():
    y = np.r_[np.full(12, 100.0), np.full(12, 200.0)] + np.tile([3.0, -4, 1, 0, -2, 2], 4)
    y[5] = 185
    found = odd(counts(y, np.full(24, 30.0)))
    assert [each.at for each in found if each.p_value < 0.01] == [5]
    assert found[0].low < np.sqrt(100 / 30) < found[0].high


@pytest.mark.parametrize("size", [12, 24, 52])
@pytest.mark.parametrize("kind", ["flat", "step", "trend"])
def test_on_noise_odd_periods_are_seldom_seen(size, kind):
    rng = np.random.default_rng(6)
    levels = {"flat": np.full(size, 60.0), "step": np.where(np.arange(size) < size // 3, 60.0, 110.0)}
    level = levels.get(kind, np.linspace(40, 90, size))
    drawn = [counts(rng.poisson(level).astype(float), np.full(size, 7.0)) for _ in range(400)]
    assert np.mean([odd(each)[0].p_value <= 0.05 for each in drawn]) <= 0.075


def daily(n, hits=None, first="2022-01-03"):
    subject = Subject(None, "count", ("day",), grain="day")
    if hits is not None:
        subject = Subject("kind", "rate", ("day",), grain="day", category="a")
    n = np.asarray(n, dtype=float)
    return Daily(subject, dt.date.fromisoformat(first), n if hits is None else np.asarray(hits, dtype=float), n)


def test_an_odd_day_is_seen_beside_weekdays_a_season_and_a_shift():
    rng = np.random.default_rng(2)
    x = np.arange(500)
    level = 40 * np.where(x % 7 >= 5, 0.4, 1.0) * (1 + 0.4 * np.sin(2 * np.pi * x / 365)) * np.where(x < 250, 1, 1.6)
    level[[100, 303]] *= [2.2, 0.3]
    found = [each for each in far_days(daily(rng.poisson(level))) if each.p_value <= 0.001]
    assert sorted(each.at for each in found) == [100, 303]
    assert all(each.low < each.expected < each.high for each in found)


@pytest.mark.parametrize("spread", [0, 0.3])
@pytest.mark.parametrize("mean", [12, 60])
def test_days_of_chance_are_seldom_odd(spread, mean):
    rng = np.random.default_rng(3)
    weekday = np.tile([1.3, 1, 1, 1, 1.1, 0.9, 0.7], 52)
    called = []
    for _ in range(150):
        level = mean * weekday * rng.lognormal(0, spread, 364)
        called.append(min(each.p_value for each in far_days(daily(rng.poisson(level)))) <= 0.05)
    assert np.mean(called) <= 0.08


def test_shares_by_the_day_and_days_too_thin_or_too_few():
    rng = np.random.default_rng(5)
    part = np.full(200, 0.3)
    part[77] = 0.75
    found = far_days(daily(np.full(200, 60), rng.binomial(60, part)))
    assert (found[0].at, found[0].p_value < 1e-4) == (77, True)
    assert found[0].high < 0.75
    assert far_days(daily(np.full(200, 3))) == []
    assert far_days(daily(np.full(40, 50))) == []


def test_an_odd_day_without_rows_is_told_with_its_row():
    rng = np.random.default_rng(9)
    days = pd.date_range("2022-01-03", periods=300)
    many = rng.poisson(30, 300)
    many[140] = 0
    rows = days.repeat(many)
    data = pd.DataFrame({"day": rows, "kind": rng.choice(["a", "b", "c"], len(rows))})
    told = [
        i for i in dongcha.mine(dongcha.read(data)).insights if i.pattern == "outlier" and i.subject.measure is None
    ]
    assert [(i.subject.grain, i.facts["period"], i.facts["value"]) for i in told] == [("day", "2022-05-23", 0)]
    again = duckdb.sql(told[0].evidence.sql).df()
    assert (len(again), int(again["value"].sum())) == (59, int(many[111:170].sum()))


def test_one_event_is_told_once_whatever_the_grain():
    table = dongcha.read(pd.DataFrame({"day": pd.date_range("2022-01-01", periods=60), "kind": ["a", "b", "c"] * 20}))
    events, rows = Events(cube(table)), Subject(None, "count", ("day",))
    day = events.of_day(rows, dt.date(2022, 1, 12), 0.001)
    assert events.of_span(rows, (dt.date(2022, 1, 10), dt.date(2022, 1, 17)), 0.001) == day
    assert events.of_span(rows, (dt.date(2022, 1, 1), dt.date(2022, 2, 1)), 0.001) == day
    assert events.of_span(rows, (dt.date(2022, 2, 1), dt.date(2022, 3, 1)), 0.001) != day
    share = Subject("kind", "rate", ("day",), category="a")
    assert events.of_day(share, dt.date(2022, 1, 12), 0.001) != day


@pytest.mark.parametrize("name", ["two_outliers", "hidden_outlier", "odd_day"])
def test_what_is_planted_is_found(name):
    assert all(planted(name, 1.0, seed)[0] for seed in range(2))
