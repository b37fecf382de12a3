"""What was checked and is even, and seasons: as sentences, charts and pages; figures are written by hand."""

from dataclasses import replace

import pytest

from dongcha.core.words import Words
from dongcha.insight.insight import Effect, Evidence, Insight, Mined, Subject
from dongcha.insight.record import mined_json
from dongcha.insight.restore import mined_from
from dongcha.report.charts.draw import draw
from dongcha.report.charts.svg import svg
from dongcha.report.contents.contents import contents
from dongcha.report.html import html
from dongcha.report.markdown import escaped, markdown
from dongcha.report.report import build_report
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers


def insight(pattern: str, subject: Subject, facts: dict, rows: list[dict]) -> Insight:
    effect = Effect("Cohen's h", -0.034, -0.081, 0.013, 0.9, 0.2)
    made = Insight(
        pattern=pattern,
        subject=subject,
        facts=facts,
        score=0.5,
        test="TOST on the arcsine scale, every group",
        p_value=1e-6,
        q_value=1e-5,
        effect=effect,
        share=1.0,
        evidence=Evidence("SELECT area FROM data", tuple({**row, **facts} for row in rows)),
        rank=1,
    )
    return replace(made, sentence=say(made))


def even(groups: int = 3, left_out: int = 0) -> Insight:
    facts = {"lowest": 0.182, "highest": 0.219, "groups": groups, "left_out": left_out, "whole": 0.2, "margin": 0.2}
    rows = [{"area": name, "value": v, "n": 400} for name, v in (("u", 0.219), ("v", 0.199), ("w", 0.182))]
    return insight("evenness", Subject("late", "rate", ("area",), category="yes"), facts, rows)


def even_counts() -> Insight:
    facts = {"lowest": 990, "highest": 1012, "groups": 3, "rows": 3000, "even": 1000.0, "margin": 1.25}
    rows = [{"地区": name, "value": v, "share": v / 3000} for name, v in (("东", 1012), ("西", 998), ("南", 990))]
    return insight("evenness", Subject(None, "count", ("地区",)), facts, rows)


def no_trend() -> Insight:
    facts = {
        "first_period": "2023-01-01",
        "last_period": "2023-08-01",
        "first_fitted": 98.2,
        "last_fitted": 101.6,
        "margin": 1.25,
    }
    rows = [
        {"period": f"2023-{i:02d}-01", "value": 95 + i, "n": 95 + i, "complete": True, "fitted": 98.2 + (i - 1) * 0.485}
        for i in range(1, 9)
    ]
    return insight("no_trend", Subject(None, "count", ("day",), grain="month"), facts, rows)


def no_correlation() -> Insight:
    facts = {"x": "size", "y": "price", "r": -0.0042, "n": 2400}
    rows = [{"decile": i, "mean_x": 10.0 + i, "mean_y": 5 + i % 2 / 10} for i in range(10)]
    return insight("no_correlation", Subject("price", "mean", ("size",)), facts, rows)


def season(cycle: str, phase: int, **more: object) -> Insight:
    facts = {"cycle": cycle, "phase": phase, "value": 41.0, "rest": 120.0, "times": 0.34, "highest": 143.0}
    length = {"weekday": 7, "month": 12}.get(cycle, 5)
    facts |= {"lowest": 41.0, "length": length, **more}
    rows = [{"phase": i, "value": 143.0 if i == 1 else 41.0, "is_subject": i == phase} for i in range(1, length + 1)]
    subject = Subject(None, "count", ("day",), grain="month" if cycle == "month" else "day")
    made = insight("seasonality", subject, facts, [])
    rows = [{**facts, **row} for row in rows]
    made = replace(made, evidence=Evidence("SELECT 1", tuple(rows)), sentence=Words("", ""))
    return replace(made, sentence=say(made))


