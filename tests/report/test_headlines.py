"""Headlines: short, without figures, in both languages."""

import re
from dataclasses import replace

import pytest

from dongcha.insight.insight import Filter, Insight, Mined, Subject
from dongcha.report.headlines import HEADLINES, headline
from dongcha.report.verify import check_numbers


def test_every_pattern_told_by_hand_has_a_headline(each: Insight) -> None:
    assert each.pattern in HEADLINES


def test_a_headline_is_short_and_has_no_figure_but_a_period(each: Insight) -> None:
    said = headline(each)
    assert len(said.en) <= 100
    assert said.en.endswith(".")
    assert said.zh.endswith("。")
    assert check_numbers(replace(each, sentence=said)) == []
    assert not re.search(r"\d", re.sub(r"“[^”]*”|20\d\d|\d+[月日]", "", said.en + said.zh))


def test_headlines_read_as_written_here(mined: Mined) -> None:
    by = {found.pattern: found for found in mined.insights}
    assert headline(by["outstanding"]).en == (
        "Timely “No” is more common for sub product “Payday loan” than for other sub products."
    )
    assert headline(by["majority"], "complaints").en == (
        "The number of complaints is higher for “submitted via” “Web” than for all others together."
    )
    assert headline(by["trend"], "complaints").en == "The number of complaints is increasing over time."
    assert headline(by["correlation"]).en == (
        "There is a positive correlation between narrative words and days to answer."
    )
    assert headline(by["trend"]).zh == "记录数随时间上升。"


@pytest.mark.parametrize(("value", "start"), [(0.6, "Most loans with"), (1.0, "All loans with")])
def test_most_of_a_group_is_said_of_the_group(mined: Mined, value: float, start: str) -> None:
    found = replace(mined.insights[0], facts={**mined.insights[0].facts, "value": value})
    assert headline(found, "loans").en == f"{start} sub product “Payday loan” have timely “No”."


def test_a_duration_in_a_group_reads_as_a_person_would_say_it(mined: Mined) -> None:
    trend = next(found for found in mined.insights if found.pattern == "trend")
    where = (Filter("kind", "<b>"),)
    subject = replace(trend.subject, measure="days from opened_at to closedDate", aggregation="mean", where=where)
    said = headline(replace(trend, subject=subject))
    assert said.en == "Average time from opened to closed for kind “<b>” is increasing over time."
    assert said.zh == "kind “<b>”的记录中，从 opened 到 closed 的平均时间随时间上升。"


@pytest.mark.parametrize(
    ("pattern", "subject", "en", "zh"),
    [
        (
            "evenness",
            Subject(None, "count", ("category",)),
            "The incidents are evenly distributed across all categories.",
            "记录在各 category 中分布均匀。",
        ),
        (
            "evenness",
            Subject("late", "rate", ("shop",), category="yes"),
            "The share of late “yes” is about the same across all shops.",
            "late “yes”的占比在各 shop 中相近。",
        ),
        (
            "no_trend",
            Subject(None, "count", ("day",), grain="month"),
            "There is no significant increase or decrease in the number of incidents over time.",
            "记录数没有随时间明显升降。",
        ),
    ],
)
def test_what_is_even_or_flat_reads_as_written_here(
    mined: Mined, pattern: str, subject: Subject, en: str, zh: str
) -> None:
    said = headline(replace(mined.insights[0], pattern=pattern, subject=subject), "incidents")
    assert (said.en, said.zh) == (en, zh)


def test_a_pattern_without_a_headline_has_its_sentence(mined: Mined) -> None:
    other = replace(mined.insights[0], pattern="another")
    assert headline(other) == other.sentence
