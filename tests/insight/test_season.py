"""Seasons: found where they are, and not where something else moves the series."""

import datetime as dt

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted_tables.series import own_cycle, weekday
from scipy import stats

import dongcha
from dongcha.insight.daily import Daily
from dongcha.insight.insight import Subject
from dongcha.insight.odd import odd
from dongcha.insight.season import calendar, learned, season, without
from dongcha.insight.series import counts, line
from dongcha.insight.weeks import week_cycle


@pytest.mark.parametrize(
    ("grain", "first", "phases"),
    [("day", "2023-01-01", [6, 0, 1]), ("month", "2022-11-01", [10, 11, 0]), ("quarter", "2022-10-01", [3, 0, 1])],
)
def test_the_calendar_knows_sundays_novembers_and_fourth_quarters(grain, first, phases):
    assert list(calendar(grain, np.datetime64(first), 3)[1]) == phases


def test_weeks_and_years_have_no_place_in_the_calendar():
    assert calendar("week", np.datetime64("2023-01-02"), 9) is None


def test_the_f_test_is_that_of_two_nested_least_squares():
    rng = np.random.default_rng(3)
    roots, x, phases = rng.normal(50, 9, 36), np.arange(36), np.arange(36) % 12
    plain = np.column_stack([np.ones(36), x])
    full = np.column_stack([plain, np.eye(12)[phases][:, 1:]])
    fit, fit_plain = np.linalg.solve(full.T @ full, full.T @ roots), np.linalg.solve(plain.T @ plain, plain.T @ roots)
    left, left_plain = roots - full @ fit, roots - plain @ fit_plain
    assert left[1:] @ left[:-1] <= 0  # else the variance is raised for the drift
    ratio = (left_plain @ left_plain - left @ left) / 11 / (left @ left / (36 - 13))
    found = season(counts(roots**2, np.ones(36)), phases, 12)
    wanted = np.r_[0, fit[2:]]
    assert found.effects == pytest.approx(wanted - wanted.mean())
    f_test = 2 * stats.f.sf(ratio, 11, 23)
    assert found.p_value <= f_test * (1 + 1e-9)
    assert found.p_value == pytest.approx(min(1, f_test)) or found.p_value < f_test


def drawn(kind, rng, size):
    x = np.arange(size)
    noise = np.exp(rng.normal(0, 0.1, size))
    levels = {
        "flat": np.full(size, 100.0),
        "trend": 60 * np.exp(np.linspace(0, 1.2, size)),
        "step": np.where(x < rng.integers(3, size - 3), 80.0, 160.0),
        "outlier": np.where(x == rng.integers(0, size), 300.0, 100.0),
        "walk": 100 * np.exp(np.cumsum(rng.normal(0, 0.12, size))),
    }
    return counts(rng.poisson(levels[kind] * noise).astype(float), np.ones(size))


@pytest.mark.parametrize("kind", ["flat", "trend", "step", "outlier", "walk"])
@pytest.mark.parametrize(("size", "length"), [(24, 12), (56, 7)])
def test_what_is_no_season_is_seldom_called_one(kind, size, length):
    rng = np.random.default_rng(2)
    series = [drawn(kind, rng, size) for _ in range(200)]
    called = [season(one, np.arange(size) % length, length).p_value <= 0.05 for one in series]
    own = [learned(one, frozenset({length})) for one in series]
    assert np.mean(called) <= 0.09
    assert np.mean([one[2].p_value * one[1] <= 0.05 for one in own]) <= 0.09


def test_the_length_of_a_cycle_is_learned_and_the_calendars_is_left_to_it():
    rng = np.random.default_rng(3)
    y = rng.poisson(np.where(np.arange(40) % 5 == 2, 160, 100)).astype(float)
    length, tried, found = learned(counts(y, np.ones(40)), frozenset())
    assert (length, found.at, tried) == (5, 2, 12)
    assert found.p_value * tried < 1e-4
    assert learned(counts(y, np.ones(40)), frozenset({5}))[0] != 5


