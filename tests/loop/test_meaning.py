"""A goal by meaning, with the encoders that are installed, in both languages and across them."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.goal import goal
from dongcha.insight.meaning import MOST_NEAR, meant, readable
from dongcha.insight.mine import mine
from dongcha.loop.meaning import NAMES, NAMES_ZH, alike, compared


def table(names: list[str], values: dict[str, list[str]] | None = None) -> pd.DataFrame:
    """A group with an effect of one size on every one of some yes-or-no columns."""
    rng, rows = np.random.default_rng(1), 1500
    area = rng.choice(["n", "s", "w"], rows)
    data = {"area": area}
    for name in names:
        hit = rng.random(rows) < 0.25 + 0.25 * (area == "n")
        data[name] = np.where(hit, *(values or {}).get(name, ["yes", "no"]))
    return pd.DataFrame(data)


@pytest.mark.parametrize(
    ("text", "names", "first"),
    [
        ("reduce churn", ["gift", "weekend", "subscription_cancelled"], "subscription_cancelled"),
        ("fewer accidents", ["paved", "collision", "garage"], "collision"),
        ("reduce churn", ["周末", "流失", "赠品"], "流失"),
        ("减少客户流失", ["weekend", "contract_cancelled", "gift"], "contract_cancelled"),
        ("缩短配送时间", ["赠品", "是否超时", "周末"], "是否超时"),
    ],
)
def test_a_goal_brings_forward_what_it_means_and_does_not_name(text, names, first):
    found = mine(dongcha.read(table(names)), goal=text, alike=alike).insights
    assert found[0].subject.measure == first


def test_a_value_counts_with_its_column():
    values = {"status": ["customer left", "customer stays"], "colour": ["red", "blue"]}
    counted = cube(dongcha.read(table(["colour", "status"], values)))
    near = meant(goal("reduce churn"), "reduce churn", counted, alike).near
    assert {("status", "customer left"), ("status", "customer stays")} <= set(near)
    assert not {("colour", None), ("colour", "red"), ("colour", "blue"), ("area", None)} & set(near)


def test_without_an_encoder_words_are_compared(monkeypatch):
    from dongcha.core.errors import MissingExtra
    from dongcha.loop import meaning

    def missing(name: str):
        raise MissingExtra(f"encoder {name!r} is not installed")

    monkeypatch.setattr(meaning, "find_encoder", missing)
    meaning._reader.cache_clear()
    assert alike(["a"], ["b"]) is None
    found = mine(dongcha.read(table(["gift", "late"])), goal="late", alike=alike).insights
    assert found[0].subject.measure == "late"


def test_how_alike_is_a_part_and_what_is_said_of_all_is_said_of_none():
    def read(texts):
        rng = np.random.default_rng(0)
        vectors = {text: rng.normal(size=8) for text in (*NAMES, *NAMES_ZH)}
        vectors |= {name: np.eye(8)[at] for at, name in enumerate(("goal", "other"))}
        vectors["same"] = vectors["goal"]
        return np.array([vectors[text] for text in texts])

    (same, other), *_ = compared(read, ["goal"], ["same", "other"])
    assert 0 <= other < 0.5 < same <= 1
    counted = cube(dongcha.read(table(["a", "b", "c", "d", "e", "f"])))
    near = meant(goal("x"), "x", counted, lambda texts, others: np.ones((1, len(others)))).near
    assert len(near) == MOST_NEAR
    assert meant(goal(None), None, counted, alike).near == {}


def test_names_are_read_as_words():
    assert readable("orderStatus_code") == "order Status code"
    assert readable("是否_超时") == "是否 超时"
