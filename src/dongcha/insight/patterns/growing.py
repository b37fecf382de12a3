"""Phrases that more and more texts say, or fewer and fewer: a trend of the share, or a new level since a period.

Tests: t-test of the slope or of the best split of the share on its variance-stabilised scale, without a season that
holds, with a variance moderated by that of all phrases (`text/course.py`), and Fisher's exact test of the later against
the earlier periods; both have to hold.  Corrected by Bonferroni for all phrases of enough texts, for both shapes, and
for all splits.  Phrases that stand in the same texts count once.
Effect: the log ratio of the shares.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dongcha.data.periods import Periods
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.series import FEWEST, Scaled, line, rates, steady, step
from dongcha.insight.settled import settled
from dongcha.insight.stability.series import NEAR
from dongcha.insight.stability.texts import over_time_again
from dongcha.insight.text.corpus import Corpus, corpus
from dongcha.insight.text.course import Noise, movement, slope_p, step_p
from dongcha.insight.text.over_time import level, slope
from dongcha.insight.timeline import Timeline

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

SUPPORT = 20
"""Texts that a phrase needs to be followed."""

CONSIDERED, TRIED = 80, 12
"""Phrases that move most, and of them those counted anew and tested, each with the correction for all."""

ENOUGH_PERIODS = 12
"""Of the grains, the coarsest with so many periods is followed; where none has, the finest."""

LEAST, TIMES = 0.01, 1.5
"""Part of the texts that say it at the higher end, and how many times the lower end that is."""


@dataclass(frozen=True, slots=True)
class Course:
    """Shares `ends` before and after (or along the line), and the p-value; `at` is the first period of a new level."""

    p_value: float
    ends: tuple[float, float]
    hits: tuple[float, float]
    at: int | None


@PATTERNS("growing")
def claims(cube: Cube) -> Iterator[Claim]:
    """The phrases whose share moves most, at one grain."""
    time = _grain(cube)
    said = corpus(cube.at_hand) if time is not None else None
    if time is None or said is None:
        return
    found = moving(said, time)
    for one in _timelines(cube, said, time, found.phrases):
        yield _claim(one, said, found)


def _grain(cube: Cube) -> Periods | None:
    fits = [time for time in cube.times if sum(time.complete) >= FEWEST]
    long = [time for time in fits if sum(time.complete) >= ENOUGH_PERIODS]
    return long[-1] if long else next(iter(fits), None)


@dataclass(frozen=True, slots=True)
class Moving:
    """The phrases that move most, how many there were to choose from, and how much the shares of all of them vary."""

    phrases: tuple[str, ...]
    tried: int
    noise: Noise


def moving(said: Corpus, time: Periods) -> Moving:
    """The phrases of the sample that move most, no two in the same texts."""
    days = said.of_sample(day=time.start_of(said.sample.expr))["day"]
    whole = [day for day, complete in zip(time.starts, time.complete, strict=True) if complete]
    place = {day: i for i, day in enumerate(whole)}
    known = [bool(text) for text in said.texts]
    at = np.array([place.get(day, -1) if has else -1 for day, has in zip(days, known, strict=True)])
    n = np.bincount(at[at >= 0], minlength=len(whole)).astype(float)
    matrix = said.phrases.words.matrix
    hits = np.vstack([np.asarray(matrix.T @ (at == i).astype(np.float64)) for i in range(len(whole))])
    totals = hits.sum(axis=0)
    enough = np.flatnonzero((totals >= SUPPORT) & (totals <= 0.9 * n.sum()))
    if not enough.size or not n.sum():
        return Moving((), 0, Noise(1.0, 0.0))
    size, noise = movement(hits[:, enough], n)
    order = enough[np.argsort(-size, kind="stable")][:CONSIDERED]
    kept = said.counts.distinct(order, at >= 0, TRIED)
    return Moving(tuple(said.phrases.words.phrases[i] for i in kept), len(enough), noise)


def _timelines(cube: Cube, said: Corpus, time: Periods, phrases: Sequence[str]) -> Iterator[Timeline]:
    counted = said.by(time.start_of(cube.at_hand.expr), phrases)
    whole = [day for day, complete in zip(time.starts, time.complete, strict=True) if complete]
    cells = [counted.get(day, (0, [0] * len(phrases))) for day in whole]
    n = np.array([texts for texts, _ in cells], dtype=float)
    for i, phrase in enumerate(phrases):
        hits = np.array([each[i] for _, each in cells], dtype=float)
        subject = Subject(said.column, "said", (time.column,), grain=time.grain, category=phrase)
        yield Timeline(cube, time, subject, hits, n, said=partial(said.says, phrase=phrase))


def course(one: Timeline, tried: int, noise: Noise) -> Course:
    """How the share moves: along a line, or to a new level, whichever explains it better."""
    series = settled(one).series
    along, apart = line(series), step(series)
    shape = steady(along, apart)
    at = len(one.n) // 2 if shape else apart.at
    sides = [(float(one.hits[part].sum()), float(one.n[part].sum())) for part in (slice(0, at), slice(at, None))]
    splits = 1 if shape else len(one.n) - 3
    moved = slope_p(along, noise) if shape else step_p(series, apart, noise)
    p = max(moved, splits * _exact(*sides))
    ends = sides[0][0] / max(sides[0][1], 1), sides[1][0] / max(sides[1][1], 1)
    if shape:
        first, last = (one.unscaled(float(along.fitted[end]), end) for end in (0, -1))
        same_way = (last - first) * (one.values[-1] - one.values[0]) > 0 and (last - first) * (ends[1] - ends[0]) > 0
        p, ends = (p if same_way else 1.0), (first, last)
    large = max(ends) >= LEAST and max(ends) >= TIMES * min(ends)
    return Course(min(1.0, 2 * tried * p) if large else 1.0, ends, (sides[0][0], sides[1][0]), None if shape else at)


def _exact(before: tuple[float, float], after: tuple[float, float]) -> float:
    """Fisher's exact test, two-sided as twice the smaller tail, of hits and texts on two sides."""
    from scipy.stats import hypergeom

    hits, rows = before[0] + after[0], before[1] + after[1]
    law = hypergeom(rows, hits, after[1])
    return float(min(1.0, 2 * min(law.cdf(after[0]), law.sf(after[0] - 1))))


