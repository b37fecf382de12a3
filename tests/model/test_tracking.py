"""Every tracker's runs are read back with the library's own reader, and a watcher changes no result."""

import os
import struct
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dongcha.core.errors import MissingExtra, UnknownName
from dongcha.model.encoder import Encoder
from dongcha.model.method import Job
from dongcha.model.methods import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS
from dongcha.model.tracking import Note, tracked
from dongcha.model.watch import Moment, together, unwatched

TASK = TASKS.get("text-classification")
FACTS = {"data": "fingerprint", "order": {"epochs": 2.0}}
END = {"recipe": {"method": "full", "settings": {"epochs": 2.0, "rank": 8}}, "model": "/somewhere/m"}


def job(parts: Parts, tiny: Encoder) -> Job:
    settings = {"epochs": 3.0, "learning_rate": 3e-3, "patience": 100}
    return Job(
        task=TASK, parts=parts, recipe=Recipe(TASK.name, "full", tiny.name, 1, settings), budget_s=60, encoder=tiny
    )


def log_a_training(tracker: str, folder: Path) -> None:
    with tracked(tracker, Note(folder=folder, name="m", facts=FACTS)) as log:
        log.see(Moment(method="full", step=0, steps=4, rate=0.0, figures={"macro_f1": 0.4}))
        for step in range(1, 5):
            log.see(Moment(method="full", step=step, steps=4, rate=1e-4, loss=1.0 / step))
        log.see(Moment(method="full", step=4, steps=4, rate=1e-4, figures={"macro_f1": 0.8}))
        log.finish({"test/macro_f1": 0.75}, END)


def test_a_watcher_sees_the_curve_and_changes_nothing(parts: Parts, tiny: Encoder) -> None:
    seen: list[Moment] = []

    def look(moment: Moment) -> bool:
        seen.append(moment)
        return False

    alone = METHODS.get("full").fit(job(parts, tiny))
    watched = METHODS.get("full").fit(replace(job(parts, tiny), watch=look))
    assert np.array_equal(alone.validation, watched.validation)
    assert np.array_equal(alone.fitted.logits(parts.test.inputs), watched.fitted.logits(parts.test.inputs))
    assert alone.recipe == watched.recipe
    losses, checks = [m for m in seen if m.loss is not None], [m for m in seen if m.figures]
    assert [m.step for m in losses] == list(range(1, losses[0].steps + 1))
    assert (checks[0].step, checks[-1].step) == (0, losses[-1].step)
    assert max(m.figures["macro_f1"] for m in checks) == TASK.value(watched.validation, parts.validation, parts.outputs)
    assert losses[-1].loss < losses[0].loss


def test_a_watcher_stops_the_training_there(parts: Parts, tiny: Encoder) -> None:
    done = METHODS.get("full").fit(replace(job(parts, tiny), watch=lambda moment: moment.step == 3))
    assert done.recipe.made("stopped_at") == 3


def test_one_of_several_is_enough_and_all_see() -> None:
    seen: list[int] = []
    both = together(unwatched, lambda m: m.step > 1, lambda m: bool(seen.append(m.step)))
    assert [both(Moment(method="full", step=i, steps=2, rate=0.1)) for i in (1, 2)] == [False, True]
    assert seen == [1, 2]
    assert together(unwatched, unwatched) is unwatched


def test_mlflow_reads_the_run_back(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    log_a_training("mlflow", tmp_path / "项目 1")
    warnings.simplefilter("ignore")  # of MLflow's own database code; pytest puts the filters back
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / '项目 1' / 'mlflow.db'}")
    run = client.search_runs([client.get_experiment_by_name("dongcha").experiment_id])[0]
    assert (run.info.run_name, run.info.status) == ("m", "FINISHED")
    assert (run.data.tags["data"], run.data.tags["model"], run.data.tags["order.epochs"]) == (
        "fingerprint", "/somewhere/m", "2.0",
    )  # fmt: skip
    assert run.data.params == {"method": "full", "settings.epochs": "2.0", "settings.rank": "8"}
    assert run.data.metrics["test/macro_f1"] == 0.75
    losses = client.get_metric_history(run.info.run_id, "full/loss")
    assert [(m.step, m.value) for m in losses] == [(1, 1.0), (2, 0.5), (3, pytest.approx(1 / 3)), (4, 0.25)]
    checks = client.get_metric_history(run.info.run_id, "full/validation/macro_f1")
    assert [(m.step, m.value) for m in checks] == [(0, 0.4), (4, 0.8)]
    assert list((tmp_path / "项目 1" / "mlruns").rglob("recipe.json"))


def test_a_run_that_broke_is_marked_as_failed(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    def broken() -> None:
        with tracked("mlflow", Note(folder=tmp_path, name="m")):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    warnings.simplefilter("ignore")  # of MLflow's own database code; pytest puts the filters back
    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    assert client.search_runs(["1"])[0].info.status == "FAILED"


def test_tensorboard_reads_the_run_back(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log_a_training("tensorboard", tmp_path)
    (folder,) = (tmp_path / "tensorboard").iterdir()
    events = EventAccumulator(str(folder)).Reload()
    assert [(e.step, e.value) for e in events.Scalars("full/validation/macro_f1")] == [
        (0, pytest.approx(0.4)), (4, pytest.approx(0.8)),
    ]  # fmt: skip
    assert len(events.Scalars("full/loss")) == 4
    assert events.Scalars("test/macro_f1")[0].value == 0.75
    told = {tag: events.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in events.Tags()["tensors"]}
    assert "fingerprint" in told["begin/text_summary"]
    assert "/somewhere/m" in told["end/text_summary"]


def stored(path: Path) -> Iterator[bytes]:
    """The records of a `.wandb` file: LevelDB's log format, in blocks of 32 KiB."""
    data, at, parts = path.read_bytes(), 7, b""
    while at + 7 <= len(data):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + 7])
        parts += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # whole, or the last part
            yield parts
            parts = b""


def test_wandb_keeps_the_run_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import wandb
    from wandb.proto import wandb_internal_pb2

    monkeypatch.delenv("WANDB_MODE", raising=False)
    log_a_training("wandb", tmp_path)
    wandb.teardown()  # its process has then written all
    assert os.environ["WANDB_ERROR_REPORTING"] == "false"
    (folder,) = (tmp_path / "wandb").glob("offline-run-*")
    (file,) = folder.glob("run-*.wandb")
    rows = []
    for blob in stored(file):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(blob)
        if record.WhichOneof("record_type") == "history":
            rows.append({"/".join(i.nested_key) or i.key: i.value_json for i in record.history.item})
    assert [row["full/loss"] for row in rows if "full/loss" in row][:2] in (["1", "0.5"], ["1.0", "0.5"])
    assert [row["full/validation/macro_f1"] for row in rows if "full/validation/macro_f1" in row] == ["0.4", "0.8"]


@pytest.mark.parametrize(
    ("tracker", "module"), [("mlflow", "mlflow"), ("tensorboard", "torch.utils.tensorboard"), ("wandb", "wandb")]
)
def test_a_missing_tracker_names_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracker: str, module: str
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    with (
        pytest.raises(MissingExtra, match=rf'pip install "dongcha\[{tracker}\]"'),
        tracked(tracker, Note(folder=tmp_path, name="m")),
    ):
        pass


def test_an_unknown_tracker_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'wandb'"), tracked("wandbb", Note(folder=tmp_path, name="m")):
        pass
