"""Series of one table that may have to do with each other: rows and means of measures; the shares of one category.

Only what is worth asking is paired: the values that are most common, at the finest grain that has periods enough.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.periods import Periods
from dongcha.insight.crosscorrelation import FEWEST
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Subject
from dongcha.insight.patterns.mean_over_time import measured
from dongcha.insight.season import calendar, learned, season, without
from dongcha.insight.series import Scaled
from dongcha.insight.settled import HOLDS
from dongcha.insight.timeline import timelines

if TYPE_CHECKING:
    from dongcha.insight.series import Floats

MOST_MEASURES = 5
MOST_VALUES = 4
"""Values of a category whose shares are paired: the most common ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """A series without its season, on the scale of its tests, shape (periods,); `size` is its mean as it is read."""

    subject: Subject
    values: "Floats"
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two series over the same periods, and the correlation at no lag that they have by how they are made."""

    time: Periods
    first: Track
    second: Track
    expected: float = 0.0


def paired(cube: Cube) -> Iterator[Pair]:
    """Every pair worth asking about, at the finest grain with at least 24 complete periods, if any."""
    time = next((each for each in cube.times if sum(each.complete) >= FEWEST), None)
    if time is None:
        return
    counted = [one for one in timelines(cube) if one.time is time and one.n.min() > 0]
    rows = [_track(one.subject, one.scaled, one.values, time) for one in counted if one.subject.measure is None]
    means = [
        _track(subject, series, series.values, time)
        for subject, series in measured(cube, time, cube.measures[:MOST_MEASURES])
    ]
    for first, second in itertools.combinations([*means, *rows], 2):
        yield Pair(time, first, second)
    for name in cube.categories:
        if name not in cube.corrections:
            shares = sorted((one for one in counted if one.subject.measure == name), key=lambda one: -one.hits.sum())
            tracks = [_track(one.subject, one.scaled, one.values, time) for one in shares[:MOST_VALUES]]
            for first, second in itertools.combinations(tracks, 2):
                yield Pair(time, first, second, _closure(first.size, second.size))


def _closure(first: float, second: float) -> float:
    """The correlation of two shares of one whole that have nothing to do with each other: that of a multinomial."""
    return -math.sqrt(first * second / max(1e-9, (1 - first) * (1 - second)))


def _track(subject: Subject, series: Scaled, values: "Floats", time: Periods) -> Track:
    return Track(subject, _settled(series, time).values, float(values.mean()))


def _settled(series: Scaled, time: Periods) -> Scaled:
    """The series without the season of the calendar and the one of its own, where they hold."""
    import numpy as np

    size = len(series.values)
    first = next(day for day, whole in zip(time.starts, time.complete, strict=True) if whole)
    known = calendar(time.grain, np.datetime64(first), size)
    if known is not None:
        found = season(series, known[1], known[0])
        if found is not None and found.p_value <= HOLDS:
            series = without(series, known[1], found)
    own = learned(series, frozenset({known[0]} if known else ()))
    if own is not None and own[2].p_value * own[1] <= HOLDS:
        series = without(series, np.arange(size) % own[0], own[2])
    return series
