"""Draws out of counts and orders in memory are those of the queries over the rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.insight import Filter, Subject
from dongcha.insight.stability.counts import driver_again, largest_again, rate_again
from dongcha.insight.stability.dealt import Dealt
from dongcha.insight.stability.series import by_day, by_period
from dongcha.insight.stability.values import correlation_again, mean_again, mean_trend_again
from dongcha.insight.timeline import timelines


def table(rows: int, seed: int, ties: int) -> pd.DataFrame:
    """Categories with a missing value here and there, two measures with ties, a year of days."""
    rng = np.random.default_rng(seed)

    def gaps(values, share=0.05):
        return pd.Series(values).mask(rng.random(rows) < share)

    group = rng.choice(["a", "b", "ü", "“q”"], rows)
    return pd.DataFrame(
        {
            "group": gaps(group),
            "side": gaps(rng.choice(["l", "r"], rows)),
            "late": gaps(rng.choice(["yes", "no", "maybe"], rows, p=[0.3, 0.5, 0.2])),
            "price": gaps(np.round(rng.lognormal(3, 1, rows) + (group == "a"), 2)),
            "units": rng.integers(0, ties, rows),
            "score": gaps(rng.normal(0, 1, rows)),
            "day": gaps(pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"), 0.02),
        }
    )


def both(data: pd.DataFrame) -> tuple[Dealt, Dealt]:
    """The draws out of memory, and those that ask the rows."""
    read = dongcha.read(data)
    counted = cube(read)
    return Dealt(read, cube=counted), Dealt(read)


def same(retest, one: Dealt, other: Dealt) -> None:
    new, old = retest(one), retest(other)
    assert new.effects == pytest.approx(old.effects, rel=1e-9, abs=1e-12)
    assert new.p_values == pytest.approx(old.p_values, rel=1e-7, abs=1e-300)
    assert np.ptp(new.effects) > 0, "draws differ, or nothing was drawn"


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.integers(300, 900), st.integers(0, 1000), st.sampled_from([3, 40]))
def test_values_are_drawn_as_the_query_draws_them(rows, seed, ties):
    one, other = both(table(rows, seed, ties))
    time = one.cube.times[0]
    starts, at = [start.isoformat() for start in time.starts], np.arange(len(time.starts), dtype=float)
    where = Subject("price", "mean", (time.column,), grain=time.grain, where=(Filter("side", "l"),))
    for measure in ("price", "units", "score"):
        same(lambda dealt, name=measure: mean_again(name, "group", "a", dealt), one, other)
        same(lambda dealt, name=measure: mean_again(name, "side", "r", dealt), one, other)
    same(lambda dealt: correlation_again("price", "units", dealt), one, other)
    same(lambda dealt: correlation_again("score", "price", dealt), one, other)
    same(lambda dealt: mean_trend_again(time, where, starts, at, dealt), one, other)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(st.integers(300, 900), st.integers(0, 1000))
def test_counts_are_drawn_as_the_query_draws_them(rows, seed):
    one, other = both(table(rows, seed, 9))
    time = one.cube.times[0]
    two = time.starts[2].isoformat(), time.starts[3].isoformat()
    same(lambda dealt: rate_again("late", "yes", ["group"], ["ü"], dealt), one, other)
    same(lambda dealt: rate_again("side", "l", ["late"], ["maybe"], dealt), one, other)
    same(lambda dealt: rate_again("late", "no", ["side", "group"], ["r", "a"], dealt), one, other)
    same(lambda dealt: largest_again("group", "“q”", dealt, of_all=False), one, other)
    same(lambda dealt: largest_again("late", "no", dealt, of_all=True), one, other)
    same(lambda dealt: driver_again(time, two, "side", "l", dealt), one, other)
    for line in timelines(one.cube):
        assert all((a == b).all() for a, b in zip(by_period(line, one), by_period(line, other), strict=True))
    for subject in (
        Subject(None, "count", (time.column,), grain="month"),
        Subject("late", "rate", (time.column,), category="no", grain="month"),
    ):
        new, old = by_day(subject, one), by_day(subject, other)
        assert new[0] == old[0]
        assert all((a == b).all() and a.any() for a, b in zip(new[1:], old[1:], strict=True))


def test_numbers_of_rows_are_dealt_as_if_the_engine_had_sorted_them():
    """Rows in the order of what is asked of them, a hand each by the hash of their places."""
    data = table(500, 3, 9)[["group", "late"]].dropna()
    dealt = Dealt(dongcha.read(data))
    hands = dealt.hands(len(data))
    places = pd.Series(range(len(data)), index=data.sort_values(["late", "group"]).index)
    expected = pd.crosstab(data["late"], hands[places.sort_index()])
    sums = dealt.summed(dealt.rows.select("late", "group"), ["late", "group"])
    by_late = np.array([sums.where(lambda late, group, one=one: late == one) for one in expected.index])
    assert (by_late == (dealt.take @ expected.to_numpy().T).T).all()


def test_the_order_of_the_rows_does_not_count_with_measures_either():
    data = table(800, 5, 6)
    shuffled = data.sample(frac=1, random_state=2)
    one, other = (both(frame)[0] for frame in (data, shuffled))
    same(lambda dealt: mean_again("units", "group", "a", dealt), one, other)
    same(lambda dealt: correlation_again("price", "units", dealt), one, other)
