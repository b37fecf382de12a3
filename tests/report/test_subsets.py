"""Sentences, headlines and charts of the patterns that compare subsets; figures worked out on paper."""

import json
from html import unescape

import pytest
from tests.report.conftest import insight, spoken

from dongcha.insight.insight import Insight, Subject
from dongcha.report.charts.draw import draw
from dongcha.report.charts.svg import svg
from dongcha.report.headlines import headline
from dongcha.report.verify import check_numbers


def missing() -> Insight:
    names = {"Web": (0.234, 150), "Phone": (0.052, 400), "Mail": (0.048, 300), "Fax": (1.0, 60)}
    rows = [
        {"channel": g, "value": v, "n": n, "rest": 0.05, "times": v / 0.05, "always": v == 1, "is_subject": g == "Web"}
        for g, (v, n) in names.items()
    ]
    facts = {"group": "Web", "value": 0.234, "n": 150, "rest": 0.05, "times": 4.68}
    return insight("missing", Subject("email", "rate", ("channel",)), facts, rows)


def missing_month() -> Insight:
    values = [0.05, 0.04, 0.06, 0.05, 0.31, 0.04, 0.05]
    rows = [
        {
            "period": f"2023-{at:02d}-01",
            "value": v,
            "n": 100,
            "rest": 0.05,
            "times": v / 0.05,
            "complete": at < 7,
            "is_subject": at == 5,
        }
        for at, v in enumerate(values, 1)
    ]
    facts = {"period": "2023-05-01", "value": 0.31, "n": 100, "rest": 0.05, "times": 6.2}
    return insight("missing", Subject("email", "rate", ("day",), grain="month"), facts, rows)


def reversal() -> Insight:
    strata = [("A", 0.62, 825, 0.82, 108), ("B", 0.63, 560, 0.68, 25), ("C", 0.37, 325, 0.34, 593)]
    whole = {"overall": 0.54, "overall_rest": 0.42, "rows": 1710, "odds_ratio": 0.785, "strata": 3, "against": 2}
    rows = [
        {"stratum": s, "value": v, "n": n, "rest": r, "rest_n": m, **whole, "is_subject": s != "C"}
        for s, v, n, r, m in strata
    ]
    subject = Subject("outcome", "rate", ("sex", "dept"), category="admitted")
    return insight("reversal", subject, {"group": "male", **whole}, rows)


def exception() -> Insight:
    names = {"loan": (0.21, 120, "late", 0.45), "card": (0.5, 300, "fee", 0.5), "mortgage": (0.48, 200, "fee", 0.48)}
    rows = [
        {
            "product": g,
            "value": v,
            "n": n,
            "most_common": m,
            "most": p,
            "outcome": "breaks" if m == "late" else "holds",
            "rest": 0.49,
            "holds": 9,
            "groups": 10,
            "is_subject": g == "loan",
        }
        for g, (v, n, m, p) in names.items()
    ]
    facts = {"group": "loan", "common": "fee", "other": "late", "part": 0.45, "value": 0.21, "n": 120, "rest": 0.49}
    subject = Subject("issue", "rate", ("product",), category="fee")
    return insight("exception", subject, {**facts, "holds": 9, "groups": 10}, rows)


def opposite() -> Insight:
    names = {"north": (0.12, 80, 0.3, 90), "south": (0.4, 100, 0.1, 90), "east": (0.38, 70, 0.12, 60)}
    rows = [
        {
            "within": g,
            "value": v,
            "n": n,
            "rest": r,
            "rest_n": m,
            "outcome": "breaks" if g == "north" else "holds",
            "holds": 5,
            "groups": 6,
            "is_subject": g == "north",
        }
        for g, (v, n, r, m) in names.items()
    ]
    facts = {"group": "new", "within": "north", "value": 0.12, "n": 80, "rest": 0.3, "holds": 5, "groups": 6}
    return insight("exception", Subject("late", "rate", ("plan", "region"), category="yes"), facts, rows)


def association() -> Insight:
    cells = [("loan", "late", 120, 40.25, 9.1), ("card", "fee", 90, 60.0, 4.0), ("card", "late", 8, 52.0, -8.8)]
    rows = [
        {"first": a, "second": b, "n": n, "expected": e, "residual": r, "v": 0.313, "rows": 5000, "is_subject": r > 9}
        for a, b, n, e, r in cells
    ]
    facts = {"first": "loan", "second": "late", "together": 120, "expected": 40.25, "v": 0.313, "rows": 5000}
    facts |= {"less_first": "card", "less_second": "late", "less_together": 8, "less_expected": 52.0}
    return insight("association", Subject(None, "count", ("product", "issue")), facts, rows)


