"""Recall: tables of noise with one planted pattern each; is it found, and how much else is claimed?

    python benchmarks/planted.py [--tables 20]

Effect sizes at which recall is stated (1,200 rows, 12 complete months of about 100 rows): outstanding rate 20 % -> 45 %
in a group of 150; pair of groups 20 % -> 65 % in 50 rows; outstanding mean +0.8 standard deviations in a group of 150;
majority 60 %; trend +8 % a month; change point x 1.8; outlier x 3 in one month; correlation r = 0.3; driver: the rows
double in the last month and one of six groups makes up half of them there.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import dongcha
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine

Planted = tuple[pd.DataFrame, Callable[[Insight], bool]]
MONTHS = pd.date_range("2022-01-01", periods=12, freq="MS")


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


def outstanding(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    here = data["group"] == "g3"
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.45, 0.55])
    return data, lambda i: i.subject.measure == "answer" and i.facts.get("group") == "g3"


def pair(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["group"] = rng.choice(["g1", "g2", "g3", "g4"], len(data))
    here = (data["group"] == "g3") & (data["area"] == "v")
    data.loc[here, "answer"] = rng.choice(["yes", "no"], here.sum(), p=[0.65, 0.35])
    return data, lambda i: i.subject.measure == "answer" and set(i.subject.breakdown) == {"group", "area"}


def outstanding_mean(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data.loc[data["group"] == "g3", "size"] += 8
    return data, lambda i: i.subject.measure == "size" and i.facts.get("group") == "g3"


def majority(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["area"] = rng.choice(list("uvwxyz"), len(data), p=[0.6, *[0.08] * 5])
    return data, lambda i: i.pattern == "majority" and i.facts["group"] == "u"


def trend(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson(65 * 1.08 ** np.arange(12))])
    return data, lambda i: i.pattern == "trend" and i.subject.measure is None


def change_point(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([75] * 7 + [135] * 5)])
    return (
        data,
        lambda i: i.pattern == "change_point" and str(i.facts["period"])[:7] in ("2022-07", "2022-08", "2022-09"),
    )


def outlier(rng: np.random.Generator) -> Planted:
    levels = [85] * 12
    levels[6] = 255
    data = noise(rng, [int(n) for n in rng.poisson(levels)])
    return data, lambda i: i.pattern == "outlier" and str(i.facts["period"])[:7] == "2022-07"


def correlation(rng: np.random.Generator) -> Planted:
    data = noise(rng, flat(rng))
    data["other"] = 0.3 * (data["size"] - 50) / 10 + np.sqrt(1 - 0.09) * rng.normal(0, 1, len(data))
    return data, lambda i: i.pattern == "correlation" and {i.facts["x"], i.facts["y"]} == {"size", "other"}


def driver(rng: np.random.Generator) -> Planted:
    data = noise(rng, [int(n) for n in rng.poisson([92] * 11 + [184])])
    last = data["day"] >= MONTHS[-1]
    more = rng.random(last.sum()) < 0.4  # with the sixth that it had, half
    data.loc[data.index[last][more], "area"] = "v"
    return data, lambda i: i.pattern == "driver" and i.facts["group"] == "v"


PLANTED: dict[str, Callable[[np.random.Generator], Planted]] = {
    part.__name__: part
    for part in (outstanding, pair, outstanding_mean, majority, trend, change_point, outlier, correlation, driver)
}


def recall(name: str, tables: int, first: int = 0) -> tuple[float, float]:
    """The share of tables in which the planted pattern is found, and the mean number of other findings."""
    found, others = 0, 0
    for seed in range(first, first + tables):
        data, is_planted = PLANTED[name](np.random.default_rng([seed, len(name)]))
        claims = [is_planted(insight) for insight in mine(dongcha.read(data)).insights]
        found += any(claims)
        others += claims.count(False)
    return found / tables, others / tables


def main() -> None:
    """Print recall a pattern."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=20)
    tables = parser.parse_args().tables
    for name in PLANTED:
        start = time.perf_counter()
        share, others = recall(name, tables)
        print(
            f"{name:<17} recall {share:.0%} of {tables}, other findings a table {others:.2f}, "
            f"{time.perf_counter() - start:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
