"""Outstanding value: a category's rate within one group differs from its rate in all other rows.

Test: Fisher's exact test, two-sided as twice the smaller tail (conservative), on the table of group against rest
and category against other.  Effect: Cohen's h (Cohen 1988), with a 95 % interval from its asymptotic variance.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from dongcha.core.words import Words
from dongcha.data.schema import Role
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.confounding import NEWS, Confounded, Confounders, beside, told
from dongcha.insight.cube import Counts, Cube
from dongcha.insight.evidence import corrected_rate_by, evidence, rate_by, subject_row
from dongcha.insight.fisher import two_sided
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.misread import Corrected, Misread
from dongcha.insight.quantify import Contrast
from dongcha.insight.stability.counts import rate_again
from dongcha.insight.surprise import surprise

MIN_GROUP = 20
"""Fewest rows of a group about which anything is claimed."""

SMALL_BASE = 50
WORTH = 0.05
"""No rate with a larger p-value is told, so that nobody has to ask what it is confounded with."""

ONE_TEXT = 0.5
"""How much news it is that two things read in the same text go together."""
_DETERMINED = 0.98


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `group_rows` rows of the group have the category, as do `rest_hits` of the `rest_rows` other rows."""

    outcome: str
    category: object
    breakdown: str
    group: object
    hits: int
    group_rows: int
    rest_hits: int
    rest_rows: int

    @property
    def asked(self) -> tuple[str, str, str, str]:
        """Outcome, category, breakdown and group, the values as texts."""
        return self.outcome, str(self.category), self.breakdown, str(self.group)

    @property
    def effect(self) -> Effect:
        """Cohen's h: the difference of the arcsines of the rates' roots, 0.2 small, 0.5 medium, 0.8 large."""
        inside, outside = self.hits / self.group_rows, self.rest_hits / self.rest_rows
        h = 2 * math.asin(math.sqrt(inside)) - 2 * math.asin(math.sqrt(outside))
        half = 1.96 * math.sqrt(1 / self.group_rows + 1 / self.rest_rows)
        return Effect("Cohen's h", h, h - half, h + half)


@PATTERNS("outstanding")
def claims(cube: Cube) -> Iterator[Claim]:
    """Every rate that can be tested, with its p-value."""
    tried, misread, confounders = list(rates(cube)), Misread(cube), Confounders(cube, related)
    for rate, p in zip(tried, p_values(tried), strict=True):
        read = misread.rate(rate.outcome, rate.category, rate.breakdown, rate.group)
        # The other category of a binary outcome, or of a binary breakdown, tells the same fact mirrored.
        group = rate.group if len(cube.counts[(rate.breakdown,)].keys) > 2 else None
        third = confounders.of(rate.asked) if p <= WORTH else None
        yield Claim(
            pattern="outstanding",
            subject=Subject(rate.outcome, "rate", (rate.breakdown,), category=str(rate.category)),
            test="Fisher's exact test" if read is None else "Fisher's exact test, and a z-test of the corrected rates",
            p_value=p if read is None else _both(rate, p, read.contrast),
            effect=rate.effect if read is None else read.contrast.effect,
            share=rate.group_rows / cube.rows,
            fact=("outstanding", rate.outcome, rate.breakdown, group),
            prove=partial(_prove, cube, rate, (read, third), misread.caveats((rate.outcome, rate.breakdown))),
            weight=news(cube, rate) * _reading(misread, rate, read) * (NEWS if third else 1.0),
            group=(str(rate.group),),
            again=partial(rate_again, rate.outcome, str(rate.category), [rate.breakdown], [str(rate.group)]),
            corrected=True,
        )


def _both(rate: Rate, p: float, read: Contrast) -> float:
    """The p-value of a claim that has to hold as it was read and as it is corrected, the same way."""
    return max(p, read.p_value) if rate.effect.value * read.difference > 0 else 1.0


def _reading(misread: Misread, rate: Rate, read: Corrected | None) -> float:
    """What errors of reading leave of the news: a correction that makes a difference larger does not make it news."""
    if read is None:
        return ONE_TEXT if misread.of_one_text(rate.outcome, rate.breakdown) else 1.0
    raw, corrected = abs(rate.effect.value), abs(read.contrast.effect.value)
    return min(1.0, raw / corrected) if corrected > 0 else 1.0


