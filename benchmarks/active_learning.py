"""Active learning: labels needed for 95 % of the full-data score (macro F1), each strategy against random.

    DONGCHA_DATA=… python benchmarks/active_learning.py [--sets trec sst2 shopping] [--validation] [--seeds 5]

Frozen encoder (MiniLM for English, e5 for Chinese), a logistic head with balanced classes, fitted again after each
batch; the same head and the same first state for all.  Rows to choose from are train rows; the score is of test rows.
Strategies and their settings were chosen on validation rows alone (`--validation`: a fifth of the train rows).
Intervals are 95 %, of seeds drawn again; medians of the seeds; ">" where half of the runs did not get there.
"""

import argparse
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from dongcha.learn.needed import Needed, labels_needed
from dongcha.learn.simulate import FIGURES, Known, Run, Trial, full_score, simulate
from dongcha.learn.strategies import STRATEGIES
from dongcha.model.embedded import embedded

MOST = 10_000
FIGURE = "macro_f1"


@dataclass(frozen=True)
class Set:
    """A labelled set: its folder, the column of labels, and how it is simulated."""

    shown: str
    folder: str
    label: str
    batch: int
    budget: int


SETS = {
    "trec": Set("TREC, 6 classes", "trec", "label", 25, 1300),
    "sst2": Set("SST-2, 2 classes", "sst2", "label", 20, 700),
    "shopping": Set("Online shopping (zh), 10 categories", "online_shopping_10_cats", "category", 25, 1500),
    "thucnews": Set("THUCNews titles (zh), 10 classes", "thucnews_titles", "label", 20, 700),
    "banking77": Set("Banking77, 77 classes", "banking77", "label", 77, 2772),
}


def read(one: Set, part: str) -> tuple[list[str], list[str]]:
    """Texts, each once, and labels of a part."""
    table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / one.folder / f"{part}.parquet")
    found: dict[str, str] = {}
    for text, label in zip(table["text"].to_pylist(), table[one.label].to_pylist(), strict=True):
        if text and text.strip() and label is not None:
            found.setdefault(text, str(label))
    return list(found), list(found.values())


def known(one: Set, *, validation: bool) -> Known:
    """Rows to choose from and rows to score on; a set without test part gives a fifth of a draw for it."""
    folder = Path(os.environ["DONGCHA_DATA"]) / one.folder
    if one.folder == "thucnews_titles":
        (texts, labels), (other, truth) = read(one, "valid"), read(one, "test")
    elif (folder / "test.parquet").exists():
        (texts, labels), (other, truth) = read(one, "train"), read(one, "test")
    else:
        every, said = read(one, "all")
        drawn = np.random.default_rng(0).permutation(len(every))[:MOST].tolist()
        cut = len(drawn) // 5
        other, truth = [every[i] for i in drawn[:cut]], [said[i] for i in drawn[:cut]]
        texts, labels = [every[i] for i in drawn[cut:]], [said[i] for i in drawn[cut:]]
    if validation:
        order = np.random.default_rng(1).permutation(len(texts)).tolist()
        cut = len(order) // 5
        other, truth = [texts[i] for i in order[:cut]], [labels[i] for i in order[:cut]]
        texts, labels = [texts[i] for i in order[cut:]], [labels[i] for i in order[cut:]]
    texts, labels, other, truth = texts[:MOST], labels[:MOST], other[:3000], truth[:3000]
    names = sorted({*labels, *truth})
    place = {name: i for i, name in enumerate(names)}
    vectors, held = np.array(embedded(texts)), np.array(embedded(other))
    targets, held_targets = (np.array([place[name] for name in part], dtype=np.int64) for part in (labels, truth))
    return Known(vectors, targets, held, held_targets, len(names))


def line(one: Needed, budget: int) -> str:
    """One strategy, in words."""

    def count(value: float) -> str:
        return f"{value:5.0f}" if np.isfinite(value) else f">{budget}"

    def part(value: float) -> str:
        return "    -" if np.isnan(value) else f"{value:5.0%}" if np.isfinite(value) else "    >"

    return (
        f"  {one.strategy:<17} {count(one.labels)} labels ({count(one.low)} to {count(one.high)}), "
        f"{part(one.share)} of random's ({part(one.share_low)} to {part(one.share_high)}), "
        f"{one.reached}/{one.runs} runs"
    )


def main() -> None:
    """Print one block a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["trec", "sst2", "shopping"])
    parser.add_argument("--strategies", nargs="+", choices=list(STRATEGIES), default=list(STRATEGIES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--validation", action="store_true")
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    figure = FIGURES[FIGURE]
    for name in asked.sets:
        one, start = SETS[name], time.perf_counter()
        rows = known(one, validation=asked.validation)
        full = full_score(rows, figure)
        where = "validation" if asked.validation else "test"
        print(
            f"{one.shown}: {len(rows.vectors):,} rows to choose from, {len(rows.held):,} {where} rows; "
            f"all labels {full:.3f}, goal {0.95 * full:.3f}, batches of {one.batch}",
            flush=True,
        )
        trial = Trial(strategies=tuple(asked.strategies), seeds=asked.seeds, batch=one.batch, budget=one.budget)
        runs: dict[str, list[Run]] = {}
        for run in simulate(rows, trial, figure, until=0.95 * full):
            runs.setdefault(run.strategy, []).append(run)
            if len(runs[run.strategy]) == asked.seeds:
                some = {"random": runs["random"], run.strategy: runs[run.strategy]}
                print(line(labels_needed(some, 0.95 * full)[-1], one.budget), flush=True)
        print(f"  {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
