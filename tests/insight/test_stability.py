"""Whether findings come out again in halves of the data, and what rows that belong together do to them."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

import dongcha
from dongcha.insight.claim import Claim
from dongcha.insight.goal import goal
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.mine import mine
from dongcha.insight.record import to_json
from dongcha.insight.restore import insight_from
from dongcha.insight.stability.choose import Order, chosen, halves_of
from dongcha.insight.stability.counts import rate_again
from dongcha.insight.stability.dealt import DRAWS, KEY, PAIRS, Again, Dealt
from dongcha.insight.stability.units import unit_of
from dongcha.insight.stability.verdict import verdict
from dongcha.report.contents.finding import finding


def two(rows: int, here: int, seed: int = 0, difference: float = 0.0) -> pd.DataFrame:
    """A group of `here` rows with a rate of 20 % and `difference`, among others with 20 %."""
    rng = np.random.default_rng(seed)
    group = np.where(np.arange(rows) < here, "a", rng.choice(["b", "c"], rows))
    late = rng.random(rows) < 0.2 + difference * (group == "a")
    return pd.DataFrame({"group": group, "late": np.where(late, "yes", "no")})


@settings(max_examples=10, deadline=None, derandomize=True)
@given(st.integers(40, 400), st.integers(0, 1000))
def test_two_halves_make_the_whole(rows, seed):
    data = two(rows, rows // 3, seed)
    dealt = Dealt(dongcha.read(data))
    sums = dealt.summed(
        dealt.rows.select(KEY, hit=dealt.rows["late"] == "yes", group=dealt.rows["group"]), ["hit", "group"]
    )
    whole = data.groupby([data["late"] == "yes", "group"]).size()
    assert sums.totals["n"].shape == (DRAWS, len(whole))
    both = sums.totals["n"][:PAIRS] + sums.totals["n"][PAIRS:]
    assert all((both[:, at] == whole[cell]).all() for at, cell in enumerate(sums.cells))


def test_it_holds_as_often_as_in_halves_drawn_by_hand():
    data = two(900, 300, 4, 0.09)
    again = rate_again("late", "yes", ["group"], ["a"], Dealt(dongcha.read(data)))
    rng, hits = np.random.default_rng(1), []
    here, late = (data["group"] == "a").to_numpy(), (data["late"] == "yes").to_numpy()
    for _ in range(1000):
        half = rng.random(900) < 0.5
        cells = [[(half & (here == side) & (late == hit)).sum() for hit in (True, False)] for side in (True, False)]
        hits.append(min(1, 2 * min(fisher_exact(cells, way).pvalue for way in ("less", "greater"))) <= 0.05)
    assert 0.15 < np.mean(hits) < 0.85, "a claim that always or never holds tells nothing here"
    assert np.mean(again.p_values <= 0.05) == pytest.approx(np.mean(hits), abs=0.12)


def test_the_order_of_the_rows_does_not_count_and_draws_are_the_same_each_time():
    data = two(700, 200, 2, 0.1)
    drawn = [
        rate_again("late", "yes", ["group"], ["a"], Dealt(dongcha.read(frame))).p_values
        for frame in (data, data, data.sample(frac=1, random_state=3))
    ]
    assert (drawn[0] == drawn[1]).all()
    assert (drawn[0] == drawn[2]).all()


def customers(relation: float, seed: int, each: int = 10, many: int = 200) -> pd.DataFrame:
    """Rows of `many` customers with a group and a leaning of their own, which go together as far as `relation`."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["x", "y", "z"], many)
    leaning = rng.random(many) < 0.3 + relation * (group == "x")
    rows = np.repeat(np.arange(many), each)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in rows],
            "group": group[rows],
            "late": np.where(leaning[rows] ^ (rng.random(len(rows)) < 0.05), "yes", "no"),
        }
    )


def test_rows_of_one_customer_are_no_independent_rows():
    claimed = {True: 0, False: 0}
    for seed in range(12):
        data = customers(0.0, seed)
        for known in claimed:
            frame = data if known else data.drop(columns="customer_id")
            claimed[known] += any(i.subject.measure == "late" for i in mine(dongcha.read(frame)).insights)
    assert claimed[False] >= 8, "without the identifier the customers' leanings look like those of groups"
    assert claimed[True] <= 1


def test_a_relation_over_many_customers_stays_and_says_how_sure_it_is():
    found = mine(dongcha.read(customers(0.5, 1, many=400))).insights
    first = next(i for i in found if i.subject.measure == "late" and i.facts["group"] == "x")
    assert any(caveat.en.startswith("Rows with the same “customer_id” are alike.") for caveat in first.caveats)
    assert any(caveat.zh.startswith("“customer_id”相同的记录彼此相似") for caveat in first.caveats)


