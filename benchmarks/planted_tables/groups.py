"""Planted in groups: rates, means, counts of rows, what is missing."""

import numpy as np

from planted_tables.base import Planted, between, factor, flat, noise, plants, yes_or_no

SIX = list("uvwxyz")


@plants("answer", "group")
def outstanding(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    yes_or_no(rng, data, data["group"] == "g3", between(0.2, 0.45, times))
    return data, lambda i: i.subject.measure == "answer" and i.facts.get("group") == "g3"


@plants("answer", "group", "area")
def pair(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2", "g3", "g4"], len(data))
    yes_or_no(rng, data, (data["group"] == "g3") & (data["area"] == "v"), between(0.2, 0.65, times))
    return data, lambda i: i.subject.measure == "answer" and set(i.subject.breakdown) == {"group", "area"}


@plants("size", "group")
def outstanding_mean(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8 * times
    return data, lambda i: i.subject.measure == "size" and i.facts.get("group") == "g3"


@plants("area")
def majority(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    part = between(1 / 6, 0.6, times)
    data["area"] = rng.choice(SIX, len(data), p=[part, *[(1 - part) / 5] * 5])
    return data, lambda i: i.pattern == "majority" and i.facts["group"] == "u"


@plants("area")
def top_two(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data = data.assign(amount=rng.gamma(2, 50, len(data)).round(2))
    part = between(1 / 6, 0.31, times)
    data["area"] = rng.choice(SIX, len(data), p=[part, part, *[(1 - 2 * part) / 4] * 4])
    return data, lambda i: i.pattern == "top_two" and {i.facts["first"], i.facts["second"]} == {"u", "v"}


@plants("group", "area")
def association(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    own = data["group"].str[1:].astype(int) % 6
    here = rng.random(len(data)) < 0.23 * times
    data.loc[here, "area"] = own[here].map(dict(enumerate(SIX)))
    return data, lambda i: i.pattern == "association" and set(i.subject.breakdown) == {"group", "area"}


@plants("size", "group")
def missing(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    part = np.where(data["group"] == "g3", between(0.05, 0.25, times), 0.05)
    data.loc[rng.random(len(data)) < part, "size"] = np.nan
    return data, lambda i: i.pattern == "missing" and i.subject.measure == "size" and i.facts.get("group") == "g3"


@plants("size", "day")
def missing_month(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    part = np.where(data["day"].dt.month == 5, between(0.05, 0.3, times), 0.05)
    data.loc[rng.random(len(data)) < part, "size"] = np.nan
    return data, lambda i: i.pattern == "missing" and str(i.facts.get("period"))[:7] == "2022-05"


@plants("customer_id", "area")
def distinct(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    many = round(60 / times)
    few = rng.integers(0, many, len(data)), rng.integers(many, many + 440, len(data))
    data["customer_id"] = [f"c{number}" for number in np.where(data["area"] == "u", few[1], few[0])]
    return (
        data,
        lambda i: (i.subject.aggregation, i.subject.measure, i.facts.get("group")) == ("distinct", "customer_id", "u"),
    )


@plants("size", "group")
def driven_mean(rng: np.random.Generator, times: float) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8 * times
    data.loc[data.index[data["group"] == "g3"][0], "size"] = 50 * factor(50, times)
    return (
        data,
        lambda i: (
            (i.subject.aggregation, i.subject.measure, i.facts.get("group")) == ("mean", "size", "g3")
            and any("One row drives it" in caveat.en for caveat in i.caveats)
        ),
    )
