"""Monitoring: delay against false alarms on planted shifts, the NAB score, and accuracy estimated without labels.

    DONGCHA_DATA=… python benchmarks/drift.py [--parts text nab accuracy]

text: CLINC150 by frozen MiniLM vectors (read once, kept in the user's cache) and a linear head that tells ten domains,
by looks every 200 answers at the last 200 or 1,000; River's detectors stand beside it on the confidence of each answer.
Streams are drawn again and again from some 1,500 texts, which differ a little from the reference for good: false alarms
are overstated by that.
nab: one configuration for all series, beside published figures and River's HalfSpaceTrees, scored alike.
Its constants were chosen among several dozen on these series, so that its figure flatters it by some points.
accuracy: a head that tells 150 intents, under planted shifts; the mean absolute error of the estimate.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from drifting.nab import PUBLISHED, corpus, score
from drifting.vectors import Set, clinc
from river import anomaly, drift
from sklearn.linear_model import LogisticRegression

from dongcha.learn.drift.compare import compare
from dongcha.learn.drift.novelty import novelty
from dongcha.learn.estimate import estimate
from dongcha.model.reference import Profile, profile_of

TRAILING = (200, 1000)  # the last answers that a look compares, a look every 200
WINDOW, BEFORE, AFTER, LOOKS = 200, 5, 15, 30
STILL, STREAMS = 8, 4
TRAINED, HELD = 2000, 1000
SHIFTS = ("new topic 10 %", "new topic 30 %", "label shift ×3", "noise 30 %", "other language 10 %")
RIVER: dict[str, Callable[[], Any]] = {
    "River ADWIN": lambda: drift.ADWIN(),
    "River KSWIN": lambda: drift.KSWIN(seed=0),
    "River PageHinkley": lambda: drift.PageHinkley(),
}


@dataclass(frozen=True, slots=True)
class World:
    """What is asked: known texts to draw from, texts of a new topic, with noise, of another language; and a model."""

    known: Set
    parts: dict[str, Set]
    model: LogisticRegression
    reference: Profile
    characters: frozenset[str]
    right: npt.NDArray[np.bool_]

    def profile(self, rows: Set) -> Profile:
        """The answers of the model to rows."""
        chances = self.model.predict_proba(rows.vectors)
        said = self.model.classes_[chances.argmax(axis=1)].tolist()
        return profile_of(rows.texts, said, chances.max(axis=1), self.characters, rows.vectors)


def at(rows: Set, places: npt.NDArray[np.int64]) -> Set:
    """Rows of a set."""
    texts = tuple(rows.texts[i] for i in places)
    return Set(texts, rows.labels[places], rows.domains[places], rows.vectors[places])


def mixed(first: Set, other: Set) -> Set:
    """Rows of both, one after another."""
    return Set(
        (*first.texts, *other.texts),
        np.concatenate([first.labels, other.labels]),
        np.concatenate([first.domains, other.domains]),
        np.concatenate([first.vectors, other.vectors]),
    )


def world(by: str) -> World:
    """A model of all topics but banking, its reference, and what may come."""
    every, noised, foreign = clinc()
    old, new = np.flatnonzero(every.domains != "banking"), np.flatnonzero(every.domains == "banking")
    old = np.random.default_rng(0).permutation(old)
    train, held, known = (at(every, part) for part in np.split(old, [TRAINED, TRAINED + HELD]))
    kept = np.flatnonzero(noised.domains != "banking")
    answers = getattr(train, by)
    model = LogisticRegression(C=20.0, max_iter=300).fit(train.vectors, answers)
    characters = frozenset("".join(train.texts))
    chances = model.predict_proba(held.vectors)
    said = model.classes_[chances.argmax(axis=1)]
    reference = profile_of(held.texts, said.tolist(), chances.max(axis=1), characters, held.vectors)
    parts = {"topic": at(every, new), "noise": at(noised, kept), "language": foreign}
    return World(known, parts, model, reference, characters, said == getattr(held, by))


def drawn(one: World, shift: str | None, rows: int, random: np.random.Generator) -> Set:
    """Rows as they come without or with a shift, in mixed order."""
    chances = np.ones(len(one.known.texts))
    if shift and shift.startswith("label"):
        chances[one.known.domains == "travel"] *= float(shift.split("×")[1])
    share = float(shift.split()[-2]) / 100 if shift and shift.endswith("%") else 0.0
    some = round(share * rows)
    found = at(one.known, random.choice(len(chances), rows - some, p=chances / chances.sum()))
    if some:
        other = next(rows for key, rows in one.parts.items() if shift and key in shift)
        found = mixed(found, at(other, random.choice(len(other.texts), some)))
    return at(found, random.permutation(rows))


def text() -> None:
    """Print the false alarms of streams without a shift, and the delay of each shift."""
    one = world("domains")
    early = dict.fromkeys((*(f"Dongcha {rows:,}" for rows in TRAILING), *RIVER), 0)
    for seed in range(STILL):
        windows = list(profiles(one, None, 0, LOOKS, np.random.default_rng(seed)))
        for name, alarm in alarms(one, windows).items():
            early[name] += alarm is not None
    print(f"still: streams of {LOOKS * WINDOW:,} answers with a false alarm, of {STILL}:", end=" ")
    print(*(f"{name} {found}" for name, found in early.items()), sep=", ", flush=True)
    for shift in SHIFTS:
        delays: dict[str, list[float]] = {name: [] for name in early}
        for seed in range(STREAMS):
            windows = list(profiles(one, shift, BEFORE, AFTER, np.random.default_rng(100 + seed)))
            for name, alarm in alarms(one, windows).items():
                late = np.inf if alarm is None else alarm - BEFORE * WINDOW
                delays[name].append(late if late > 0 else np.nan)
        shown = "  ".join(f"{name} {told(found)}" for name, found in delays.items())
        print(f"{shift:<20} {shown}", flush=True)


def told(delays: list[float]) -> str:
    """Answers until the alarm in the middle of the streams, and how many were found of those without an early one."""
    valid = np.array([one for one in delays if not np.isnan(one)])
    middle = np.median(valid) if len(valid) else np.nan
    found = f"{int(np.isfinite(valid).sum())}/{len(valid)}"
    return f"{middle:,.0f} ({found})" if np.isfinite(middle) else f"– ({found})"


def profiles(one: World, shift: str | None, before: int, after: int, random: np.random.Generator) -> Iterator[Profile]:
    """Windows of a stream."""
    for look in range(before + after):
        yield one.profile(drawn(one, shift if look >= before else None, WINDOW, random))


def alarms(one: World, windows: list[Profile]) -> dict[str, int | None]:
    """The answer at which each arm gave its first alarm."""
    return {**{f"Dongcha {rows:,}": first(one, windows, rows) for rows in TRAILING}, **beside(windows)}


def first(one: World, windows: list[Profile], rows: int) -> int | None:
    """The answer after which a look at the last `rows` of them gave an alarm."""
    for t in range(1, len(windows) + 1):
        if compare(one.reference, joined(windows[max(0, t - rows // WINDOW) : t]), look=t).drifted:
            return t * WINDOW
    return None


def joined(windows: list[Profile]) -> Profile:
    """Windows as one; the levels of looks hold where windows overlap, too."""
    return Profile(
        labels=tuple(label for window in windows for label in window.labels),
        scores=np.concatenate([window.scores for window in windows]),
        lengths=np.concatenate([window.lengths for window in windows]),
        strange=np.concatenate([window.strange for window in windows]),
        vectors=np.concatenate([window.vectors for window in windows if window.vectors is not None]),
    )


def beside(windows: list[Profile]) -> dict[str, int | None]:
    """The answer at which River's detectors gave an alarm; each has seen the reference's length of nothing before."""
    scores = np.concatenate([window.scores for window in windows])
    found: dict[str, int | None] = {}
    for name, make in RIVER.items():
        detector, found[name] = make(), None
        for i, value in enumerate(scores.tolist(), 1):
            detector.update(value)
            if detector.drift_detected:
                found[name] = i
                break
    return found


def nab() -> None:
    """Print the scores."""
    series = corpus()
    ours, _ = score(series, [novelty(one.values) for one in series])
    trees, _ = score(series, [half_space(one.values, one.probation) for one in series])
    gaussian, _ = score(series, [windowed(one.values) for one in series])
    rows, windows = sum(len(one.values) for one in series), sum(len(one.windows) for one in series)
    print(f"{len(series)} series, {rows:,} rows, {windows} windows; one configuration, standard profile")
    print(f"Dongcha novelty {ours:.1f}, River HalfSpaceTrees {trees:.1f}, windowed Gaussian (ours) {gaussian:.1f}")
    print("published:", ", ".join(f"{name} {value}" for name, value in PUBLISHED.items()))


def half_space(values: npt.NDArray[np.float64], probation: int) -> npt.NDArray[np.float64]:
    """River's trees over the value, scaled by the rows that are not counted."""
    low, high = values[:probation].min(), values[:probation].max()
    scaled = np.clip((values - low) / ((high - low) or 1.0), -1.0, 2.0) / 3.0 + 1.0 / 3.0
    trees = anomaly.HalfSpaceTrees(seed=0)
    found = np.zeros(len(values))
    for i, value in enumerate(scaled.tolist()):
        found[i] = trees.score_one({"value": value})
        trees.learn_one({"value": value})
    return found


