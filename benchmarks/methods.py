"""Every method on real sets: quality, parameters trained, time and memory, beside published figures.

    DONGCHA_DATA=… python benchmarks/methods.py [--run] [--sets sst2 …] [--methods full …] [--passes 2] [--seed 0]

`--run` measures the cells that are named (all by default), each in a process of its own, and adds them to
`benchmarks/cells/methods.jsonl`, so that a long table can be made in several goes; without it the table of the cells
there is printed.  Train rows are at most 5,000 drawn by the seed, two passes for tuned methods (`--passes` for another
number, which makes a line of its own: how far the light methods come with more), settings as they come;
validation rows are the set's own, or a tenth of the train rows; the test rows are looked at once a cell.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from dongcha.model.encoders import find_encoder
from dongcha.model.evaluate import accuracy
from dongcha.model.method import Job
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")
CELLS = Path(__file__).parent / "cells" / "methods.jsonl"
OOS = "oos"
SETS = {  # name, encoder, published figures
    "mr": ("MR", "minilm", "TextCNN 0.813 (sent-conv-torch, ten-fold)"),
    "sst2": ("SST-2", "minilm", "TextCNN 0.870 (sent-conv-torch), BERT-base 0.935 (GLUE), all rows"),
    "banking77": ("Banking77", "minilm", "USE+ConveRT 0.934, all rows"),
    "clinc150": ("CLINC150 + oos", "minilm", "BERT 0.969 in scope, 0.403 recall of out-of-scope, all rows"),
    "chnsenticorp": ("ChnSentiCorp (zh)", "e5", "BERT 0.950 (Chinese-BERT-wwm), all rows"),
}
TOOLS = ("linear", "probe", "full", "lora", "adalora", "adapter", "contrastive")
MOST, PASSES, TEST = 5000, 2.0, 2000


def rows(file: Path) -> Rows:
    """Texts and labels of a file."""
    table = pq.read_table(file, columns=["text", "label"])
    return Rows(tuple(table["text"].to_pylist()), tuple(map(str, table["label"].to_pylist())))


def parts_of(name: str, seed: int) -> Parts:
    """Train, validation and test rows of a set, shortened."""
    folder = Path(os.environ["DONGCHA_DATA"]) / name
    if (folder / "all.parquet").exists():
        both = rows(folder / "all.parquet")
        order = np.random.default_rng(1).permutation(len(both)).tolist()  # the same test rows for every seed
        test, train = both.at(order[: len(both) // 5]), both.at(order[len(both) // 5 :])
    else:
        train, test = rows(folder / "train.parquet"), rows(folder / "test.parquet")
    order = np.random.default_rng(seed).permutation(len(train)).tolist()
    if (folder / "valid.parquet").exists():
        held = rows(folder / "valid.parquet")
    else:
        held, order = train.at(order[: len(train) // 10]), order[len(train) // 10 :]
    test = test.at(np.random.default_rng(0).permutation(len(test))[:TEST].tolist())
    return TASK.checked(Parts(train.at(order[:MOST]), held.first(1000), test))


def cell(name: str, method: str, passes: float, seed: int) -> dict[str, object]:
    """Train one method on one set and measure it."""
    parts, encoder = parts_of(name, seed), SETS[name][1]
    found = find_encoder(encoder) if METHODS.get(method).encoder else None
    settings = {"token_limit": 128} if found else {}
    settings |= {"epochs": passes, "checks": 1.0} if found and method != "probe" else {}
    recipe = Recipe(TASK.name, method, encoder if found else None, seed, settings)
    job = Job(task=TASK, parts=parts, recipe=recipe, budget_s=1e9, encoder=found)
    job = replace(job, recipe=METHODS.get(method).plan(job).recipe)
    start, before = time.perf_counter(), time.process_time()
    done = METHODS.get(method).fit(job)
    seconds, busy = time.perf_counter() - start, time.process_time() - before
    test = parts.test
    held = TASK.figures(parts.validation.answers, TASK.answer(done.validation, (), parts.outputs).labels)
    said = TASK.answer(done.fitted.logits(test.inputs), test.inputs, parts.outputs).labels
    more: dict[str, float] = {}
    if OOS in parts.outputs:
        inside = [i for i, truth in enumerate(test.answers) if truth != OOS]
        outside = [i for i, truth in enumerate(test.answers) if truth == OOS]
        more["in_scope"] = accuracy([test.answers[i] for i in inside], [said[i] for i in inside])
        more["oos_recall"] = accuracy([OOS] * len(outside), [said[i] for i in outside])
    return {
        "set": name, "method": method, "passes": passes, "seed": seed, "train": len(parts.train), "test": len(test),
        "validation": held["accuracy"], **TASK.figures(test.answers, said),
        **more, "trained": done.trained, "seconds": round(seconds, 1), "busy": round(busy, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "device": chip(),
    }  # fmt: skip


def chip() -> str:
    """Name of the GPU that the networks ran on, or `cpu`."""
    import torch

    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else "cpu"


def time_of(one: dict[str, Any]) -> str:
    """Processor seconds, which other work on the machine hardly changes; on a GPU and in old cells wall seconds."""
    if one.get("device", "cpu") != "cpu":
        return f"{one['seconds']:.1f} s on {one['device']}"
    return f"{one['busy']:.1f} s busy" if "busy" in one else f"{one['seconds']:.1f} s wall"


def table() -> None:
    """Print the cells, the newest of each."""
    found: dict[tuple[str, str, float], dict[str, Any]] = {}
    for line in CELLS.read_text(encoding="utf-8").splitlines() if CELLS.exists() else ():
        one = json.loads(line)
        found[one["set"], one["method"], one.get("passes", PASSES)] = one
    for name, (shown, encoder, published) in SETS.items():
        several = sorted({passes for _, _, passes in found}, key=lambda passes: (passes != PASSES, passes))
        keys = [(name, method, passes) for passes in several for method in TOOLS]
        lines = [found[key] for key in keys if key in found]
        if not lines:
            continue
        sizes = f"{lines[0]['train']:,} train rows, {lines[0]['test']:,} test rows"
        print(f"{shown}: {sizes}, {encoder}; published: {published}")
        for one in lines:
            more = f", in scope {one['in_scope']:.3f}, oos recall {one['oos_recall']:.3f}" if "in_scope" in one else ""
            passes = one.get("passes", PASSES)
            called = one["method"] if passes == PASSES else f"{one['method']}, {passes:g} passes"
            print(
                f"  {called:<11} test accuracy {one['accuracy']:.3f}, macro F1 {one['macro_f1']:.3f}{more}; "
                f"validation {one['validation']:.3f}; {one['trained']:>10,} trained; {time_of(one):>14}; "
                f"peak {one['peak_mb']:,} MB; {one['date']}"
            )


def main() -> None:
    """Measure the cells that are asked for, or print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--methods", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--passes", type=float, default=PASSES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cell", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.cell:
        print(json.dumps(cell(asked.sets[0], asked.methods[0], asked.passes, asked.seed)))
        return
    if asked.run:
        CELLS.parent.mkdir(exist_ok=True)
        for name in asked.sets:
            for method in asked.methods:
                given = {"sets": name, "methods": method, "passes": asked.passes, "seed": asked.seed}
                said = [str(part) for key, value in given.items() for part in (f"--{key}", value)]
                call = [sys.executable, __file__, "--cell", *said]
                done = subprocess.run(call, capture_output=True, text=True, check=True)
                line = done.stdout.strip().splitlines()[-1]
                print(line, flush=True)
                with CELLS.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
    table()


if __name__ == "__main__":
    main()
