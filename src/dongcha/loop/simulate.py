"""`learn --simulate`: learning curves of query strategies on any labelled file.  A run that was killed goes on."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dongcha.core.errors import DataError, StorageError
from dongcha.core.files import storage_error
from dongcha.core.words import Words
from dongcha.learn.needed import Needed, labels_needed
from dongcha.learn.simulate import FIGURES, Known, Run, Trial, full_score, mean_curve, simulate
from dongcha.loop.guests import Guests
from dongcha.loop.learn import Learning, prepared
from dongcha.model.cache import cache_folder
from dongcha.model.embedded import embedded
from dongcha.model.ladder import rows_of
from dongcha.model.rows import Parts, Rows

FIGURE = "macro_f1"
"""What `text-classification` is chosen on."""

MOST = 10_000
"""Rows to choose from; of more, so many are drawn."""

FEWEST = 40
VERSION = 1
"""Part of the key under which finished runs are kept: a change of a strategy or of the model raises it."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Runs of all strategies, the score with all labels, and the labels that each needs for a share of it."""

    file: str
    label: str
    rows: int
    held: int
    classes: int
    figure: str
    full: float
    goal: float
    trial: Trial
    runs: Mapping[str, Sequence[Run]]
    needed: tuple[Needed, ...]
    notes: tuple[Words, ...] = field(default=())

    def curves(self) -> list[dict[str, Any]]:
        """One line a point: strategy, number of labels, mean, lowest and highest score of the seeds."""
        found = []
        for name, runs in self.runs.items():
            sizes, values = mean_curve(runs)
            for at, size in enumerate(sizes.tolist()):
                column = values[:, at]
                found.append(
                    {
                        "strategy": name, "labels": size, "value": round(float(column.mean()), 4),
                        "low": round(float(column.min()), 4), "high": round(float(column.max()), 4),
                    }
                )  # fmt: skip
        return found

    def to_json(self) -> dict[str, object]:
        """A JSON object with what was found."""
        return {
            "file": self.file, "label": self.label, "rows": self.rows, "held_rows": self.held, "classes": self.classes,
            "figure": self.figure, "full": round(self.full, 4), "goal": round(self.goal, 4), "share": self.trial.share,
            "seeds": self.trial.seeds, "batch": self.trial.batch, "budget": self.trial.budget,
            "needed": [one.to_json() for one in self.needed], "curves": self.curves(),
            "notes": [note.to_json() for note in self.notes],
        }  # fmt: skip


def simulate_file(file: str, ask: Learning, trial: Trial, guests: Guests | None = None) -> Simulated:
    """Label the train rows of a file in the order of each strategy, and score on its other rows.

    Raises `DataError` where rows are too few, and for another task than `text-classification`.
    """
    guests = guests or Guests()
    what = prepared(file, ask, guests.on_step)
    parts, _ = rows_of(what.parts, what.ask.learns, what.label, what.source)
    rows, notes = _known(parts, ask, guests)
    figure = FIGURES[FIGURE]
    full = full_score(rows, figure)
    goal = full * trial.share
    runs: dict[str, list[Run]] = {}
    kept = _Kept.of(rows, trial)
    for run in simulate(rows, trial, figure, done=kept.runs(), on_step=guests.on_step):
        kept.keep(run)
        runs.setdefault(run.strategy, []).append(run)
    return Simulated(
        file=file, label=what.label, rows=len(rows.vectors), held=len(rows.held), classes=rows.classes, figure=FIGURE,
        full=full, goal=goal, trial=trial, runs=runs, needed=tuple(labels_needed(runs, goal)),
        notes=(*parts.notes, *notes),
    )  # fmt: skip


def _known(parts: Parts, ask: Learning, guests: Guests) -> tuple[Known, list[Words]]:
    held = Rows(
        (*parts.validation.inputs, *parts.test.inputs), (*parts.validation.answers, *parts.test.answers)
    )  # nothing is chosen on them
    train, notes = parts.train, []
    if len(train) > MOST:
        train = train.at(np.sort(np.random.default_rng(ask.seed).permutation(len(train))[:MOST]).tolist())
        said = (
            f"{MOST:,} of {len(parts.train):,} rows were drawn to choose from.",
            f"从 {len(parts.train):,} 行中抽取 {MOST:,} 行。",
        )
        notes.append(Words(*said))
    held = held.first(MOST)
    if len(train) < FEWEST:
        raise DataError(f"simulation: {len(train)} rows to choose from are too few; it needs {FEWEST}")
    vectors = embedded([*train.inputs, *held.inputs], ask.encoder, on_step=guests.on_step)
    names = sorted({*train.answers, *held.answers})
    place = {name: i for i, name in enumerate(names)}
    targets, other = (np.array([place[one] for one in part.answers], dtype=np.int64) for part in (train, held))
    return Known(np.array(vectors[: len(train)]), targets, np.array(vectors[len(train) :]), other, len(names)), notes


@dataclass(frozen=True, slots=True)
class _Kept:
    """Finished runs in the user's cache, one JSON line each; a line that was cut off is left out."""

    path: Path

    @classmethod
    def of(cls, rows: Known, trial: Trial) -> "_Kept":
        facts = hashlib.sha256(repr((VERSION, trial.batch, trial.budget, FIGURE)).encode())
        for part in (rows.vectors, rows.targets, rows.held, rows.held_targets):
            facts.update(np.ascontiguousarray(part).tobytes())
        return cls(cache_folder() / "simulations" / f"{facts.hexdigest()[:32]}.jsonl")

    def runs(self) -> dict[tuple[str, int], Run]:
        """By strategy and seed."""
        found: dict[tuple[str, int], Run] = {}
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return {}
        for line in lines:
            try:
                one = json.loads(line)
                run = Run(str(one["strategy"]), int(one["seed"]), tuple(one["labels"]), tuple(one["values"]))
            except (ValueError, KeyError, TypeError):
                continue
            found[run.strategy, run.seed] = run
        return found

    def keep(self, run: Run) -> None:
        """Append a run that is not there, durable when this returns."""
        if (run.strategy, run.seed) in self.runs():
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as file:
                file.seek(0, os.SEEK_END)
                cut = False
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    cut = file.read(1) != b"\n"
                file.write((b"\n" if cut else b"") + json.dumps(asdict(run)).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            if isinstance(error, StorageError):
                raise
            raise storage_error(self.path, error) from error
