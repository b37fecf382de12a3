"""Shift: the same middle, spread otherwise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import dongcha
from dongcha.insight.patterns.shift import apart
from dongcha.report.verify import check_numbers


def table(values: np.ndarray, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shop = np.repeat(["a", "b", "c", "d"], 300)
    size = rng.normal(50, 10, 1200)
    size[shop == "c"] = values
    return pd.DataFrame({"shop": shop, "size": size.round(3), "other": rng.choice(list("xy"), 1200)})


def shifts(data: pd.DataFrame) -> list:
    return [i for i in dongcha.mine(dongcha.read(data), top=50).insights if i.pattern == "shift"]


def test_a_wider_group_is_told_with_its_quartiles() -> None:
    data = table(np.random.default_rng(2).normal(50, 20, 300))
    (found,) = shifts(data)
    inside, rest = (data[data["shop"].eq("c") == side]["size"] for side in (True, False))
    assert (found.facts["group"], found.facts["n"]) == ("c", 300)
    for name, part in (("q1", 0.25), ("value", 0.5), ("q3", 0.75)):
        assert found.facts[name] == pytest.approx(inside.quantile(part))
        assert found.facts["rest" if name == "value" else f"rest_{name}"] == pytest.approx(rest.quantile(part))
    distance = stats.ks_2samp(inside, rest).statistic
    assert distance - 0.02 <= found.effect.value <= distance + 1e-9  # on bins it is at most as large
    assert found.effect.low < distance < found.effect.high
    assert "varies more" in found.sentence.en
    assert "波动更大" in found.sentence.zh
    assert check_numbers(found) == []


def test_another_shape_of_the_same_width_is_told_by_what_lies_below() -> None:
    rng = np.random.default_rng(3)
    data = table(50 + rng.choice([-1, 1], 300) * rng.normal(7.5, 1.5, 300))
    (found,) = shifts(data)
    assert found.facts["group"] == "c"
    assert found.facts["up_to"] == pytest.approx((data[data["shop"] == "c"]["size"] <= found.facts["limit"]).mean())
    assert check_numbers(found) == []


@pytest.mark.parametrize("by", [0.0, 1.5, 5.0, 12.0])
def test_a_group_that_is_only_moved_is_left_to_the_mean(by: float) -> None:
    assert shifts(table(np.random.default_rng(4).normal(50 + by, 10, 300))) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(30, 400), st.integers(30, 400))
def test_two_groups_that_change_places_are_as_far_apart(seed: int, n: int, m: int) -> None:
    rng, scores = np.random.default_rng(seed), (np.arange(200) + 0.5) / 200
    inside, rest = (np.bincount(rng.integers(0, 200, size), minlength=200).astype(float) for size in (n, m))
    one, other = apart(inside, rest, scores), apart(rest, inside, scores)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.distance == pytest.approx(other.distance)
    assert 0 <= one.distance <= 1


def test_chance_alone_passes_the_test_seldom() -> None:
    rng, scores, low = np.random.default_rng(5), (np.arange(200) + 0.5) / 200, 0
    for _ in range(500):
        inside, rest = (np.bincount(rng.integers(0, 200, size), minlength=200).astype(float) for size in (150, 900))
        low += apart(inside, rest, scores).p_value <= 0.05
    assert low / 500 <= 0.07


def test_the_parts_of_the_picture_add_up() -> None:
    (found,) = shifts(table(np.random.default_rng(2).normal(50, 20, 300)))
    for side in ("here", "elsewhere"):
        assert sum(row[side] for row in found.evidence.rows) == pytest.approx(1)
