"""What is new, changed or gone between two minings; what is set aside and what comes forward."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.data.source import read
from dongcha.insight.claim import Claim, Proof
from dongcha.insight.fingerprint import Fingerprint, fingerprint
from dongcha.insight.goal import goal
from dongcha.insight.insight import Effect, Evidence, Subject
from dongcha.insight.rank import ranked
from dongcha.insight.remembered import LIKE_DISMISSED, LIKE_STARRED, MOST_LIKE, STARRED, Mark, Remembered
from dongcha.insight.since import since, telling
from dongcha.insight.since_record import since_json, telling_from, telling_json
from dongcha.loop.mine import mine

WEST, EAST = "west", "east, \"quoted\" '地区'"


def table(seed: int = 1, late_west: float = 0.6, late_card: float = 0.15, spike: int | None = None, days: int = 120):
    """Orders by day; late more often in the west, and perhaps where paid by card; a spike of rows on one day."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        for _ in range(70 if day == spike else 4 + int(rng.integers(0, 5))):
            region, paid = rng.choice([WEST, EAST, "north"]), rng.choice(["card", "cash", "bill"])
            risk = max(late_west if region == WEST else 0.15, late_card if paid == "card" else 0.0)
            rows.append((date(2024, 1, 1) + timedelta(days=day), region, paid, "yes" if rng.random() < risk else "no"))
    return read(pl.DataFrame(rows, schema=["day", "region", "paid", "late"], orient="row"))


@cache
def mined(**planted):
    return mine(table(**planted))


def of_region(found):
    return [one for one in found.insights if one.subject.breakdown == ("region",) and one.subject.measure == "late"]


@pytest.fixture(scope="module")
def first():
    return mined()


def test_the_same_data_brings_nothing_new(first):
    assert of_region(first), "the planted fact is found"
    found = since(first, telling(first, "2024-08-01T00:00:00+00:00"))
    assert (found.news, found.gone) == ((), ())
    assert found.same == len(first.insights) > 0


def test_where_nothing_was_told_all_is_new(first):
    found = since(first, None)
    assert [one.status for one in found.news] == ["new"] * len(first.insights)
    assert (found.at, found.gone, found.same) == (None, (), 0)


def test_more_rows_of_the_same_kind_change_nothing_about_the_planted_fact(first):
    later = mined(seed=2, days=140)
    planted = of_region(later)[0]
    assert planted not in [one.insight for one in since(later, telling(first, "")).news]


def test_what_did_not_hold_before_is_new(first):
    later = mined(late_card=0.6)
    news = {one.insight.subject.breakdown: one for one in since(later, telling(first, "")).news}
    assert news["paid",].status == "new"
    assert news["paid",].before is None


def test_a_direction_that_flipped_is_a_change_and_says_how_it_was(first):
    later = mined(late_west=0.01)
    changed = [one for one in since(later, telling(first, "")).news if one.insight in of_region(later)]
    assert [one.status for one in changed] == ["changed"]
    assert changed[0].before == of_region(first)[0].sentence


def test_what_no_longer_holds_is_gone_once(first):
    later = mined(late_west=0.15)
    gone = since(later, telling(first, "")).gone
    assert of_region(first)[0].sentence in [one.sentence for one in gone]
    assert len({str(one.fingerprint) for one in gone}) == len(gone)


def test_what_was_told_and_has_flipped_is_gone_where_it_is_not_told_now(first):
    later = mined(late_west=0.01)
    planted = of_region(first)[0]
    unsaid = replace(later, insights=tuple(one for one in later.insights if one.fingerprint != planted.fingerprint))
    assert planted.fingerprint in [one.fingerprint for one in later.held]
    assert planted.sentence in [one.sentence for one in since(unsaid, telling(first, "")).gone]
    still = replace(first, insights=())
    assert since(still, telling(first, "")).gone == ()


def test_an_outlier_on_another_day_is_new_though_it_is_the_same_kind_of_fact():
    one, two = mined(spike=60), mined(spike=100)
    (outlier,) = [found for found in one.insights if found.pattern == "outlier"]
    assert Fingerprint.parsed(outlier.fingerprint).meets(Fingerprint("", "", "2024-03-01/day"))  # day 60
    news = [n.insight for n in since(two, telling(one, "")).news if n.insight.pattern == "outlier"]
    assert news
    assert all(n.status == "new" for n in since(two, telling(one, "")).news if n.insight.pattern == "outlier")
    assert since(one, telling(one, "")).news == ()


def test_a_telling_survives_being_written(first):
    one = telling(first, "2024-08-01T00:00:00+00:00")
    assert telling_from(one.at, telling_json(one)) == one


def test_the_object_that_scripts_read(first):
    later = mined(late_west=0.15, late_card=0.6)
    found = since_json(since(later, telling(first, "2024-08-01T00:00:00+00:00")), later)
    assert {one["status"] for one in found["insights"]} <= {"new", "changed"}
    assert {one["status"] for one in found["gone"]} == {"gone"}
    assert found["since"] == "2024-08-01T00:00:00+00:00"
    assert found["same"] + len(found["insights"]) == len(later.insights)


