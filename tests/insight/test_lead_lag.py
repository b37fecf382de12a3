"""One series follows another, or two move together: sizes on noise, what is planted, and traps that look alike."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from planted import PLANTED, TRAPS
from scipy import stats

import dongcha
from dongcha.insight.crosscorrelation import filtered, follows, level, together
from dongcha.insight.grain import levels
from dongcha.insight.paired import _closure, paired
from dongcha.insight.patterns.lead_lag import claims
from dongcha.report.headlines import headline
from dongcha.report.verify import check_numbers


def drawn(kind, rng, size):
    """Two series that have nothing to do with each other."""
    x = np.arange(size)

    def one():
        noise = rng.normal(0, 1, size)
        if kind == "memory":
            for at in range(1, size):
                noise[at] += 0.6 * noise[at - 1]
        return {"noise": noise, "memory": noise, "walk": np.cumsum(noise), "trend": noise + 0.3 * x}[kind]

    return one(), one()


@pytest.mark.parametrize("kind", ["noise", "memory", "walk", "trend"])
@pytest.mark.parametrize("size", [24, 52])
def test_series_that_have_nothing_to_do_with_each_other_are_seldom_related(kind, size):
    rng = np.random.default_rng(5)
    pairs = [drawn(kind, rng, size) for _ in range(300)]
    assert np.mean([together(*pair).p_value <= 0.05 for pair in pairs]) <= 0.08
    assert np.mean([follows(*pair).p_value <= 0.05 for pair in pairs]) <= 0.08


def test_the_correlation_at_a_lag_is_spearmans_of_what_is_left_of_both():
    rng = np.random.default_rng(1)
    first = rng.normal(0, 1, 60)
    second = np.r_[rng.normal(0, 1, 2), first[:-2]] + 0.5 * rng.normal(0, 1, 60)
    found = follows(first, second)
    new, after = filtered(*level(first, second), level(first, second)[0])
    assert found.lag == 2
    assert found.r == pytest.approx(stats.spearmanr(new[:-2], after[2:]).statistic)
    assert found.pairs == len(new) - 2
    assert found.low < found.r < found.high
    assert found.p_value < 1e-6
    assert follows(second, first).p_value > 0.05


def test_what_moves_together_with_a_memory_does_not_follow():
    rng = np.random.default_rng(3)
    first = rng.normal(0, 1, 60)
    second = np.zeros(60)
    for at in range(60):
        second[at] = (0.7 * second[at - 1] if at else 0) + first[at] + 0.3 * rng.normal()
    assert together(first, second).p_value < 1e-6
    assert follows(first, second).p_value == 1.0


def test_one_week_that_is_odd_in_both_is_no_relation():
    rng = np.random.default_rng(8)
    pairs = [drawn("noise", rng, 52) for _ in range(200)]
    for one, two in pairs:
        one[20] += 30
        two[20] += 30
    assert np.mean([together(*pair).p_value <= 0.05 for pair in pairs]) <= 0.1


def test_a_constant_series_is_related_to_nothing():
    assert together(np.ones(30), np.arange(30.0) % 7).p_value == 1.0
    assert follows(np.arange(30.0), np.ones(30)).p_value == 1.0


def test_shares_of_one_whole_have_the_correlation_of_a_multinomial():
    rng = np.random.default_rng(2)
    parts = rng.multinomial(500, [0.4, 0.3, 0.3], 4000) / 500
    assert _closure(0.4, 0.3) == pytest.approx(np.corrcoef(parts[:, 0], parts[:, 1])[0, 1], abs=0.03)
    tables = [rng.multinomial(300, [0.4, 0.3, 0.3], 52) / 300 for _ in range(200)]
    p = [together(each[:, 0], each[:, 1], _closure(0.4, 0.3)).p_value for each in tables]
    assert np.mean(np.array(p) <= 0.05) <= 0.08


@pytest.mark.parametrize("name", ["lead_lag", "together"])
def test_what_is_planted_is_found_and_its_numbers_are_those_of_the_rows(name):
    data, planted = PLANTED[name](np.random.default_rng([3, len(name)]))
    (found,) = [i for i in dongcha.mine(dongcha.read(data)).insights if planted(i)][:1]
    again = duckdb.sql(found.evidence.sql).df()
    week = data["day"].dt.to_period("W-SUN").dt.start_time
    second = (
        data.groupby(week).size() if found.subject.measure is None else data.groupby(week)[found.subject.measure].mean()
    )
    assert again["second"].to_numpy() == pytest.approx(second.to_numpy())
    assert check_numbers(found) == []
    assert headline(found).en.endswith(".")
    assert found.effect.low < found.facts["r"] < found.effect.high


def test_shares_of_a_category_with_hostile_names_that_follow_each_other():
    rng = np.random.default_rng(4)
    drive = rng.normal(0, 1, 54)
    names = ["“引号”'; DROP TABLE data --", "<b>二</b>", "c", "d"]
    rows = []
    for week in range(52):
        weights = np.exp([0.5 * drive[week + 2], 0.5 * drive[week], 0, 0])
        kinds = rng.choice(names, 60, p=weights / weights.sum())
        rows += [(np.datetime64("2022-01-03") + 7 * week + day % 7, kind) for day, kind in enumerate(kinds)]
    table = dongcha.read(pd.DataFrame(rows, columns=["日期", "种类"]))
    found = [i for i in dongcha.mine(table).insights if i.pattern == "lead_lag"]
    assert found
    assert (found[0].facts["x_category"], found[0].subject.category, found[0].facts["lag"]) == (*names[:2], 2)
    assert "滞后 2 周" in found[0].sentence.zh
    assert check_numbers(found[0]) == []


@pytest.mark.parametrize("name", ["together", "both_wander"])
def test_every_pair_is_counted_once_and_claimed_only_where_the_best_of_all_would_be_rare(name):
    data, _ = (PLANTED | TRAPS)[name](np.random.default_rng([5, 17]))
    cube = levels(dongcha.read(data))[0].cube
    pairs = list(paired(cube))
    alone = [together(one.first.values, one.second.values, one.expected).p_value for one in pairs]
    assert len(pairs) == 9
    told = [one.p_value for one in claims(cube) if one.pattern == "together"]
    assert told == [p if 9 * p <= 0.01 else 1.0 for p in alone]
    assert min(told) < 1e-3 if name == "together" else min(alone) < 0.003 and min(told) == 1.0