def test_one_cycle_and_a_half_is_too_short():
    assert season(counts(np.arange(1.0, 19), np.ones(18)), np.arange(18) % 12, 12) is None
    assert learned(counts(np.arange(1.0, 6), np.ones(5)), frozenset()) is None


def test_without_its_season_a_series_has_no_outlier_and_keeps_its_trend():
    phases = np.arange(36) % 12
    y = 100 * 1.02 ** np.arange(36) * np.where(phases == 11, 2.5, 1.0)
    series = counts(y, np.ones(36))
    found = season(series, phases, 12)
    left = without(series, phases, found)
    assert found.at == 11
    assert left.spent == 11
    assert odd(left)[0].p_value > 0.05
    assert line(left).p_value < line(series).p_value


def test_the_numbers_of_a_weekday_are_those_of_the_rows():
    data, _ = weekday(np.random.default_rng([1, 7]))
    (found,) = [i for i in dongcha.mine(dongcha.read(data)).insights if i.pattern == "seasonality"]
    days = pd.date_range(data["day"].min(), data["day"].max())
    mondays = (data["day"].dt.day_of_week == 0).sum()
    assert found.facts["value"] == pytest.approx(mondays / (days.day_of_week == 0).sum())
    assert found.facts["rest"] == pytest.approx((len(data) - mondays) / (days.day_of_week != 0).sum())
    assert found.sentence.en.startswith("Most rows on Mondays: ")
    assert found.sentence.zh.startswith("周一的记录最多：")
    again = duckdb.sql(found.evidence.sql).fetchall()
    assert len(again) == 7


def test_a_day_without_rows_is_said_to_have_none():
    days = [dt.date(2023, 1, 2) + dt.timedelta(days=i) for i in range(200)]
    rows = [day for day in days for _ in range(0 if day.weekday() == 6 else 20)]
    data = pd.DataFrame({"day": pd.to_datetime(rows), "area": ["a", "b"] * (len(rows) // 2)})
    told = [i.sentence for i in dongcha.mine(dongcha.read(data)).insights if i.pattern == "seasonality"]
    assert told[0].en == "No rows on Sundays, against 20 a day on the other days."
    assert told[0].zh == "周日没有记录，其余各天平均每天 20 条。"


def test_weekly_dates_have_no_weekday():
    days = pd.date_range("2022-01-03", periods=50, freq="W-MON").repeat(20)
    data = pd.DataFrame({"day": days, "area": ["a", "b"] * 500})
    assert not [i for i in dongcha.mine(dongcha.read(data)).insights if i.pattern == "seasonality"]


def test_a_cycle_of_weeks_turns_on_any_day_and_its_numbers_are_those_of_the_rows():
    data, planted = own_cycle(np.random.default_rng([3, 9]))
    (found,) = [i for i in dongcha.mine(dongcha.read(data)).insights if planted(i)]
    rows = duckdb.sql(found.evidence.sql).df()
    days = (data["day"] - data["day"].min()).dt.days.to_numpy()

    def means(offset):
        weeks = (days.max() + 1 - offset) // 7
        week = (days[(days >= offset) & (days < offset + 7 * weeks)] - offset) // 7
        return [(week % 5 == phase).sum() / len(range(phase, weeks, 5)) for phase in range(5)]

    assert any(rows["value"].to_numpy() == pytest.approx(means(offset)) for offset in range(7))
    assert found.facts["highest"] > 1.4 * found.facts["lowest"]  # nearly the planted 1.6: no week is smeared over two


def test_on_noise_a_cycle_of_weeks_is_seldom_called_one_though_seven_first_days_are_tried():
    rng = np.random.default_rng(12)
    subject = Subject(None, "count", ("day",), grain="day")
    called = []
    for _ in range(150):
        n = rng.poisson(7, 300).astype(float)
        found = week_cycle(Daily(subject, dt.date(2022, 1, 1), n, n))
        called.append(found.found.p_value * found.tried <= 0.05)
    assert np.mean(called) <= 0.08
