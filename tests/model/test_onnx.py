"""Graphs beside PyTorch: parity, folders, damage, readers."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.cli.call import dongcha

from dongcha.core.errors import ConfigError, StorageError, UnknownName
from dongcha.loop.export import Exporting, export_model
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load, save
from dongcha.model.headed import Headed
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job, Outcome
from dongcha.model.network import Network
from dongcha.model.onnx import automatic, reader
from dongcha.model.onnx.export import Shown, export
from dongcha.model.onnx.graph import checked
from dongcha.model.onnx.parity import FULL, SMALL, Variant, fastest, refusal
from dongcha.model.onnx.sentences import SENTENCES
from dongcha.model.onnx.served import Served
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import softmax
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")


def job(parts: Parts, encoder: Encoder) -> Job:
    recipe = Recipe(TASK.name, "probe", encoder.name)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


@pytest.fixture
def probe(parts: Parts, tiny: Encoder) -> Outcome:
    return METHODS.get("probe").fit(job(parts, tiny))


@pytest.fixture
def net(probe: Outcome) -> Network:
    assert isinstance(probe.fitted, Headed)
    return probe.fitted.net


@pytest.fixture
def shown(parts: Parts) -> Shown:
    return Shown(task=TASK, outputs=parts.outputs, rows=parts.test, more=parts.train.inputs * 4)


@pytest.fixture
def folder(parts: Parts, tiny: Encoder, tmp_path: Path) -> Path:
    trained = climb(parts, Ask(encoder=tiny.name, method="probe", budget_s=60))
    return save(replace(trained.model, text="body", label="kind"), tmp_path / "m")


def test_the_plain_graph_answers_as_pytorch_and_the_small_one_nearly(net: Network, shown: Shown) -> None:
    done = export(net, shown)
    plain, small = (done.parity.variants[name] for name in (FULL, SMALL))
    assert plain.largest < 1e-5
    assert plain.agree == 1.0
    assert plain.refused is None
    assert small.agree > 0.9
    assert small.largest < 0.1
    assert small.figure is not None
    assert done.file(SMALL).stat().st_size < done.file(FULL).stat().st_size


def test_the_same_network_gives_the_same_graph_and_answers(net: Network, shown: Shown) -> None:
    first, second = export(net, shown), export(net, shown)
    assert first.parity.sha256 == second.parity.sha256
    assert net.intake is not None
    runs = [Session(done.file(SMALL), net.intake).read(shown.inputs) for done in (first, second)]
    assert np.array_equal(*runs)


def test_long_and_empty_texts_go_through(net: Network, shown: Shown) -> None:
    done = export(net, shown, (FULL,))
    assert net.intake is not None
    texts = ["parcel " * 500, "", "refund"]
    assert Session(done.file(FULL), net.intake).read(texts) == pytest.approx(net.logits(texts), abs=1e-4)
    assert Session(done.file(FULL), net.intake).read([]).shape == (0, 3)


def test_a_trained_model_is_stored_with_its_graph(folder: Path, parts: Parts) -> None:
    record = json.loads((folder / "onnx.json").read_text())
    assert record["use"] == "model.onnx", "78 inputs are too few for 8 bits"
    assert "too few" in record["variants"][SMALL]["refused"]["en"]
    assert not (folder / "model-int8.onnx").exists()
    model = load(folder)
    assert isinstance(model.fitted, Served)
    assert model.notes == ()
    plain = METHODS.get("probe").load(folder, TASK)
    ours, theirs = (softmax(fitted.logits(parts.test.inputs)) for fitted in (model.fitted, plain))
    assert ours == pytest.approx(theirs, abs=1e-3)
    again = load(save(model, folder.parent / "again"))
    assert np.array_equal(again.fitted.logits(parts.test.inputs), model.fitted.logits(parts.test.inputs))


@pytest.mark.parametrize("damage", ["cut", "other", "gone", "record"])
def test_a_damaged_graph_falls_back_and_says_so(folder: Path, parts: Parts, damage: str) -> None:
    file = folder / "model.onnx"
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:500])
    elif damage == "other":
        file.write_bytes(b"not a graph")
    elif damage == "gone":
        file.unlink()
    else:
        (folder / "onnx.json").write_text('{"format": 1, "use": "../elsewhere.onnx"}')
    model = load(folder)
    assert isinstance(model.fitted, Headed)
    assert "more slowly" in model.notes[0].en
    assert len(model.predict(parts.test.inputs)) == 18


def test_a_graph_that_points_elsewhere_is_refused(folder: Path) -> None:
    import onnx

    model = onnx.load(str(folder / "model.onnx"))
    tensor = model.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    (folder / "a.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(StorageError, match="from elsewhere"):
        checked(folder / "a.onnx")
    model = onnx.load(str(folder / "model.onnx"))
    model.graph.node[0].domain = "evil"
    (folder / "b.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(StorageError, match="from elsewhere"):
        checked(folder / "b.onnx")


def test_the_fastest_that_holds_is_used() -> None:
    good = Variant(300, 1e-5, 1e-6, 1.0, 0.9)
    small = Variant(400, 0.1, 0.01, 0.995, 0.896)
    assert refusal(FULL, good, 0.9, 500) is None
    assert refusal(SMALL, small, 0.9, 500) is None
    assert fastest(150, {FULL: good, SMALL: small}) == SMALL
    assert "too few" in refusal(SMALL, small, 0.9, 199).en
    assert "0.6 points" in refusal(SMALL, replace(small, figure=0.894), 0.9, 500).en
    assert "98.0%" in refusal(SMALL, replace(small, agree=0.98), None, 500).en
    assert "differ" in refusal(FULL, replace(good, largest=float("nan")), 0.9, 500).en
    assert fastest(150, {FULL: good, SMALL: replace(small, refused=good.refused, per_s=100)}) == FULL
    assert fastest(900, {FULL: good, SMALL: small}) is None


def test_a_dear_export_is_left_to_the_verb(probe: Outcome, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automatic, "MOST_S", 0.0)
    done = automatic.fast(probe, TASK, parts)
    assert done.outcome is probe
    assert "dongcha export does it" in json.dumps(done.to_json())


def test_a_reader_is_made_once_and_reads_alike(
    parts: Parts, tiny: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reader, "FROM_INPUTS", 10)
    monkeypatch.setattr(reader, "speed", lambda run, _: 2.0 if "OnnxReader" in repr(run) else 1.0)
    net = reader.reading(job(parts, tiny))
    assert net.reader is not None
    pairs = zip(net.read(parts.test.inputs), net.vectors(parts.test.inputs), strict=True)
    assert np.mean([np.corrcoef(one, other)[0, 1] for one, other in pairs]) > 0.99
    made = list((tmp_path / "cache" / "dongcha" / "readers").glob("*.onnx"))
    state = made[0].stat().st_mtime_ns
    assert reader.reading(job(parts, tiny)).reader is not None
    assert [file.stat().st_mtime_ns for file in (tmp_path / "cache" / "dongcha" / "readers").glob("*.onnx")] == [state]
    trained = climb(parts, Ask(encoder=tiny.name, method="probe", budget_s=60))
    logits = trained.model.fitted.logits(parts.validation.inputs)
    assert trained.model.temperature == TASK.heat(logits, parts.validation.answers, parts.outputs)
    made[0].write_bytes(b"cut")
    assert reader.reading(job(parts, tiny)).reader is not None, "made again"


def test_an_unfaithful_reader_is_not_used(parts: Parts, tiny: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "FROM_INPUTS", 10)
    monkeypatch.setattr(reader, "FAITHFUL", 1.1)
    for _ in range(2):
        assert reader.reading(job(parts, tiny)).reader is None


def test_few_inputs_are_read_without_a_reader(parts: Parts, tiny: Encoder) -> None:
    assert reader.reading(job(parts, tiny)).reader is None


def test_export_in_every_format(folder: Path, parts: Parts, tmp_path: Path) -> None:
    import pandas as pd

    file = tmp_path / "rows.csv"
    pd.DataFrame({"body": parts.train.inputs, "kind": parts.train.answers}).to_csv(file, index=False)
    place, parity = export_model(folder, Exporting(format=SMALL, file=str(file)))
    assert (place, parity.rows, parity.labelled) == (folder, 60, 60)
    assert (folder / "model-int8.onnx").exists()
    assert json.loads((folder / "onnx.json").read_text())["use"] is None
    assert isinstance(load(folder).fitted, Headed)
    pd.DataFrame({"body": parts.train.inputs}).to_csv(file, index=False)
    place, parity = export_model(folder, Exporting(file=str(file), out=tmp_path / "copy"))
    assert (parity.rows, parity.labelled) == (60, 0)
    assert isinstance(load(place).fitted, Served)
    place, parity = export_model(folder, Exporting(format=FULL))
    assert (parity.rows, parity.inputs) == (len(SENTENCES), "built-in")


def test_export_refuses_in_one_sentence(folder: Path, parts: Parts, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'onnx'"):
        export_model(folder, Exporting(format="onx"))
    with pytest.raises(StorageError, match="no model folder"):
        export_model(tmp_path, Exporting())
    linear = save(climb(parts, Ask(method="linear")).model, tmp_path / "linear")
    with pytest.raises(ConfigError, match="it has no network; it is already fast"):
        export_model(linear, Exporting())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("keep")
    with pytest.raises(StorageError, match="not overwritten"):
        export_model(folder, Exporting(out=tmp_path / "mine"))


def test_export_on_the_command_line(folder: Path) -> None:
    done = dongcha("export", folder, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["model"] == str(folder)
    assert {"use", "rows", "torch", "variants"} <= set(found["onnx"])
    done = dongcha("export", folder, "--format", "onnx", "--lang", "zh")
    assert (done.returncode, done.stdout.strip()) == (0, str(folder))
    assert "内置" in done.stderr
    done = dongcha("export", folder, "--format", "tflite")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_rows_without_answers_are_no_rows() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES) >= 200
    assert not len(Rows((), ()))
