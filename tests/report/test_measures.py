"""Totals, medians, bands, shifts and the latest period: said, titled and drawn, figures written by hand."""

import json
import re
from dataclasses import replace

import pytest

from dongcha.insight.insight import Effect, Evidence, Insight, Subject
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg
from dongcha.report.headlines import HEADLINES, headline
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers

Rows = list[dict]


def insight(pattern: str, subject: Subject, facts: dict, rows: Rows) -> Insight:
    one = Insight(
        pattern=pattern,
        subject=subject,
        facts=facts,
        score=0.5,
        test="z-test of totals",
        p_value=1e-6,
        q_value=1e-5,
        effect=Effect("Cohen's h", 0.5, 0.4, 0.6),
        share=0.2,
        evidence=Evidence("", tuple(rows)),
    )
    return replace(one, sentence=say(one))


def total() -> Insight:
    sums = {"u": 34_000.0, "v": 16_000.0, "w": 50_000.0 / 3}
    rows = [
        {"area": g, "value": v, "n": 100, "share": v / 66_667, "share_of_rows": 1 / 3, "rest": 16_666.67,
         "times": v / 16_666.67, "is_subject": g == "u"}
        for g, v in sums.items()
    ]  # fmt: skip
    names = ("value", "n", "share", "share_of_rows", "rest", "times")
    return insight("outstanding", Subject("amount", "sum", ("area",)), {"group": "u", **pick(rows[0], names)}, rows)


def loss() -> Insight:
    rows = [
        {"area": g, "value": v, "n": 100, "share": None, "share_of_rows": 0.5, "rest": -20.5, "times": None,
         "is_subject": g == "u"}
        for g, v in {"u": -1725.5, "v": -20.5}.items()
    ]  # fmt: skip
    names = ("value", "n", "share", "share_of_rows", "rest", "times")
    return insight("outstanding", Subject("profit", "sum", ("area",)), {"group": "u", **pick(rows[0], names)}, rows)


def top_two() -> Insight:
    rows = [
        {"area": g, "value": v, "share": v / 1000, "both": 0.61, "rest": 90, "rest_share": 0.09,
         "is_subject": g in "uv"}
        for g, v in {"u": 310, "v": 300, "w": 90, "x": 80}.items()
    ]  # fmt: skip
    facts = {"first": "u", "second": "v", **pick(rows[0], ("both", "rest", "rest_share"))}
    return insight("top_two", Subject(None, "count", ("area",)), facts, rows)


def median() -> Insight:
    row = {"shop": "c", "value": 154.25, "n": 152, "rest": 62.8, "times": 2.456, "low": 51.3, "high": 131.6,
           "level": 0.95, "tenth": 9000.0, "rest_tenth": 700.0, "is_subject": True}  # fmt: skip
    other = {"shop": "d", "value": 60.0, "n": 300, "tenth": 690.0, "is_subject": False}
    facts = {"group": "c", **{name: cell for name, cell in row.items() if name not in ("shop", "is_subject")}}
    return insight("outstanding", Subject("amount", "median", ("shop",)), facts, [row, other])


def band() -> Insight:
    labels, values = ["< 20", "20 – 40", "≥ 40"], [0.21, 0.45, 0.19]
    rows = [
        {"age": text, "place": at, "value": v, "n": 120 + at, "low": 20.0 if at == 1 else None,
         "high": 40.0 if at == 1 else None, "below": 0.21 if at == 1 else None, "above": 0.19 if at == 1 else None,
         "is_subject": at == 1}
        for at, (text, v) in enumerate(zip(labels, values, strict=True))
    ]  # fmt: skip
    facts = pick(rows[1], ("low", "high", "value", "n", "below", "above"))
    return insight("band", Subject("late", "rate", ("age",), category="yes"), facts, rows)


def shift() -> Insight:
    told = {"n": 150, "q1": -43.0, "value": 50.5, "q3": 57.0, "rest_q1": 46.0, "rest": 50.2, "rest_q3": 54.0,
            "limit": 42.5, "up_to": 0.31, "rest_up_to": 0.12}  # fmt: skip
    rows: Rows = [
        {"start": 30.0 + 5 * at, "end": 35.0 + 5 * at, "here": 0.25, "elsewhere": part, "shop": "c" if not at else None,
         **(told if not at else dict.fromkeys(told)), "is_subject": not at}
        for at, part in enumerate((0.1, 0.4, 0.4, 0.1))
    ]  # fmt: skip
    return insight("shift", Subject("size", "distribution", ("shop",)), {"group": "c", **told}, rows)


def latest() -> Insight:
    counts = [96, 101, 99, 102, 95, 98, 100, 103, 97, 104, 100, 101, 150]
    rows = [
        {"period": f"{2021 + at // 12}-{at % 12 + 1:02d}-01", "value": v, "n": v, "complete": True,
         "change": 150 / 101 - 1, "year_change": 150 / 96 - 1}
        for at, v in enumerate(counts)
    ]  # fmt: skip
    facts = {
        "period": "2022-01-01",
        "value": 150,
        "before_period": "2021-12-01",
        "before": 101,
        "change": 150 / 101 - 1,
    }
    facts |= {"year_period": "2021-01-01", "year_before": 96, "year_change": 150 / 96 - 1}
    return insight("latest", Subject(None, "count", ("day",), grain="month"), facts, rows)


