"""The tenths of two measures out of memory are the rows of the query that is shown for them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.deciles import deciles
from dongcha.insight.evidence import evidence
from dongcha.insight.patterns import correlation
from dongcha.insight.patterns.correlation import by_decile


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.integers(7, 400), st.integers(0, 1000), st.sampled_from([2, 9, 500]))
def test_they_are_the_rows_of_the_query(rows, seed, ties):
    rng = np.random.default_rng(seed)
    x = pd.Series(rng.normal(0, 1, rows).round(2)).mask(rng.random(rows) < 0.1)
    data = dongcha.read(pd.DataFrame({"x": x, "y": rng.integers(0, ties, rows)})).with_roles(
        {"x": "measure", "y": "measure"}
    )
    counted = cube(data)
    found, asked = deciles(counted, counted.coded, "x", "y"), evidence(data, by_decile("x", "y")).rows
    assert len(found) == len(asked)
    for one, other in zip(found, asked, strict=True):
        assert list(one) == list(other)
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12)


def test_a_large_table_shows_the_same_query_and_rows(monkeypatch):
    rng = np.random.default_rng(1)
    price = rng.lognormal(3, 1, 900).round(2)
    data = dongcha.read(pd.DataFrame({"price": price, "score": price + rng.normal(0, 9, 900).round(1)}))
    small = next(c for c in correlation.claims(cube(data)) if not c.even).prove()
    monkeypatch.setattr(correlation, "LARGE", 800)
    large = next(c for c in correlation.claims(cube(data)) if not c.even).prove()
    assert large.evidence.sql == small.evidence.sql
    assert {**large.facts, "r": 0} == {**small.facts, "r": 0}
    for one, other in zip(large.evidence.rows, small.evidence.rows, strict=True):
        assert one == pytest.approx(other, rel=1e-9)
