"""Planted in subsets: what turns round within a third category, and what breaks a rule."""

import numpy as np
import pandas as pd

from dongcha.insight.insight import Insight
from planted_tables.base import Planted, between, flat, noise, plants


def mixed(rng: np.random.Generator, less: float) -> pd.DataFrame:
    """Two groups that are spread otherwise over four areas, on which the answer hangs; `less` in one within each."""
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2"], len(data))
    first, spread = data["group"] == "g1", np.array([0.5, 0.3, 0.15, 0.05])
    areas = [rng.choice(list("uvwx"), len(data), p=p) for p in (spread, spread[::-1])]
    data["area"] = np.where(first, *areas)
    part = data["area"].map({"u": 0.9, "v": 0.7, "w": 0.45, "x": 0.25}) - less * first
    data["answer"] = np.where(rng.random(len(data)) < part, "yes", "no")
    return data


def both(insight: Insight) -> set[str | None]:
    """The measure and the first breakdown."""
    return {insight.subject.measure, insight.subject.breakdown[0]}


@plants("answer", "group", "area")
def reversal(rng: np.random.Generator, times: float) -> Planted:
    return mixed(rng, 0.2 * times), lambda i: i.pattern == "reversal" and both(i) == {"answer", "group"}


@plants("kind", "group")
def exception(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    usual = np.array([0.6, 0.15, 0.15, 0.1])
    other = usual + times * (np.array([0.15, 0.6, 0.15, 0.1]) - usual)
    other = other.clip(0) / other.clip(0).sum()
    first, second = (rng.choice(list("pqrs"), len(data), p=p) for p in (usual, other))
    data["kind"] = np.where(data["group"] == "g3", second, first)
    return data, lambda i: i.pattern == "exception" and i.facts["group"] == "g3"


@plants("answer", "group", "area")
def exception_way(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2"], len(data))
    high, low = between(0.265, 0.45, times), between(0.265, 0.08, times)
    part = np.where((data["group"] == "g1") == (data["area"] != "v"), high, low)
    data["answer"] = np.where(rng.random(len(data)) < part, "yes", "no")
    return data, lambda i: i.pattern == "exception" and i.facts.get("within") == "v"
