"""Drivers in texts: phrases that go with an outcome (a sentiment, a label, a rating), given the others.

Screen and clean (Wasserman & Roeder 2009, https://doi.org/10.1214/08-AOS646), each way round: one half of the texts
chooses phrases, by forward selection among those of enough texts; the other half tests each given the other chosen ones
and the length of the text, by the score test of a logistic or linear regression (`text/given.py`).  Once more it is
tested given also what the testing half would choose and says something else, since a phrase that only stands beside one
that goes with the outcome may be all that the first half chose.  A rate is also tested by Fisher's exact test of the
phrase alone.  All of these have to hold.  Of the two p-values the smaller counts, doubled (Bonferroni; Meinshausen,
Meier & Bühlmann 2009, https://doi.org/10.1198/jasa.2009.tm08647).  Copies of a text fall into one half.  What is told
points the same way in the testing half and, with and without the others, in all texts.
Effect: the adjusted log-odds ratio, or the adjusted difference in standard deviations, in all texts; choosing the
phrase in them makes it a little larger than it is.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.data.schema import ROW
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import Cube
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.stability.dealt import Again, Dealt
from dongcha.insight.stability.texts import scored_again
from dongcha.insight.text.corpus import Corpus, corpus
from dongcha.insight.text.driven import Driver, prove
from dongcha.insight.text.given import expected, fitted, forward, scored, scores
from dongcha.insight.text.outcomes import Outcome, outcomes

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Places = npt.NDArray[np.int64]

FEWEST_TEXTS, FEWEST_SIDE = 200, 40
"""Texts with a known outcome, and those on the smaller side of it."""

SUPPORT, MOST_SHARE = 30, 0.5
"""Texts that a phrase needs to be a candidate, and the part of all texts above which it is none."""

CANDIDATES, CHOSEN, CHOICE = 100, 10, 2.5
"""Phrases that compete, the most that are chosen, and the z-score that one needs to be chosen."""

MUCH, LITTLE = 0.25, 0.25
"""Change of a rate from which a phrase is full news (twice as many standard deviations), and the least part of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """Rows of one half: the outcome, a column of ones with the length of the text, and which phrase each says."""

    y: "Floats"
    base: "Floats"
    said: "Floats"
    names: list[str]


@PATTERNS("text_driver")
def claims(cube: Cube) -> Iterator[Claim]:
    """The chosen phrases of each outcome; an outcome without any counts as tested."""
    said = corpus(cube.at_hand)
    if said is None:
        return
    for outcome in outcomes(cube, said.column):
        yield from _of(cube, said, outcome)


def _of(cube: Cube, said: Corpus, outcome: Outcome) -> Iterator[Claim]:
    values = np.array(said.of_sample(y=outcome.of(said.sample.expr))["y"], dtype=np.float64)
    known = np.flatnonzero(np.isfinite(values) & np.array([bool(text) for text in said.texts]))
    if not _enough(values[known], outcome):
        return
    first = np.array([zlib.crc32(said.texts[row].encode()) % 2 == 0 for row in known])
    halves = known[first], known[~first]
    picked = [chosen(said, half, values, outcome) for half in halves]
    names = sorted({name for each in picked for name in each})
    if not names:
        yield _claim(cube, said, outcome, [], Driver("", 1.0, 0.0, 0.0, 0.0, 0))
        return
    sides = [_half(said, half, values, names) for half in halves]
    alike = {name: {other for other in names if said.alike(name, other)} for name in names}
    tests = [tested(side, other, alike, outcome) for side, other in zip(sides, reversed(picked), strict=True)]
    whole = _half(said, known, values, names)
    drivers = [
        replace(one, p_value=_agreed(one, [test.get(one.phrase) for test in tests]))
        for one in sized(whole, names, outcome)
    ]
    for one in drivers:
        claim = _claim(cube, said, outcome, drivers, one)
        scale = claim.effect.value / one.slope if one.slope else 1.0
        again = partial(_again, said, (whole, known), one.phrase, (outcome.binary, scale))
        yield replace(claim, again=again, tried=2)


def _again(said: Corpus, texts: "tuple[Half, Places]", name: str, how: tuple[bool, float], dealt: Dealt) -> Again:
    """One phrase given all others, in every draw."""
    (whole, places), at = texts, texts[0].names.index(name)
    others = np.column_stack([whole.base, np.delete(whole.said, at, axis=1)])
    rows = np.array(said.of_sample(row=said.sample.expr[ROW])["row"], dtype=np.int64)[places]
    return scored_again(rows, scored(whole.said[:, at], others, whole.y, binary=how[0]), how[1], dealt)


def _enough(y: "Floats", outcome: Outcome) -> bool:
    sides = min(y.sum(), len(y) - y.sum()) if outcome.binary else (y != np.median(y)).sum()
    return len(y) >= FEWEST_TEXTS and bool(sides >= FEWEST_SIDE)


def chosen(said: Corpus, rows: "Places", values: "Floats", outcome: Outcome) -> list[str]:
    """The phrases that the first half chooses, the strongest first."""
    matrix = said.phrases.words.matrix[rows]
    often = np.asarray(matrix.sum(axis=0)).ravel()
    pool = np.flatnonzero((often >= SUPPORT / 2) & (often <= MOST_SHARE * len(rows)))
    if not pool.size:
        return []
    y, base = values[rows], _base(said, rows)
    left = y - y.mean()
    alone = np.asarray(matrix[:, pool].T @ left) / np.sqrt(
        often[pool] * (1 - often[pool] / len(rows)) * max(y.var(), 1e-12)
    )
    best = pool[np.argsort(-np.abs(alone), kind="stable")][: 2 * CANDIDATES]
    inside = np.zeros(len(said.texts), dtype=bool)
    inside[rows] = True
    kept = said.counts.distinct(best, inside, CANDIDATES)
    candidates = np.asarray(matrix[:, kept].toarray(), dtype=np.float64)
    picked = forward(candidates, base, y, binary=outcome.binary, most=CHOSEN, least=CHOICE)
    return [said.phrases.words.phrases[kept[i]] for i in picked]


