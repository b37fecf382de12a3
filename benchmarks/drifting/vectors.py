"""Frozen vectors of CLINC150 and of Chinese headlines, read once and kept in the user's cache."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from dongcha.model.cache import cache_folder
from dongcha.model.encoders import find_encoder
from dongcha.model.memo import Memo, fingerprint
from dongcha.model.method import Job
from dongcha.model.onnx.reader import reading
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")
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
    vectors = kept(every)
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


def kept(texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
    """The vectors of texts by MiniLM, of length 1; out of the cache where they were read before."""
    file = cache_folder() / "benchmarks" / f"drift-{fingerprint(texts)}.npy"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        recipe = Recipe(TASK.name, "probe", "minilm", 0, {"token_limit": 64})
        rows = Rows(texts[:64], tuple("ab" * 32))
        parts = TASK.checked(Parts(rows, rows, rows))
        job = Job(task=TASK, parts=parts, recipe=recipe, budget_s=1e9, encoder=find_encoder("minilm"), memo=Memo())
        found = np.asarray(reading(job).read(texts), dtype=np.float32)
        np.save(file, found / np.linalg.norm(found, axis=1, keepdims=True))
    return np.asarray(np.load(file), dtype=np.float32)
