"""Few labels: the methods from 8, 16 and 64 examples a class, on the same test rows.

    DONGCHA_DATA=… python benchmarks/few_shot.py [--sets sst2] [--shots 8] [--methods full] [--seeds 3] [--test 1000]

A quarter as many rows a class stand beside them for choices (validation).  Rows are drawn by the seed; each method is
planned as `dongcha train` plans it, without a limit of time.  Test rows are a fixed draw, and are looked at once a run.
"""

import argparse
import os
import time
from dataclasses import replace
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
SETS = {
    "mr": ("MR, 2 classes", "minilm"),
    "sst2": ("SST-2, 2 classes", "minilm"),
    "trec": ("TREC, 6 classes", "minilm"),
    "banking77": ("Banking77, 77 classes", "minilm"),
    "chnsenticorp": ("ChnSentiCorp (zh), 2 classes", "e5"),
}
TOOLS = ("linear", "probe", "full", "contrastive")


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


def one(method: str, parts: Parts, encoder: str, seed: int) -> tuple[float, float]:
    """Accuracy on the test rows, and seconds of the training."""
    found = find_encoder(encoder) if METHODS.get(method).encoder else None
    settings = {"token_limit": 128} if found else {}
    recipe = Recipe(TASK.name, method, encoder if found else None, seed, settings)
    job = Job(task=TASK, parts=parts, recipe=recipe, budget_s=1e9, encoder=found, memo=Memo())
    job = replace(job, recipe=METHODS.get(method).plan(job).recipe)
    start = time.perf_counter()
    done = METHODS.get(method).fit(job)
    seconds = time.perf_counter() - start
    said = TASK.answer(done.fitted.logits(parts.test.inputs), parts.test.inputs, parts.outputs).labels
    return float(np.mean([a == b for a, b in zip(said, parts.test.answers, strict=True)])), seconds


def parts_of(name: str, most: int) -> tuple[Rows, Rows]:
    """Rows to draw from, and a fixed draw of test rows; MR has no test part, so a fifth of it stands in."""
    folder = Path(os.environ["DONGCHA_DATA"]) / name
    if (folder / "test.parquet").exists():
        every, test = rows(name, "train"), rows(name, "test")
    else:
        both = rows(name, "all")
        order = np.random.default_rng(1).permutation(len(both)).tolist()
        test, every = both.at(order[: len(both) // 5]), both.at(order[len(both) // 5 :])
    return every, test.at(np.random.default_rng(0).permutation(len(test))[:most].tolist())


def main() -> None:
    """Print one line a set, number of shots and method."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--shots", nargs="+", type=int, default=[8, 16, 64])
    parser.add_argument("--methods", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--test", type=int, default=1000)
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    for name in asked.sets:
        shown, encoder = SETS[name]
        every, test = parts_of(name, asked.test)
        for shots in asked.shots:
            for method in asked.methods:
                found = []
                for seed in range(asked.seeds):
                    train, held = drawn(every, shots, seed)
                    found.append(one(method, TASK.checked(Parts(train, held, test)), encoder, seed))
                right, seconds = np.array(found).T
                print(
                    f"{shown:<28} {shots:>2} a class  {method:<11} accuracy {right.mean():.3f} "
                    f"({right.min():.3f} to {right.max():.3f}), {seconds.mean():5.1f} s",
                    flush=True,
                )


if __name__ == "__main__":
    main()
