"""Findings about texts: phrases of a group, phrases over time, and phrases that go with an outcome.

Given, and not worked out anew: how a text is cut into phrases, which phrases are chosen and which of them say the same,
whether a line or a new level is told and from when, and the p-value of a phrase over time, whose noise is that of all
phrases.
"""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.periods import Series, fit
from tests.insight.second_engine.raw import Expected, Row, calendar, numbers, start_of, text
from tests.insight.second_engine.words import MOST_TEXTS, cut, families, odds, said

from dongcha.data.excerpt import plain, without_links
from dongcha.data.vocabulary import vocabulary
from dongcha.insight.insight import Cell, Insight
from dongcha.insight.patterns.text_driver import chosen
from dongcha.insight.text.corpus import LONGEST, Corpus
from dongcha.insight.text.forms import folded
from dongcha.insight.text.outcomes import Outcome


def sample(whole: pd.DataFrame) -> np.ndarray:
    """Which rows are read in words."""
    return np.arange(len(whole)) % -(-len(whole) // MOST_TEXTS) == 0


def clean(whole: pd.DataFrame, column: str) -> list[str]:
    """The texts of the sample as words are looked for in them."""
    given = whole[column].fillna("")[sample(whole)]
    return [without_links(plain(str(value)[:LONGEST])) for value in given]


def saying(whole: pd.DataFrame, column: str, phrase: str) -> np.ndarray:
    """Which of all rows say the phrase."""
    return said([str(value) for value in whole[column].fillna("")], phrase, clean(whole, column))


def _tried(texts: tuple[str, ...]) -> int:
    """Phrases that ten texts say, forms of one counted as one."""
    plain_of = {form: one for one, forms in families(texts).items() for form in forms}
    often = Counter(one for value in texts for one in {plain_of[form] for form in cut(value) if form in plain_of})
    return sum(n >= 10 for n in often.values())


def phrase(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The share of the texts of each group that say a phrase, and of all other texts."""
    subject, told = insight.subject, str(insight.facts["group"])
    column, name, wanted = str(subject.measure), subject.breakdown[0], str(subject.category)
    known = whole[column].notna().to_numpy(bool)
    group = text(whole[name])
    table = pd.DataFrame({"group": group, "hit": saying(whole, column, wanted)})[known].dropna()
    cells = table.groupby("group")["hit"].agg(["sum", "count"]).astype(int)
    hits, n = cells["sum"].sum(), cells["count"].sum()
    lines: dict[tuple[object, ...], Row] = {}
    for key, (own, rows) in zip(cells.index, cells.itertuples(index=False), strict=True):
        rest = (hits - own) / (n - rows)
        lines[(key,)] = {
            "phrase": wanted, "inside_rate": own / rows, "hits": int(own), "n": int(rows), "outside_rate": rest,
            "times": own / rows / rest if rest else None, "is_subject": key == told,
        }  # fmt: skip
    own, rows = (int(part) for part in cells.loc[told])
    delta, _ = odds(own, rows, hits - own, n - rows)
    tried = _tried(tuple(clean(whole, column)))
    alone = stats.hypergeom.sf(own - 1, n, hits, rows)
    facts: Row = {"group": told, **{part: lines[(told,)][part] for part in insight.facts if part != "group"}}
    return Expected(
        key=(name,), rows=lines, facts=facts, share=own / len(whole), effect=delta,
        p_value=min(1.0, float(alone) * tried), tried=tried,
    )  # fmt: skip


def growing(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The share of the texts of each period that say a phrase, and the line or the two levels through them."""
    subject = insight.subject
    column, time, wanted = str(subject.measure), subject.breakdown[0], str(subject.category)
    known = whole[column].notna().to_numpy(bool)
    table = pd.DataFrame(
        {"period": start_of(whole[time], str(subject.grain)), "hit": saying(whole, column, wanted)}
    )[known].dropna()  # fmt: skip
    cells = table.groupby("period")["hit"].agg(["sum", "count"]).astype(int)
    cells.columns = pd.Index(["hits", "n"])
    when = calendar(whole[time], str(subject.grain))
    cells = cells.reindex(sorted({*cells.index, *when.whole}), fill_value=0)
    one = Series(replace(subject, aggregation="rate"), when, cells)
    own = one.whole
    more, facts, ends = (_line if "first_period" in insight.facts else _levels)(one, insight)
    lines: dict[tuple[object, ...], Row] = {
        (day,): {"value": one.values[day], "n": int(cells["n"][day]), "complete": day in when.whole, **more(day)}
        for day in cells.index
    }
    least = 0.5 / max(1.0, own["n"].sum())
    before, after = (max(end, least) for end in ends)
    return Expected(
        key=("period",), rows=lines, facts={"phrase": wanted, **facts}, effect=log(after / before),
        share=float(own["hits"].sum() / own["n"].sum()), rounded=frozenset({"fitted"}),
    )  # fmt: skip


def _line(one: Series, insight: Insight):
    fitted = [one.back(float(value), at) for at, value in enumerate(fit(one))]
    along = dict(zip(one.when.whole, fitted, strict=True))
    first, last = one.when.whole[0], one.when.whole[-1]
    change = one.values[last] - one.values[first]
    facts = {"first_period": first, "last_period": last, "first_value": one.values[first]}
    facts |= {"last_value": one.values[last], "change": change}
    return lambda day: {"fitted": along.get(day), "change": change}, facts, (fitted[0], fitted[-1])


def _levels(one: Series, insight: Insight):
    at = str(insight.facts["period"])
    sides = one.whole[one.whole.index < at], one.whole[one.whole.index >= at]
    before, after = (side["hits"].sum() / side["n"].sum() for side in sides)
    facts = {"period": at, "before": before, "after": after, "change": after - before}

    def more(day: str) -> Row:
        later = day >= at
        return {
            "segment": "after" if later else "before", "level": after if later else before, "change": after - before
        }  # fmt: skip

    return more, facts, (before, after)


@dataclass(frozen=True)
class Part:
    """Some texts: the outcome, the length of each, and which say each phrase, by its name."""

    y: np.ndarray
    length: np.ndarray
    says: pd.DataFrame
    binary: bool

    def of(self, rows: np.ndarray) -> "Part":
        return Part(self.y[rows], self.length[rows], self.says[rows], self.binary)

    def design(self, names: Sequence[str]) -> np.ndarray:
        """Ones, the standardised logarithm of the length, and the phrases."""
        size = np.log1p(self.length)
        size = (size - size.mean()) / max(size.std(), 1e-9)
        return np.column_stack([np.ones(len(size)), size, self.says[list(names)].to_numpy(float)])

    def mean(self, linear: np.ndarray) -> np.ndarray:
        return stats.logistic.cdf(linear) if self.binary else linear

    def fitted(self, names: Sequence[str]) -> np.ndarray:
        """The coefficients of the regression, each but the first under a penalty of a half of its square."""
        x = self.design(names)
        beta, penalty = np.zeros(x.shape[1]), np.eye(x.shape[1])
        penalty[0, 0] = 0
        for _ in range(100):
            mean = self.mean(x @ beta)
            weights = mean * (1 - mean) if self.binary else np.ones(len(mean))
            step = np.linalg.solve(x.T @ (weights[:, None] * x) + penalty, x.T @ (self.y - mean) - penalty @ beta)
            beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300) if self.binary else 1.0)
        return beta

    def adds(self, names: Sequence[str], name: str) -> tuple[float, float]:
        """The coefficient of a phrase, and how much less would be expected of the texts that say it without it."""
        x, beta, here = self.design(names), self.fitted(names), self.says[name].to_numpy(bool)
        slope = beta[2 + list(names).index(name)]
        less = (self.mean(x[here] @ beta) - self.mean(x[here] @ beta - slope)).mean()
        plain_gap = self.y[here].mean() - self.y[~here].mean()
        return float(slope), float(less) if plain_gap * slope > 0 else 0.0

    def tested(self, others: Sequence[str], name: str) -> tuple[float, float]:
        """The score test's z given the other phrases, and the p-value."""
        x, beta, one = self.design(others), self.fitted(others), self.says[name].to_numpy(float)
        mean = self.mean(x @ beta)
        left = self.y - mean
        weights = mean * (1 - mean) if self.binary else np.ones(len(left))
        root = np.sqrt(weights)
        own = one - x @ np.linalg.lstsq(x * root[:, None], one * root, rcond=None)[0]
        noise = weights if self.binary else (left**2).sum() / (len(left) - x.shape[1])
        spread = max(((own * left) ** 2).sum(), (own**2 * noise).sum())
        z = float(own @ left / np.sqrt(spread)) if spread > 0 else 0.0
        if one.sum() < 10 or not z:
            return z, 1.0
        p = 2 * stats.norm.sf(abs(z))
        return z, float(max(p, self._alone(one > 0)) if self.binary else p)

    def _alone(self, here: np.ndarray) -> float:
        a, b = int(self.y[here].sum()), int(self.y[~here].sum())
        cells = [[a, int(here.sum()) - a], [b, int((~here).sum()) - b]]
        return min(1.0, 2 * min(stats.fisher_exact(cells, side).pvalue for side in ("less", "greater")))


