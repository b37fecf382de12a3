"""What is told first, and what makes room."""

from dataclasses import replace

import polars as pl
import pytest

from dongcha.data.source import read
from dongcha.insight.claim import Claim
from dongcha.insight.cube import cube
from dongcha.insight.goal import goal
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.mine import mine
from dongcha.insight.rank import FADING, MOST_ALIKE, ranked, score
from dongcha.insight.surprise import ALWAYS, ECHO, same_name, surprise


def claim(measure: str, group: str, effect: float, breakdown: str = "by") -> Claim:
    return Claim(
        pattern="outstanding",
        subject=Subject(measure, "rate", (breakdown,), category="c"),
        test="t",
        p_value=0.0,
        effect=Effect("h", effect),
        share=0.25,
        prove=lambda: pytest.fail("ranking runs no evidence"),
        fact=("outstanding", measure, breakdown, group),
    )


def names(found):
    return [(one.claim.subject.measure, one.claim.fact[3]) for one in found]


def test_a_score_is_reach_times_certainty_times_effect_times_news():
    assert score(replace(claim("m", "g", -0.8), weight=0.5), 0.1) == pytest.approx(0.5 * 0.9 * 0.8 * 0.5)


def test_one_subject_does_not_fill_the_list():
    held = [
        (claim("a", group, effect), 0.0)
        for group, effect in zip("uvwxyz", (1, 0.99, 0.98, 0.97, 0.96, 0.95), strict=True)
    ]
    held.append((claim("b", "u", 0.3, "other"), 0.0))
    assert names(ranked(held, goal(None), 9)) == [("a", "u"), ("a", "v"), ("b", "u")]
    assert MOST_ALIKE == 2


def test_a_little_weaker_claim_about_something_else_goes_before():
    again = FADING["measure"] * FADING["breakdown"]  # both are of one pattern
    held = [(claim("a", "u", 1.0), 0.0), (claim("a", "v", 0.9), 0.0), (claim("b", "w", again, "other"), 0.0)]
    assert names(ranked(held, goal(None), 3))[1] == ("b", "w")
    held[2] = (claim("b", "w", 0.5 * again, "other"), 0.0)
    assert names(ranked(held, goal(None), 3))[1] == ("a", "v")


def test_a_relation_of_two_columns_is_one_topic_whichever_is_the_outcome():
    held = [(claim("a", "u", 1.0, "b"), 0.0), (claim("b", "v", 0.99, "a"), 0.0), (claim("a", "w", 0.98, "b"), 0.0)]
    assert names(ranked(held, goal(None), 9)) == [("a", "u"), ("b", "v")]


def test_that_columns_go_together_comes_late_where_a_finding_says_how():
    together = replace(
        claim("a", "u", 0.6, "b"),
        pattern="association",
        subject=Subject(None, "count", ("a", "b")),
        fact=("association", "a", "b"),
    )
    other = claim("m", "u", 0.4, "n")
    for first, last in ((claim("b", "u", 1.0, "a"), together), (claim("b", "u", 1.0, "c"), other)):
        held = [(one, 0.0) for one in (first, together, other)]
        assert [one.claim for one in ranked(held, goal(None), 9)][-1] is last


def test_a_count_is_no_repeat_of_a_rate():
    rate = claim("a", "u", 1.0)
    leader = replace(claim("n", "u", 0.9), subject=Subject(None, "count", ("kind",)), fact=("leader", "kind"))
    other = claim("b", "v", 0.95, "place")
    assert [one.claim for one in ranked([(rate, 0.0), (other, 0.0), (leader, 0.0)], goal(None), 3)] == [
        rate,
        leader,
        other,
    ]


def test_the_same_fact_is_told_once_and_counted():
    held = [(claim("a", "u", 0.5), 0.0), (claim("a", "u", -0.7), 0.0)]
    (only,) = ranked(held, goal(None), 9)
    assert (only.claim.effect.value, only.folded) == (-0.7, 1)


def test_what_names_or_definitions_explain_is_less_news():
    rows = {
        "kind": ["title loan", "payday loan", "credit line"] * 30,
        "issue": ["getting a credit line", "late fee", "wrong loan"] * 30,
    }
    counted = cube(read(pl.DataFrame(rows)))
    assert surprise(counted, "kind", ("issue", "late fee"), always=False) == 1
    assert surprise(counted, "kind", ("issue", "late fee"), always=True) == ALWAYS
    assert surprise(counted, "kind", ("issue", "getting a credit line"), always=False) == ECHO
    assert surprise(counted, "kind", ("issue", "wrong loan"), always=False) == 1  # most kinds are loans
    assert same_name("服务态度", "态度不好")


def test_of_two_answers_the_rarer_is_told_and_of_two_sides_the_smaller():
    late = ["no"] * 400 + ["yes"] * 40 + ["no"] * 60
    firm = ["big"] * 400 + ["small"] * 100
    found = mine(read(pl.DataFrame({"late": late, "firm": [*firm], "n": list(range(500))})))
    told = [(one.subject.category, one.facts.get("group")) for one in found.insights if one.subject.measure == "late"]
    assert told[0] == ("yes", "small")
