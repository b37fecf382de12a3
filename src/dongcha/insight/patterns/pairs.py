"""Outstanding rate of a pair: two categories together go with an outcome more than either does alone.

A pair (a, b) is claimed only if its rate differs from the other rows with a, and from the other rows with b, the same
way: Fisher's exact test for both, the larger p-value counts.  Effect: the smaller of the two Cohen's h.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import partial

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence, rate_by, subject_row
from dongcha.insight.insight import Subject
from dongcha.insight.misread import Misread
from dongcha.insight.patterns.outstanding import Rate, news, p_values, related, small_base
from dongcha.insight.quantify import Correction, counted, rate_contrast

MIN_PAIR = 30
"""Fewest rows of a pair, and of the rest of each of its two groups."""

Key = tuple[str, str, str]
WEIGHT = 0.8
"""A pair is harder to act on than one group."""


@PATTERNS("pair")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every pair of groups with every category of a third column, where the columns are small enough."""
    misread = Misread(cube)
    for names, cells in cube.counts.items():
        if len(names) != 3 or any(related(cube, two) for two in itertools.combinations(names, 2)):
            continue
        for place, outcome in enumerate(names):
            # Groups of two columns of which a model read one are too mixed up to be told apart.
            others = [name for name in names if name != outcome]
            read = any(name in cube.corrections for name in others)
            read |= outcome in cube.corrections and any(misread.of_one_text(outcome, name) for name in others)
            if not read and len(cube.counts[(outcome,)].keys) <= 6:
                yield from _of(cube, cells, place)


def _of(cube: Cube, counts: Counts, place: int) -> Iterator[Claim]:
    """Claims with the column at `place` as the outcome."""
    one, two = (name for at, name in enumerate(counts.dimensions) if at != place)
    cells: Counter[Key] = Counter()
    for key, n in zip(counts.keys, counts.cells, strict=True):
        a, b = (str(value) for at, value in enumerate(key) if at != place)
        cells[str(key[place]), a, b] += n
    pairs, by_a, by_b, hits_a, hits_b = (Counter[tuple[str, ...]]() for _ in range(5))
    for (c, a, b), n in cells.items():
        pairs[a, b] += n
        by_a[(a,)] += n
        by_b[(b,)] += n
        hits_a[c, a] += n
        hits_b[c, b] += n
    outcome = counts.dimensions[place]
    values = sorted({c for c, _, _ in cells})
    tried: list[tuple[Rate, Rate]] = []
    for c in values[:1] if len(values) == 2 else values:
        for (a, b), n in sorted(pairs.items()):
            rest_a, rest_b = by_a[(a,)] - n, by_b[(b,)] - n
            if min(n, rest_a, rest_b) >= MIN_PAIR:
                hits = cells[c, a, b]
                in_a = Rate(outcome, c, two, b, hits, n, hits_a[c, a] - hits, rest_a)
                in_b = Rate(outcome, c, one, a, hits, n, hits_b[c, b] - hits, rest_b)
                tried.append((in_a, in_b))
    p_a, p_b = (p_values([pair[side] for pair in tried]) for side in (0, 1))
    if how := cube.corrections.get(outcome):
        held = [_held(how, values, pair, (cells, hits_a, hits_b)) for pair in tried]
        p_a, p_b = ([max(p, one[side]) for p, one in zip(raw, held, strict=True)] for side, raw in ((0, p_a), (1, p_b)))
    for (in_a, in_b), left, right in zip(tried, p_a, p_b, strict=True):
        yield _claim(cube, (one, two), (in_a, in_b), max(left, right))


def _held(
    how: Correction,
    values: list[str],
    pair: tuple[Rate, Rate],
    hits: tuple[Counter[Key], Counter[tuple[str, ...]], Counter[tuple[str, ...]]],
) -> tuple[float, float]:
    """The p-values within each of the two groups when the model's errors in reading the outcome are corrected for."""
    cells, by_a, by_b = hits
    b, a = str(pair[0].group), str(pair[1].group)
    inside = counted(how, [(c, cells[c, a, b]) for c in values])
    rests = (counted(how, [(c, by[c, one] - cells[c, a, b]) for c in values]) for by, one in ((by_a, a), (by_b, b)))
    found = [rate_contrast(how, pair[0].category, inside, rest) for rest in rests]
    effects = [rate.effect.value for rate in pair]
    p = [one.p_value if one.difference * h > 0 else 1.0 for one, h in zip(found, effects, strict=True)]
    return p[0], p[1]


def _claim(cube: Cube, breakdown: tuple[str, str], both: tuple[Rate, Rate], p: float) -> Claim:
    in_a, in_b = both
    effect = min((rate.effect for rate in both), key=lambda found: abs(found.value))
    same_way = in_a.effect.value * in_b.effect.value > 0
    group = str(in_b.group), str(in_a.group)
    return Claim(
        pattern="outstanding",
        subject=Subject(in_a.outcome, "rate", breakdown, category=str(in_a.category)),
        test="Fisher's exact test within each of the two groups",
        p_value=p if same_way else 1.0,
        effect=effect,
        share=in_a.group_rows / cube.rows,
        fact=("pair", *sorted((in_a.outcome, *breakdown))),  # the same dependence, whichever column is asked about
        prove=partial(_prove, cube, in_a, breakdown, group),
        weight=WEIGHT * min(news(cube, in_a), news(cube, in_b)),
        group=group,
        corrected=True,
    )


def _prove(cube: Cube, rate: Rate, breakdown: tuple[str, str], group: tuple[str, str]) -> Proof:
    proof = evidence(cube.table, rate_by(rate.outcome, str(rate.category), breakdown, group))
    row = subject_row(proof)
    facts = {name: row[name] for name in (*breakdown, "value", "n", "rest", "times")}
    return Proof(facts, proof, (*small_base(rate.group_rows), *Misread(cube).caveats((rate.outcome,))))
