"""False discoveries: on tables of noise, how many have any finding?

    python benchmarks/noise.py [--tables 200]
    DONGCHA_DATA=… python benchmarks/noise.py --shuffled [--seeds 5]

The stated rate is the one that `mine` is told (0.05).  Where nothing is true, every claim is false, so the share of
tables with any claim is the false discovery rate.

`--shuffled` takes real tables (at most 5,000 rows each, a seeded sample) and shuffles every column on its own: names,
types, missing values, ties and heavy tails are those of life, and no two columns have to do with each other.  What one
column says by itself (a majority, the number of rows over time) is as true as before, so only claims about two columns
or more are false; the others are counted apart, and so are totals and numbers of different values that are largest
where the most rows are, which is a claim about rows.  A duration of two times is a claim about both.

`--texts` gives each table of noise a column of texts of made-up words.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

import dongcha
from dongcha.insight.insight import Insight, Subject
from dongcha.insight.mine import mine

MOST_ROWS = 5_000
REAL = (
    *("superstore/*", "bike_sharing/*", "nycflights13/[!a]*", "vega_tables/*", "cfpb_complaints/*", "cfpb_loans/*"),
    *("twitter_us_airline/*", "online_retail/*", "elec2/*", "noaa_weather_stream/*", "movielens_latest_small/[!l]*"),
)
"""Tables of the data folder with at least two columns to relate; key lists (airlines, airports, links) are none."""


def table(seed: int) -> pd.DataFrame:
    """300 to 2,000 rows: five categories, two measures (one heavy-tailed), a date, all independent."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(300, 2000))
    days = rng.integers(0, 365, rows)
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D").as_unit("s"),
            "two": rng.choice(["yes", "no"], rows, p=[0.3, 0.7]),
            "four": rng.choice(list("abcd"), rows),
            "ten": rng.choice([f"g{i}" for i in range(10)], rows),
            "many": rng.choice([f"m{i}" for i in range(60)], rows),
            "long": rng.choice([f"z{i}" for i in range(9)], rows, p=np.arange(9, 0, -1) / 45),
            "size": rng.normal(50, 10, rows).round(2),
            "money": rng.lognormal(3, 1.5, rows).round(2),
        }
    )


def with_texts(seed: int) -> pd.DataFrame:
    """A table of noise with texts, whose common words are as much commoner as words are (Zipf)."""
    rng, data = np.random.default_rng([seed, 1]), table(seed)
    words = np.array([a + b + c for a in "bdgklm" for b in "ai" for c in ("ban", "dor", "fil", "gun")])
    weights, lengths = 1 / np.arange(1, len(words) + 1), rng.integers(8, 40, len(data))
    drawn = np.split(rng.choice(words, lengths.sum(), p=weights / weights.sum()), np.cumsum(lengths)[:-1])
    return data.assign(told=[" ".join(said) for said in drawn], stars=rng.integers(1, 6, len(data)))


def with_findings(tables: int, make: Callable[[int], pd.DataFrame] = table) -> list[int]:
    """The seeds of the tables with any finding."""
    return [seed for seed in range(tables) if mine(dongcha.read(make(seed))).insights]


def shuffled(file: Path, seed: int) -> pd.DataFrame:
    """A sample of a table's rows with each column shuffled on its own."""
    rng = np.random.default_rng(seed)
    frame = pd.read_parquet(file)
    frame = frame.iloc[rng.permutation(len(frame))[:MOST_ROWS]]
    return pd.DataFrame({name: frame[name].take(rng.permutation(len(frame))).array for name in frame.columns})


def columns_of(found: Insight) -> set[str]:
    """The columns that a claim is about."""
    subject = found.subject
    return {*subject.breakdown, *(part.column for part in subject.where), *filter(None, [subject.measure])}


def follows_rows(found: Insight, data: pd.DataFrame) -> bool:
    """Whether a total or a number of different values is largest where the most rows are, which is so by itself.

    So is a number of different values that goes the way that the number of rows goes over time.
    """
    subject = found.subject
    by = given(subject.breakdown[0], data)
    if subject.aggregation not in ("sum", "distinct") or by is None:
        return False
    if subject.grain:
        return found.pattern == "trend" and rows_go(found.effect.value, subject, data)
    told = {str(found.facts[key]) for key in ("group", "first", "second") if found.facts.get(key) is not None}
    return told <= set(data[by].astype(str).value_counts().index[: len(told)])


def given(name: str, data: pd.DataFrame) -> str | None:
    """The column as the table has it: a reserved name is mined with a sign behind it.  None where it was made."""
    return next((one for one in (name, name.removesuffix("_")) if one in data), None)


def rows_go(way: float, subject: Subject, data: pd.DataFrame) -> bool:
    """Whether the number of rows a period has a trend, rising where `way` is above 0, at p < 0.05."""
    days = pd.to_datetime(data[given(subject.breakdown[0], data)]).dropna()
    rows = days.dt.to_period({"year": "Y"}.get(str(subject.grain), str(subject.grain)[0].upper())).value_counts()
    found = stats.spearmanr(rows.index.map(lambda period: period.ordinal), rows.to_numpy())
    return bool(found.pvalue < 0.05 and found.statistic * way > 0)


def report_shuffled(seeds: int) -> None:
    """Print the share of shuffled real tables with a claim about two columns or more."""
    files = sorted(file for part in REAL for file in Path(os.environ["DONGCHA_DATA"]).glob(f"{part}.parquet"))
    start, wrong, tried = time.perf_counter(), [], 0
    for file in files:
        name, alone = f"{file.parent.name}/{file.stem}", 0
        for seed in range(seeds):
            data = shuffled(file, seed)
            found = mine(dongcha.read(data), top=50).insights
            false = [one for one in found if len(columns_of(one)) > 1 and not follows_rows(one, data)]
            tried, alone = tried + 1, alone + len(found) - len(false)
            if false:
                wrong.append(f"{name} seed {seed}: {false[0].pattern} {false[0].subject}, q = {false[0].q_value:.2g}")
        print(f"{name:<48} claims about one column {alone / seeds:.1f}", flush=True)
    print(f"shuffled: {len(wrong)} of {tried} tables with a false claim ({len(wrong) / tried:.1%}; stated 5.0%)")
    print(f"{time.perf_counter() - start:.0f} s", *wrong, sep="\n  ")


def main() -> None:
    """Print the share of tables with a finding beside the stated rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=200)
    parser.add_argument("--shuffled", action="store_true", help="real tables, every column shuffled on its own")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--texts", action="store_true", help="tables with a column of texts")
    options = parser.parse_args()
    if options.shuffled:
        report_shuffled(options.seeds)
        return
    tables, start = options.tables, time.perf_counter()
    found = with_findings(tables, with_texts if options.texts else table)
    print(f"noise: {len(found)} of {tables} tables with a finding ({len(found) / tables:.1%}; stated 5.0%)")
    print(f"{time.perf_counter() - start:.0f} s; seeds with a finding: {found}")


if __name__ == "__main__":
    main()
