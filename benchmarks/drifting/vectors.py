"""Frozen vectors of CLINC150 and of Chinese headlines, read once and kept in the user's cache."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from dongcha.model.embedded import embedded

TEXTS, FOREIGN, NOISED = 5000, 500, 1000
NOISE = 0.15  # of the characters are replaced by others


@dataclass(frozen=True, slots=True)
class Set:
    """Texts with label, domain and vector."""

    texts: tuple[str, ...]
    labels: npt.NDArray[np.str_]
    domains: npt.NDArray[np.str_]
    vectors: npt.NDArray[np.float32]


def clinc() -> tuple[Set, Set, Set]:
    """In-scope texts of CLINC150, some of them with noise, and Chinese headlines (label and domain empty)."""
    data = Path(os.environ["DONGCHA_DATA"])
    table = pq.read_table(data / "clinc150" / "train.parquet").to_pandas()
    table = table[table["label"] != "oos"].sample(TEXTS, random_state=0)
    foreign = pq.read_table(data / "thucnews_titles" / "test.parquet", columns=["text"])["text"].to_pylist()[:FOREIGN]
    texts, random = table["text"].tolist(), np.random.default_rng(0)
    noised = [noisy(text, random) for text in texts[-NOISED:]]
    every = (*texts, *noised, *foreign)
    vectors = np.array(embedded(every, "minilm", tokens=64))
    labels, domains = table["label"].to_numpy(dtype=str), table["domain"].to_numpy(dtype=str)
    none = np.full(FOREIGN, "")
    cut = TEXTS + NOISED
    return (
        Set(tuple(texts), labels, domains, vectors[:TEXTS]),
        Set(tuple(noised), labels[-NOISED:], domains[-NOISED:], vectors[TEXTS:cut]),
        Set(tuple(foreign), none, none, vectors[cut:]),
    )


def noisy(text: str, random: np.random.Generator) -> str:
    """The text with some of its characters replaced by letters."""
    return "".join(
        chr(97 + int(random.integers(26))) if one != " " and random.random() < NOISE else one for one in text
    )
