"""CoNLL-2003: entities and tags, and what each step brings, with an encoder of at most 22 million trained parameters.

    DONGCHA_DATA=… python benchmarks/tokens.py [--arms plain …] [--epochs 3] [--rows N] [--seed 0] [--refit] [--set K=V]
                                                [--choose]

Arms: `linear`; `plain` (uncased MiniLM), `shapes` (letter case and spelling beside it), `document` (words of
neighbouring sentences read too), `cased` (multilingual E5, word embeddings frozen), `cased-document`, and
`cased-shapes-document`.  Settings are chosen on validation (`--choose` leaves the test rows alone); each arm reads the
test rows once.  With `--refit` they are learned anew from train and validation rows together; what is then said of
validation rows says nothing.  The reference is the token-level report of a BERT-base tagger (macro F1 0.909, `O`
included) and its classes; entity F1 of BERT-base is 0.9135 (kamalkraj/BERT-NER).
"""

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from dongcha.data.source import read
from dongcha.model.ask import Ask
from dongcha.model.knobs import settings_from
from dongcha.model.ladder import ascend, model_of, rows_of
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS
from dongcha.model.watch import Moment

TASK = TASKS.get("token-classification")
LOOKED_AT = 300
"""Validation rows that a refit looks at, to see that nothing breaks."""
DOCUMENT = {"context_words": 32, "batch_tokens": 1024, "learning_rate": 3e-4}
ARMS = {
    "linear": {"method": "linear"},
    "plain": {"encoder": "minilm", "shape_features": False},
    "shapes": {"encoder": "minilm"},
    "document": {"encoder": "minilm", **DOCUMENT},
    "cased": {"encoder": "e5", "shape_features": False},
    "cased-document": {"encoder": "e5", "shape_features": False, **DOCUMENT},
    "cased-shapes-document": {"encoder": "e5", "shape_features": True, **DOCUMENT},
}
REFERENCE = {"B-LOC": 0.916, "I-LOC": 0.850, "B-MISC": 0.865, "I-MISC": 0.809, "B-ORG": 0.902, "I-ORG": 0.906,
             "B-PER": 0.960, "I-PER": 0.982, "O": 0.994}  # fmt: skip


def parts(rows: int | None) -> Parts:
    """The three parts as they are given."""
    folder = Path(os.environ["DONGCHA_DATA"]) / "conll2003"
    tables = [read(folder / f"{name}.parquet") for name in ("train", "valid", "test")]
    label = TASK.label(tables[0], None)
    given = SimpleNamespace(train=tables[0], validation=tables[1], test=tables[2], fingerprint="")
    found, _ = rows_of(given, TASK, label, TASK.source(tables[0], label, None))
    return replace(found, train=found.train.first(rows)) if rows else found


def together(rows: Parts) -> Parts:
    """The train and the validation rows as train rows; a few of the latter are still looked at."""
    train, held = rows.train, rows.validation
    both = Rows((*train.inputs, *held.inputs), (*train.answers, *held.answers))
    return replace(rows, train=both, validation=held.first(LOOKED_AT))


def told(moment: Moment) -> bool:
    """Print the figures of a check."""
    if moment.figures:
        print(f"    step {moment.step} of {moment.steps}: {dict(moment.figures)}", flush=True)
    return False


def arm(name: str, rows: Parts, asked: argparse.Namespace) -> None:
    """Train one arm and print its figures."""
    wanted = dict(ARMS[name])
    method = str(wanted.pop("method", "full"))
    encoder = wanted.pop("encoder", None)
    settings = {**wanted, **settings_from(asked.set)} if method != "linear" else {}
    settings |= {"epochs": asked.epochs} if method != "linear" else {}
    ask = Ask(task=TASK.name, method=method, encoder=encoder, seed=asked.seed, settings=settings, budget_s=1e6,
              watch=told)  # fmt: skip
    start = time.perf_counter()
    state, chosen = ascend(rows, ask)
    outcome = state.outcomes[chosen]
    model = model_of(state.parts, outcome, TASK)
    seconds = time.perf_counter() - start
    held = json.loads(
        json.dumps(TASK.measure(rows.validation.answers, model.predict(rows.validation.inputs)).to_json())
    )
    print(
        f"{name:<15} validation entity F1 {held['entity']['f1']:.4f}, macro {held['token']['macro_f1']:.4f}; "
        f"{outcome.trained:,} trained; {seconds:.0f} s\n    {dict(outcome.recipe.settings)}",
        flush=True,
    )
    if asked.choose:
        return
    found = json.loads(json.dumps(model.evaluate(rows.test.inputs, rows.test.answers).to_json()))
    tags = found["token"]["per_tag"]
    tags = {tag: one["f1"] for tag, one in tags.items()} if isinstance(tags, dict) else tags
    print(
        f"{name:<15} test entity F1 {found['entity']['f1']:.4f}, token micro {found['token']['micro_f1']:.4f}, "
        f"macro {found['token']['macro_f1']:.4f} (reference 0.909)\n"
        + " ".join(f"{tag} {tags[tag]:.3f} ({tags[tag] - value:+.3f})" for tag, value in REFERENCE.items()),
        flush=True,
    )


def main() -> None:
    """Print the figures of each arm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--refit", action="store_true", help="learn from the validation rows too")
    parser.add_argument("--choose", action="store_true", help="leave the test rows alone")
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    rows = parts(asked.rows)
    rows = together(rows) if asked.refit else rows
    for name in asked.arms:
        arm(name, rows, asked)


if __name__ == "__main__":
    main()
