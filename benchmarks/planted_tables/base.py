"""What planted tables are made of: noise, a registry of arms, and how strong the planted is."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dongcha.insight.insight import Insight

Asked = Callable[[Insight], bool]
Planted = tuple[pd.DataFrame, Asked]
MONTHS = pd.date_range("2022-01-01", periods=12, freq="MS")


@dataclass(frozen=True, slots=True)
class Arm:
    """A maker of tables with one planted pattern of a stated size.

    `make(rng, times)` gives the table and what asks of a finding whether it is the planted one; `times` is the size of
    the effect in stated sizes.  Every column that is not in `about` has nothing to do with any other.  `wanted`
    findings have to be there.
    """

    make: Callable[[np.random.Generator, float], Planted]
    about: frozenset[str]
    wanted: int = 1

    def __call__(self, rng: np.random.Generator, times: float = 1.0) -> Planted:
        """A table, of the stated size where nothing is said."""
        return self.make(rng, times)

    def holds(self, insight: Insight) -> bool:
        """Whether a finding speaks only of columns in which something was planted."""
        subject = insight.subject
        said = {subject.measure, *subject.breakdown, *(one.column for one in subject.where)}
        said |= {str(insight.facts[key]) for key in ("x", "y", "confounder") if insight.facts.get(key) is not None}
        if subject.aggregation == "sum" or (subject.aggregation == "share" and subject.breakdown):
            said.discard(subject.measure)  # more rows in a group are a larger total of every measure
        return said - {None} <= self.about


PLANTED: dict[str, Arm] = {}


def plants(*about: str, wanted: int = 1) -> Callable[[Callable[[np.random.Generator, float], Planted]], Arm]:
    """Register an arm whose pattern is in the columns `about`."""

    def registered(make: Callable[[np.random.Generator, float], Planted]) -> Arm:
        PLANTED[make.__name__] = Arm(make, frozenset(about), wanted)
        return PLANTED[make.__name__]

    return registered


def between(usual: float, stated: float, times: float) -> float:
    """A rate that lies `times` as far from the usual one as the stated one does; never below 1 % or above 99 %.

    >>> between(0.2, 0.5, 0.5), between(0.2, 0.5, 4)
    (0.35, 0.99)
    """
    return stated if times == 1 else min(0.99, max(0.01, usual + times * (stated - usual)))


def factor(stated: float, times: float) -> float:
    """A factor that lies `times` as far from 1 as the stated one does.

    >>> factor(1.5, 0.5), factor(1.5, 2)
    (1.25, 2.0)
    """
    return 1 + times * (stated - 1)


def noise(rng: np.random.Generator, counts: list[int]) -> pd.DataFrame:
    """Rows spread over twelve months, `counts[i]` in month i, all columns independent."""
    days = [
        start + pd.Timedelta(days=int(day))
        for start, n in zip(MONTHS, counts, strict=True)
        for day in np.r_[0, start.days_in_month - 1, rng.integers(0, start.days_in_month, max(0, n - 2))]
    ]
    rows = len(days)
    return pd.DataFrame(
        {
            "day": pd.Series(days).dt.as_unit("s"),
            "group": rng.choice([f"g{i}" for i in range(8)], rows),
            "area": rng.choice(list("uvwxyz"), rows),
            "answer": rng.choice(["yes", "no"], rows, p=[0.2, 0.8]),
            "size": rng.normal(50, 10, rows).round(3),
            "other": rng.normal(5, 1, rows).round(3),
        }
    )


def flat(rng: np.random.Generator) -> list[int]:
    """Counts of twelve months of chance alone."""
    return [int(n) for n in rng.poisson(100, 12)]


def years(rng: np.random.Generator, weight: Callable[[pd.DatetimeIndex], np.ndarray], span: int = 36) -> pd.DataFrame:
    """About 100 rows a month over `span` months from 2021 on, each day with its `weight`, all columns independent."""
    days = pd.date_range("2021-01-01", periods=span, freq="MS")
    days = pd.date_range(days[0], days[-1] + pd.offsets.MonthEnd(0))
    parts = weight(days)
    data = noise(rng, [100 * span // 12] * 12)
    data["day"] = rng.choice(days, len(data), p=parts / parts.sum())
    data["day"] = data["day"].astype("datetime64[s]")
    return data


def yes_or_no(rng: np.random.Generator, data: pd.DataFrame, here: pd.Series, part: float) -> None:
    """Answer anew `here`, with `part` of them "yes"."""
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[part, 1 - part])
