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
from pathlib import Path

import numpy as np
from few_shot import SETS, TASK, parts_of

from dongcha.model.ask import Ask
from dongcha.model.attempt import job_of
from dongcha.model.memo import Memo
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tune import Search, tune

HELD, TEST = 600, 2000


def search(parts: Parts, encoder: str, pruner: str, asked: argparse.Namespace) -> None:
    """Search once and print what it found."""
    settings = {"token_limit": 64, "batch_rows": 32}
    ask = Ask(task=TASK.name, method=asked.method, encoder=encoder, seed=asked.seed, settings=settings, budget_s=1e6)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = tune(parts, ask, Search(study=Path(folder) / "study.db", trials=asked.trials, pruner=pruner))
        seconds = time.perf_counter() - start
    leader = next(trial for trial in done.trials if trial.number == done.leader)
    recipe = Recipe(
        TASK.name, asked.method, encoder, asked.seed, {**done.default.settings, **leader.recipe["settings"]}
    )
    fitted = METHODS.get(asked.method).fit(job_of(parts, ask, recipe, 1e6, Memo())).fitted
    test = parts.test
    said = TASK.answer(fitted.logits(test.inputs), test.inputs, parts.outputs).labels
    led, plain = TASK.figures(test.answers, said), done.default_metrics.figures
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
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["trec", "mr", "banking77"])
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
        every, test = parts_of(name, TEST)
        order = np.random.default_rng(asked.seed).permutation(len(every)).tolist()
        train, held = every.at(order[: asked.rows]), every.at(order[asked.rows : asked.rows + HELD])
        parts = TASK.checked(Parts(train, held, test))
        print(
            f"{SETS[name][0]}, {asked.method}: {asked.rows} train rows, {HELD} validation, {len(test):,} test",
            flush=True,
        )
        for pruner in asked.pruners:
            search(parts, SETS[name][1], pruner, asked)


if __name__ == "__main__":
    main()
