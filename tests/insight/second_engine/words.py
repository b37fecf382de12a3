"""Phrases: texts with each one in and out of a finding's rows, and its log-odds z-score."""

import math
from functools import lru_cache

import numpy as np
import pandas as pd
from tests.insight.second_engine.raw import calendar, moment, text

from dongcha.data.vocabulary import phrases_of
from dongcha.insight.insight import Cell, Insight, Phrase

MOST_TEXTS = 20_000


@lru_cache(maxsize=MOST_TEXTS)
def _phrases(value: str) -> frozenset[str]:
    return frozenset(phrases_of(value))


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
    said = [told.text in _phrases(value) for value in whole[column].fillna("")[kept]]
    mask = inside(whole, insight)[kept]
    has = np.array(said)
    a, b, n, m = int(has[mask].sum()), int(has[~mask].sum()), int(mask.sum()), int((~mask).sum())
    worth, share = min(n, m), (a + b) / (n + m)
    yes, no = worth * share, worth * (1 - share) + 0.5
    odds = (a + yes) / (n - a + no), (b + yes) / (m - b + no)
    error = math.sqrt(1 / (a + yes) + 1 / (b + yes) + 1 / (n - a + no) + 1 / (m - b + no))
    z = (math.log(odds[0]) - math.log(odds[1])) / error
    return {"inside": a, "inside_rows": n, "outside": b, "outside_rows": m, "z": z}
