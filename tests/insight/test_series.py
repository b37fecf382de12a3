import numpy as np
import pandas as pd
import pytest
from scipy import stats

import dongcha
from dongcha.insight.grain import levels
from dongcha.insight.odd import odd
from dongcha.insight.patterns.over_time import claims
from dongcha.insight.series import Scaled, counts, line, rates, step


def test_the_line_is_that_of_least_squares():
    y = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 7.0])
    heavy = Scaled(y, np.full(6, 1e6))  # so that the residuals set the variance
    assert line(heavy).p_value == pytest.approx(stats.linregress(np.arange(6), y).pvalue)


@pytest.mark.parametrize("kind", ["counts", "rates"])
@pytest.mark.parametrize("test", [line, step, lambda series: odd(series)[0]], ids=["line", "step", "odd"])
def test_on_noise_no_test_cries_more_often_than_it_says(kind, test):
    rng = np.random.default_rng(5)
    size, days = 8, np.full(8, 30.0)
    if kind == "counts":
        drawn = [counts(rng.poisson(40, size).astype(float), days) for _ in range(1000)]
    else:
        drawn = [rates(rng.binomial(60, 0.3, size).astype(float), np.full(size, 60.0)) for _ in range(1000)]
    p = np.array([test(series).p_value for series in drawn])
    assert (p <= 0.05).mean() <= 0.065
    assert (p <= 0.01).mean() <= 0.02


def test_a_planted_step_and_outlier_are_found_where_they_are():
    days = np.full(12, 30.0)
    shifted = counts(np.array([100.0] * 7 + [160.0] * 5), days)
    assert (step(shifted).at, step(shifted).p_value < 1e-4) == (7, True)
    assert step(shifted).rss < line(shifted).rss
    spiked = counts(np.array([100, 98, 103, 99, 101, 220, 97, 102, 100, 99, 104, 98.0]), days)
    found = odd(spiked)[0]
    assert (found.at, found.p_value < 1e-4) == (5, True)
    assert found.low < np.sqrt(100 / 30) < found.high


def test_a_share_of_few_rows_is_odd_only_where_chance_hardly_makes_it():
    rows = []
    for week in range(52):
        hits = 0 if week == 20 else 6 + week % 3
        kinds = ["v"] * hits + ["w", "x", "y"] * 14
        rows += [(np.datetime64("2022-01-03") + 7 * week + i % 7, kind) for i, kind in enumerate(kinds[:42])]
    cube = levels(dongcha.read(pd.DataFrame(rows, columns=["day", "kind"])))[0].cube
    odd_ones = [one for one in claims(cube) if one.pattern == "outlier" and one.subject.grain == "week"]
    (found,) = [one for one in odd_ones if one.subject.category == "v"]
    by_chance = 2 * 52 * stats.binom.cdf(0, 42, 7 / 42)  # about: the share expected is that of the line
    assert found.p_value == pytest.approx(by_chance, rel=0.2)
