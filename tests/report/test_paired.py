"""Two series that have to do with each other, and forecasts: sentences, headlines and charts; figures are by hand."""

import json
from dataclasses import replace

import pytest

from dongcha.core.words import Words
from dongcha.insight.insight import Effect, Evidence, Insight, Subject
from dongcha.report.charts.draw import draw
from dongcha.report.charts.svg import svg
from dongcha.report.headlines import headline
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers


def pair(pattern: str, lag: int, r: float = 0.71, grain: str = "week") -> Insight:
    rows = [
        {
            "period": f"2023-{i:02d}-02",
            "first": 40.0 + (i * 7) % 5,
            "second": 5 + (i * 3) % 4,
            "lag": lag,
            "r": r,
            "pairs": 50,
        }
        for i in range(1, 13)
    ]
    facts = {"x": "wait_minutes", "x_aggregation": "mean", "x_category": None, "lag": lag, "r": r, "pairs": 50}
    made = Insight(
        pattern=pattern,
        subject=Subject(None, "count", ("day",), grain=grain),
        facts=facts,
        score=0.5,
        test="prewhitened rank cross-correlation, every lag",
        p_value=1e-6,
        q_value=1e-5,
        effect=Effect("rank correlation of what is new", r, r - 0.1, r + 0.1),
        share=1.0,
        evidence=Evidence("SELECT 1", tuple(rows)),
    )
    return replace(made, sentence=say(made))


def test_what_follows_and_what_leads_are_told_apart():
    found = pair("lead_lag", 2)
    assert found.sentence.en == (
        "The number of rows follows the average wait minutes 2 weeks later, the same way "
        "(r = 0.71 between what is new in each, over 50 periods)."
    )
    assert found.sentence.zh.startswith("记录数滞后 2 周跟随 wait minutes 的平均值同向变化")
    assert headline(found).en == "The number of rows follows average wait minutes with a delay."
    assert " 1 month later, the other way (r = −0.71" in pair("lead_lag", 1, -0.71, "month").sentence.en


def test_what_moves_together_or_against():
    assert pair("together", 0).sentence.en.startswith("The average wait minutes and the number of rows move together")
    against = pair("together", 0, -0.6)
    assert "move against each other" in against.sentence.en
    assert "逐期此升彼降" in against.sentence.zh
    assert headline(against).zh == "wait minutes 的平均值与记录数随时间此升彼降。"


@pytest.mark.parametrize(("pattern", "lag"), [("lead_lag", 3), ("together", 0)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_is_in_the_evidence_and_the_chart_is_drawn(pattern, lag, lang):
    found = pair(pattern, lag)
    assert check_numbers(found) == []
    wrong = Words(found.sentence.en.replace("0.71", "0.17"), found.sentence.zh.replace("50", "60"))
    assert {where for where, _ in check_numbers(replace(found, sentence=wrong))} == {"en", "zh"}
    chart = draw(found, lang)
    json.dumps(chart, allow_nan=False)
    drawn = svg(chart, "c")
    assert found.sentence.at(lang) in chart["description"]
    assert "NaN" not in drawn
    assert ("moved 3 weeks back" in drawn or "前移 3 周" in drawn) == (lag == 3)


def test_the_follower_is_moved_back_by_its_lag():
    first, second = (layer["data"]["values"] for layer in draw(pair("lead_lag", 3))["layer"][:2])
    assert (len(first), len(second)) == (12, 9)
    assert [point["at"] for point in second] == [point["at"] for point in first[:9]]
    assert sum(point["value"] for point in first) == pytest.approx(0)


def test_names_that_look_like_code_stay_text():
    evil = "</svg><script>alert(1)</script>"
    found = pair("lead_lag", 2)
    facts = {**found.facts, "x": "kind", "x_aggregation": "rate", "x_category": evil}
    found = replace(found, facts=facts)
    found = replace(found, sentence=say(found))
    assert check_numbers(found) == []
    assert "<script" not in svg(draw(found), "c")
