"""Forecasts: errors against the seasonal naive forecast, and how often the intervals hold.

    DONGCHA_DATA=… python benchmarks/forecast.py [--cuts 4] [--seeds 10] [--only generated|real] [--series NAME …]

Each series is cut at `--cuts` points in its last third, a season apart at most; what `dongcha forecast` would have said
there is held to what came.  MASE is the mean absolute error over the in-sample seasonal naive one (Hyndman & Koehler
2006), so that 1 is as good as naive on the past; beside it stands that of the seasonal naive forecast (naive without a
season) on the same values.  Coverage is the share of values inside the 80 % and 95 % intervals.

Generated series have a known truth: noise, trend, season, trend and season, random walk, first-order autoregression, a
level that shifts, rare counts, each of 60 months, ten seeds.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

import dongcha
from dongcha.data.periods import Periods
from dongcha.insight.change.question import figure_of
from dongcha.insight.forecast.forecast import made, raced
from dongcha.insight.forecast.history import History, history
from dongcha.insight.forecast.progress import step

LEVELS = (0.8, 0.95)
REAL: dict[str, tuple[str, str, str | None, str]] = {  # file, figure, time column, grain
    "bike rentals, day": ("bike_sharing/day", "sum:cnt", None, "day"),
    "bike rentals, week": ("bike_sharing/day", "sum:cnt", None, "week"),
    "casual part, day": ("bike_sharing/day", "mean:casual", None, "day"),
    "Seattle warmth, day": ("vega_tables/seattle_weather", "mean:temp_max", None, "day"),
    "Seattle warmth, month": ("vega_tables/seattle_weather", "mean:temp_max", None, "month"),
    "Seattle rain, month": ("vega_tables/seattle_weather", "sum:precipitation", None, "month"),
    "Seattle rainy days": ("vega_tables/seattle_weather", "weather=rain", None, "month"),
    "unemployed, month": ("vega_tables/unemployment_across_industries", "sum:count", "date", "month"),
    "stock prices, month": ("vega_tables/stocks", "mean:price", "date", "month"),
    "superstore rows, month": ("superstore/all", "rows", "Order Date", "month"),
    "superstore sales, month": ("superstore/all", "sum:Sales", "Order Date", "month"),
    "superstore rows, week": ("superstore/all", "rows", "Order Date", "week"),
    "retail rows, day": ("online_retail/all", "rows", None, "day"),
    "retail rows, week": ("online_retail/all", "rows", None, "week"),
    "flights, day": ("nycflights13/flights", "rows", "time_hour", "day"),
    "flight delay, day": ("nycflights13/flights", "mean:dep_delay", "time_hour", "day"),
    "complaints, week": ("cfpb_loans/complaints", "rows", None, "week"),
    "timely answers, week": ("cfpb_loans/complaints", "timely=No", None, "week"),
    "taxi rides, day": ("nab/all", "sum:value", None, "day"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """How forecasts at one cut did: scaled errors of ours and of the baseline, and who lay inside which interval."""

    ours: list[float]
    base: list[float]
    inside: dict[float, list[bool]]
    method: str


def cut(one: History, at: int) -> History:
    """The history as it was after its first `at` complete periods."""
    whole = [place for place, complete in enumerate(one.time.complete) if complete][:at]
    time_ = one.time
    parts = (tuple(each[place] for place in whole) for each in (time_.starts, time_.ends, time_.complete))
    shorter = Periods(time_.column, time_.grain, *parts)
    return replace(one, time=shorter, values=one.values[:at], days=one.days[:at], filled=one.filled[:at])


def held(one: History, at: int, horizon: int) -> Held:
    """Forecast after `at` periods and compare with what came."""
    past = cut(one, at)
    run = raced(past, horizon)
    found = {level: made(run, level) for level in LEVELS}
    truth, ahead, size = one.values[at : at + horizon], found[LEVELS[0]].ahead, step(past)
    lag = past.season
    naive = [past.values[at - lag + place % lag] for place in range(len(truth))]
    inside = {
        level: [each.low <= value <= each.high for each, value in zip(found[level].ahead, truth, strict=False)]
        for level in LEVELS
    }
    ours = [abs(each.value - value) / size for each, value in zip(ahead, truth, strict=False)]
    return Held(ours, [abs(a - b) / size for a, b in zip(naive, truth, strict=True)], inside, found[LEVELS[0]].method)


def tried(one: History, cuts: int) -> list[Held]:
    """The cuts of one series; the horizon is a season, at most a sixth of the series."""
    size = len(one.values)
    horizon = max(1, min(one.season if one.season > 1 else 6, size // 6))
    places = np.unique(np.linspace(size * 2 // 3, size - horizon, cuts).round().astype(int))
    return [held(one, int(at), horizon) for at in places]


def generated(seed: int) -> Iterator[tuple[str, pd.Series]]:
    """Named series of 60 months."""
    rng = np.random.default_rng(seed)
    x, wave = np.arange(60), np.sin(2 * np.pi * np.arange(60) / 12)
    noise = rng.normal(0, 1, 60)
    memory = np.zeros(60)
    for at in range(1, 60):
        memory[at] = 0.7 * memory[at - 1] + noise[at]
    yield "noise", 100 + 10 * noise
    yield "trend", 100 + 2 * x + 10 * noise
    yield "season", 100 + 30 * wave + 10 * noise
    yield "trend and season", 100 + 2 * x + 30 * wave + 10 * noise
    yield "random walk", 200 + np.cumsum(10 * noise)
    yield "autoregression", 100 + 10 * memory
    yield "shifted level", np.where(x < 30, 100.0, 160.0) + 10 * noise
    yield "rare counts", rng.poisson(3, 60).astype(float)


def made_up(seeds: int) -> Iterator[tuple[str, History]]:
    """Generated series as histories of a mean, rare counts as a sum."""
    for seed in range(seeds):
        for name, values in generated(seed):
            months = pd.date_range("2018-01-01", periods=60, freq="MS")
            table = dongcha.read(pd.DataFrame({"month": months, "value": values}), roles={"value": "measure"})
            measure = "sum:value" if name == "rare counts" else "mean:value"
            yield name, history(table, figure_of(table, measure), "month", "month")


def real(names: list[str]) -> Iterator[tuple[str, History]]:
    """Series of the data folder."""
    folder = Path(os.environ["DONGCHA_DATA"])
    for name in names:
        file, measure, column, grain = REAL[name]
        frame = pd.read_parquet(folder / f"{file}.parquet")
        if file == "nab/all":
            frame = frame[frame["series"].str.contains("nyc_taxi")]
        if column:  # some are written as JavaScript writes them, in UTC
            frame[column] = pd.to_datetime(frame[column], utc=True, format="mixed").dt.tz_localize(None)
        table = dongcha.read(frame)
        yield name, history(table, figure_of(table, measure), column, grain)


def report(name: str, found: list[Held], seconds: float) -> None:
    """One line."""
    ours, base = (np.mean([value for one in found for value in getattr(one, part)]) for part in ("ours", "base"))
    seen = [np.mean([hit for one in found for hit in one.inside[level]]) for level in LEVELS]
    methods = [one.method for one in found]
    most = max(sorted(set(methods)), key=methods.count)
    print(
        f"{name:<26} MASE {ours:5.2f}  naive {base:5.2f}  ratio {ours / base:4.2f}  inside 80%: {seen[0]:4.0%}  "
        f"95%: {seen[1]:4.0%}  {most}, {len(found)} cuts, {seconds:.0f} s",
        flush=True,
    )


def main() -> None:
    """Print a line a series and the means over all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=4)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", choices=["generated", "real"])
    parser.add_argument("--series", nargs="+", default=list(REAL), choices=list(REAL))
    given = parser.parse_args()
    for kind in ("generated", "real"):
        if given.only not in (None, kind):
            continue
        found: dict[str, list[Held]] = {}
        spent: dict[str, float] = {}
        for name, one in made_up(given.seeds) if kind == "generated" else real(given.series):
            start = time.perf_counter()
            found.setdefault(name, []).extend(tried(one, given.cuts))
            spent[name] = spent.get(name, 0.0) + time.perf_counter() - start
            if kind == "real":
                report(name, found[name], spent[name])
        if kind == "generated":
            for name, each in found.items():
                report(name, each, spent[name])
        ratios = [
            np.mean([v for one in each for v in one.ours]) / np.mean([v for one in each for v in one.base])
            for each in found.values()
        ]
        seen = [
            np.mean([np.mean([h for one in each for h in one.inside[level]]) for each in found.values()])
            for level in LEVELS
        ]
        print(
            f"{kind}: mean ratio to naive {np.exp(np.mean(np.log(ratios))):.2f}, {len(found)} series; "
            f"mean coverage 80%: {seen[0]:.0%}, 95%: {seen[1]:.0%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
