import math

import polars as pl
import pytest
from numpy.random import default_rng
from scipy.stats import fisher_exact

from dongcha.data.source import read
from dongcha.insight.cube import cube
from dongcha.insight.fdr import q_values
from dongcha.insight.patterns.outstanding import Rate, p_values, rates


def test_a_planted_rate_is_the_strongest_and_its_numbers_are_right():
    random = default_rng(7)
    shop = random.choice(["沪", "京", "深"], 1500)
    late = random.random(1500) < [0.3 if s == "深" else 0.1 for s in shop]
    found = list(rates(cube(read(pl.DataFrame({"shop": shop, "late": late})))))
    p = p_values(found)
    best = found[min(range(len(p)), key=p.__getitem__)]
    assert (best.breakdown, best.group, best.outcome) == ("shop", "深", "late")
    assert best.group_rows == int((shop == "深").sum())
    hits = int((late & (shop == "深")).sum())
    assert best.hits == (hits if best.category == "true" else best.group_rows - hits)


def test_the_p_value_is_about_that_of_an_independent_exact_test():
    rate = Rate("late", "yes", "shop", "a", 30, 100, 60, 400)
    wanted = fisher_exact([[30, 70], [60, 340]]).pvalue
    assert p_values([rate])[0] == pytest.approx(wanted, rel=0.6)
    assert p_values([rate])[0] >= wanted


def test_the_effect_is_cohens_h():
    effect = Rate("late", "yes", "shop", "a", 50, 100, 100, 400).effect
    assert effect.value == pytest.approx(2 * math.asin(math.sqrt(0.5)) - 2 * math.asin(math.sqrt(0.25)))
    assert effect.low < effect.value < effect.high


def test_a_column_that_fixes_another_is_no_news():
    frame = pl.DataFrame({"issue": ["a", "a", "b", "b"] * 50, "sub": ["a1", "a2", "b1", "b2"] * 50})
    assert not list(rates(cube(read(frame))))


def test_noise_gives_a_claim_in_at_most_one_table_of_twenty():
    random = default_rng(11)
    claims = 0
    for _ in range(40):
        columns = {f"c{i}": random.choice([f"v{k}" for k in range(k_)], 400) for i, k_ in enumerate((2, 3, 6, 12))}
        p = p_values(list(rates(cube(read(pl.DataFrame(columns))))))
        claims += bool((q_values(p) <= 0.05).any())
    assert claims <= 3