def driver(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The outcome among the texts that say each sure phrase and among all others, and what it adds given the others."""
    subject = insight.subject
    column, binary = subject.breakdown[0], subject.aggregation == "rate"
    y, taken = _outcome(whole, insight), sample(whole)
    texts, some = clean(whole, column), y[taken]
    known = np.flatnonzero(np.isfinite(some) & np.array([bool(value) for value in texts]))
    first = np.array([zlib.crc32(texts[row].encode()) % 2 == 0 for row in known])
    words = Corpus(None, column, None, tuple(texts), folded(vocabulary(texts)))  # type: ignore[arg-type]
    outcome = Outcome(str(subject.measure), str(subject.category) if binary else None)
    picked = [chosen(words, known[side], some, outcome) for side in (first, ~first)]
    names = sorted({*picked[0], *picked[1]})
    says = pd.DataFrame({name: saying(whole, column, name) for name in names})
    lengths = np.array([len(texts[row]) for row in known], dtype=float)
    part = Part(some[known], lengths, says[taken].iloc[known], binary)
    apart = {name: [one for one in names if not words.alike(name, one)] for name in names}
    sides = [(part.of(side), other, apart) for side, other in ((first, picked[1]), (~first, picked[0]))]
    found = {name: (*part.adds(names, name), _agreed(name, part.adds(names, name), sides)) for name in names}
    told = str(insight.facts["phrase"])
    way = found[told][0] > 0
    sure = [name for name, (slope, _, p) in found.items() if name != told and (slope > 0) == way and p <= 0.01]
    shown = [told, *sorted(sure, key=lambda name: -abs(found[name][1]))[:7]]
    rows = np.isfinite(y) & whole[column].notna().to_numpy(bool)
    lines = {(name,): _compared(y[rows], says[name].to_numpy(bool)[rows], found[name][1]) for name in shown}
    facts: Row = {"phrase": told, **lines[(told,)]}
    rest = sorted(shown[1:], key=lambda name: (-abs(round(found[name][1], 6)), name))
    for place, name in zip(("second", "third"), rest, strict=False):
        facts |= {place: name, f"{place}_value": lines[(name,)]["value"]}
    spread = 1.0 if binary else float(np.nanstd(some, ddof=1))
    return Expected(
        key=("phrase",), rows=lines, facts=facts, share=int(part.says[told].sum()) / len(texts),
        effect=found[told][0] / spread, p_value=found[told][2], tried=2, rounded=frozenset({"adjusted"}),
    )  # fmt: skip


def _outcome(whole: pd.DataFrame, insight: Insight) -> np.ndarray:
    subject = insight.subject
    if subject.aggregation != "rate":
        return numbers(whole[str(subject.measure)]).to_numpy()
    values = text(whole[str(subject.measure)])
    return np.array([np.nan if value is None else float(value == subject.category) for value in values])


def _agreed(
    name: str, own: tuple[float, float], sides: Sequence[tuple[Part, list[str], dict[str, list[str]]]]
) -> float:
    """The smaller p-value of the halves in which the other half's choice has it, the same way; doubled.

    In a half it is the larger of those given the other half's choice and given all that is chosen and is not the same.
    """
    held = [1.0]
    for part, others, apart in sides:
        if name in others and own[1]:
            tests = [part.tested(given, name) for given in ([one for one in others if one != name], apart[name])]
            if all(z * own[0] > 0 for z, _ in tests):
                held.append(max(p for _, p in tests))
    return min(1.0, 2 * min(held))


def _compared(y: np.ndarray, here: np.ndarray, adds: float) -> dict[str, Cell]:
    value, rest = float(y[here].mean()), float(y[~here].mean())
    times = value / rest if rest and value else None
    return {"value": value, "n": int(here.sum()), "rest": rest, "times": times, "adjusted": adds}
