"""Tasks beside classification, from the command line to the file of predictions."""

import json

import pandas as pd
import pytest
from tests.cli.call import dongcha

WORDS = {"ship": "parcel late courier box", "bill": "invoice charged fee twice", "other": "password login app crash"}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rows = []
    for i in range(120):
        labels = [name for at, name in enumerate(WORDS) if i >> at & 1]
        words = [WORDS[name].split()[i * 7 % 4] for name in labels] + [WORDS["ship"].split()[i % 4]] * (i % 2)
        rows.append(
            {
                "body": f"my {' and '.join(words)} number {i * 7919 % 4099}",
                "kinds": "; ".join(labels),
                "price": i % 8 * 10,
            }
        )
    path = tmp_path_factory.mktemp("tasks") / "rows.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def trained(file, *words):
    out = file.parent / f"model {words[1]}"
    order = ["train", file, *words, "--text", "body", "--method", "linear", "--out", out, "--json", "--quiet"]
    done = dongcha(*order)
    assert done.returncode == 0, done.stderr
    return out, json.loads(done.stdout)


def test_several_labels(file):
    out, found = trained(file, "--label", "kinds", "--task", "multi-label-classification")
    assert {"accuracy", "macro_f1", "micro_f1", "per_label", "hamming"} <= set(found["metrics"])
    assert 0 < found["recipe"]["settings"]["threshold"] < 1
    assert any("separated by ';'" in note["en"] for note in found["notes"])
    shown = dongcha("evaluate", out, file)
    assert shown.returncode == 0, shown.stderr
    assert "Micro F1" in shown.stdout
    assert dongcha("predict", out, file, "--out", file.parent / "p.parquet", "--quiet").returncode == 0
    rows = pd.read_parquet(file.parent / "p.parquet")
    assert {"kinds_predicted", "kinds_predicted_score", "kinds_predicted: bill"} <= set(rows.columns)
    assert rows["kinds_predicted: bill"].dtype == bool
    assert (rows["kinds_predicted"].str.contains("bill") == rows["kinds_predicted: bill"]).all()


def test_a_number(file):
    out, found = trained(file, "--label", "price", "--task", "text-regression")
    assert {"r2", "mae", "rmse", "spearman"} <= set(found["metrics"])
    shown = json.loads(dongcha("evaluate", out, file, "--json").stdout)
    assert shown["metrics"]["rows"] == 120
    assert dongcha("predict", out, file, "--out", file.parent / "n.csv", "--quiet").returncode == 0
    rows = pd.read_csv(file.parent / "n.csv")
    assert rows["price_predicted"].dtype == float
    assert "price_predicted_score" not in rows.columns


def test_a_label_that_is_no_number_is_one_sentence(file):
    done = dongcha("train", file, "--label", "kinds", "--task", "text-regression", "--text", "body")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "which is no number" in done.stderr
