"""MLflow: runs in `mlflow.db` (SQLite), artifacts in `mlruns/`, shown by `mlflow ui`."""

import logging
import os
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.model.tracking.tracker import TRACKERS, Note, curve_points, flat
from dongcha.model.watch import Moment

EXPERIMENT = "dongcha"
AT_ONCE = 200  # points that are kept before they are written: a commit for each would slow the training


@contextmanager
def _calm() -> Iterator[None]:
    """MLflow without its log lines on tables that it makes, and without the warnings of its own database code."""
    levels = {name: logging.getLogger(name).level for name in ("mlflow", "alembic")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


class _MlflowLog:
    def __init__(self, client: Any, run: str, facts: Mapping[str, object]) -> None:
        self.client, self.run, self.finished = client, run, False
        self.waiting: list[Any] = []
        self._describe(facts)

    def _describe(self, facts: Mapping[str, object]) -> None:
        with _calm():
            for name, value in flat(facts).items():
                self.client.set_tag(self.run, name, str(value))

    def see(self, moment: Moment) -> bool:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.waiting += [Metric(name, value, now, moment.step) for name, value in curve_points(moment).items()]
        if len(self.waiting) >= AT_ONCE:
            self._write()
        return False

    def _write(self) -> None:
        if self.waiting:
            with _calm():
                self.client.log_batch(self.run, metrics=self.waiting)
            self.waiting = []

    def finish(self, figures: Mapping[str, float], facts: Mapping[str, object]) -> None:
        from mlflow.entities import Param

        self._describe(facts)
        recipe = facts.get("recipe")
        with _calm():
            if isinstance(recipe, Mapping):  # params cannot be changed, so they are written when the recipe is whole
                self.client.log_batch(self.run, params=[Param(k, str(v)[:500]) for k, v in flat(recipe).items()])
                self.client.log_dict(self.run, dict(recipe), "recipe.json")
            for name, value in figures.items():
                self.client.log_metric(self.run, name, value)
        self.finished = True

    def close(self) -> None:
        self._write()
        with _calm():
            self.client.set_terminated(self.run, "FINISHED" if self.finished else "FAILED")


@TRACKERS("mlflow")
def open_log(note: Note) -> _MlflowLog:
    """A run of the experiment `dongcha` in the note's folder."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # it would call home on import
    with _calm():
        try:
            from mlflow import MlflowClient
            from mlflow.exceptions import MlflowException
        except ImportError as error:
            raise MissingExtra('tracking with mlflow is not installed: pip install "dongcha[mlflow]"') from error
    with _calm():  # again: its import sets the levels of its loggers
        folder = note.folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            client = MlflowClient(tracking_uri=f"sqlite:///{folder / 'mlflow.db'}")
            known = client.get_experiment_by_name(EXPERIMENT)
            place = (folder / "mlruns").as_uri()
            experiment = known.experiment_id if known else client.create_experiment(EXPERIMENT, artifact_location=place)
            run = client.create_run(experiment, run_name=note.name)
        except MlflowException as error:
            raise StorageError(f"mlflow cannot write {str(folder / 'mlflow.db')!r}: {str(error)[:150]}") from error
    return _MlflowLog(client, run.info.run_id, note.facts)
