"""Metamorphic laws: what does not change the data does not change the findings, or changes them exactly so."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.insight.insight import Cell, Insight
from dongcha.insight.mine import mine

SEEDS = st.integers(0, 10_000)
laws = settings(max_examples=5, deadline=None, derandomize=True)
RELABELLED = {"g": "h", "n": "k", "y": "z"}
"""First letters of the values and what they become; the order is kept, so that ties are decided alike."""


def table(seed: int) -> pd.DataFrame:
    """600 rows over a year: a rate, a mean, a trend and a correlation that are true, and a column of noise."""
    rng = np.random.default_rng(seed)
    rows = 600
    day = np.sort((rng.beta(2, 1, rows) * 365).astype(int))
    group = rng.choice([f"g{i}" for i in range(5)], rows)
    size = rng.normal(50, 10, rows) + 9 * (group == "g1")
    return pd.DataFrame(
        {
            "tau": pd.Timestamp("2023-01-01") + pd.to_timedelta(day, unit="D").as_unit("s"),
            "kappa": group,
            "lambda": rng.choice(["n1", "n2", "n3"], rows),
            "omega": np.where(rng.random(rows) < np.where(group == "g2", 0.6, 0.2), "yes", "no"),
            "sigma": size.round(2),
            "theta": (size / 2 + rng.normal(0, 8, rows)).round(2),
        }
    )


def found(data: pd.DataFrame) -> list[Insight]:
    insights = list(mine(dongcha.read(data), top=30).insights)
    assert len(insights) >= 3, "the laws are empty where nothing is found"
    return insights


def told(one: Insight, name: Callable[[str], str] = str, value: Callable[[Cell], Cell] = lambda cell: cell) -> object:
    """An insight without its wording, with columns and values renamed."""
    subject = one.subject
    facts = {
        name(key): value(name(cell) if key in ("x", "y", "confounder") else cell) for key, cell in one.facts.items()
    }  # type: ignore[arg-type]
    return {
        "pattern": one.pattern,
        "measure": subject.measure and name(subject.measure),
        "category": value(subject.category),
        "breakdown": [name(part) for part in subject.breakdown],
        "grain": subject.grain,
        "facts": {key: rounded(cell) for key, cell in sorted(facts.items())},
        "p": rounded(one.p_value),
        "score": rounded(one.score),
    }


def rounded(cell: Cell) -> Cell:
    return float(f"{cell:.9g}") if isinstance(cell, float) else cell


@laws
@given(SEEDS)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    data = table(seed)
    shuffled = data.sample(frac=1, random_state=seed).reset_index(drop=True)
    assert [told(one) for one in found(shuffled)] == [told(one) for one in found(data)]


@laws
@given(SEEDS)
def test_names_of_columns_do_not_matter(seed: int) -> None:
    names = {"tau": "alpha", "kappa": "beta", "lambda": "gamma", "omega": "delta", "sigma": "epsilon", "theta": "zeta"}
    data = table(seed)
    renamed = [told(one, lambda name: names.get(name, name)) for one in found(data)]
    assert [told(one) for one in found(data.rename(columns=names))] == renamed


@laws
@given(SEEDS)
def test_categories_may_be_called_otherwise(seed: int) -> None:
    data = table(seed)
    again = data.assign(**{name: data[name].map(relabel) for name in ("kappa", "lambda", "omega")})
    assert [told(one) for one in found(again)] == [told(one, value=relabel) for one in found(data)]


def relabel(cell: Cell) -> Cell:
    """Values keep their order."""
    if not isinstance(cell, str) or cell[:1] not in RELABELLED or cell[1:2] not in (*"0123456789eo",):
        return cell
    return RELABELLED[cell[0]] + cell[1:]


@laws
@given(SEEDS, st.sampled_from([1000.0, 0.01]))
def test_a_unit_changes_amounts_and_nothing_else(seed: int, factor: float) -> None:
    data = table(seed)
    scaled = data.assign(sigma=data["sigma"] * factor)
    for one, other in zip(found(data), found(scaled), strict=True):
        plain, there = (dict(insight.facts) for insight in (one, other))
        if one.subject.measure == "sigma" and one.subject.aggregation == "mean" and one.pattern == "outstanding":
            for name in ("value", "rest"):
                assert there.pop(name) == pytest.approx(factor * float(plain.pop(name)), rel=1e-9)  # type: ignore[arg-type]
        assert (other.pattern, other.subject) == (one.pattern, one.subject)
        assert near(there, plain)
        assert other.p_value == pytest.approx(one.p_value, rel=1e-6)


def near(one: Mapping[str, Cell], other: Mapping[str, Cell]) -> bool:
    numbers = {name for name, cell in one.items() if isinstance(cell, float)}
    return {k: v for k, v in one.items() if k not in numbers} == {
        k: v for k, v in other.items() if k not in numbers
    } and all(one[name] == pytest.approx(other[name], rel=1e-9) for name in numbers)


@laws
@given(SEEDS)
def test_a_doubled_table_says_the_same_more_surely(seed: int) -> None:
    data = table(seed)
    # Rows of their own: copies of one row are drawn together, and then say no more than one (test_stability.py).
    doubled = pd.concat([data.assign(half=half) for half in ("first", "second")], ignore_index=True)
    again = {(i.pattern, i.subject, i.facts.get("group")): i for i in mine(dongcha.read(doubled), top=30).insights}
    for one in found(data):
        told_of_rates = one.pattern == "outstanding" and one.subject.aggregation in ("rate", "mean")
        twice = again.get((one.pattern, one.subject, one.facts.get("group")))
        # Of one subject two groups are told, which need not be the same two, nor in the first thirty of twice the rows.
        if told_of_rates and len(one.subject.breakdown) == 1 and twice is not None:
            assert twice.facts["value"] == pytest.approx(one.facts["value"], rel=1e-9)
            assert twice.facts["n"] == 2 * one.facts["n"]  # type: ignore[operator]
            assert twice.p_value < one.p_value
