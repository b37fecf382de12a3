"""Train, evaluate and predict on column files of tagged words, as a script would call them."""

import csv
import json
import random

import pyarrow.parquet as pq
import pytest
from tests.cli.call import dongcha

NAMES = {"PER": ("Ada", "Bob", "Cem", "Dora"), "LOC": ("Rome", "Oslo", "Lima", "Bern")}
FILLER = ("saw", "and", "in", "the", "near", "with", "rain", "today")


def written(path, count, seed):
    random_ = random.Random(seed)
    lines = []
    for i in range(count):
        if i % 10 == 0:
            lines += ["-DOCSTART- O", ""]
        for _ in range(3):
            kind = random_.choice(sorted(NAMES))
            lines += [f"{word} O" for word in random_.sample(FILLER, 2)]
            lines.append(f"{random_.choice(NAMES[kind])} B-{kind}")
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tagged")
    files = [written(folder / f"{name}.conll", 60, i) for i, name in enumerate(("train", "valid", "test"))]
    order = ("train", files[0], "--task", "token-classification", "--validation", files[1], "--test", files[2])
    done = dongcha(*order, "--method", "linear", "--out", folder / "m", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_train_needs_no_names_of_columns(trained):
    _, found = trained
    metrics = found["metrics"]
    assert metrics["rows"] == 60
    assert metrics["entity"]["f1"] > 0.9
    assert set(metrics["entity"]["per_type"]) == {"LOC", "PER"}
    assert set(metrics["token"]["per_tag"]) == {"O", "B-LOC", "B-PER"}
    assert {"accuracy", "macro_f1", "interval"} <= set(metrics)
    assert found["recipe"]["task"] == "token-classification"
    assert found["baselines"]["majority"]["entity_f1"] == 0


def test_evaluate_and_its_tables(trained):
    folder, found = trained
    done = dongcha("evaluate", folder / "m", folder / "test.conll", "--json")
    again, before = json.loads(done.stdout)["metrics"], found["metrics"]
    assert again["calibration"]["ece_before"] == pytest.approx(before["calibration"]["ece_before"], abs=1e-6)
    assert {**again, "calibration": None} == {**before, "calibration": None}  # weights are stored in 32 bits
    shown = dongcha("evaluate", folder / "m", folder / "test.conll", "--lang", "en").stdout
    assert "Entity F1" in shown
    assert "B-PER" in shown
    assert "实体 F1" in dongcha("evaluate", folder / "m", folder / "test.conll", "--lang", "zh").stdout


def test_predict_writes_tags_entities_and_counts(trained):
    folder, _ = trained
    out = folder / "p.parquet"
    done = dongcha("predict", folder / "m", folder / "test.conll", "--out", out, "--quiet")
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(out).to_pylist()
    assert len(rows) == 60
    for row in rows:
        assert len(row["tags_predicted"]) == len(row["tokens"])
        assert len(row["tags_predicted_entities"]) == row["tags_predicted_PER"] + row["tags_predicted_LOC"]
        for one in row["tags_predicted_entities"]:
            assert row["tokens"][one["start"]] == one["text"]


def test_predict_reads_plain_texts(trained):
    folder, _ = trained
    (folder / "plain.csv").write_text('text\n"saw Ada, near Rome"\n""\n"the rain in Oslo today"\n', encoding="utf-8")
    done = dongcha(
        "predict", folder / "m", folder / "plain.csv", "--text", "text", "--out", folder / "o.csv", "--quiet"
    )
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((folder / "o.csv").read_text(encoding="utf-8").splitlines()))
    found = json.loads(rows[0]["tags_entities"])
    assert [(one["text"], one["type"], one["start"], one["end"]) for one in found] == [
        ("Ada", "PER", 4, 7),
        ("Rome", "LOC", 14, 18),
    ]
    assert "tags" not in rows[0]


def test_a_missing_label_is_one_sentence(trained, tmp_path):
    (tmp_path / "a.csv").write_text("text,kind\na b,x\nc d,y\n", encoding="utf-8")
    for task, message in (("text-classification", "name it with label="), ("token-classification", "--label")):
        done = dongcha("train", tmp_path / "a.csv", "--task", task, "--quiet")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert message in done.stderr
