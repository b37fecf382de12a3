"""Few labels: the methods from 8, 16 and 64 examples a class, on the same test rows.

    DONGCHA_DATA=… python benchmarks/few_shot.py [--seeds 3] [--test 1000]

A quarter as many rows a class stand beside them for choices (validation).  Rows are drawn by the seed; `linear` and
`probe` run for every seed, `full` for the first one and up to 2,000 train rows.  Test rows are a fixed draw.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from dongcha.model.encoders import find_encoder
from dongcha.model.memo import Memo
from dongcha.model.method import Job
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")
SETS = {"sst2": "SST-2, 2 classes", "trec": "TREC, 6 classes", "banking77": "Banking77, 77 classes"}
SHOTS = (8, 16, 64)
STEPS, MOST = 100, 2000


def rows(name: str, part: str) -> Rows:
    """Texts and labels of a part of a set."""
    table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / name / f"{part}.parquet", columns=["text", "label"])
    return Rows(tuple(table["text"].to_pylist()), tuple(map(str, table["label"].to_pylist())))


def drawn(every: Rows, shots: int, seed: int) -> tuple[Rows, Rows]:
    """So many rows of each class, and a quarter as many beside them."""
    answers, beside = np.asarray(every.answers), max(2, shots // 4)
    random = np.random.default_rng(seed)
    train: list[int] = []
    held: list[int] = []
    for name in sorted(set(every.answers)):
        places = random.permutation(np.flatnonzero(answers == name))
        train += places[:shots].tolist()
        held += places[shots : shots + beside].tolist()
    return every.at(train), every.at(held)


def one(method: str, parts: Parts, seed: int) -> tuple[float, float]:
    """Accuracy on the test rows, and seconds of the training."""
    epochs = max(3.0, STEPS * 32 / len(parts.train))
    settings = {"token_limit": 64} if method != "linear" else {}
    settings |= {"epochs": epochs, "checks": max(0.1, 10 / epochs)} if method == "full" else {}
    encoder = find_encoder("minilm") if method != "linear" else None
    recipe = Recipe(TASK.name, method, "minilm" if encoder else None, seed, settings)
    start = time.perf_counter()
    done = METHODS.get(method).fit(
        Job(task=TASK, parts=parts, recipe=recipe, budget_s=1e9, encoder=encoder, memo=Memo())
    )
    seconds = time.perf_counter() - start
    said = TASK.answer(done.fitted.logits(parts.test.inputs), parts.test.inputs, parts.outputs).labels
    return float(np.mean([a == b for a, b in zip(said, parts.test.answers, strict=True)])), seconds


def main() -> None:
    """Print one line a set, number of shots and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--test", type=int, default=1000)
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    for name, shown in SETS.items():
        every, test = rows(name, "train"), rows(name, "test")
        test = test.at(np.random.default_rng(0).permutation(len(test))[: asked.test].tolist())
        for shots in SHOTS:
            for method in ("linear", "probe", "full"):
                found = []
                for seed in range(asked.seeds if method != "full" else 1):
                    train, held = drawn(every, shots, seed)
                    if method == "full" and len(train) > MOST:
                        continue
                    found.append(one(method, TASK.checked(Parts(train, held, test)), seed))
                if found:
                    right, seconds = np.array(found).T
                    print(
                        f"{shown:<22} {shots:>2} a class  {method:<6} accuracy {right.mean():.3f} "
                        f"({right.min():.3f} to {right.max():.3f}), {seconds.mean():5.1f} s",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
