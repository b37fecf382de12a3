"""Outstanding rate of a pair: two categories together go with an outcome more than either does alone.

A pair (a, b) is claimed only if its rate differs from the other rows with a, and from the other rows with b, the same
way: Fisher's exact test for both, the larger p-value counts.  Effect: the smaller of the two Cohen's h.
"""

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import evidence, rate_by, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.misread import Misread
from dongcha.insight.patterns.outstanding import related, small_base
from dongcha.insight.patterns.tables import Tables
from dongcha.insight.quantify import counted, rate_contrast
from dongcha.insight.stability.counts import rate_again

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MIN_PAIR = 30
"""Fewest rows of a pair, and of the rest of each of its two groups."""

MOST_OUTCOMES = 6
"""Values of a column that is asked about."""

WEIGHT = 0.8
"""A pair is harder to act on than one group."""


@PATTERNS("pair")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every pair of groups with every category of a third column, where the columns are small enough."""
    misread = Misread(cube)
    few = {name for name in cube.categories if len(cube.counts[(name,)].keys) <= MOST_OUTCOMES}
    for names in cube.counts:
        if len(names) != 3 or not few & set(names):
            continue
        if any(related(cube, two) for two in itertools.combinations(names, 2)):
            continue
        for place, outcome in enumerate(names):
            # Groups of two columns of which a model read one are too mixed up to be told apart.
            others = [name for name in names if name != outcome]
            read = any(name in cube.corrections for name in others)
            read |= outcome in cube.corrections and any(misread.of_one_text(outcome, name) for name in others)
            if not read and outcome in few:
                yield from _of(cube, cube.counts[names], place)


def _of(cube: Cube, counts: Counts, place: int) -> Iterator[Claim]:
    """Claims with the column at `place` as the outcome."""
    import numpy as np

    one, two = (at for at in range(3) if at != place)
    cells = np.moveaxis(counts.array, place, 0)
    n = cells.sum(axis=0)
    rests = n.sum(axis=1, keepdims=True) - n, n.sum(axis=0, keepdims=True) - n
    a, b = np.nonzero(np.minimum(n, np.minimum(*rests)) >= MIN_PAIR)
    groups = [[str(counts.values[at][i]) for i in some.tolist()] for at, some in ((one, a), (two, b))]
    seen = np.flatnonzero(cells.sum(axis=(1, 2)))
    for c in seen[:1].tolist() if len(seen) == 2 else seen.tolist():
        hits = cells[c][a, b]
        in_a = Tables(hits, n[a, b], cells[c].sum(axis=1)[a] - hits, rests[0][a, b])
        in_b = Tables(hits, n[a, b], cells[c].sum(axis=0)[b] - hits, rests[1][a, b])
        asked = Subject(
            counts.dimensions[place],
            "rate",
            (counts.dimensions[one], counts.dimensions[two]),
            category=str(counts.values[place][c]),
        )
        rates = [(in_a, counts.dimensions[two], groups[1]), (in_b, counts.dimensions[one], groups[0])]
        yield from _claims(cube, asked, rates, _misread(cube, asked, cells, (a, b)))


def _claims(
    cube: Cube, subject: Subject, within: "Sequence[tuple[Tables, str, list[str]]]", corrected: "list[Floats]"
) -> Iterator[Claim]:
    """A claim a pair of groups; `within` are the tables within each of the two, with the other column and groups."""
    import numpy as np

    outcome, (in_a, in_b) = str(subject.measure), [tables for tables, *_ in within]
    p = [tables.p_values for tables in (in_a, in_b)]
    h = in_a.effects, in_b.effects
    for side, (held, gap) in enumerate(corrected):
        p[side] = np.maximum(p[side], np.where(gap * h[side][0] > 0, held, 1.0))
    effect = np.where(np.abs(h[0][0]) <= np.abs(h[1][0]), *h)
    chance = np.where(h[0][0] * h[1][0] > 0, np.maximum(*p), 1.0)
    weight = WEIGHT * np.minimum(*(tables.news(cube, outcome, name, groups) for tables, name, groups in within))
    found = zip(*(row.tolist() for row in (in_a.rows, chance, *effect, weight)), strict=True)
    # The same dependence, whichever column is asked about.
    fact = ("pair", *sorted((outcome, *subject.breakdown)))
    # The group within which a table is, is that of the other column.
    for group, numbers in zip(zip(within[1][2], within[0][2], strict=True), found, strict=True):
        yield _claim(cube, (subject, fact), group, numbers)


def _misread(cube: Cube, subject: Subject, cells: "Ints", places: "tuple[Ints, Ints]") -> "list[Floats]":
    """P-values and differences within each of the two groups when a model's errors in reading are corrected for.

    Nothing where no model read the outcome.
    """
    import numpy as np

    how = cube.corrections.get(str(subject.measure))
    if how is None:
        return []
    values = cube.counts[(str(subject.measure),)].values[0]
    found: list[list[tuple[float, float]]] = [[], []]
    for a, b in zip(*(part.tolist() for part in places), strict=True):
        inside = counted(how, list(zip(values, cells[:, a, b].tolist(), strict=True)))
        for side, group in enumerate((cells[:, a, :].sum(axis=1), cells[:, :, b].sum(axis=1))):
            rest = counted(how, list(zip(values, group.tolist(), strict=True))) - inside
            contrast = rate_contrast(how, subject.category, inside, rest)
            found[side].append((contrast.p_value, contrast.difference))
    return [np.array(side).reshape(-1, 2).T for side in found]


def _claim(
    cube: Cube,
    about: tuple[Subject, tuple[object, ...]],
    group: tuple[str, str],
    found: tuple[int, float, float, float, float, float],
) -> Claim:
    """The claim of the rows of a pair, a p-value, an effect with its interval, and how much news it is."""
    (subject, fact), (rows, p, h, low, high, weight) = about, found
    outcome, category = str(subject.measure), str(subject.category)
    return Claim(
        pattern="outstanding",
        subject=subject,
        test="Fisher's exact test within each of the two groups",
        p_value=p,
        effect=Effect("Cohen's h", h, low, high),
        share=rows / cube.rows,
        fact=fact,
        prove=partial(_prove, cube, subject, group, rows),
        weight=weight,
        group=group,
        again=partial(rate_again, outcome, category, subject.breakdown, group),
        corrected=True,
    )


def _prove(cube: Cube, subject: Subject, group: tuple[str, str], rows: int) -> Proof:
    outcome, breakdown = str(subject.measure), subject.breakdown
    proof = evidence(cube.table, rate_by(outcome, str(subject.category), breakdown, group))
    row = subject_row(proof)
    facts = {name: row[name] for name in (*breakdown, "value", "n", "rest", "times")}
    return Proof(facts, proof, (*small_base(rows), *Misread(cube).caveats((outcome,))))
