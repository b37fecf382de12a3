"""Train, evaluate and predict on files, as a script would call them."""

import csv
import json

import pandas as pd
import pytest
from tests.cli.call import dongcha

WORDS = {"ship": "parcel late courier box", "bill": "invoice charged fee twice", "other": "password login app crash"}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a b 中文")
    rows = []
    for i in range(240):
        label = list(WORDS)[i % 3]
        words = WORDS[label].split()
        rows.append(
            {"id": i, "body": f"my {words[i % 4]} and {words[i * 7 % 4]} number {i * 7919 % 4099} again", "kind": label}
        )
    rows[3]["body"] = "=cmd|' /C calc'!A0 parcel late <b>box</b>"
    path = folder / "样本.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def trained(labelled):
    out = labelled.parent / "model 1"
    done = dongcha(
        "train", labelled, "--label", "kind", "--text", "body", "--method", "linear", "--out", out, "--json", "--quiet"
    )
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def test_train_prints_the_object_that_scripts_rely_on(trained):
    out, found = trained
    assert {"model", "method", "recipe", "metrics", "baselines", "seconds"} <= set(found)
    assert {"accuracy", "macro_f1", "interval", "per_class", "confusion", "calibration"} <= set(found["metrics"])
    assert set(found["baselines"]) == {"majority", "linear"}
    assert found["metrics"]["accuracy"] > 0.9 > found["baselines"]["majority"]["accuracy"]
    assert (found["model"], found["method"]) == (str(out), "linear")


def test_evaluate_measures_on_a_file(trained, labelled):
    done = dongcha("evaluate", trained[0], labelled, "--json")
    found = json.loads(done.stdout)
    assert found["metrics"]["rows"] == 240
    assert found["metrics"]["accuracy"] > 0.9


def test_a_model_has_a_page_and_so_has_a_file_that_it_is_judged_on(trained, labelled, tmp_path):
    page = (trained[0] / "evaluation.html").read_text(encoding="utf-8")
    assert "<script" not in page
    out = tmp_path / "页.html"
    done = dongcha("evaluate", trained[0], labelled, "--out", out, "--lang", "zh", "--json")
    assert (done.returncode, json.loads(done.stdout)["metrics"]["rows"]) == (0, 240), done.stderr
    assert 'lang="zh' in out.read_text(encoding="utf-8")
    for wrong in (tmp_path / "page.txt", tmp_path / "nowhere" / "x" / "page.html", tmp_path):
        done = dongcha("evaluate", trained[0], labelled, "--out", wrong)
        assert "Traceback" not in done.stderr
        if wrong.suffix != ".html":
            assert done.returncode == 1
            assert "--out" in done.stderr


def test_predict_keeps_the_rows_and_neutralises_formulas(trained, labelled, tmp_path):
    done = dongcha("predict", trained[0], labelled, "--out", tmp_path / "出.csv", "--quiet")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "出.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 240
    assert rows[3]["body"] == "'=cmd|' /C calc'!A0 parcel late <b>box</b>"
    assert rows[0]["kind_predicted"] == "ship"
    assert 0 < float(rows[0]["kind_predicted_score"]) <= 1


def test_predict_writes_parquet_with_values_as_given(trained, labelled, tmp_path):
    assert dongcha("predict", trained[0], labelled, "--out", tmp_path / "p.parquet", "--quiet").returncode == 0
    found = pd.read_parquet(tmp_path / "p.parquet")
    assert found["body"][3] == "=cmd|' /C calc'!A0 parcel late <b>box</b>"
    assert list(found.columns) == ["id", "body", "kind", "kind_predicted", "kind_predicted_score"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--label", "kinds"], "did you mean 'kind'"),
        (["--label", "kind", "--method", "magic"], "no method named 'magic'"),
        (["--label", "kind", "--budget", "soon"], "a budget is a time"),
        (["--label", "kind", "--task", "image"], "no task named 'image'"),
        (["--label", "one"], "one class only"),
        (["--label", "rare"], None),
    ],
)
def test_a_wrong_order_is_one_sentence(labelled, tmp_path, words, message):
    data = pd.read_csv(labelled).assign(one="x", rare=["r", "r", *["s"] * 238])
    data.to_csv(tmp_path / "d.csv", index=False)
    done = dongcha("train", tmp_path / "d.csv", "--text", "body", "--method", "linear", "--out", tmp_path / "m", *words)
    if message is None:  # a class of two rows is learned, and a note says what it is worth
        assert done.returncode == 0, done.stderr
        assert "has only 2 labelled rows" in done.stdout
        return
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert message in done.stderr
    assert not (tmp_path / "m").exists()


def test_a_folder_that_is_no_model_is_one_sentence(labelled, tmp_path):
    done = dongcha("predict", tmp_path, labelled)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is no model folder" in done.stderr