def test_what_is_even_by_the_luck_of_few_customers_is_not_called_even():
    """Customers are late 42 % and 30 % of the time, always or never: by luck two groups of 60 look alike."""
    even = {True: 0, False: 0}
    for seed in range(12):
        rng = np.random.default_rng(seed)
        group, rows = np.repeat(["x", "y"], 60), np.repeat(np.arange(120), 10)
        leaning = rng.random(120) < np.where(group == "x", 0.42, 0.3)
        data = pd.DataFrame({"customer_id": [f"c{i}" for i in rows], "group": group[rows], "late": leaning[rows]})
        for known in even:
            checked = mine(dongcha.read(data if known else data.drop(columns="customer_id"))).checked
            even[known] += any({"group", "late"} <= {i.subject.measure, *i.subject.breakdown} for i in checked)
    assert even[False] >= 3, "without the identifier their rows look like proof that nothing differs"
    assert even[True] == 0


@pytest.mark.parametrize("sizes", [[4] * 60, [1] * 50 + [150]])
def test_a_unit_is_as_large_as_its_rows_see_it(sizes):
    rows = np.repeat(np.arange(len(sizes)), sizes)
    data = pd.DataFrame({"customer_id": [f"c{i}" for i in rows], "amount": np.arange(len(rows)) / 7})
    unit = unit_of(dongcha.read(data))
    assert (unit.column, unit.size) == ("customer_id", pytest.approx(np.square(sizes).sum() / len(rows)))


def test_copies_are_drawn_together_and_said():
    rng = np.random.default_rng(5)
    data = two(800, 250, 3, 0.25).assign(amount=rng.normal(50, 9, 800).round(4))
    assert unit_of(dongcha.read(data)) is None
    copied = dongcha.read(pd.concat([data] * 3, ignore_index=True))
    unit = unit_of(copied)
    assert (unit.column, unit.size) == (None, pytest.approx(3))
    first = mine(copied).insights[0]
    assert any(caveat.en.startswith("Many rows are copies of others.") for caveat in first.caveats)


def test_noise_copied_five_times_is_still_silent():
    rng = np.random.default_rng(8)
    data = two(300, 100, 8).assign(amount=rng.normal(50, 9, 300).round(4), area=rng.choice(list("uvwx"), 300))
    copied = pd.concat([data] * 5, ignore_index=True)
    about_two = [i for i in mine(dongcha.read(copied)).insights if i.subject.measure is not None]
    assert about_two == []


def test_rows_that_are_equal_because_there_is_little_to_tell_are_no_copies():
    assert unit_of(dongcha.read(two(2000, 500))) is None


def test_a_claim_that_hardly_holds_says_so():
    table = dongcha.read(two(900, 300, 4, 0.09))
    said = verdict(partial(rate_again, "late", "yes", ["group"], ["a"]), 0.2, 0.05, Dealt(table), None)
    assert 0 < said.part < 0.6
    assert said.caveats[0].en == (
        f"It holds in only {round(100 * said.part)} of 100 halves of the data: more rows may overturn it."
    )
    assert verdict(partial(rate_again, "late", "yes", ["group"], ["a"]), -0.2, 0.05, Dealt(table), None).part == 0


def test_what_holds_less_often_is_told_later():
    table = dongcha.read(two(200, 60))

    def claim(name: str, effect: float, part: float) -> Claim:
        p = np.where(np.arange(DRAWS) < round(part * DRAWS), 0.0, 1.0)
        return Claim(
            pattern="p",
            subject=Subject(name, "rate", (name,)),
            test="t",
            p_value=0.0,
            effect=Effect("h", effect),
            share=0.25,
            fact=(name,),
            prove=lambda: pytest.fail("choosing runs no evidence"),
            again=lambda dealt: Again(np.full(DRAWS, effect), p),
        )

    held = [(claim("a", 1.0, 0.5), 0.0), (claim("b", 0.8, 1.0), 0.0), (claim("c", 0.9, 0.0), 0.0)]
    found = chosen(held, Order(goal(None), 2), {None: halves_of(table)}, least=0.05, bars={False: 0.01, True: 0.01})
    assert [one.claim.subject.measure for one in found] == ["b", "a"]
    assert found[1].score == pytest.approx(0.5 * found[0].score * 1.0 / 0.8)
    bare = [(replace(one, again=None), q) for one, q in held]
    assert [
        one.claim.verdict
        for one in chosen(
            bare, Order(goal(None), 2), {None: halves_of(table)}, least=0.05, bars={False: 0.01, True: 0.01}
        )
    ] == [
        None,
        None,
    ]


def test_an_identifier_that_is_new_in_every_row_is_no_unit():
    data = two(100, 30).assign(customer_id=range(100))
    assert unit_of(dongcha.read(data)) is None


def test_the_record_and_the_page_say_in_how_many_halves_it_holds():
    (first, *_) = mine(dongcha.read(two(900, 300, 4, 0.2))).insights
    assert insight_from(to_json(first)).stability == first.stability
    held = replace(first, stability=0.97)
    for lang, said in (("en", "holds in 97 of 100 halves of the data"), ("zh", "100 次随机取半，97 次成立")):
        assert said in dict(finding(held, 1, lang).figures).values()
    bare = {name for name, _ in finding(replace(first, stability=None), 1, "en").figures}
    assert "Stability" not in bare
