"""Tuning: what 20 trials bring over the default recipe, and what giving up hopeless ones spares.

    DONGCHA_DATA=… python benchmarks/tuning.py [--sets trec mr] [--method full] [--trials 20] [--rows 600] [--seed 0]

Each set is searched twice with the same seed: every trial to its end (`none`), and with the product's pruner.  Train
rows are a draw, so that a search of 20 trainings takes minutes; validation rows too.  The test rows are looked at by
the default and the best recipe of each search.  `leader` is the trial that is best on validation; the product follows
it only where its lead is more than one standard error, else it stays with the default.
"""

import argparse
import os
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from few_shot import SETS as TEXTS
from few_shot import parts_of

from dongcha.model.ask import Ask
from dongcha.model.attempt import job_of
from dongcha.model.memo import Memo
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.task import Task
from dongcha.model.tasks import TASKS
from dongcha.model.tune import Search, tune

TEXT = "text-classification"
HELD, TEST = 600, 2000
MEDIA = {  # what it is, encoder, task, archive of its files
    "cifar10_small": ("CIFAR-10, 10 classes", "tiny-image", "image-classification", "images.zip"),
    "clothing_small": ("Clothing, 10 classes", "tiny-image", "image-classification", "images_160px.zip"),
    "fsdd": ("Spoken digits, 10 classes", "tiny-audio", "audio-classification", "recordings.zip"),
}


def media_of(name: str) -> tuple[Rows, Rows]:
    """Files and labels of a set of pictures or sounds: rows to draw from, and a fixed draw of test rows."""
    folder, archive = Path(os.environ["DONGCHA_DATA"]) / name, MEDIA[name][3]
    table = pq.read_table(folder / "index.parquet").to_pylist()
    with zipfile.ZipFile(folder / archive) as files:
        names = {member.split("/", 1)[-1]: member for member in files.namelist()}
        found = [(files.read(names.get(row["file"], row["file"])), str(row["label"]), row["split"]) for row in table]
    parts = [[one for one in found if (one[2] == "test") == test] for test in (False, True)]
    every, test = (Rows(tuple(one[0] for one in part), tuple(one[1] for one in part)) for part in parts)
    return every, test.at(np.random.default_rng(0).permutation(len(test))[:TEST].tolist())


def search(task: Task, parts: Parts, encoder: str, pruner: str, asked: argparse.Namespace) -> None:
    """Search once and print what it found."""
    settings = {"token_limit": 64, "batch_rows": 32} if task.name == TEXT else {}
    ask = Ask(task=task.name, method=asked.method, encoder=encoder, seed=asked.seed, settings=settings, budget_s=1e6)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = tune(parts, ask, Search(study=Path(folder) / "study.db", trials=asked.trials, pruner=pruner))
        seconds = time.perf_counter() - start
    leader = next(trial for trial in done.trials if trial.number == done.leader)
    recipe = Recipe(
        task.name, asked.method, encoder, asked.seed, {**done.default.settings, **leader.recipe["settings"]}
    )
    fitted = METHODS.get(asked.method).fit(job_of(parts, ask, recipe, 1e6, Memo())).fitted
    test = parts.test
    said = task.answer(fitted.logits(test.inputs), test.inputs, parts.outputs).labels
    led, plain = task.figures(test.answers, said), done.default_metrics.figures
    trials = sum(trial.seconds for trial in done.trials)
    print(
        f"  {pruner:<10} {len(done.trials)} trials ({done.pruned} given up), {trials:.0f} s of trials, {seconds:.0f} s "
        f"in all, spared {done.saved_share:.0%}; validation macro F1: default {done.value(0):.3f}, leader "
        f"{done.value(done.leader):.3f} ({'followed' if done.gained.counts else 'not followed'}); test macro F1: "
        f"default {plain['macro_f1']:.3f}, leader {led['macro_f1']:.3f}, chosen {done.metrics.figures['macro_f1']:.3f} "
        f"(p {done.versus_default['p_value']:.2f})\n             {dict(leader.searched)}",
        flush=True,
    )


def main() -> None:
    """Print two lines a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=[*TEXTS, *MEDIA], default=["trec", "mr", "banking77"])
    parser.add_argument("--pruners", nargs="+", default=["none", Search.__dataclass_fields__["pruner"].default])
    parser.add_argument("--method", choices=list(METHODS), default="full")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    for name in asked.sets:
        shown, encoder = (MEDIA if name in MEDIA else TEXTS)[name][:2]
        task = TASKS.get(MEDIA[name][2] if name in MEDIA else TEXT)
        every, test = media_of(name) if name in MEDIA else parts_of(name, TEST)
        order = np.random.default_rng(asked.seed).permutation(len(every)).tolist()
        train, held = every.at(order[: asked.rows]), every.at(order[asked.rows : asked.rows + HELD])
        parts = task.checked(Parts(train, held, test))
        print(
            f"{shown}, {asked.method}: {len(train)} train rows, {len(held)} validation, {len(test):,} test", flush=True
        )
        for pruner in asked.pruners:
            search(task, parts, encoder, pruner, asked)


if __name__ == "__main__":
    main()