def test_a_dismissed_finding_is_not_told_and_counted_and_not_called_gone(first):
    planted = of_region(first)[0]
    aside = Remembered(dismissed=(Mark.of(planted),))
    later = mine(table(), remembered=aside)
    assert planted.sentence not in [one.sentence for one in later.insights]
    facts = {Fingerprint.parsed(one.fingerprint).fact for one in later.insights}
    assert Fingerprint.parsed(planted.fingerprint).fact not in facts
    assert later.set_aside == 1
    assert later.tested == first.tested
    assert planted.sentence not in [one.sentence for one in since(later, telling(first, ""), aside).gone]


def test_a_dismissed_outlier_does_not_hide_another_day():
    spiked = mined(spike=60)
    aside = Remembered(dismissed=tuple(Mark.of(one) for one in spiked.insights if one.pattern == "outlier"))
    assert aside.dismissed
    assert not [one for one in mine(table(spike=60), remembered=aside).insights if one.pattern == "outlier"]
    assert [one for one in mine(table(spike=100), remembered=aside).insights if one.pattern == "outlier"]


def test_a_starred_finding_comes_first(first):
    last = first.insights[-1]
    assert last.rank > 1
    starred = mine(table(), remembered=Remembered(starred=(Mark.of(last),)))
    place = [one.fingerprint for one in starred.insights].index(last.fingerprint) + 1
    assert place < last.rank
    assert starred.tested == first.tested


def claim(measure: str, group: str, effect: float, breakdown: str = "by") -> Claim:
    return Claim(
        pattern="outstanding",
        subject=Subject(measure, "rate", (breakdown,), category="c"),
        test="t",
        p_value=0.0,
        effect=Effect("h", effect),
        share=0.25,
        prove=lambda: pytest.fail("a fact that says which group it is about is not proved to be known again"),
        fact=("outstanding", measure, breakdown, group),
    )


def known(one: Claim) -> Mark:
    return Mark(fingerprint(one), one.subject.measure, one.subject.breakdown)


def test_marks_fade_and_lift_their_like_within_bounds():
    like, other = claim("late", "a", 1.0), claim("cost", "a", 1.0)
    marks = tuple(known(claim("late", f"g{at}", 1.0)) for at in range(9))
    assert Remembered(dismissed=marks[:1]).weight(like) == LIKE_DISMISSED
    assert Remembered(dismissed=marks).weight(like) == pytest.approx(LIKE_DISMISSED**MOST_LIKE)
    assert Remembered(starred=marks[:2]).weight(like) == pytest.approx(LIKE_STARRED**2)
    assert Remembered(starred=(known(like),)).weight(like) == STARRED
    assert Remembered(dismissed=marks, starred=marks).weight(other) == 1.0


def test_what_is_remembered_changes_the_order_of_a_list():
    held = [(claim("late", "a", 1.0), 0.0), (claim("cost", "b", 0.9, "way"), 0.0)]
    order = [one.claim.subject.measure for one in ranked(held, goal(None), 2)]
    star = Remembered(starred=(known(held[1][0]),))
    assert order == ["late", "cost"]
    assert [one.claim.subject.measure for one in ranked(held, goal(None), 2, star)] == ["cost", "late"]
    kept, aside = Remembered(dismissed=(known(held[0][0]),)).kept(held)
    assert ([one.subject.measure for one, _ in kept], aside) == (["cost"], 1)


def test_of_what_is_about_a_largest_group_the_group_counts():
    def majority(group: str) -> Claim:
        proof = Proof({"group": group}, Evidence("", ()))
        return replace(claim("x", "g", 1.0), pattern="majority", fact=("majority", "by"), prove=lambda: proof)

    web = majority("Web")
    mark = Mark(fingerprint(web, web.prove().facts), None, ("by",))
    assert mark.is_of(majority("Web"))
    assert not mark.is_of(majority("Phone"))


GRAINS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.integers(-800, 800), st.sampled_from(sorted(GRAINS)))
def test_periods_meet_where_they_share_a_day(start, step, grain):
    if grain in ("month", "quarter", "year"):
        start = start.replace(day=1)
    other = start + timedelta(days=step)
    one, two = Fingerprint("f", "s", f"{start}/{grain}"), Fingerprint("f", "s", f"{other}/day")
    inside = one.meets(two)
    assert inside == two.meets(one)
    if not inside and step >= 0:
        assert step >= {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}[grain]
    if inside:
        assert 0 <= step < GRAINS[grain]


@given(st.text(), st.text(), st.floats(-1, 1))
def test_names_however_hostile_give_a_plain_fingerprint_that_no_figure_changes(measure, group, effect):
    one, two = claim(measure, group, effect), claim(measure, group, 0.3)
    text = str(fingerprint(one))
    assert text == str(fingerprint(two))
    assert Fingerprint.parsed(text) == fingerprint(one)
    assert text.isascii()
