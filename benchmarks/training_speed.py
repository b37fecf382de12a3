"""Fine-tuning speed and quality beside the loop that a tutorial teaches, with the same encoder, rows and epochs.

    DONGCHA_DATA=… python benchmarks/training_speed.py [--seeds 3] [--rows 4000]

Tutorial: every text padded to 128 tokens, batches of 16 in random order, AdamW 2e-5, fp32, a new classifier on the
first token.  Ours: method `full` as it comes (`ours`), and with one thing changed at a time to say where the factor
comes from (`--ablate`).  Every run is a process of its own, timed from the first token to the last check on validation;
loading libraries and weights is left out of both.  SST-2, one epoch; settings were chosen on validation before the
test figures were looked at; each model sees the test rows once.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np

from dongcha.core.settings import thread_count
from dongcha.model.encoders import find_encoder
from dongcha.model.evaluate import accuracy, mcnemar
from dongcha.model.method import Job
from dongcha.model.methods import METHODS
from dongcha.model.onnx.reader import reading
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")
OURS = {"epochs": 1.0, "token_limit": 128, "checks": 1.0}
ABLATED = {
    "ours": {},
    "without frozen embeddings": {"frozen_embeddings": False},
    "without batches of like length": {"batch_tokens": 1_000_000, "batch_rows": 16, "grouped": False},
    "with the encoder's dropout": {"dropout": 0.1},
    "batches of 16 rows at most": {"batch_rows": 16, "learning_rate": 1e-4},
    "lower 3 layers frozen": {"frozen_layers": 3},
    "lora": {"method": "lora", "batch_rows": 32},
    "adalora": {"method": "adalora", "batch_rows": 32},
    "adapter": {"method": "adapter", "batch_rows": 32, "learning_rate": 1e-3},
    "lora, its own batches": {"method": "lora"},
    "adalora, its own batches": {"method": "adalora"},
    "adapter, its own batches": {"method": "adapter"},
    "probe": {"method": "probe"},
}


def rows(part: str, most: int | None = None) -> Rows:
    """Texts and labels of a part of SST-2."""
    file = Path(os.environ["DONGCHA_DATA"]) / "sst2" / f"{part}.parquet"
    found = duckdb.sql(f"select text, label from '{file}'").fetchall()[:most]
    return Rows(tuple(text for text, _ in found), tuple(str(label) for _, label in found))


def tutorial(parts: Parts, seed: int) -> tuple[float, list[str], list[str]]:
    """Seconds of the epoch with its check, answers on validation and on test."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.set_num_threads(thread_count())
    torch.manual_seed(seed)
    folder = find_encoder("minilm").folder
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2)
    start = time.perf_counter()

    def encoded(texts: tuple[str, ...]) -> dict[str, torch.Tensor]:
        return dict(tokenizer(list(texts), padding="max_length", truncation=True, max_length=128, return_tensors="pt"))

    def answers(texts: tuple[str, ...]) -> list[str]:
        model.eval()
        found = encoded(texts)
        with torch.no_grad():
            return [
                str(int(i))
                for at in range(0, len(texts), 16)
                for i in model(**{k: v[at : at + 16] for k, v in found.items()}).logits.argmax(-1)
            ]

    shown, labels = encoded(parts.train.inputs), torch.tensor([int(label) for label in parts.train.answers])
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-5)
    order = torch.randperm(len(labels))
    model.train()
    for at in range(0, len(order), 16):
        batch = order[at : at + 16]
        model(**{k: v[batch] for k, v in shown.items()}, labels=labels[batch]).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    held = answers(parts.validation.inputs)
    return time.perf_counter() - start, held, answers(parts.test.inputs)


def ours(parts: Parts, seed: int, settings: dict) -> tuple[float, list[str], list[str]]:
    """Seconds of everything that `full` does, the head's start and the checks included; answers."""
    settings = {**OURS, **settings}
    method = settings.pop("method", "full")
    if not settings.pop("grouped", True):
        ungrouped()
    recipe = Recipe(TASK.name, method, "minilm", seed, settings)
    job = Job(task=TASK, parts=parts, recipe=recipe, budget_s=1e9, encoder=find_encoder("minilm"))
    reading(job)  # loads what the tutorial has loaded too, and makes the 8-bit reader where the cache has none yet
    start = time.perf_counter()
    done = METHODS.get(method).fit(job)
    seconds = time.perf_counter() - start
    held = TASK.answer(done.validation, parts.validation.inputs, parts.outputs).labels
    test = TASK.answer(done.fitted.logits(parts.test.inputs), parts.test.inputs, parts.outputs).labels
    return seconds, list(held), list(test)


def ungrouped() -> None:
    """Batches in random order, whatever the lengths."""
    from dongcha.model import loop

    def random_batches(lengths: list[int], _tokens: int, most: int, random: np.random.Generator) -> list[np.ndarray]:
        order = random.permutation(len(lengths))
        return [order[at : at + most] for at in range(0, len(order), most)]

    loop.shuffled_batches = random_batches


def one(name: str, seed: int, most: int) -> None:
    """Run one arm and print what came out as JSON."""
    parts = TASK.checked(Parts(rows("train", most), rows("valid"), rows("test")))
    seconds, held, test = tutorial(parts, seed) if name == "tutorial" else ours(parts, seed, ABLATED[name])
    found = {
        "samples_s": most / seconds,
        "seconds": seconds,
        "valid": accuracy(parts.validation.answers, held),
        "test": accuracy(parts.test.answers, test),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "answers": test,
    }
    print(json.dumps(found))


def main() -> None:
    """Run all arms and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("ARM", "SEED"))
    asked = parser.parse_args()
    if asked.one:
        one(asked.one[0], int(asked.one[1]), asked.rows)
        return
    truth = rows("test").answers
    found: dict[str, list[dict]] = {}
    pairs = [(name, seed) for seed in range(asked.seeds) for name in ("tutorial", "ours")]  # by turns: machines vary
    if asked.ablate:
        pairs += [(name, 0) for name in ABLATED if name != "ours"]
    for name, seed in pairs:
        call = [sys.executable, __file__, "--rows", str(asked.rows), "--one", name, str(seed)]
        done = subprocess.run(call, capture_output=True, text=True, check=True)
        found.setdefault(name, []).append(json.loads(done.stdout.splitlines()[-1]))
        print(name, seed, {k: v for k, v in found[name][-1].items() if k != "answers"}, file=sys.stderr, flush=True)
    base = np.mean([run["samples_s"] for run in found["tutorial"]])
    print(f"SST-2, {asked.rows} rows, one epoch, {thread_count()} threads; mean (lowest to highest) over seeds")
    for name, runs in found.items():
        speed, test = [run["samples_s"] for run in runs], [run["test"] for run in runs]
        print(
            f"{name:<31} {np.mean(speed):5.1f} samples/s = {np.mean(speed) / base:4.1f}x, "
            f"validation {np.mean([run['valid'] for run in runs]):.3f}, "
            f"test {np.mean(test):.3f} ({min(test):.3f} to {max(test):.3f}), "
            f"peak {max(run['peak_mb'] for run in runs):,.0f} MB"
        )
    for seed, (theirs, mine) in enumerate(zip(found["tutorial"], found["ours"], strict=True)):
        p = mcnemar(truth, mine["answers"], theirs["answers"])
        print(f"seed {seed}: only ours right {p['only_this_right']}, only the tutorial's {p['only_other_right']}, "
              f"McNemar p = {p['p_value']:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