SAID = [
    (
        missing,
        "Email is missing in 23.4% of the 150 rows where channel is “Web”, against 5% elsewhere: 4.7 times as often.",
        "channel 为“Web”的 150 条记录中，email 缺失的占 23.4%，是其余记录（5%）的 4.7 倍。",
        "Email is missing more often for channel “Web” than for other channels.",
        "channel “Web”的 email 比其余缺失更多。",
    ),
    (
        missing_month,
        "Email is missing in 31% of the 100 rows in May 2023, against 5% in the other periods: 6.2 times as often.",
        "2023年5月的 100 条记录中，email 缺失的占 31%，是其余记录（5%）的 6.2 倍。",
        "Email is missing more often in May 2023 than at other times.",
        "2023年5月的 email 缺失偏多。",
    ),
    (
        reversal,
        "Outcome is “admitted” more often where sex is “male” than elsewhere (54% against 42%), but less often within "
        "2 of 3 depts: with dept held the same, the odds are 0.79 times as high.",
        "sex 为“male”的记录中，outcome 为“admitted”的占 54%，高于其余记录的 42%；"
        "但在 dept 的 3 个取值中，有 2 个恰好相反：控制 dept 后，优势比为 0.79。",
        "Outcome “admitted” is more common for sex “male” overall, but less common within the same dept.",
        "总体上 sex “male”的 outcome “admitted”占比更高，但 dept 相同时反而更低。",
    ),
    (
        exception,
        "The most common issue is “fee” in 9 of 10 products; where product is “loan” it is “late” (45% of 120 rows).",
        "product 的 10 个取值中，有 9 个最常见的 issue 是“fee”；"
        "而 product 为“loan”时，最常见的是“late”（120 条记录中占 45%）。",
        "“fee” is the most common issue for nearly all products, but “late” is for product “loan”.",
        "几乎所有 product 中最常见的 issue 都是“fee”，product “loan”却是“late”。",
    ),
    (
        opposite,
        "In 5 of 6 regions, late is “yes” more often where plan is “new” than elsewhere; "
        "where region is “north” it is the other way round (12% against 30%).",
        "region 的 6 个取值中，有 5 个在 plan 为“new”时 late 为“yes”的占比更高；"
        "而 region 为“north”时恰好相反（12%，其余为 30%）。",
        "Late “yes” is more common for plan “new” in nearly all regions, but not for region “north”.",
        "几乎所有 region 中，plan “new”的 late “yes”占比都更高，region “north”却相反。",
    ),
    (
        association,
        "Product and issue depend on each other (Cramér's V 0.31 over 5,000 rows): “loan” comes with “late” in 120 "
        "rows where chance would give 40.2, “card” with “late” in 8 where it would give 52.",
        "product 与 issue 相互关联（Cramér's V 为 0.31，共 5,000 条记录）：“loan”与“late”同时出现 120 次，"
        "而随机情形下为 40.2 次；“card”与“late”出现 8 次，随机情形下为 52 次。",
        "Product and issue depend on each other.",
        "product 与 issue 相互关联。",
    ),
]


@pytest.mark.parametrize(
    ("make", "en", "zh", "title", "zh_title"), SAID, ids=lambda part: getattr(part, "__name__", "")
)
def test_sentences_and_headlines_read_as_written_here(make, en: str, zh: str, title: str, zh_title: str) -> None:
    found = spoken(make())
    assert (found.sentence.en, found.sentence.zh) == (en, zh)
    said = headline(found)
    assert (said.en, said.zh) == (title, zh_title)
    assert check_numbers(found) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("make", [case[0] for case in SAID], ids=lambda make: make.__name__)
def test_charts_show_the_thing_itself(make, lang: str) -> None:
    found = spoken(make())
    chart = draw(found, lang)
    drawn = svg(chart, "c")
    assert found.sentence.at(lang) in chart["description"]
    assert 'role="img" aria-label="' in drawn
    assert all(line in unescape(drawn) for line in chart["title"]["text"])
    assert "NaN" not in drawn
    json.dumps(chart, allow_nan=False)


def test_what_a_chart_marks() -> None:
    drawn = {make.__name__: unescape(svg(draw(spoken(make())), "c")) for make, *_ in SAID}
    assert ">others: 5%<" in drawn["missing"]
    assert ">May 2023: 31%<" in drawn["missing_month"]
    assert ">all rows<" in drawn["reversal"]
    assert drawn["reversal"].count("#c8500a") >= 2  # the line of all rows and its points
    assert "most common: “late”" in drawn["exception"]
    assert ">12% / 30%<" in drawn["opposite"]
    assert all(f">{n}<" in drawn["association"] for n in (120, 90, 8))


def test_values_that_look_like_code_stay_text() -> None:
    evil = "</svg><script>alert(1)</script>"
    for make, *_ in SAID:
        found = make()
        rows = [
            {k: evil if isinstance(v, str) and k not in ("outcome", "period") else v for k, v in row.items()}
            for row in found.evidence.rows
        ]
        facts = {k: evil if isinstance(v, str) and k != "period" else v for k, v in found.facts.items()}
        drawn = svg(draw(spoken(insight(found.pattern, found.subject, facts, rows))), "x")
        assert "<script" not in drawn
