"""What is called even: the size of each test at its margin, and what is never said."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import UNEVEN, said
from planted_tables.even import even
from scipy import stats

import dongcha
from dongcha.insight.equivalence import COARSE, FINE, margin_for, tost, worst
from dongcha.insight.mine import mine
from dongcha.insight.patterns.even_counts import against_others
from dongcha.insight.patterns.even_means import against_rest as mean_against_rest
from dongcha.insight.patterns.even_rates import against_rest
from dongcha.insight.patterns.outstanding import Rate
from dongcha.insight.patterns.sums import Sums
from dongcha.report.verify import check_numbers


def test_tost_is_two_one_sided_tests():
    one = tost(0.05, 0.04, 0.2, 30)
    assert one.p_value == pytest.approx(max(stats.t.cdf((0.05 - 0.2) / 0.04, 30), stats.t.sf((0.05 + 0.2) / 0.04, 30)))
    assert (one.low, one.high) == pytest.approx(stats.t.interval(0.9, 30, 0.05, 0.04))


@given(st.floats(-0.5, 0.5), st.floats(0.001, 0.5), st.floats(0.05, 0.5))
def test_the_interval_lies_within_the_margin_exactly_where_the_test_rejects(value, error, margin):
    one = tost(value, error, margin)
    assert (one.p_value < 0.05 - 1e-9) <= (max(abs(one.low), abs(one.high)) < margin + 1e-9)
    assert (one.p_value > 0.05 + 1e-9) <= (max(abs(one.low), abs(one.high)) > margin - 1e-9)


def test_the_least_sure_group_counts():
    assert worst([tost(0.0, 0.01, 0.2), tost(0.15, 0.05, 0.2), tost(0.1, 0.01, 0.2)]).value == 0.15


@pytest.mark.parametrize(("margin", "rows"), [(FINE, 3000), (COARSE, 500)])
def test_counts_at_the_margin_are_called_even_in_at_most_one_of_twenty(margin, rows):
    rng, groups = np.random.default_rng(1), 5
    p = margin.ratio / (groups - 1 + margin.ratio)
    drawn = rng.binomial(rows, p, 4000)
    called = np.mean([against_others(int(n), rows, groups, margin).p_value <= 0.05 for n in drawn])
    assert 0.02 <= called <= 0.06


@pytest.mark.parametrize(
    ("margin", "inside", "outside"),
    [(FINE, 250, 1000), (FINE, 300, 2000), (FINE, 1000, 1000), (COARSE, 60, 240), (COARSE, 200, 200)],
)
@pytest.mark.parametrize("rest", [0.17, 0.5])
def test_rates_at_the_margin_are_called_even_in_at_most_one_of_twenty(margin, inside, outside, rest):
    rng = np.random.default_rng(2)
    here = math.sin(math.asin(math.sqrt(rest)) + margin.size / 2) ** 2
    hits, others = rng.binomial(inside, here, 3000), rng.binomial(outside, rest, 3000)
    rates = [Rate("a", "y", "b", "g", int(h), inside, int(o), outside) for h, o in zip(hits, others, strict=True)]
    assert np.mean([against_rest(rate, margin).p_value <= 0.05 for rate in rates]) <= 0.063


@pytest.mark.parametrize(("margin", "n"), [(FINE, 300), (COARSE, 60)])
def test_means_at_the_margin_are_called_even_in_at_most_one_of_twenty(margin, n):
    rng, called = np.random.default_rng(3), 0
    for _ in range(1000):
        values = np.r_[rng.normal(margin.size, 1, n), rng.normal(0, 1, 2 * n)]
        ranks = stats.rankdata(values) / (3 * n)

        def sums(part, values=values, ranks=ranks):
            deviations = ((values[part] - values[part].mean()) ** 2).sum()
            return Sums(len(values[part]), values[part].mean(), ranks[part].sum(), (ranks[part] ** 2).sum(), deviations)

        pair = mean_against_rest(sums(slice(0, n)), sums(slice(n, 3 * n)), margin)
        called += max(one.p_value for _, one in pair) <= 0.05
    assert called <= 65


@pytest.mark.parametrize(
    ("groups", "margin"),
    [
        ([250, 300], FINE),
        ([250, 300, 130], FINE),  # four fifths of the rows are in large groups
        ([250, 300, 140], COARSE),
        ([60, 60], COARSE),
        ([60, 59], None),
        ([1000], None),
        ([], None),
    ],
)
def test_sizes_alone_choose_the_margin(groups, margin):
    assert margin_for(groups) is margin


def test_a_small_even_table_is_said_to_be_roughly_even():
    data, _ = even(np.random.default_rng(7), month=50)
    mined = dongcha.mine(dongcha.read(data))
    assert mined.checked
    assert all(one.effect.margin in (COARSE.size, COARSE.rho, math.log(COARSE.ratio)) for one in mined.checked)
    assert all(any(caveat.en.startswith("Few rows:") for caveat in one.caveats) for one in mined.checked)
    assert not any(check_numbers(one) for one in mined.checked)


def test_what_is_left_of_the_whole_has_the_moments_of_the_rest():
    rng = np.random.default_rng(4)
    x, y = rng.normal(3, 1, 40), rng.normal(8, 2, 70)
    both = np.r_[x, y]
    whole, part = (Sums(len(v), v.mean(), 0, 0, ((v - v.mean()) ** 2).sum()) for v in (both, x))
    rest = whole.less(part)
    assert (rest.mean, rest.deviations) == pytest.approx((y.mean(), ((y - y.mean()) ** 2).sum()))


def test_an_even_table_is_said_to_be_even_and_its_sentences_hold():
    data, _ = even(np.random.default_rng(5))
    mined = dongcha.mine(dongcha.read(data))
    assert 3 <= len(mined.checked) <= 5
    assert [one.rank for one in mined.checked] == list(range(1, len(mined.checked) + 1))
    assert {one.pattern for one in mined.checked} >= {"evenness"}
    for one in mined.checked:
        assert not check_numbers(one)
        assert one.sentence.en
        assert one.sentence.zh
        assert one.chart
        assert max(abs(one.effect.low), abs(one.effect.high)) < one.effect.margin
        assert (one.effect.level, one.q_value <= 0.05) == (0.9, True)


@pytest.mark.parametrize("name", sorted(UNEVEN))
def test_a_difference_above_the_margin_is_not_called_even(name):
    assert sum(said(name, seed) for seed in range(4)) <= 1


@pytest.mark.parametrize("rows", [1, 60, 99])
def test_a_small_table_says_nothing(rows):
    rng = np.random.default_rng(6)
    days = pd.Timestamp("2023-01-01") + pd.to_timedelta(np.arange(rows) % 90, unit="D")
    data = pd.DataFrame({"day": days, "甲": rng.choice(["a", "b"], rows), "size": rng.normal(0, 1, rows)})
    data["answer"] = rng.choice(["yes", "no"], rows)
    assert mine(dongcha.read(data)).checked == ()


def test_what_a_finding_says_differs_is_never_called_even():
    rng = np.random.default_rng(8)
    area = rng.choice(["n", "s"], 40_000)
    late = np.where(rng.random(40_000) < np.where(area == "n", 0.24, 0.20), "yes", "no")  # h about 0.1: told, not even
    mined = mine(dongcha.read(pd.DataFrame({"area": area, "late": late, "size": rng.normal(0, 1, 40_000)})))
    about = [
        [{one.subject.measure, *one.subject.breakdown} for one in some] for some in (mined.insights, mined.checked)
    ]
    assert {"late", "area"} in about[0]
    assert {"late", "area"} not in about[1]
    assert {"size", "area"} in about[1]


def test_hostile_names_and_the_goal():
    rng, rows = np.random.default_rng(9), 6000
    names = {
        'a"; DROP TABLE data; --': rng.choice(["<b>", "'x'", "“q”"], rows),
        "late <i>": rng.choice(["是", "否"], rows),
    }
    data = pd.DataFrame({**names, "价格": rng.normal(50, 5, rows)})
    mined = dongcha.mine(dongcha.read(data), goal="价格")
    assert mined.insights == ()
    assert "价格" in (mined.checked[0].subject.measure, *mined.checked[0].subject.breakdown)
    assert all(not check_numbers(one) for one in mined.checked)


def four_kinds(rows, apart=0.0, seed=1):
    """Kinds by area, all areas alike; in area `v` the share of `b` is higher by `apart`."""
    rng = np.random.default_rng(seed)
    area = rng.choice(list("uvwxy"), rows)
    kind = rng.choice(["a", "b", "<i>", "丁"], rows)
    kind[(area == "v") & (rng.random(rows) < apart)] = "b"
    return pd.DataFrame({"kind": kind, "area": area, "size": rng.normal(0, 1, rows)})


def test_a_whole_outcome_is_told_rather_than_one_of_its_categories():
    data = four_kinds(6000)
    mined = dongcha.mine(dongcha.read(data))
    about = [one for one in mined.checked if {one.subject.measure, *one.subject.breakdown} == {"kind", "area"}]
    assert [one.pattern for one in about] == ["homogeneity"]
    one = about[0]
    outcome, name = one.subject.measure, one.subject.breakdown[0]
    shares = pd.crosstab(data[name], data[outcome], normalize="index")
    overall = data[outcome].value_counts(normalize=True)
    for row in one.evidence.rows:
        category = row[outcome]
        assert row["value"] == pytest.approx(overall[category], abs=1e-12)
        assert row["lowest"] == pytest.approx(shares[category].min(), abs=1e-12)
        assert row["highest"] == pytest.approx(shares[category].max(), abs=1e-12)
    assert one.facts["category"] == (shares.max() - shares.min()).idxmax()
    assert not check_numbers(one)
    assert one.chart["description"]


def test_one_category_that_differs_in_one_group_is_enough():
    mined = mine(dongcha.read(four_kinds(6000, apart=0.2)))
    assert not [one for one in mined.checked if {one.subject.measure, *one.subject.breakdown} == {"kind", "area"}]