def windowed(values: npt.NDArray[np.float64], width: int = 6400) -> npt.NDArray[np.float64]:
    """Standard deviations from the mean of a window: a check of the score, whose published figure is 39.6."""
    moved = values - values[0]
    sums, squares = (np.concatenate([[0.0], np.cumsum(part)]) for part in (moved, moved**2))
    places = np.arange(len(values))
    start = np.maximum(0, places - width)
    rows = np.maximum(places - start, 1)
    mean = (sums[places] - sums[start]) / rows
    return np.abs(moved - mean) / np.sqrt(np.maximum((squares[places] - squares[start]) / rows - mean**2, 1e-12))


def accuracy() -> None:
    """Print the error of the estimate, of the model's own average confidence, and of telling what it was."""
    one = world("labels")
    groups = {
        "none": [None],
        "label shift": ["label shift ×3", "label shift ×10", "label shift ×50"],
        "noise": [f"noise {share} %" for share in (10, 30, 60, 100)],
        "new topic": [f"new topic {share} %" for share in (5, 10, 30, 60)],
    }
    for group, shifts in groups.items():
        rows = [figures(one, shift, seed) for shift in shifts for seed in range(10)]
        error, plain, was, inside = np.mean(rows, axis=0)
        print(
            f"{group:<12} {len(rows)} windows of 500: error {100 * error:.1f} points; average confidence "
            f"{100 * plain:.1f}, unchanged {100 * was:.1f}; interval holds the truth in {inside:.0%} (90% meant)"
        )


def figures(one: World, shift: str | None, seed: int) -> tuple[float, float, float, bool]:
    """Absolute errors of three estimates of one window, and whether the interval held the truth."""
    rows = drawn(one, shift, 500, np.random.default_rng(seed))
    window = one.profile(rows)
    truth = float(np.mean([json.loads(a) == b for a, b in zip(window.labels, rows.labels.tolist(), strict=True)]))
    found = estimate(one.reference.scores, one.right, window.scores)
    assert found is not None
    plain = abs(float(window.scores.mean()) - truth)
    return abs(found.accuracy - truth), plain, abs(found.reference - truth), found.low <= truth <= found.high


PARTS = {"text": text, "nab": nab, "accuracy": accuracy}


def main() -> None:
    """Print each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    for name in asked.parts:
        print(f"[{name}]", flush=True)
        PARTS[name]()


if __name__ == "__main__":
    main()
