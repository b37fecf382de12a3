from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import hypergeom

from dongcha.insight.fisher import two_sided, upper


def exact(hits: int, rows: int, rest_hits: int, rest_rows: int) -> float:
    """Twice the smaller tail, of whole numbers."""
    good, total = hits + rest_hits, rows + rest_rows
    low, high = max(0, rows + good - total), min(rows, good)
    ways = {k: comb(good, k) * comb(total - good, rows - k) for k in range(low, high + 1)}
    tails = (sum(n for k, n in ways.items() if k <= hits), sum(n for k, n in ways.items() if k >= hits))
    return float(min(Fraction(1), Fraction(2 * min(tails), comb(total, rows))))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_p_values_are_those_of_counting_every_table(rows, rest_rows, data):
    hits, rest_hits = data.draw(st.integers(0, rows)), data.draw(st.integers(0, rest_rows))
    found = two_sided([hits], [rows], [rest_hits], [rest_rows])[0]
    assert found == pytest.approx(exact(hits, rows, rest_hits, rest_rows), rel=1e-11)


def test_many_tables_at_once_are_as_each_alone_and_large_ones_keep_their_digits():
    tables = [(11, 40, 900, 1960), (60, 200, 900, 1800), (0, 25, 500, 975), (25, 25, 500, 975), (400, 800, 600, 1200)]
    together = two_sided(*zip(*tables, strict=True))
    assert together == pytest.approx([exact(*one) for one in tables], rel=1e-11)
    assert (two_sided(*(np.reshape(part, (5, 1)) for part in zip(*tables, strict=True)))[:, 0] == together).all()
    # Of ten million rows: the middle is certain by symmetry, and both mirror images of a table are one.
    assert two_sided([2_500_000], [5_000_000], [2_500_000], [5_000_000])[0] == 1.0
    one = two_sided([102_000], [200_000], [4_900_000], [9_800_000])[0]
    assert one == pytest.approx(two_sided([98_000], [200_000], [4_900_000], [9_800_000])[0], rel=1e-9)
    z = (102_000 - 0.5 - 200_000 * 0.5002) / np.sqrt(200_000 * 0.98 * 0.5002 * 0.4998)
    assert one == pytest.approx(2 * ndtr(-z), rel=0.01)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_one_tail_is_that_of_the_hypergeometric_law(rows, rest_rows, data):
    hits, rest_hits = data.draw(st.integers(0, rows)), data.draw(st.integers(0, rest_rows))
    expected = hypergeom.sf(hits - 1, rows + rest_rows, hits + rest_hits, rows)
    assert upper([hits], [rows], [rest_hits], [rest_rows])[0] == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_tables_in_any_shape_are_tested_as_in_a_row():
    rng = np.random.default_rng(5)
    n, rest = rng.integers(1, 40, (3, 7)), rng.integers(1, 40, 7)
    hits, others = rng.integers(0, n + 1), rng.integers(0, rest + 1)
    spread = np.broadcast_arrays(hits, n, others, rest)
    for test in (two_sided, upper):
        assert (test(hits, n, others, rest) == test(*(part.ravel() for part in spread)).reshape(3, 7)).all()
    assert two_sided(3, 4, 1, 4) == pytest.approx(0.485714, abs=1e-6)
