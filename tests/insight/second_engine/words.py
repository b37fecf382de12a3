"""Phrases: texts with each one in and out of a finding's rows, and its log-odds z-score."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from tests.insight.second_engine.raw import calendar, moment, numbers, text

from dongcha.data.vocabulary import FEWEST, phrases_of
from dongcha.insight.insight import Cell, Insight, Phrase

MOST_TEXTS = 20_000


@lru_cache(maxsize=MOST_TEXTS)
def cut(value: str) -> frozenset[str]:
    """The phrases of a text."""
    return frozenset(phrases_of(value))


def plain_form(phrase: str) -> str:
    """The phrase without plural and possessive endings."""
    words = [re.sub(r"'s$", "", word) for word in phrase.split()]
    rules = ((r"^(.{2,})ies$", r"\1y"), (r"^(.+(?:ss|x|ch|sh))es$", r"\1"), (r"^(.{2,}[^sui])s$", r"\1"))
    found = []
    for word in words:
        fits = [(rule, made) for rule, made in rules if len(word) > 3 and re.match(rule, word)]
        found.append(re.sub(*fits[0], word) if fits else word)
    return " ".join(found)


_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W_{_HAN}]"
"""What goes on a word: a Chinese character beside it does not."""


def said(texts: Sequence[str], phrase: str, among: Sequence[str] | None = None) -> np.ndarray:
    """Which texts say a phrase in one of the forms that occur often enough; a Chinese one wherever it stands.

    Forms are those that occur in `among`, which are the texts where nothing else is said.
    """
    if phrase >= "\u4e00":
        return np.array([phrase in value for value in texts])
    kept = families(tuple(texts if among is None else among)).get(plain_form(phrase), [])
    words = "|".join(r"\s+".join(map(re.escape, form.split())).replace("'", "['’]") for form in kept)
    whole = re.compile(rf"(?<!{_LETTER})(?<!{_LETTER}['’-])(?:{words})(?!{_LETTER})(?!['’-]{_LETTER})")
    return np.array([bool(kept) and bool(whole.search(value.lower())) for value in texts])


@lru_cache(maxsize=4)
def families(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """The forms of each phrase that enough of the texts say."""
    often = Counter(form for value in texts for form in cut(value))
    found: dict[str, list[str]] = {}
    for form, n in often.items():
        if n >= FEWEST:
            found.setdefault(plain_form(form), []).append(form)
    return found


def inside(whole: pd.DataFrame, insight: Insight) -> np.ndarray:
    """The rows that a finding is about; of one about a phrase over time, those of the time in which it is said more."""
    subject, more = insight.subject, insight.effect.value > 0
    if insight.pattern == "text_driver":
        return _with_outcome(whole, insight)
    if "group" in insight.facts:
        return (text(whole[subject.breakdown[-1]]) == insight.facts["group"]).to_numpy(bool)
    day = moment(whole[subject.breakdown[0]])
    if "first_period" in insight.facts:
        first, last = (pd.Timestamp(str(insight.facts[name])) for name in ("first_period", "last_period"))
        middle = first + pd.Timedelta(days=(last - first).days // 2)
        return ((day.notna() & (day >= middle)) if more else day < middle).to_numpy(bool)
    start = pd.Timestamp(str(insight.facts["period"]))
    after = (day >= start).to_numpy(bool)
    if insight.pattern == "growing":
        return after if more else (day < start).to_numpy(bool)
    if insight.pattern == "change_point":
        return after
    days = calendar(whole[subject.breakdown[0]], str(subject.grain)).days[start.date().isoformat()]
    return after & (day < start + pd.Timedelta(days=days)).to_numpy(bool)


def _with_outcome(whole: pd.DataFrame, insight: Insight) -> np.ndarray:
    """The rows with the outcome that goes with a phrase, or on its side of the mean of those that are read."""
    more, column = insight.effect.value > 0, whole[str(insight.subject.measure)]
    if insight.subject.category is not None:
        said_so = text(column)
        return ((said_so == insight.subject.category) == more).to_numpy(bool) & said_so.notna().to_numpy(bool)
    amount = numbers(column)
    mean = amount[np.arange(len(whole)) % -(-len(whole) // MOST_TEXTS) == 0].mean()
    return ((amount > mean) if more else (amount < mean)).to_numpy(bool)


def phrase(whole: pd.DataFrame, column: str, insight: Insight, told: Phrase) -> dict[str, Cell]:
    """The numbers of one phrase of a finding."""
    step = -(-len(whole) // MOST_TEXTS)
    kept = np.arange(len(whole)) % step == 0
    texts = whole[column].fillna("")[kept].tolist()
    known = np.array([bool(value) for value in texts])
    mask, has = inside(whole, insight)[kept], said(texts, told.text)
    a, b, n, m = (int(part.sum()) for part in (has & mask, has & ~mask, known & mask, known & ~mask))
    delta, error = odds(a, n, b, m)
    return {"inside": a, "inside_rows": n, "outside": b, "outside_rows": m, "z": delta / error}


def odds(a: int, n: int, b: int, m: int) -> tuple[float, float]:
    """The log-odds ratio of `a` of `n` texts against `b` of `m`, and its error (Monroe et al. 2008).

    The prior: as many texts as the smaller side has, which say it as often as all texts do.
    """
    worth, share = min(n, m), (a + b) / (n + m)
    yes, no = worth * share, worth * (1 - share) + 0.5
    ratio = math.log((a + yes) / (n - a + no)) - math.log((b + yes) / (m - b + no))
    return ratio, math.sqrt(1 / (a + yes) + 1 / (b + yes) + 1 / (n - a + no) + 1 / (m - b + no))
