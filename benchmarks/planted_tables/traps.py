"""Tables of which something would be wrong to say: each with what asks of a finding whether it is that."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dongcha.insight.insight import Insight
from planted_tables.base import Planted, flat, noise, years
from planted_tables.groups import outstanding, outstanding_mean
from planted_tables.measures import amounts, sold
from planted_tables.series import off, weekly
from planted_tables.subsets import both, mixed
from planted_tables.texts import saying, texts, told

TRAPS: dict[str, Callable[[np.random.Generator], Planted]] = {}


def trap(make: Callable[[np.random.Generator], Planted]) -> Callable[[np.random.Generator], Planted]:
    """Register a trap under its name."""
    return TRAPS.setdefault(make.__name__, make)


def _no_season(insight: Insight) -> bool:
    return insight.pattern == "seasonality"


def _only_season(insight: Insight) -> bool:
    return insight.pattern in ("trend", "change_point", "outlier") and insight.subject.measure is None


@trap
def drifting(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.linspace(0.5, 2, len(days))), _no_season


@trap
def stepping(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where(np.arange(len(days)) < 500, 1.0, 2.0)), _no_season


@trap
def spiking(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where((days.year == 2022) & (days.month == 5), 3.0, 1.0)), _no_season


@trap
def returning(rng: np.random.Generator) -> Planted:
    data = [years(rng, lambda days: np.where(days.month >= 11, 2.0, 1.0)) for _ in range(3)]
    return pd.concat(data), _only_season


@trap
def one_row_total(rng: np.random.Generator) -> Planted:
    data = amounts(rng)
    data.loc[data.index[data["area"] == "u"][0], "amount"] = 1e6
    return data, lambda i: i.subject.aggregation == "sum"


@trap
def rising_rate(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["age"] = rng.integers(18, 80, len(data))
    data["answer"] = np.where(rng.random(len(data)) < (data["age"] - 10) / 90, "yes", "no")
    data["other"] = (np.log(data["age"]) + rng.normal(0, 0.3, len(data))).round(3)
    data["age_group"] = pd.cut(data["age"], [0, 30, 45, 60, 99], labels=["young", "middle", "late", "old"]).astype(str)
    return data, lambda i: i.pattern == "band"


@trap
def moved(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8
    data.loc[data["group"] == "g4", "size"] += 1.5
    return data, lambda i: i.pattern == "shift"


@trap
def same_customers(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["customer_id"] = [f"c{number}" for number in rng.integers(0, 400, len(data))]
    return data, lambda i: i.subject.aggregation == "distinct"


@trap
def per_unit(rng: np.random.Generator) -> Planted:
    return sold(rng), lambda i: "amount per units" in (i.subject.measure, *i.subject.breakdown)


@trap
def last_december(rng: np.random.Generator) -> Planted:
    return years(rng, lambda days: np.where(days.month == 12, 2.5, 1.0)), lambda i: i.pattern == "latest"


@trap
def clean_mean(rng: np.random.Generator) -> Planted:
    data, _ = outstanding_mean(rng)
    return data, lambda i: any("drives it" in caveat.en or "drive it" in caveat.en for caveat in i.caveats)


def _related(insight: Insight) -> bool:
    return insight.pattern in ("lead_lag", "together")


@trap
def both_grow(rng: np.random.Generator) -> Planted:
    lines = np.linspace(-0.6, 0.6, 52)
    return weekly(rng, lines, lines + 0.1 * rng.normal(0, 1, 52), 40 * np.exp(lines)), _related


@trap
def both_wander(rng: np.random.Generator) -> Planted:
    walks = 0.15 * np.cumsum(rng.normal(0, 1, (3, 52)), axis=1)
    return weekly(rng, walks[0], walks[1], 40 * np.exp(walks[2] - walks[2].mean())), _related


@trap
def same_season(rng: np.random.Generator) -> Planted:
    wave = 0.4 * (np.arange(52) % 4 == 1)
    return weekly(rng, wave, wave, 40 * np.exp(wave)), _related


@trap
def same_spike(rng: np.random.Generator) -> Planted:
    spike = 1.5 * (np.arange(52) == rng.integers(5, 47))
    return weekly(rng, spike, spike, 40 * np.exp(spike)), _related


@trap
def quiet_days(rng: np.random.Generator) -> Planted:
    def weight(days: pd.DatetimeIndex) -> np.ndarray:
        year = 1 + 0.5 * np.sin(2 * np.pi * days.day_of_year.to_numpy() / 365)
        return year * np.where(days.day_of_week >= 5, 0.4, 1.0)

    return pd.concat([years(rng, weight, span=12) for _ in range(9)]), lambda i: len(off(i)) > 0


@trap
def confounded(rng: np.random.Generator) -> Planted:
    def wrong(insight: Insight) -> bool:
        plain = insight.pattern == "outstanding" and len(insight.subject.breakdown) == 1
        told = any("Confounded with “area”" in caveat.en for caveat in insight.caveats)
        return insight.pattern == "reversal" or (plain and both(insight) == {"answer", "group"} and not told)

    return mixed(rng, 0.0), wrong


@trap
def by_definition(rng: np.random.Generator) -> Planted:
    """A detail that three of six areas have, an end that has not come yet, and groups that go with either."""
    data = noise(rng, flat(rng))
    data.loc[(data["group"] == "g3") & (rng.random(len(data)) < 0.5), "area"] = "z"
    data["detail"] = rng.choice(["d1", "d2", "d3"], len(data))
    data.loc[data["area"].isin(["x", "y", "z"]), "detail"] = None
    lag = rng.exponential(np.where(data["group"] == "g5", 150, 30))
    data["ended"] = (data["day"] + pd.to_timedelta(lag, unit="D")).dt.as_unit("s")
    data.loc[data["ended"] > data["day"].max(), "ended"] = pd.NaT
    data["closing"] = np.where(data["ended"].isna(), None, rng.choice(["c1", "c2"], len(data)))
    return data, lambda i: i.pattern == "missing"


@trap
def tied(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    usual, other = (
        rng.choice(list("pqrs"), len(data), p=p) for p in ([0.5, 0.2, 0.15, 0.15], [0.35, 0.35, 0.15, 0.15])
    )
    data["kind"] = np.where(data["group"] == "g3", other, usual)
    return data, lambda i: i.pattern == "exception"


@trap
def one_group(rng: np.random.Generator) -> Planted:
    return outstanding(rng)[0], lambda i: i.pattern == "association"


@trap
def carried(rng: np.random.Generator) -> Planted:
    data = told(rng)
    said = saying(rng, data, "late fee", np.full(len(data), 0.12))
    saying(rng, data, "blue card", np.where(said, 0.6, 0.03))
    data.loc[said, "answer"] = rng.choice(["yes", "no"], said.sum(), p=[0.55, 0.45])
    wrong = {"blue card", "blue", "card"}
    return data, lambda i: i.pattern == "text_driver" and bool(wrong & set(map(str, i.facts.values())))


@trap
def every_year(rng: np.random.Generator) -> Planted:
    data = years(rng, lambda days: np.ones(len(days)))
    data["told"] = texts(rng, len(data))
    saying(rng, data, "late fee", np.where(data["day"].dt.month >= 11, 0.2, 0.02))
    return data, lambda i: i.pattern == "growing"


@trap
def said_anywhere(rng: np.random.Generator) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.full(len(data), 0.15))
    return data, lambda i: i.pattern in ("phrase", "growing", "text_driver")