def news(cube: Cube, rate: Rate) -> float:
    """How much of a surprise the rate can be, 0..1: a group of nearly all rows says less than the few others would."""
    rows = rate.group_rows + rate.rest_rows
    rare = 1 - 0.01 * (rate.hits + rate.rest_hits) / rows  # of two answers the rarer one is told
    always = rate.hits in (0, rate.group_rows)
    return (
        rare
        * math.sqrt(rate.rest_rows / rows)
        * surprise(cube, rate.outcome, (rate.breakdown, rate.group), always=always)
    )


def _prove(
    cube: Cube, rate: Rate, parts: tuple[Corrected | None, Confounded | None], caveats: tuple[Words, ...]
) -> Proof:
    (read, third), (_, category, _, group) = parts, rate.asked
    names = ["value", "n", "rest", "times"]
    if read is None:
        query = rate_by(rate.outcome, category, [rate.breakdown], [group])
    else:
        query = corrected_rate_by(rate.asked, read.column, read.weights, read.contrast.bounds)
        names += ["corrected", "corrected_low", "corrected_high", "corrected_rest"]
    proof = evidence(cube.table, beside(query, rate.asked, third.by) if third else query)
    row = subject_row(proof)
    facts = {"group": group, **{name: row[name] for name in names}}
    proved = Proof(facts, proof, (*small_base(rate.group_rows), *caveats))
    return told(proved, third.by) if third else proved


def small_base(rows: int) -> tuple[Words, ...]:
    """A caveat where a group is small."""
    if rows >= SMALL_BASE:
        return ()
    return (Words(f"Small base: the group has {rows} rows.", f"样本较少：该组只有 {rows} 行。"),)


def rates(cube: Cube) -> Iterator[Rate]:
    """Every cell of every pair of categories that can be tested; a column that determines another is left out."""
    for names in cube.counts:
        if len(names) == 2 and set(names) <= set(cube.categories) and not related(cube, names):
            yield from _cells(cube.counts[names])


def p_values(found: list[Rate]) -> list[float]:
    """Two-sided exact p-values, one a rate."""
    tables = [(rate.hits, rate.group_rows, rate.rest_hits, rate.rest_rows) for rate in found]
    p: list[float] = two_sided(*zip(*tables, strict=True)).tolist() if tables else []
    return p


def related(cube: Cube, names: tuple[str, ...]) -> bool:
    """Whether two categories hold no news about each other: one fixes the other, or is a model's reading of it."""
    return _mirrored(cube, names) or _determined(cube.counts[names])


def _mirrored(cube: Cube, names: tuple[str, ...]) -> bool:
    """Whether one column is what a model reads and the other what it learned from: that they agree is no news."""
    columns = [cube.table.schema[name] for name in names]
    return any(c.read_by for c in columns) and any(c.role is Role.LABEL for c in columns)


def _determined(pair: Counts) -> bool:
    """Whether one column nearly fixes the other: such a pair (issue and sub-issue) holds no news."""
    total = pair.array.sum()
    if not total:
        return False
    seen = [(pair.array.sum(axis=1 - side) > 0).sum() for side in (0, 1)]
    for side in (0, 1):
        best = pair.array.max(axis=1 - side).sum()
        if seen[1 - side] > 1 and best >= _DETERMINED * total and seen[side] > seen[1 - side]:
            return True
    return False


def _cells(pair: Counts) -> Iterator[Rate]:
    totals: tuple[Counter[object], Counter[object]] = (Counter(), Counter())
    for key, n in zip(pair.keys, pair.cells, strict=True):
        totals[0][key[0]] += n
        totals[1][key[1]] += n
    # The column with fewer values is the outcome, the other the breakdown: "timely = No" by company, not the reverse.
    outcome = 0 if (len(totals[0]), 0) <= (len(totals[1]), 1) else 1
    rows = sum(pair.cells)
    cells = dict(zip(pair.keys, pair.cells, strict=True))
    for category, of_category in totals[outcome].items():
        for group, of_group in totals[1 - outcome].items():
            if min(of_group, rows - of_group) < MIN_GROUP or of_category == rows:
                continue
            hits = cells.get((category, group) if outcome == 0 else (group, category), 0)
            names = pair.dimensions[outcome], pair.dimensions[1 - outcome]
            yield Rate(names[0], category, names[1], group, hits, of_group, of_category - hits, rows - of_group)
