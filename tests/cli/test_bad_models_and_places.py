"""Models that are damaged, places that cannot be written, orders that contradict themselves: said before the work."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from tests.cli.call import dongcha

from dongcha.cli.failure import expected, interrupted, sentence
from dongcha.core.errors import ConfigError, DataError, StorageError
from dongcha.loop.evaluate import evaluate
from dongcha.loop.learn import Learning, fit, prepared
from dongcha.loop.predict import output_path, predict
from dongcha.loop.run import project_for, run
from dongcha.model.folder import check_place, load, save

WORDS = {"甲": "parcel late courier box", "乙": "invoice charged fee twice"}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    rows = []
    for i in range(200):
        words = WORDS["甲乙"[i % 2]].split()
        rows.append(
            {"文本": f"my {words[i % 4]} and {words[i * 7 % 4]} number {i * 7919 % 4099}", "类别": "甲乙"[i % 2]}
        )
    path = tmp_path_factory.mktemp("数 据") / "样 本.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def trained(labelled):
    return fit(prepared(str(labelled), Learning(label="类别", text="文本", method="linear")))


@pytest.fixture
def model(trained, tmp_path):
    return save(trained.model, tmp_path / "模 型")


def edit(folder, **fields):
    record = json.loads((folder / "dongcha.json").read_text(encoding="utf-8"))
    (folder / "dongcha.json").write_text(json.dumps(record | fields), encoding="utf-8")


def cut(path):
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda m: (m / "dongcha.json").unlink(), "is no model folder"),
        (lambda m: cut(m / "dongcha.json"), "cannot be read"),
        (lambda m: cut(m / "linear.safetensors"), "is damaged"),
        (lambda m: (m / "linear.safetensors").unlink(), "is damaged"),
        (lambda m: cut(m / "vocabulary.json"), "is damaged"),
        (lambda m: edit(m, labels=["a", "b", "c"]), "names 3 classes and its weights hold 2"),
        (lambda m: edit(m, recipe="x"), "recipe is damaged"),
        (lambda m: edit(m, format=99), "upgrade Dongcha"),
        (lambda m: (m / "linear.safetensors").rename(m / "pytorch_model.bin"), "is damaged"),
    ],
)
def test_a_damaged_model_is_one_sentence(model, harm, message):
    harm(model)
    with pytest.raises(StorageError, match=message) as caught:
        load(model)
    assert "\n" not in str(caught.value)


def test_a_pickle_in_a_model_folder_is_never_loaded(model, tmp_path):
    for file in model.iterdir():
        if file.name not in ("dongcha.json", "README.md"):
            file.unlink()
    record = json.loads((model / "dongcha.json").read_text(encoding="utf-8"))
    edit(model, recipe=record["recipe"] | {"method": "probe"})
    (model / "config.json").write_text('{"model_type": "bert", "hidden_size": 4, "num_attention_heads": 1}')
    bomb = f"cos\nsystem\n(S'touch {tmp_path}/boom'\ntR.".encode()
    for name in ("pytorch_model.bin", "model.pkl"):
        (model / name).write_bytes(bomb)
    with pytest.raises(StorageError, match="is damaged"):
        load(model)
    assert not (tmp_path / "boom").exists()


def test_labels_that_the_model_does_not_know_are_no_accuracy_of_nought(trained, labelled, tmp_path):
    pd.read_csv(labelled).assign(y="other").to_csv(tmp_path / "d.csv", index=False)
    with pytest.raises(DataError, match=r"no value of 'y' .* is a class that the model knows"):
        evaluate(trained.model, str(tmp_path / "d.csv"), label="y")


def test_a_number_can_be_read_as_text(model, tmp_path):
    (tmp_path / "n.csv").write_text("v\n" + "\n".join(map(str, range(20))))
    assert predict(model, str(tmp_path / "n.csv"), text="v").rows == 20


@pytest.mark.parametrize("name", ["__row__", "__raw__x"])
def test_a_hidden_name_is_no_name_for_a_prediction(model, labelled, name):
    with pytest.raises(ConfigError, match="keeps for itself"):
        predict(model, str(labelled), name=name)


def test_auto_is_a_method_and_means_to_choose(labelled):
    found = fit(prepared(str(labelled), Learning(label="类别", text="文本", method="auto", budget_s=0.5)))
    assert [rung.method for rung in found.rungs if rung.chosen] == [found.recipe.method]
    assert len(found.rungs) > 1


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        ({"label": "文本", "text": "文本"}, DataError, "both text and label"),
        ({"label": "类别", "method": "linear", "encoder": "e5"}, ConfigError, "uses no encoder"),
        ({"label": "each", "text": "文本", "method": "linear"}, DataError, "differs in every row"),
    ],
)
def test_an_order_that_cannot_be_met(labelled, tmp_path, ask, error, message):
    data = pd.read_csv(labelled)
    data.assign(each=[f"u{i}" for i in range(len(data))]).to_csv(tmp_path / "d.csv", index=False)
    with pytest.raises(error, match=message):
        fit(prepared(str(tmp_path / "d.csv"), Learning(**ask)))


def test_a_given_test_is_kept_whole_and_shared_rows_leave_the_training(labelled, tmp_path):
    pd.read_csv(labelled)[:40].to_csv(tmp_path / "test.csv", index=False)
    found = fit(
        prepared(str(labelled), Learning(label="类别", text="文本", method="linear", test=str(tmp_path / "test.csv")))
    )
    assert found.metrics.rows == 40
    assert "rows were left out: their text recurs" in " ".join(note.en for note in found.notes)
    with pytest.raises(DataError, match="recurs in the files that judge"):
        fit(prepared(str(labelled), Learning(label="类别", text="文本", method="linear", test=str(labelled))))


def test_a_place_is_tried_before_the_work(tmp_path, model):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder.csv").mkdir()
    for path, message in ((tmp_path / "file" / "x", "is a file, not a folder"), (tmp_path / "file", "no model folder")):
        with pytest.raises(StorageError, match=message):
            check_place(path)
    with pytest.raises(StorageError, match="a folder has that name"):
        output_path("d.csv", tmp_path / "folder.csv")
    with pytest.raises(ConfigError, match=r"must end in \.csv or \.parquet"):
        output_path("d.csv", tmp_path / "x.xlsx")
    check_place(model)


@pytest.fixture
def read_only():
    folder = Path(tempfile.mkdtemp(prefix="只 读 "))
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        folder.rmdir()
        pytest.skip("no right to mount a read-only folder here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)
    folder.rmdir()


def test_a_read_only_folder_is_one_sentence(read_only, labelled):
    for place in (lambda: check_place(read_only / "m"), lambda: output_path("d.csv", read_only / "p.csv")):
        with pytest.raises(StorageError, match="the file system is read-only; choose another folder"):
            place()
    done = dongcha("run", labelled, "--project", read_only / "p", "--quiet")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "the file system is read-only" in done.stderr


@pytest.mark.parametrize("wrong", [{"label": "nope"}, {"roles": {"类别": "measure"}}])
def test_a_run_that_cannot_collect_leaves_no_project_and_keeps_no_wrong_order(labelled, tmp_path, wrong):
    with pytest.raises((DataError, LookupError)):
        run(project_for([str(labelled)], tmp_path / "new", wrong))
    assert not (tmp_path / "new").exists()
    toml = project_for([str(labelled)], tmp_path / "old", {"lang": "zh"}).folder / "dongcha.toml"
    before = toml.read_bytes()
    with pytest.raises((DataError, LookupError)):
        run(project_for([str(labelled)], tmp_path / "old", wrong))
    assert toml.read_bytes() == before


def test_an_error_of_the_machine_is_one_line():
    import duckdb

    for error, message in (
        (OSError(28, "No space left on device"), "no space is left on the disk"),
        (duckdb.OutOfMemoryException("Out of Memory Error\n\nPossible solutions:\n* x"), "DONGCHA_MEMORY_LIMIT_MB"),
        (MemoryError(), "not enough memory"),
        (DataError("two\nlines"), "two lines"),
    ):
        assert isinstance(error, expected())
        assert message in sentence(error)
        assert "\n" not in sentence(error)
    stopped = RuntimeError("Query interrupted")
    stopped.__cause__ = KeyboardInterrupt()
    assert interrupted(stopped)
    assert not interrupted(RuntimeError("a defect"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_output_and_a_closed_one(labelled):
    with Path("/dev/full").open("w") as full:
        call = [sys.executable, "-c", "from dongcha.cli.main import main; main()", "read", str(labelled)]
        done = subprocess.run(call, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no space is left" in done.stderr
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(call, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")
