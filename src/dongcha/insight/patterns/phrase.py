"""Phrases that the texts of one group say more often than all others: one claim a group, of its strongest phrase.

Test: Fisher's exact test, one-sided, corrected by Bonferroni for all phrases of enough texts.  Effect: the log-odds
ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, https://doi.org/10.1093/pan/mpn018), which
chooses the phrase of a group and whose 95 % interval has to leave 0 out.  The prior draws the ratio toward 0, so that
its tail is no p-value.  Phrases are looked for in at most 20,000 texts and counted in all.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from dongcha.core.words import Words
from dongcha.data.schema import Column, Role
from dongcha.insight.claim import PATTERNS, Claim, Proof
from dongcha.insight.cube import Cube
from dongcha.insight.evidence import evidence, subject_row
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.patterns.outstanding import MIN_GROUP, small_base
from dongcha.insight.phrases import TIMES, Counted
from dongcha.insight.stability.texts import said_again
from dongcha.insight.surprise import same_name
from dongcha.insight.text.corpus import Corpus, corpus
from dongcha.insight.text.outcomes import caveats

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_VALUES, MOST_COLUMNS = 12, 8
"""Values of a category whose texts are compared, and categories."""

SUPPORT = 10
"""Texts that a phrase needs, in all groups together, to be tried."""

SHORT = 4
"""Letters under which a name within another is chance."""

SURE = 1.96
"""Standard errors of the log-odds ratio on either side of it in its interval."""

WEIGHT, WEIGHT_OF_TWO = 0.7, 0.35
"""News of such a claim; of two groups `text_driver` tells more."""


@dataclass(frozen=True, slots=True)
class Said:
    """`hits` of the `rows` texts of a group say the phrase, as do `rest_hits` of the `rest_rows` others."""

    phrase: str
    column: str
    group: str
    hits: int
    rows: int
    rest_hits: int
    rest_rows: int

    @property
    def log_odds(self) -> tuple[float, float]:
        """The log-odds ratio and its standard error; 0 where no text says it."""
        if not self.hits + self.rest_hits:
            return 0.0, 1.0
        sides = (np.array([float(hits)]) for hits in (self.hits, self.rest_hits))
        inside, outside = sides
        delta, error = Counted(inside, self.rows, outside, self.rest_rows).log_odds()
        return float(delta[0]), float(error[0])

    def p_value(self, tried: int) -> float:
        """One-sided, after Bonferroni over the phrases tried; 1 where the effect is none."""
        from scipy.stats import hypergeom

        delta, error = self.log_odds
        if self.hits / self.rows < TIMES * self.rest_hits / self.rest_rows or delta <= SURE * error:
            return 1.0
        exact = hypergeom.sf(self.hits - 1, self.rows + self.rest_rows, self.hits + self.rest_hits, self.rows)
        return min(1.0, tried * float(exact))


@PATTERNS("phrase")
def claims(cube: Cube) -> Iterator[Claim]:
    """The strongest phrase of every group of a few categories; a group without one counts as tested."""
    columns = [cube.table.schema[name] for name in cube.categories]
    asked = [column for column in columns if len(cube.counts[(column.name,)].keys) <= MOST_VALUES]
    said = corpus(cube.at_hand) if asked else None
    if said is None:
        return
    tried = int((said.often >= SUPPORT).sum())
    known = frozenset(str(key[0]).lower() for column in asked for key in cube.counts[(column.name,)].keys)
    for column in compared(asked, said.column, cube):
        for one in _strongest(said, column.name, known):
            yield _claim(cube, said, one, max(1, tried))


def compared(columns: list[Column], text: str, cube: Cube) -> list[Column]:
    """The categories worth asking: labels and what was read in the texts, then those with the fewest values.

    Not groups that are made of phrases themselves, such as topics.
    """
    kept = [column for column in columns if column.from_text != text]
    return sorted(kept, key=lambda c: (c.role is not Role.LABEL, c.read_by is None, _values(cube, c)))[:MOST_COLUMNS]


def _values(cube: Cube, column: Column) -> int:
    return len(cube.counts[(column.name,)].keys)


def _strongest(said: Corpus, column: str, known: frozenset[str]) -> Iterator[Said]:
    """The strongest phrase of each group that no column says: not the name of the group, no value that is `known`."""
    values = np.array(said.of_sample(group=said.sample.expr[column].cast("string"))["group"], dtype=object)
    values[[not text for text in said.texts]] = None
    best: dict[str, str] = {}
    for group in sorted({value for value in values if value is not None}):
        inside = values == group
        if min(inside.sum(), len(inside) - inside.sum()) >= MIN_GROUP:
            found = said.counts.over_represented(inside, top=6)
            news = (one.text for one in found if one.text not in known and not echoes(one.text, group))
            best[group] = next(news, "")
    phrases = sorted({phrase for phrase in best.values() if phrase})
    counted = said.by(said.table.expr[column].cast("string"), phrases)
    rows = sum(n for n, _ in counted.values())
    for group, phrase in best.items():
        n, hits = counted.get(group, (0, [0] * len(phrases)))
        at = phrases.index(phrase) if phrase else None
        here, whole = (0, 0) if at is None else (hits[at], sum(each[at] for _, each in counted.values()))
        if min(n, rows - n) >= MIN_GROUP:
            yield Said(phrase, column, group, here, n, whole - here, rows - n)


def echoes(phrase: str, group: str) -> bool:
    """Whether a phrase only says the group's name again, also written together.

    >>> echoes("title loans", "Title loan"), echoes("usairways", "US Airways"), echoes("car", "Title loan")
    (True, True, False)
    """
    one, other = ("".join(filter(str.isalnum, text.lower())) for text in (phrase, group))
    together = min(len(one), len(other)) >= SHORT and (one in other or other in one)
    return together or same_name(phrase, group)


def _claim(cube: Cube, said: Corpus, one: Said, tried: int) -> Claim:
    delta, error = one.log_odds
    return Claim(
        pattern="phrase",
        subject=Subject(said.column, "said", (one.column,), category=one.phrase),
        test="Fisher's exact test, one-sided",
        p_value=one.p_value(tried) if one.phrase else 1.0,
        effect=Effect("log-odds ratio with a Dirichlet prior", delta, delta - SURE * error, delta + SURE * error),
        share=one.hits / max(1, cube.rows),
        fact=("said", said.column, one.column, one.group, True),
        prove=partial(_prove, said, one, caveats(cube.table.schema[one.column], said.column)),
        weight=(WEIGHT if len(cube.counts[(one.column,)].keys) > 2 else WEIGHT_OF_TWO)
        * math.sqrt(one.rest_rows / (one.rows + one.rest_rows)),
        corrected=True,
        again=partial(said_again, partial(said.told, phrase=one.phrase), one.column, one.group, TIMES),
        tried=tried,
    )


def _prove(said: Corpus, one: Said, read: tuple[Words, ...]) -> Proof:
    proof = evidence(said.table, said_by(said, one.phrase, one.column, one.group))
    row = subject_row(proof)
    names = "phrase", "inside_rate", "hits", "n", "outside_rate", "times"
    return Proof({"group": one.group, **{name: row[name] for name in names}}, proof, (*small_base(one.rows), *read))


def said_by(said: Corpus, phrase: str, breakdown: str, group: str) -> "Callable[[ir.Table], ir.Table]":
    """The share of the texts of each group that say the phrase, and of all other texts; the subject first."""

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        known = data.filter(data[breakdown].notnull() & data[said.column].notnull())
        named = known.select(group=known[breakdown].cast("string"), hit=said.says(known, phrase).cast("int64"))
        counted = named.group_by("group").agg(n=named.count(), hits=named.hit.sum())
        rest = (counted.hits.sum().over() - counted.hits) / (counted.n.sum().over() - counted.n)
        rates = counted.mutate(inside_rate=counted.hits / counted.n, outside_rate=rest)
        shown = rates.select(
            **{
                breakdown: rates.group,
                "phrase": ibis.literal(phrase),
                "inside_rate": rates.inside_rate,
                "hits": rates.hits,
                "n": rates.n,
                "outside_rate": rates.outside_rate,
                "times": rates.inside_rate / rates.outside_rate.nullif(0),
                "is_subject": rates.group == group,
            }
        )
        return shown.order_by(shown.is_subject.desc(), shown.inside_rate.desc(), shown.n.desc())

    return query
