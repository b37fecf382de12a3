import json
import re
from dataclasses import replace

import pytest

from dongcha.insight.insight import Evidence, Insight, Mined
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.charts.svg import svg


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_pattern_is_drawn_with_a_title_and_a_text_for_who_cannot_see_it(each: Insight, lang: str) -> None:
    assert each.pattern in CHARTS
    chart = draw(each, lang)
    drawn = svg(chart, "c")
    assert each.sentence.at(lang) in chart["description"]
    assert set(chart["usermeta"]["title"]) == {"en", "zh"}
    assert drawn.startswith("<svg ")
    assert 'role="img" aria-label="' in drawn
    assert chart["title"]["text"] in drawn.replace("&quot;", '"').replace("&amp;", "&")
    assert "NaN" not in drawn
    json.dumps(chart, allow_nan=False)


def test_the_subject_alone_is_in_colour(mined: Mined) -> None:
    values = draw(mined.insights[0])["data"]["values"]
    assert [v["group"] for v in values if v["about"]] == ["Payday loan"]
    assert svg(draw(mined.insights[0]), "c").count('fill="#0a6aa6"') == 1


def test_the_incomplete_period_is_hollow_dashed_and_named(mined: Mined) -> None:
    drawn = svg(draw(mined.insights[2]), "c")
    assert drawn.count('fill="#ffffff"') == 1
    assert 'stroke-dasharray="4,4"' in drawn
    assert ">incomplete</text>" in drawn
    assert ">未完整</text>" in svg(draw(mined.insights[2], "zh"), "c")


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
    rows = tuple({"sub_product": f"g{i}", "value": 1000 - i, "n": 5, "is_subject": i == 900} for i in range(1000))
    values = draw(replace(mined.insights[0], evidence=Evidence("", rows)))["data"]["values"]
    assert len(values) == 13
    assert values[-1]["group"] == "g900"
