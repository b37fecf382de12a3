"""Any number of labels a text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, hamming_loss
from sklearn.preprocessing import MultiLabelBinarizer
from tests.model.conftest import FILLER, THINGS, ends_the_same

from dongcha.core.errors import DataError
from dongcha.data.source import read
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.text import TextNetwork
from dongcha.model.predictions import sigmoid
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS
from dongcha.model.tasks.label_sets import figures_of

TASK = TASKS.get("multi-label-classification")
SETS = [(), ("billing",), ("login",), ("billing", "login"), ("shipping",), ("login", "shipping")]


def some(count: int, seed: int) -> Rows:
    random = np.random.default_rng(seed)
    answers = [SETS[i % len(SETS)] for i in range(count)]
    texts = [
        " ".join([*random.choice(FILLER, 3), *(w for label in labels for w in random.choice(THINGS[label], 2))])
        for labels in answers
    ]
    return Rows(tuple(texts), tuple(answers))


@pytest.fixture
def sets() -> Parts:
    return TASK.checked(Parts(some(60, 1), some(24, 2), some(24, 3), "fingerprint"))


def job(parts: Parts, encoder: Encoder, method: str, **settings: float) -> Job:
    settings = {"epochs": 8, "learning_rate": 3e-3, "patience": 100, "batch_rows": 16, **settings}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


@pytest.mark.parametrize("method", ["linear", "probe", "full", "lora"])
def test_a_model_learns_and_survives_its_folder(sets: Parts, tiny: Encoder, tmp_path: Path, method: str) -> None:
    trained = climb(
        sets,
        Ask(task=TASK.name, encoder=None if method == "linear" else tiny.name, method=method, settings={"epochs": 3.0}),
    )
    assert trained.metrics.figures["micro_f1"] > trained.baselines["majority"]["micro_f1"]
    assert 0.05 <= trained.recipe.settings["threshold"] <= 0.95
    loaded = load(save(trained.model, tmp_path / "m"))
    assert loaded.predict(sets.test.inputs).labels == trained.model.predict(sets.test.inputs).labels
    found = trained.to_json()["metrics"]
    assert found["accuracy"] == found["exact_match"]
    assert found["interval"]["micro_f1"][0] <= found["micro_f1"] <= found["interval"]["micro_f1"][1]
    assert {"mean_average_precision", "hamming", "samples_f1", "macro_f1", "per_label"} <= set(found)
    assert "any of 3 labels" in (tmp_path / "m" / "README.md").read_text()


def test_plain_transformers_scores_alike(sets: Parts, tiny: Encoder, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    done = METHODS.get("full").fit(job(sets, tiny, "full", epochs=2))
    done.fitted.save(tmp_path, sets.outputs)
    with quiet():
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
        shown = AutoTokenizer.from_pretrained(tmp_path)(list(sets.test.inputs), padding=True, return_tensors="pt")
    assert model.config.problem_type == "multi_label_classification"
    with torch.no_grad():
        theirs = model(**shown).logits.sigmoid().double().numpy()
    assert theirs == pytest.approx(sigmoid(done.fitted.logits(sets.test.inputs)), abs=5e-3)
    again = TextNetwork.stored(tmp_path)
    assert again.body.config.problem_type == "multi_label_classification"


def test_a_killed_training_goes_on_to_the_last_decimal(sets: Parts, tiny: Encoder, tmp_path: Path) -> None:
    ends_the_same(job(sets, tiny, "full", epochs=4), 11, tmp_path / "c")


def test_figures_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    names = np.array(["a", "b", "c", "d"])
    truth, said = ([tuple(names[row]) for row in random.random((80, 4)) < 0.4] for _ in range(2))
    coder = MultiLabelBinarizer().fit([names])
    true, told = coder.transform(truth), coder.transform(said)
    found = figures_of(truth, said)
    for kind in ("macro", "micro", "samples"):
        wanted = f1_score(true, told, average=kind, zero_division=1)
        assert found[f"{kind}_f1"] == pytest.approx(wanted)
    assert found["accuracy"] == pytest.approx((true == told).all(axis=1).mean())
    answers = replace_labels(said, tuple(names))
    assert TASK.measure(truth, answers).more["hamming"] == pytest.approx(hamming_loss(true, told))


def replace_labels(said, names):  # type: ignore[no-untyped-def]
    found = TASK.answer(np.zeros((len(said), len(names))), (), names)
    return replace(found, labels=tuple(said))


def test_the_threshold_is_the_best_on_the_rows_given() -> None:
    logits = np.log(
        np.array([[0.3, 0.1], [0.35, 0.2], [0.1, 0.32]]) / (1 - np.array([[0.3, 0.1], [0.35, 0.2], [0.1, 0.32]]))
    )
    rows = Rows(("", "", ""), (("a",), ("a",), ("b",)))
    chosen = TASK.settle(logits, rows, ("a", "b"))
    assert 0.2 < chosen["threshold"] <= 0.3
    assert TASK.tuned(chosen).answer(logits, (), ("a", "b")).labels == rows.answers
    assert TASK.answer(logits, (), ("a", "b")).labels == ((), (), ())


@pytest.mark.parametrize("mark", ["|", ";", ",", "、", "，", "；"])
def test_labels_in_texts_are_separated_by_what_is_found(tmp_path: Path, mark: str) -> None:
    cells = [f"late{mark}billing", "billing", f"login{mark}", None] * 4
    file = tmp_path / "t.csv"
    pd.DataFrame({"body": [f"text {i}" for i in range(16)], "tags": cells}).to_csv(file, index=False)
    table = read(file)
    rows, left_out = TASK.rows(table, "tags", "body")
    assert rows.answers[:4] == (("billing", "late"), ("billing",), ("login",), ())
    assert left_out == 0
    assert repr(mark) in TASK.told(table, "tags")[0].en


def test_a_column_of_lists_is_read_and_a_missing_list_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "t.parquet"
    pd.DataFrame({"body": ["one text", "two texts", "three"], "tags": [["a", "b, c"], [], None]}).to_parquet(file)
    rows, left_out = TASK.rows(read(file), "tags", "body")
    assert rows.answers == (("a", "b, c"), ())
    assert left_out == 1


def test_nothing_to_learn_is_one_sentence() -> None:
    same = Rows(("a", "b"), (("x",), ("x",)))
    with pytest.raises(DataError, match="same labels"):
        climb(Parts(same, same, same), Ask(task=TASK.name))
    none = Rows((), ())
    with pytest.raises(DataError, match="no row of the train part"):
        climb(Parts(none, none, none), Ask(task=TASK.name))


def test_a_label_of_every_row_and_an_unseen_one_are_borne(sets: Parts) -> None:
    train = Rows(sets.train.inputs, tuple((*labels, "always") for labels in sets.train.answers))
    test = Rows(sets.test.inputs, tuple((*labels, "new") for labels in sets.test.answers))
    trained = climb(Parts(train, sets.validation, test), Ask(task=TASK.name, method="linear"))
    assert all("always" in labels for labels in trained.model.predict(sets.test.inputs).labels)
    assert any("never predicted: 'new'" in note.en for note in trained.notes)
    assert trained.metrics.figures["accuracy"] == 0.0
