"""`laws.py` beside `scipy.stats`, which it stands in for."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from dongcha.insight import laws

quick = settings(max_examples=80, deadline=None, derandomize=True)


@quick
@given(st.integers(1, 400), st.floats(0.02, 0.98), st.data())
def test_binomial_tails_and_the_exact_test_are_those_of_scipy(n, p, data):
    k = data.draw(st.integers(0, n))
    assert laws.binomial_lower(k, n, p) == pytest.approx(stats.binom.cdf(k, n, p), rel=1e-9, abs=1e-300)
    assert laws.binomial_upper(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p), rel=1e-9, abs=1e-300)
    assert laws.binomial_two_sided(k, n, p) == pytest.approx(stats.binomtest(k, n, p).pvalue, rel=1e-8, abs=1e-300)


@quick
@given(st.floats(-30, 30), st.floats(1, 1e6))
def test_tails_and_points_are_those_of_scipy(value, free):
    assert laws.t_two_sided(value, free) == pytest.approx(2 * stats.t.sf(abs(value), free), rel=1e-12)
    assert laws.t_tail(value, free) == pytest.approx(stats.t.sf(value, free), rel=1e-12)
    assert laws.t_tail(value, math.inf) == pytest.approx(stats.norm.sf(value), rel=1e-12)
    assert laws.t_point(0.975, free) == pytest.approx(stats.t.ppf(0.975, free), rel=1e-9)
    assert laws.t_point(0.95, math.inf) == pytest.approx(stats.norm.ppf(0.95), rel=1e-12)
    assert laws.f_tail(abs(value), 3.0, free) == pytest.approx(stats.f.sf(abs(value), 3, free), rel=1e-9)
    assert laws.beta_point(0.05, free, 3.0) == pytest.approx(stats.beta.ppf(0.05, free, 3), rel=1e-9)
