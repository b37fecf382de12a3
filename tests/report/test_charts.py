import json
import re
from dataclasses import replace
from html import unescape

import pytest

from dongcha.insight.insight import Evidence, Insight, Mined
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg
from dongcha.report.charts.theme import LABEL_ROOM
from dongcha.report.fit import cut, lines, room


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_pattern_is_drawn_with_a_title_and_a_text_for_who_cannot_see_it(each: Insight, lang: str) -> None:
    assert each.pattern in CHARTS
    chart = draw(each, lang)
    drawn = svg(chart, "c")
    assert each.sentence.at(lang) in chart["description"]
    assert set(chart["usermeta"]["title"]) == {"en", "zh"}
    assert drawn.startswith("<svg ")
    assert 'role="img" aria-label="' in drawn
    assert all(line in unescape(drawn) for line in chart["title"]["text"])
    assert drawn.count("font-family") == 1
    assert "Noto Sans CJK SC" in drawn.split(">", 1)[0]
    assert "NaN" not in drawn
    json.dumps(chart, allow_nan=False)


def test_the_subject_alone_is_in_colour(mined: Mined) -> None:
    values = draw(mined.insights[0])["data"]["values"]
    assert [v["group"] for v in values if v["about"]] == ["Payday loan (503)"]
    assert svg(draw(mined.insights[0]), "c").count('fill="#0a6aa6"') == 1


@pytest.mark.parametrize("place", [2, 3, 4])
def test_incomplete_periods_are_hollow_dashed_and_named(mined: Mined, place: int) -> None:
    last = mined.insights[place]
    drawn = svg(draw(last), "c")
    assert (drawn.count('fill="#ffffff"'), drawn.count('stroke-dasharray="4,4"')) == (1, 1)
    assert drawn.count(">incomplete</text>") == 1
    assert "○ August 2023 is incomplete and not counted" in drawn
    told = svg(draw(last, "zh"), "c")
    assert ">不完整</text>" in told
    assert "○ 2023年8月的数据不完整，未计入" in told
    rows = ({**last.evidence.rows[0], "complete": False}, *last.evidence.rows[1:])
    both = svg(draw(replace(last, evidence=Evidence("", rows))), "c")
    assert (both.count('stroke-dasharray="4,4"'), both.count(">incomplete</text>")) == (2, 2)
    assert "○ January 2023 and August 2023 are incomplete and not counted" in both


def test_groups_too_small_to_be_tested_are_left_out_and_that_is_said(mined: Mined) -> None:
    first = mined.insights[0]
    rows = (*first.evidence.rows, {**first.evidence.rows[1], "sub_product": "Rare", "value": 0.9, "n": 6})
    tiny = replace(first, evidence=Evidence("", rows))
    assert [v["group"] for v in draw(tiny)["data"]["values"]] == [
        *("Payday loan (503)", "Installment loan (1,361)", "Title loan (281)", "Personal line of credit (666)"),
    ]
    assert draw(tiny)["title"]["subtitle"] == ["In brackets: rows; groups of fewer than 20 rows left out"]
    assert draw(tiny, "zh")["title"]["subtitle"] == ["括号内为记录数；未显示不足 20 条记录的组"]
    small = ({**first.evidence.rows[0], "n": 12}, *first.evidence.rows[1:])
    assert draw(replace(first, evidence=Evidence("", small)))["data"]["values"][0]["group"] == "Payday loan (12)"


def test_a_low_subject_stands_among_the_lowest_and_the_axis_reaches_the_rest(mined: Mined) -> None:
    first = mined.insights[0]
    rows = tuple(
        {"sub_product": f"g{i:02d}", "value": i / 1000, "n": 40, "rest": 0.5, "is_subject": i == 3} for i in range(30)
    )
    facts = {**first.facts, "value": 0.003, "rest": 0.5}
    chart = draw(replace(first, facts=facts, evidence=Evidence("", rows)))
    groups = [v["group"] for v in chart["data"]["values"]]
    assert (groups[0], groups[-1], len(groups)) == ("g11 (40)", "g00 (40)", 12)
    assert "the 12 lowest groups" in chart["title"]["subtitle"][0]
    assert chart["layer"][0]["encoding"]["x"]["scale"]["domainMax"] > 0.5


def test_groups_whose_names_look_alike_keep_their_own_bars(mined: Mined) -> None:
    first = mined.insights[0]
    rows = tuple({**row, "sub_product": "x" * 90, "n": 50} for row in first.evidence.rows)
    groups = [v["group"] for v in draw(replace(first, evidence=Evidence("", rows)))["data"]["values"]]
    assert len(set(groups)) == 5
    assert all(room(group.rstrip("\u200b")) <= LABEL_ROOM for group in groups)


def test_titles_are_broken_into_lines_that_fit() -> None:
    title = (
        "Share of rows where “company response” is “Closed with non-monetary relief”, by a rather long name of a column"
    )
    assert all(room(line) <= 88 for line in lines(title, 88))
    assert " ".join(lines(title, 88)) == title
    assert lines("“满意”为“否”的记录占比，按投诉类别", 24) == ["“满意”为“否”的记录占比，", "按投诉类别"]
    assert cut("手机应用", 8) == "手机应用"


def test_charts_of_one_page_do_not_share_identifiers(mined: Mined) -> None:
    one, two = (set(re.findall(r'id="([^"]+)"', svg(draw(mined.insights[4]), name))) for name in ("a", "b"))
    assert not one & two


def test_the_same_insight_gives_the_same_drawing(each: Insight) -> None:
    assert svg(draw(each), "c") == svg(draw(each), "c")


def test_values_that_look_like_code_stay_text(mined: Mined) -> None:
    evil = "</svg><script>alert(1)</script>"
    rows = tuple(
        {**row, "sub_product": evil if row["is_subject"] else row["sub_product"]}
        for row in mined.insights[0].evidence.rows
    )
    drawn = svg(draw(replace(mined.insights[0], evidence=Evidence("", rows))), "x")
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_a_chart_of_a_thousand_groups_shows_few_and_the_subject(mined: Mined) -> None:
    rows = tuple({"sub_product": f"g{i}", "value": 1000 - i, "n": 50, "is_subject": i == 900} for i in range(1000))
    values = draw(replace(mined.insights[0], evidence=Evidence("", rows)))["data"]["values"]
    assert len(values) == 13
    assert values[-1]["group"] == "g900 (50)"
