"""Phrases: texts with each one in and out of a finding's rows, and its log-odds z-score."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from tests.insight.second_engine.raw import calendar, moment, text

from dongcha.data.vocabulary import FEWEST, phrases_of
from dongcha.insight.insight import Cell, Insight, Phrase

MOST_TEXTS = 20_000


@lru_cache(maxsize=MOST_TEXTS)
def _phrases(value: str) -> frozenset[str]:
    return frozenset(phrases_of(value))


def _plain(phrase: str) -> str:
    """The phrase without plural and possessive endings."""
    words = [re.sub(r"'s$", "", word) for word in phrase.split()]
    rules = ((r"^(.{2,})ies$", r"\1y"), (r"^(.+(?:ss|x|ch|sh))es$", r"\1"), (r"^(.{2,}[^sui])s$", r"\1"))
    found = []
    for word in words:
        fits = [(rule, made) for rule, made in rules if len(word) > 3 and re.match(rule, word)]
        found.append(re.sub(*fits[0], word) if fits else word)
    return " ".join(found)


def said(texts: Sequence[str], phrase: str) -> np.ndarray:
    """Which texts say a phrase in one of the forms that occur often enough; a Chinese one wherever it stands."""
    if phrase >= "\u4e00":
        return np.array([phrase in value for value in texts])
    wanted = _plain(phrase)
    forms = Counter(form for value in texts for form in _phrases(value) if _plain(form) == wanted)
    kept = [form for form, n in forms.items() if n >= FEWEST]
    words = "|".join(r"\s+".join(map(re.escape, form.split())).replace("'", "['’]") for form in kept)
    whole = re.compile(rf"(?<![^\W_])(?<![^\W_]['’-])(?:{words})(?![^\W_])(?!['’-][^\W_])")
    return np.array([bool(kept) and bool(whole.search(value.lower())) for value in texts])


def inside(whole: pd.DataFrame, insight: Insight) -> np.ndarray:
    """The rows that a finding is about."""
    if "group" in insight.facts:
        return (text(whole[insight.subject.breakdown[-1]]) == insight.facts["group"]).to_numpy(bool)
    day = moment(whole[insight.subject.breakdown[0]])
    start = pd.Timestamp(str(insight.facts["period"]))
    after = (day >= start).to_numpy(bool)
    if insight.pattern == "change_point":
        return after
    days = calendar(whole[insight.subject.breakdown[0]], str(insight.subject.grain)).days[start.date().isoformat()]
    return after & (day < start + pd.Timedelta(days=days)).to_numpy(bool)


def phrase(whole: pd.DataFrame, column: str, insight: Insight, told: Phrase) -> dict[str, Cell]:
    """The numbers of one phrase of a finding."""
    step = -(-len(whole) // MOST_TEXTS)
    kept = np.arange(len(whole)) % step == 0
    texts = whole[column].fillna("")[kept].tolist()
    known = np.array([bool(value) for value in texts])
    mask, has = inside(whole, insight)[kept], said(texts, told.text)
    a, b, n, m = (int(part.sum()) for part in (has & mask, has & ~mask, known & mask, known & ~mask))
    worth, share = min(n, m), (a + b) / (n + m)
    yes, no = worth * share, worth * (1 - share) + 0.5
    odds = (a + yes) / (n - a + no), (b + yes) / (m - b + no)
    error = math.sqrt(1 / (a + yes) + 1 / (b + yes) + 1 / (n - a + no) + 1 / (m - b + no))
    z = (math.log(odds[0]) - math.log(odds[1])) / error
    return {"inside": a, "inside_rows": n, "outside": b, "outside_rows": m, "z": z}
