"""Real texts as frozen vectors: read once, kept in the user's cache."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from dongcha.model.cache import cache_folder
from dongcha.model.encoders import find_encoder
from dongcha.model.memo import Memo
from dongcha.model.method import Job
from dongcha.model.onnx.reader import reading
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

SETS = {  # files, column of the label, encoder, tokens
    "banking77": (("train", "test"), "label", "minilm", 64),
    "trec": (("train", "test"), "label", "minilm", 64),
    "online_shopping_10_cats": (("all",), "category", "e5", 48),
}
TASK = TASKS.get("text-classification")


def rows(name: str, most: int, seed: int = 0) -> Rows:
    """Texts and labels of a set, in an order drawn by the seed."""
    files, label, _, _ = SETS[name]
    texts: list[str] = []
    labels: list[str] = []
    for file in files:
        table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / name / f"{file}.parquet")
        texts += [one or "" for one in table["text"].to_pylist()]
        labels += map(str, table[label].to_pylist())
    order = np.random.default_rng(seed).permutation(len(texts))[:most].tolist()
    return Rows(tuple(texts[i] for i in order), tuple(labels[i] for i in order))


def embedded(name: str, most: int = 6000) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Vectors, shape (rows, width), and labels."""
    found = rows(name, most)
    file = cache_folder() / "benchmarks" / f"online-{name}-{most}.npy"
    if not file.is_file():
        _, _, encoder, tokens = SETS[name]
        recipe = Recipe(TASK.name, "probe", encoder, 0, {"token_limit": tokens})
        none = Rows((), ())
        parts = Parts(found, none, none, outputs=tuple(sorted(set(found.answers))))
        job = Job(task=TASK, parts=parts, recipe=recipe, budget_s=600, encoder=find_encoder(encoder), memo=Memo())
        vectors = reading(job).read(found.inputs)
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors.astype(np.float32))
    return np.load(file).astype(np.float64), np.asarray(found.answers)
