"""Weights & Biases: offline runs in `wandb/`, which nobody sees until `wandb sync`; WANDB_MODE=online sends them."""

import os
from collections.abc import Mapping
from typing import Any

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.model.tracking.tracker import TRACKERS, Note, curve_points, flat
from dongcha.model.watch import Moment

PROJECT = "dongcha"


class _WandbLog:
    def __init__(self, run: Any) -> None:
        self.run, self.finished = run, False

    def see(self, moment: Moment) -> bool:
        points = curve_points(moment)
        if points:
            self.run.log({**points, f"{moment.method}/step": moment.step})
        return False

    def finish(self, figures: Mapping[str, float], facts: Mapping[str, object]) -> None:
        self.run.config.update(flat(facts), allow_val_change=True)
        self.run.summary.update(dict(figures))
        self.finished = True

    def close(self) -> None:
        self.run.finish(exit_code=0 if self.finished else 1)


@TRACKERS("wandb")
def open_log(note: Note) -> _WandbLog:
    """A run; it is kept in local files unless WANDB_MODE says otherwise."""
    # Read when wandb is imported: without it, its own crash reports would go out even for offline runs.
    os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
    try:
        import wandb
    except ImportError as error:
        raise MissingExtra('tracking with wandb is not installed: pip install "dongcha[wandb]"') from error
    note.folder.mkdir(parents=True, exist_ok=True)
    private = wandb.Settings(
        console="off", silent=True, disable_git=True, disable_code=True, disable_job_creation=True,
        x_disable_stats=True, x_disable_meta=True, x_disable_machine_info=True, quiet=True,
    )  # fmt: skip
    mode: Any = os.environ.get("WANDB_MODE", "offline")
    try:
        run = wandb.init(
            project=PROJECT, name=note.name, dir=str(note.folder), config=flat(note.facts), mode=mode, settings=private,
            reinit="create_new", save_code=False,
        )  # fmt: skip
    except wandb.errors.Error as error:
        raise StorageError(f"wandb cannot begin a run in {str(note.folder)!r}: {str(error)[:150]}") from error
    return _WandbLog(run)
