"""The Numenta Anomaly Benchmark: its series, and its score by the published formula (Lavin and Ahmad 2015).

Standard profile (a hit 1, a false alarm 0.11, a miss 1), the first 15 % of a series (at most 750 rows) not counted,
one threshold for all series, the best one; 0 is a detector that says nothing, 100 a perfect one.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

Floats = npt.NDArray[np.float64]
FALSE, MISSED, PROBATION = 0.11, 1.0, 0.15
PUBLISHED = {"HTM": 70.1, "random cut forest": 51.7, "windowed Gaussian": 39.6, "random": 11.0, "null": 0.0}
THRESHOLDS = 1000


@dataclass(frozen=True, slots=True)
class Series:
    """One file: its values, and its windows of anomalies as first and last row."""

    name: str
    values: Floats
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """Rows at the start that are not counted."""
        return int(min(PROBATION * len(self.values), PROBATION * 5000))


def corpus() -> list[Series]:
    """The 58 series."""
    folder = Path(os.environ["DONGCHA_DATA"]) / "nab"
    windows = json.loads((folder / "combined_windows.json").read_text())
    table = pq.read_table(folder / "all.parquet").to_pandas()
    found = []
    for name, rows in table.groupby("series", sort=True):
        times = rows["timestamp"].to_numpy(dtype="datetime64[us]")
        spans = windows[str(name)] if str(name) in windows else windows[f"{name}.csv"]
        places = []
        for first, last in spans:
            inside = np.flatnonzero((times >= np.datetime64(first)) & (times <= np.datetime64(last)))
            places.append((int(inside[0]), int(inside[-1])))
        found.append(Series(str(name), rows["value"].to_numpy(dtype=float), tuple(places)))
    return found


def sigmoid(position: Floats) -> Floats:
    """The scaled sigmoid of a place relative to a window: near 1 at its start, 0 at its end, -1 far behind it."""
    return np.where(position > 3.0, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(position, 3.0))) - 1.0)


def score(series: Sequence[Series], scores: Sequence[Floats]) -> tuple[float, float]:
    """The normalised score at the best threshold, and that threshold."""
    outside = [false_costs(one) for one in series]
    values = np.concatenate([found[places] for found, (places, _) in zip(scores, outside, strict=True)])
    order = np.argsort(-values, kind="stable")
    costs = np.concatenate([[0.0], np.cumsum(np.concatenate([cost for _, cost in outside])[order])])
    descending = -values[order]
    every = np.concatenate(scores)
    grid = np.unique(np.concatenate([np.sort(every)[-THRESHOLDS:], np.quantile(every, np.linspace(0, 1, THRESHOLDS))]))
    best, at = -np.inf, np.inf
    windows = sum(len(one.windows) for one in series)
    for threshold in grid:
        total = costs[np.searchsorted(descending, -threshold, side="right")]
        for one, found in zip(series, scores, strict=True):
            total += sum(hit(found, window, threshold, one.probation) for window in one.windows)
        if total > best:
            best, at = float(total), float(threshold)
    null = -MISSED * windows
    return max(0.0, 100.0 * (best - null) / (windows - null)), at


def hit(found: Floats, window: tuple[int, int], threshold: float, probation: int) -> float:
    """What a window gives: more the earlier it is found, less than nothing where it is not."""
    first, last = window
    start = max(first, probation)
    above = np.flatnonzero(found[start : last + 1] >= threshold)
    if not len(above):
        return -MISSED
    position = -(last - (start + int(above[0])) + 1) / (last - first + 1)
    return float(sigmoid(np.array(position)) / sigmoid(np.array(-1.0)))


def false_costs(one: Series) -> tuple[npt.NDArray[np.int64], Floats]:
    """Rows outside of windows that count, and what an alarm there gives (less than nothing)."""
    places = np.arange(len(one.values))
    inside = np.zeros(len(places), dtype=bool)
    position = np.full(len(places), np.inf)
    for first, last in one.windows:
        inside[first : last + 1] = True
        position[last + 1 :] = (places[last + 1 :] - last) / max(1, last - first)
    keep = places[~inside & (places >= one.probation)]
    return keep, FALSE * sigmoid(position[keep])