SAID = [
    (
        even(),
        "The share of rows where late is “yes” is about the same for all 3 values of area: 18.2% to 21.9%.",
        "late 为“yes”的记录占比在 area 的全部 3 个取值中相近：18.2% 至 21.9%。",
    ),
    (
        even(left_out=2),
        "The share of rows where late is “yes” is about the same for the 3 largest values of area: 18.2% to 21.9%.",
        "late 为“yes”的记录占比在 area 的最大的 3 个取值中相近：18.2% 至 21.9%。",
    ),
    (
        even(groups=2),
        "The share of rows where late is “yes” is about the same for both values of area: 18.2% to 21.9%.",
        "late 为“yes”的记录占比在 area 的两个取值中相近：18.2% 至 21.9%。",
    ),
    (
        even_counts(),
        "The rows are spread evenly over the 3 values of 地区: 990 to 1,012 rows each.",
        "记录在地区的 3 个取值上分布均匀：每个 990 至 1,012 条。",
    ),
    (
        no_trend(),
        "The number of rows shows no trend from January 2023 to August 2023: the fitted line goes from 98.2 to 102.",
        "记录数自2023年1月至2023年8月没有升降趋势：拟合线由 98.2 到 102。",
    ),
    (
        no_correlation(),
        "There is no rising or falling relation between size and price (r = −0.0042 over 2,400 rows).",
        "size 与 price 之间没有升降关系（r = −0.0042，共 2,400 条记录）。",
    ),
    (
        season("weekday", 7),
        "Fewest rows on Sundays: 41 a day on average, against 120 on the other days.",
        "周日的记录最少：平均每天 41 条，其余各天为 120 条。",
    ),
    (
        season("weekday", 3, lowest=20.0),
        "Fewer rows on Wednesdays: 41 a day on average, against 120 on the other days.",
        "周三的记录较少：平均每天 41 条，其余各天为 120 条。",
    ),
    (
        season("month", 12, value=143.0, rest=90.0),
        "Most rows in December: 143 a month on average, against 90 in the other months.",
        "12月的记录最多：平均每月 143 条，其余各月为 90 条。",
    ),
    (
        season("own", 2),
        "The number of rows repeats every 5 days: from 41 to 143 on average.",
        "记录数每 5 天重复一次：平均由 41 到 143。",
    ),
]


@pytest.mark.parametrize(("made", "en", "zh"), SAID, ids=lambda part: getattr(part, "pattern", None))
def test_sentences_read_as_written_here_and_hold(made: Insight, en: str, zh: str) -> None:
    assert made.sentence == Words(en, zh)
    assert check_numbers(made) == []
    for lang in ("en", "zh"):
        assert svg(draw(made, lang), "x").startswith("<svg")


@pytest.mark.parametrize("made", [case[0] for case in SAID], ids=lambda made: made.pattern)
def test_a_changed_number_is_caught(made: Insight) -> None:
    wrong = made.sentence.en.translate(str.maketrans("0123456789", "9876543210"))
    assert check_numbers(replace(made, sentence=Words(wrong, made.sentence.zh)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_what_was_checked_apart(lang: str) -> None:
    mined = Mined((), (even(), no_trend()), 10, 0.05, 7)
    report = build_report(mined, title="t", lang=lang)
    page, told = html(report), markdown(report)
    head = {"en": "Checked, and nothing there", "zh": "查过，没有差别"}[lang]
    for made in mined.checked:
        assert made.sentence.at(lang) in page
        assert escaped(made.sentence.at(lang)) in told
    assert head in page
    assert head in told
    assert page.count("<svg") == 2
    figure = {"en": "(90% interval −0.08 – 0.01, margin ±0.20)", "zh": "（90% 区间 −0.08 – 0.01，界限 ±0.20）"}[lang]
    assert figure in page
    assert contents(report).findings == ()


def test_a_check_whose_sentence_does_not_hold_is_left_out() -> None:
    liar = replace(even(), sentence=Words("It is 99.9% everywhere.", "处处为 99.9%。"))
    report = build_report(Mined((), (liar, no_trend()), 10, 0.05), title="t")
    assert [one.insight for one in report.left_out] == [liar]
    assert [one.pattern for one in report.mined.checked] == ["no_trend"]


def test_what_was_checked_comes_back_out_of_its_record() -> None:
    mined = Mined((), (even(), no_correlation()), 10, 0.05, 7)
    record = mined_json(mined)
    assert mined_from(record) == mined
    del record["tested_even"]
    assert mined_from(record).tested_even == 0