def _base(said: Corpus, rows: "Places") -> "Floats":
    length = np.log1p([len(said.texts[row]) for row in rows])
    return np.column_stack([np.ones(len(rows)), (length - length.mean()) / max(float(length.std()), 1e-9)])


def _half(said: Corpus, rows: "Places", values: "Floats", names: list[str]) -> Half:
    told = said.of_sample(**{f"said{i}": said.told(said.sample.expr, name) for i, name in enumerate(names)})
    columns = [np.array(told[f"said{i}"], dtype=object)[rows] == True for i in range(len(names))]  # noqa: E712  missing
    return Half(values[rows], _base(said, rows), np.column_stack(columns).astype(np.float64), names)


def tested(
    half: Half, picked: list[str], alike: Mapping[str, set[str]], outcome: Outcome
) -> dict[str, tuple[float, float]]:
    """For each phrase of those `picked` by the other half: the p-value in this half, and its z-score.

    Given the others of these, and given all chosen ones that are not `alike`; of the two the one less sure.
    """
    found = {}
    for name in picked:
        both = [
            _scored(half, name, given, outcome)
            for given in ([one for one in picked if one != name], [one for one in alike if one not in alike[name]])
        ]
        (p, z), (q, other) = both
        found[name] = (max(p, q) if z * other > 0 else 1.0), z
    return found


def _scored(half: Half, name: str, given: list[str], outcome: Outcome) -> tuple[float, float]:
    """The p-value and the z-score of one phrase given others."""
    at = half.names.index(name)
    others = np.column_stack([half.base, half.said[:, [half.names.index(one) for one in given]]])
    less = fitted(others, half.y, binary=outcome.binary)
    z = float(scores(half.said[:, [at]], others, half.y, less, binary=outcome.binary)[0])
    return _p_value(half, half.said[:, at] > 0, z, outcome), z


def sized(whole: Half, names: list[str], outcome: Outcome) -> list[Driver]:
    """Each phrase with what it adds to the outcome given the others, in all texts; not yet with a p-value."""
    x, width = np.column_stack([whole.base, whole.said]), whole.base.shape[1]
    fit, found = fitted(x, whole.y, binary=outcome.binary), []
    for i, name in enumerate(names):
        here, slope = whole.said[:, i] > 0, float(fit.coefficients[width + i])
        without = expected(x[here] @ fit.coefficients - slope, binary=outcome.binary)
        adds = float((fit.expected[here] - without).mean()) if here.any() else 0.0
        plain = float(whole.y[here].mean() - whole.y[~here].mean()) if 0 < here.sum() < len(here) else 0.0
        adds = adds if plain * slope > 0 else 0.0  # what others turn around is hard to tell, and is not told
        found.append(Driver(name, 1.0, slope, float(fit.errors[width + i]), adds, int(here.sum())))
    return found


def _p_value(half: Half, here: "npt.NDArray[np.bool_]", z: float, outcome: Outcome) -> float:
    from scipy.stats import hypergeom, norm

    p = float(2 * norm.sf(abs(z)))
    if here.sum() < SUPPORT / 3 or z == 0:
        return 1.0
    if not outcome.binary:
        return p
    hits = half.y[here].sum()
    law = hypergeom(len(half.y), half.y.sum(), here.sum())
    return max(p, float(min(1.0, 2 * min(law.cdf(hits), law.sf(hits - 1)))))


def _agreed(one: Driver, tests: "list[tuple[float, float] | None]") -> float:
    """The smaller of the two halves' p-values, doubled, of those that point the way that all texts do."""
    held = [p for p, z in filter(None, tests) if z * one.slope > 0 and one.adds]
    return min(1.0, 2 * min(held, default=1.0))


def _claim(cube: Cube, said: Corpus, outcome: Outcome, all_of: list[Driver], one: Driver) -> Claim:
    alike = [other for other in all_of if (other.slope > 0) == (one.slope > 0)]
    if one.slope < 0 and outcome.other is not None:  # of two values the one that is more common is told
        return _claim(cube, said, outcome.mirrored, [each.mirrored for each in alike], one.mirrored)
    spread = 1.0 if outcome.binary else _spread(said, outcome)
    value, half = one.slope / spread, 1.96 * one.error / spread
    named = "log-odds ratio" if outcome.binary else "difference in standard deviations"
    test = "score test, and Fisher's exact test" if outcome.binary else "score test"
    size = abs(one.adds) / spread / (MUCH if outcome.binary else 2 * MUCH)
    return Claim(
        pattern="text_driver",
        subject=Subject(
            outcome.column, "rate" if outcome.binary else "mean", (said.column,), category=outcome.category
        ),
        test=f"{test}, given the other phrases, on texts that did not choose them",
        p_value=one.p_value,
        effect=Effect(f"adjusted {named}", value, value - half, value + half),
        share=one.texts / max(1, len(said.texts)),
        # What the group of a value says more often (`phrase`) is the same fact.
        fact=("said", said.column, outcome.column, outcome.category, one.slope > 0),
        prove=partial(prove, said, outcome, alike, one),
        weight=min(1.0, max(LITTLE, size)),
        corrected=True,
    )


def _spread(said: Corpus, outcome: Outcome) -> float:
    value: Any = outcome.of(said.sample.expr).std().to_pyarrow().as_py()
    return float(value or 1.0)
