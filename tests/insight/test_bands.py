"""Bands: round edges, humps and U-shapes, and what only rises."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dongcha
from dongcha.insight.bands import edges, in_order, label, windows
from dongcha.insight.mine import mine
from dongcha.insight.patterns.band_rates import fixed, rate_humps
from dongcha.report.verify import check_numbers


def table(seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, 1200)
    late = rng.random(1200) < np.where((age >= 35) & (age < 50), 0.45, 0.2)
    spent = 0.4 * ((age - 49) / 18) ** 2 + rng.normal(0, 0.5, 1200)
    return pd.DataFrame({"age": age, "late": np.where(late, "yes", "no"), "spent": spent.round(3)})


def bands(data: pd.DataFrame) -> list:
    return [i for i in dongcha.mine(dongcha.read(data), top=50).insights if i.pattern == "band"]


def test_a_hump_of_a_rate_and_a_u_of_a_mean_are_found() -> None:
    data = table()
    by = {i.subject.measure: i for i in bands(data)}
    assert set(by) == {"late", "spent"}
    for found in by.values():
        low, high = found.facts["low"], found.facts["high"]
        inside = data[(data["age"] >= low) & (data["age"] < high)]
        value = (data["late"] == found.subject.category).astype(float)
        value = value if found.subject.measure == "late" else data["spent"]
        assert found.facts["n"] == len(inside)
        assert found.facts["value"] == pytest.approx(value[inside.index].mean())
        assert found.facts["below"] == pytest.approx(value[data["age"] < low].mean())
        assert found.facts["above"] == pytest.approx(value[data["age"] >= high].mean())
        assert check_numbers(found) == []
    assert 30 <= by["late"].facts["low"] <= 38
    assert 45 <= by["late"].facts["high"] <= 52
    assert "age is from" in by["late"].sentence.en
    assert "两侧" in by["late"].sentence.zh


def test_the_bands_are_in_order_and_the_subject_is_one_row() -> None:
    found = next(i for i in bands(table()) if i.subject.measure == "late")
    rows = found.evidence.rows
    assert [row["place"] for row in rows] == sorted(row["place"] for row in rows)
    assert sum(bool(row["is_subject"]) for row in rows) == 1
    assert sum(row["n"] for row in rows) == 1200


def test_what_only_rises_is_left_to_the_simpler_claim() -> None:
    rng = np.random.default_rng(2)
    age = rng.integers(18, 80, 1500)
    data = pd.DataFrame(
        {
            "age": age,
            "late": np.where(rng.random(1500) < (age - 10) / 90, "yes", "no"),
            "spent": (np.log(age) + rng.normal(0, 0.3, 1500)).round(3),
            "group": pd.cut(age, [0, 30, 45, 60, 99], labels=["young", "middle", "late", "old"]).astype(str),
        }
    )
    found = mine(dongcha.read(data), top=50).insights
    assert not [i for i in found if i.pattern == "band"]
    assert {"correlation", "outstanding"} <= {i.pattern for i in found}


def test_the_middle_value_of_an_order_is_no_hump_and_one_that_pushes_both_aside_is() -> None:
    ordered = np.array([[90, 60, 30, 20, 10], [10, 60, 80, 60, 10], [10, 20, 30, 60, 90.0]])
    apart = np.array([[70, 70, 20, 70, 70], [20, 20, 120, 20, 20], [70, 70, 20, 70, 70.0]])
    for cells, low in ((ordered, False), (apart, True)):
        humps = rate_humps(cells, [0, 1, 2], 1, [(2, 2)])
        assert (humps[0].p_value < 0.001) is low
        assert humps[0].effect.value > 0.2


def test_an_age_group_is_fixed_by_the_age_and_a_coin_is_not() -> None:
    steps = np.eye(4).repeat(50, axis=1) * 10
    assert fixed(list(steps))
    assert not fixed([np.full(200, 5.0), np.full(200, 5.0)])
    assert not fixed([np.full(200, 10.0), np.zeros(200)])


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=5, max_size=5), st.integers(-3, 6))
def test_edges_rise_lie_near_their_quantiles_and_scale(values: list[float], power: int) -> None:
    sixths = sorted(round(value, 3) for value in values)
    cut = edges(sixths)
    assert list(cut) == sorted(set(cut))
    assert 1 <= len(cut) <= 5
    if len(cut) > 1 and len(set(sixths)) == 5 and min(np.diff(sixths)) > 1:
        for edge in cut:
            assert min(abs(edge - value) for value in sixths) <= max(np.diff(sixths)) / 4 + 1e-6
        assert edges([value * 10.0**power for value in sixths]) == pytest.approx([e * 10.0**power for e in cut])


def test_a_label_says_both_edges() -> None:
    assert [text for _, _, text in in_order((20.0, 40.0, 60.0), (1, 2))] == ["< 20", "20 – 60", "≥ 60"]
    assert label(-1.5, 2_000) == "−1.5 – 2,000"


@given(st.integers(3, 9))
def test_every_run_has_bands_on_both_sides(size: int) -> None:
    runs = windows(size)
    assert len(runs) == math.comb(size - 1, 2)
    assert all(1 <= first <= last <= size - 2 for first, last in runs)


@pytest.mark.parametrize("values", [[1.0] * 300, [None] * 300, [0, 1] * 150])
def test_a_measure_without_a_middle_has_no_bands(values: list[float | None]) -> None:
    data = table().head(300).assign(age=pd.Series(values, dtype="float64"))
    assert [i for i in bands(data) if "age" in i.subject.breakdown] == []
