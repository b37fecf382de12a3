"""Planted in texts: a phrase of a group, a phrase that grows, a phrase that an answer or a rating goes with."""

import numpy as np
import pandas as pd

from planted_tables.base import MONTHS, Asked, Planted, between, flat, noise, plants

WORDS = np.array([a + b + c for a in "bdgklmnprst" for b in "aiu" for c in ("ban", "dor", "fil", "gun", "kes")])


def texts(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Texts of 8 to 40 made-up words, the common ones as much commoner as words are (Zipf)."""
    weights = 1 / np.arange(1, len(WORDS) + 1)
    lengths = rng.integers(8, 40, rows)
    drawn = np.split(rng.choice(WORDS, lengths.sum(), p=weights / weights.sum()), np.cumsum(lengths)[:-1])
    return np.array([" ".join(words) for words in drawn], dtype=object)


def saying(rng: np.random.Generator, data: pd.DataFrame, phrase: str, rate: np.ndarray) -> np.ndarray:
    """Add the phrase to the texts of `data` with the rate of each row; which rows say it."""
    said = rng.random(len(data)) < rate
    data.loc[said, "told"] = [f"{text} {phrase}" for text in data.loc[said, "told"]]
    return said


def told(rng: np.random.Generator) -> pd.DataFrame:
    """Rows of noise with a text each."""
    data = noise(rng, flat(rng))
    data["told"] = texts(rng, len(data))
    return data


def _phrase(pattern: str, said: str = "late fee") -> Asked:
    return lambda i: i.pattern == pattern and i.facts.get("phrase") in (said, *said.split())


@plants("told", "group")
def said_in_group(rng: np.random.Generator, times: float) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.where(data["group"] == "g3", between(0.03, 0.2, times), 0.03))
    return data, lambda i: _phrase("phrase")(i) and i.facts["group"] == "g3"


@plants("told", "day")
def said_since(rng: np.random.Generator, times: float) -> Planted:
    data = told(rng)
    saying(rng, data, "late fee", np.where(data["day"] >= MONTHS[7], between(0.03, 0.15, times), 0.03))
    return data, _phrase("growing")


@plants("told", "answer")
def goes_with(rng: np.random.Generator, times: float) -> Planted:
    data = told(rng)
    said, part = saying(rng, data, "late fee", np.full(len(data), 0.1)), between(0.2, 0.55, times)
    data.loc[said, "answer"] = rng.choice(["yes", "no"], said.sum(), p=[part, 1 - part])
    return data, _phrase("text_driver")


@plants("told", "stars")
def goes_with_rating(rng: np.random.Generator, times: float) -> Planted:
    data, usual = told(rng), np.array([0.1, 0.1, 0.2, 0.3, 0.3])
    said = saying(rng, data, "late fee", np.full(len(data), 0.1))
    data["stars"] = rng.choice(5, len(data), p=usual) + 1
    low = (usual + times * (usual[::-1] - usual)).clip(0)
    data.loc[said, "stars"] = rng.choice(5, said.sum(), p=low / low.sum()) + 1
    return data, lambda i: _phrase("text_driver")(i) and i.subject.measure == "stars"