def distinct() -> Insight:
    rows = [
        {"area": g, "value": v, "n": 400, "rest": 150, "times": v / 150, "is_subject": g == "u"}
        for g, v in {"u": 340, "v": 150, "w": 90}.items()
    ]
    facts = {"group": "u", **pick(rows[0], ("value", "n", "rest", "times"))}
    return insight("outstanding", Subject("customer", "distinct", ("area",)), facts, rows)


def pick(row: dict, names: tuple[str, ...]) -> dict:
    return {name: row[name] for name in names}


MAKERS = (total, loss, top_two, median, band, shift, latest, distinct)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_each_is_said_titled_and_drawn_in_both_languages(make) -> None:
    one = make()
    assert check_numbers(one) == []
    assert one.sentence.en.endswith(".")
    assert one.sentence.zh.endswith("。")
    assert one.pattern in HEADLINES
    assert one.pattern in CHARTS
    title = headline(one)
    assert len(title.en) <= 100
    assert not re.search(r"\d", re.sub(r"“[^”]*”|20\d\d|\d+[月日]", "", title.en + title.zh))
    assert check_numbers(replace(one, sentence=title)) == []
    for lang in ("en", "zh"):
        chart = draw(one, lang)
        assert "NaN" not in svg(chart, "c")
        assert one.sentence.at(lang) in chart["description"]
        json.dumps(chart, allow_nan=False)


@pytest.mark.parametrize(
    ("make", "en", "zh"),
    [
        (
            total,
            "The total of amount is the largest where area is “u”: 34,000, 51.0% of all, 2 times the next (16,667).",
            "area 为“u”时，amount 的合计最大：34,000，占全部的 51.0%，是第二名（16,667）的 2 倍。",
        ),
        (
            loss,
            "The total of profit is the lowest where area is “u”: −1,726, against −20.5 in the next lowest group.",
            "area 为“u”时，profit 的合计最低：−1,726，次低的一组为 −20.5。",
        ),
        (
            top_two,
            "Rows where area is “u” or area is “v” hold 61% of all rows; the next group has 9%.",
            "area 为“u”或 area 为“v”的记录共占全部记录的 61%；再下一组占 9%。",
        ),
        (
            median,
            "The median amount is 154.2 over the 152 rows where shop is “c”, against 62.8 elsewhere (95% interval of "
            "the difference: 51.3 to 131.6); the highest tenth starts at 9,000, against 700.",
            "shop 为“c”的 152 条记录中，amount 的中位数为 154.2，其余记录为 62.8（差值的 95% 区间：51.3 至 131.6）；"
            "最高的十分之一从 9,000 起，其余为 700。",
        ),
        (
            band,
            "The share of rows where late is “yes” is higher where age is from 20 to 40 than on either side: 45% over "
            "121 rows, against 21% below and 19% above.",
            "age 在 20 至 40 之间的 121 条记录中，late 为“yes”的记录占比为 45%，高于两侧（更低处 21%，更高处 19%）。",
        ),
        (
            shift,
            "Size varies more over the 150 rows where shop is “c”: half of them lie from −43 to 57, against 46 to 54 "
            "elsewhere; the median is 50.5, against 50.2.",
            "shop 为“c”的 150 条记录中，size 的波动更大：中间一半在 −43 至 57，其余记录在 46 至 54；"
            "中位数为 50.5，其余为 50.2。",
        ),
        (
            distinct,
            "The number of distinct customers is 340 where area is “u”, against at most 150 in any other group: "
            "2.3 times as many.",
            "area 为“u”时，不同 customer 的数量为 340，其余各组至多为 150。",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_they_read_as_written_here(make, en: str, zh: str) -> None:
    one = make()
    assert (one.sentence.en, one.sentence.zh) == (en, zh)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_figure_that_is_changed_is_caught(make) -> None:
    one = make()
    for lang in ("en", "zh"):
        text = one.sentence.at(lang)
        spot = re.search(r"(?<![“\w.,])\d[\d,]*\d(?![月年\d])(?!\d{3}\b)", re.sub(r"(?:20\d\d年?|\d+月)", "####", text))
        assert spot is not None
        wrong = text[: spot.start()] + "87,654,321" + text[spot.end() :]
        assert check_numbers(replace(one, sentence=replace(one.sentence, **{lang: wrong})))


def test_names_that_are_code_stay_text() -> None:
    one = band()
    subject = replace(one.subject, breakdown=("</svg><script>",))
    rows = tuple({**row, "</svg><script>": row["age"]} for row in one.evidence.rows)
    evil = replace(one, subject=subject, evidence=Evidence("", rows))
    assert "<script>" not in svg(draw(replace(evil, sentence=say(evil))), "c")
