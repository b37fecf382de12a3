"""Planted in measures: totals, medians, bands, spreads, ratios, correlation."""

import numpy as np
import pandas as pd

from planted_tables.base import Asked, Planted, between, factor, flat, noise, plants, yes_or_no


def amounts(rng: np.random.Generator) -> pd.DataFrame:
    """Noise with an amount that is skewed."""
    data = noise(rng, flat(rng))
    return data.assign(amount=rng.gamma(2, 50, len(data)).round(2))


def _told(aggregation: str, measure: str, group: str) -> Asked:
    asked = aggregation, measure, group
    return lambda i: (i.subject.aggregation, i.subject.measure, i.facts.get("group")) == asked


@plants("size", "other")
def correlation(rng: np.random.Generator, times: float) -> Planted:
    data, r = noise(rng, flat(rng)), 0.3 * times
    data["other"] = r * (data["size"] - 50) / 10 + np.sqrt(1 - r**2) * rng.normal(0, 1, len(data))
    return data, lambda i: i.pattern == "correlation" and {i.facts["x"], i.facts["y"]} == {"size", "other"}


@plants("amount", "area")
def largest_total(rng: np.random.Generator, times: float) -> Planted:
    data = amounts(rng)
    data.loc[data["area"] == "u", "amount"] *= factor(2.5, times)
    return data, _told("sum", "amount", "u")


@plants("profit", "area")
def lowest_total(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["profit"] = rng.normal(20, 60, len(data)).round(2)
    data.loc[data["area"] == "u", "profit"] -= 55 * times
    return data, _told("sum", "profit", "u")


@plants("amount", "group")
def outstanding_median(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["amount"] = rng.lognormal(4, 1.8, len(data)).round(2)
    data.loc[data["group"] == "g3", "amount"] *= factor(3, times)
    return data, _told("median", "amount", "g3")


@plants("answer", "age")
def band_rate(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["age"] = rng.integers(18, 80, len(data))
    yes_or_no(rng, data, data["age"].between(35, 49), between(0.2, 0.5, times))
    return data, lambda i: i.pattern == "band" and i.subject.measure == "answer" and i.subject.breakdown == ("age",)


@plants("other", "size")
def band_mean(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["other"] = (0.5 * times * ((data["size"] - 50) / 10) ** 2 + rng.normal(0, 1, len(data))).round(3)
    return data, lambda i: i.pattern == "band" and i.subject.measure == "other" and i.subject.breakdown == ("size",)


@plants("size", "group")
def shift(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    here = data["group"] == "g3"
    data.loc[here, "size"] = (50 + factor(1.8, times) * (data.loc[here, "size"] - 50)).round(3)
    return data, lambda i: i.pattern == "shift" and i.facts["group"] == "g3"


@plants("amount", "units", "amount per units", "group")
def ratio(rng: np.random.Generator, times: float) -> Planted:
    data = sold(rng)
    data.loc[data["group"] == "g3", "amount"] *= factor(1.2, times)
    return data, lambda i: i.subject.measure == "amount per units" and i.facts.get("group") == "g3"


def sold(rng: np.random.Generator) -> pd.DataFrame:
    """Noise with units and an amount that goes with them."""
    data = noise(rng, flat(rng))
    data["units"] = rng.integers(1, 13, len(data))
    data["amount"] = (data["units"] * rng.normal(20, 4, len(data)).clip(5)).round(2)
    return data