def _claim(one: Timeline, said: Corpus, among: Moving) -> Claim:
    found = course(one, among.tried, among.noise)
    before, after = (max(end, 0.5 / max(1.0, one.n.sum())) for end in found.ends)
    ratio, half = math.log(after / before), 1.96 * math.sqrt(sum(1 / (hits + 0.5) for hits in found.hits))
    return Claim(
        pattern="growing",
        subject=one.subject,
        test=f"t-test {'of the slope' if found.at is None else 'at the best split'} and Fisher's exact test",
        p_value=found.p_value,
        effect=Effect("log ratio", ratio, ratio - half, ratio + half),
        share=float(one.hits.sum() / max(one.n.sum(), 1)),
        fact=("growing", said.column, one.subject.category),
        prove=partial(slope, one) if found.at is None else partial(level, one, found.at),
        weight=0.7,
        corrected=True,
        again=partial(over_time_again, one, partial(_drawn, one, among, found)),
    )


def _drawn(
    one: Timeline, among: Moving, found: Course, texts: tuple["Floats", "Floats"], season: "Floats"
) -> tuple[float, float]:
    """The log ratio and the p-value, of this phrase and this shape alone, where so many `texts` say it of so many."""
    hits, n = texts
    scaled = rates(hits, n)
    series = Scaled(scaled.values - season, scaled.weights, settled(one).series.spent)
    along, apart = line(series), step(series)
    at, splits = (len(n) // 2, 1) if found.at is None else (apart.at, len(n) - 3)
    if found.at is not None and (steady(along, apart) or abs(apart.at - found.at) > NEAR):
        return 0.0, 1.0
    sides = [(float(hits[part].sum()), float(n[part].sum())) for part in (slice(0, at), slice(at, None))]
    before, after = ((here + 0.5) / (every + 1) for here, every in sides)
    moved = slope_p(along, among.noise) if found.at is None else step_p(series, apart, among.noise)
    return math.log(after / before), min(1.0, max(moved, splits * _exact(*sides)))
