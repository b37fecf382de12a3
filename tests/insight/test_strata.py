"""Figures of published examples; laws by property tests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from dongcha.insight.strata import Strata, heterogeneity, odds_ratio

MEN = np.array([[512, 313], [353, 207], [120, 205], [138, 279], [53, 138], [22, 351]], float)
WOMEN = np.array([[89, 19], [17, 8], [202, 391], [131, 244], [94, 299], [24, 317]], float)
"""Admitted and rejected at Berkeley in 1973 by department (Bickel, Hammel & O'Connell, Science 187, 1975)."""

BERKELEY = Strata(MEN[:, 0], MEN.sum(1), WOMEN[:, 0], WOMEN.sum(1))
CELLS = st.lists(st.tuples(*[st.integers(0, 60)] * 4), min_size=1, max_size=6)


def strata(cells: list[tuple[int, ...]]) -> Strata:
    a, b, c, d = np.array(cells, float).T
    return Strata(a, a + b, c, c + d)


def test_berkeley_admissions_come_out_as_published() -> None:
    """R's `mantelhaen.test(UCBAdmissions)`: 1.4269 with one degree of freedom, odds ratio 0.9047 (0.7719 to 1.0603)."""
    assert float(BERKELEY.p_values) == pytest.approx(0.2323, abs=5e-5)
    assert odds_ratio(BERKELEY) == pytest.approx((0.9046968, 0.7719074, 1.0603298), rel=1e-5)


def test_the_difference_overall_is_gone_within_departments() -> None:
    assert float(BERKELEY.raw) == pytest.approx(1198 / 2691 - 557 / 1835)
    gaps = MEN[:, 0] / MEN.sum(1) - WOMEN[:, 0] / WOMEN.sum(1)
    weights = 1 / (1 / MEN.sum(1) + 1 / WOMEN.sum(1))
    assert float(BERKELEY.difference) == pytest.approx(np.average(gaps, weights=weights))
    assert abs(float(BERKELEY.difference)) < 2 * float(BERKELEY.error)


def test_departments_are_not_alike() -> None:
    """18.83 with five degrees of freedom (Breslow & Day)."""
    assert heterogeneity(BERKELEY) == pytest.approx(0.00207, abs=2e-5)


def test_the_error_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(5)
    n, rest = np.array([40, 80, 25]), np.array([60, 30, 90])
    rates, others = np.array([0.3, 0.5, 0.8]), np.array([0.2, 0.4, 0.7])
    hits, rest_hits = rng.binomial(n, rates, (4000, 3)), rng.binomial(rest, others, (4000, 3))
    many = Strata(
        hits.astype(float), np.broadcast_to(n, hits.shape), rest_hits.astype(float), np.broadcast_to(rest, hits.shape)
    )
    assert many.difference.mean() == pytest.approx(0.1, abs=0.005)
    assert many.error.mean() == pytest.approx(many.difference.std(), rel=0.05)


def test_the_test_is_right_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    n, rest, rates = np.array([40, 80, 25]), np.array([60, 30, 90]), np.array([0.3, 0.5, 0.8])
    hits, rest_hits = rng.binomial(n, rates, (4000, 3)), rng.binomial(rest, rates, (4000, 3))
    many = Strata(
        hits.astype(float), np.broadcast_to(n, hits.shape), rest_hits.astype(float), np.broadcast_to(rest, hits.shape)
    )
    assert 0.02 <= (many.p_values <= 0.05).mean() <= 0.055


@settings(max_examples=100, deadline=None)
@given(st.tuples(*[st.integers(1, 80)] * 4))
def test_of_one_stratum_all_is_as_without_strata(cells: tuple[int, ...]) -> None:
    a, b, c, d = cells
    one = strata([cells])
    assert float(one.difference) == pytest.approx(float(one.raw))
    assert odds_ratio(one)[0] == pytest.approx(a * d / (b * c))
    plain = chi2_contingency([[a, b], [c, d]], correction=True).statistic
    from scipy.stats import chi2

    rows = sum(cells)
    gap = abs(a - (a + b) * (a + c) / rows)
    if gap >= 0.5:  # scipy takes off less where the gap is below one half
        assert chi2.isf(float(one.p_values), 1) == pytest.approx(plain * (rows - 1) / rows, rel=1e-6, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(CELLS)
def test_the_sides_may_be_swapped_and_empty_strata_added(cells: list[tuple[int, ...]]) -> None:
    one, other = strata(cells), strata([(c, d, a, b) for a, b, c, d in cells])
    more = strata([*cells, (0, 0, 0, 0), (5, 3, 0, 0)])
    if one.information.sum() == 0:
        return
    assert float(other.difference) == pytest.approx(-float(one.difference), abs=1e-12)
    assert float(other.p_values) == pytest.approx(float(one.p_values), abs=1e-9)
    assert float(more.difference) == pytest.approx(float(one.difference), abs=1e-12)
    assert float(more.p_values) == pytest.approx(float(one.p_values), abs=1e-9)


def test_strata_that_tell_nothing() -> None:
    none = strata([(5, 3, 0, 0), (0, 0, 4, 4)])
    assert np.isnan(float(none.difference))
    assert float(none.p_values) == 1.0
    assert heterogeneity(none) == 1.0
    assert np.isnan(odds_ratio(none)[0])
