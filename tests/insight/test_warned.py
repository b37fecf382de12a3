"""What is said of the base of a finding: rows, periods, cycles, and periods that are not covered whole."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.insight import Effect, Evidence, Insight, Subject
from dongcha.insight.mine import mine
from dongcha.insight.warned import warned


def said(data: pd.DataFrame, pattern: str, **about: object) -> list[str]:
    found = mine(dongcha.read(data), top=30)
    for one in (*found.insights, *found.checked):
        if one.pattern == pattern and all(getattr(one.subject, name) == value for name, value in about.items()):
            return [caveat.en for caveat in one.caveats]
    raise AssertionError(f"no {pattern} with {about} was found")


@pytest.mark.parametrize(("others", "told"), [(30, ["Small base: it is held against only 30 other rows."]), (50, [])])
def test_the_rows_that_a_group_is_held_against_count(others, told):
    rows = ({"g": "a", "n": 90, "is_subject": True}, {"g": "b", "n": others, "is_subject": False})
    found = insight("outstanding", Subject("x", "rate", ("g",)), rows)
    assert [caveat.en for caveat in warned(found, counted()).caveats] == told


def counted():
    days = pd.date_range("2022-03-16", "2023-01-10").repeat(3)
    return cube(dongcha.read(pd.DataFrame({"day": days, "g": ["a", "b", "c"] * (len(days) // 3)})))


def insight(pattern: str, subject: Subject, rows: tuple, facts: dict | None = None) -> Insight:
    return Insight(
        pattern=pattern, subject=subject, facts=facts or {}, score=1.0, test="t", p_value=0.0, q_value=0.0,
        effect=Effect("h", 1.0), share=1.0, evidence=Evidence("select 1", rows),
    )  # fmt: skip


def test_first_and_last_period_in_part_are_named_at_every_grain():
    counts = counted()
    wanted = {
        "month": (
            "March 2022 and January 2023 are covered only in part and left out.",
            "2022年3月和2023年1月的数据不完整，未计入。",
        ),
        "week": (
            "The week of 14 March 2022 and the week of 9 January 2023 are covered only in part and left out.",
            "2022年3月14日起的一周和2023年1月9日起的一周的数据不完整，未计入。",
        ),
        "quarter": (
            "Q1 2022 and Q1 2023 are covered only in part and left out.",
            "2022年第1季度和2023年第1季度的数据不完整，未计入。",
        ),
        "year": ("2022 and 2023 are covered only in part and left out.", "2022年和2023年的数据不完整，未计入。"),
    }
    for grain, (en, zh) in wanted.items():
        found = warned(insight("trend", Subject(None, "count", ("day",), grain=grain), ()), counts)
        assert [(caveat.en, caveat.zh) for caveat in found.caveats] == [(en, zh)]
    assert not warned(insight("trend", Subject(None, "count", ("day",), grain="day"), ()), counts).caveats


def test_few_periods_and_small_ones_are_told_once():
    rows = tuple({"period": f"2022-0{i}-01", "n": 4 + i, "complete": True} for i in range(1, 8))
    found = insight("trend", Subject("x", "rate", ("day",), grain="month"), rows)
    told = [caveat.en for caveat in warned(warned(found, counted()), counted()).caveats]
    assert told[:2] == [
        "It rests on 7 complete periods.",
        "Small base: 5 of 7 periods have fewer than 10 rows.",
    ]
    assert len(told) == len(set(told)) == 3


def test_a_correlation_of_few_rows_and_a_season_of_few_cycles():
    pair = insight("correlation", Subject("y", "mean", ("x",)), ({"decile": 1, "n": 34},), {"n": 34})
    assert [caveat.en for caveat in warned(pair, counted()).caveats] == ["Small base: it rests on 34 rows."]
    rows = tuple({"phase": i, "periods": 2, "n": 90, "is_subject": i == 1} for i in range(1, 13))
    season = insight("seasonality", Subject(None, "count", ("day",), grain="month"), rows, {"cycle": "month"})
    assert next(caveat.en for caveat in warned(season, counted()).caveats) == "It rests on 2 full cycles."


def test_the_trend_of_a_mean_says_what_it_rests_on():
    rng = np.random.default_rng(3)
    day = pd.Timestamp("2022-01-20") + pd.to_timedelta(rng.integers(0, 200, 1500), unit="D")
    months = (day - day.min()).days / 30
    data = pd.DataFrame({"day": day.as_unit("s"), "size": 10 + 2 * months + rng.normal(0, 3, 1500)})
    told = said(data, "trend", measure="size")
    assert any("covered only in part and left out." in text for text in told)
