"""A number a text."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from tests.model.conftest import FILLER, THINGS, ends_the_same

from dongcha.core.errors import DataError
from dongcha.data.source import read
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.methods.tuned import begun_from
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-regression")
WORDS = THINGS["billing"]


def some(count: int, seed: int) -> Rows:
    """Prices around 5000: each billing word in the text adds a thousand times its place."""
    random = np.random.default_rng(seed)
    chosen = [random.choice(5, size=random.integers(1, 4), replace=False) for _ in range(count)]
    texts = [" ".join([*random.choice(FILLER, 3), *(WORDS[i] for i in places)]) for places in chosen]
    return Rows(tuple(texts), tuple(float(2000 + 1000 * places.sum()) for places in chosen))


@pytest.fixture
def prices() -> Parts:
    return TASK.checked(Parts(some(80, 1), some(30, 2), some(30, 3), "fingerprint"))


def job(parts: Parts, encoder: Encoder, method: str, **settings: float) -> Job:
    settings = {"epochs": 8, "learning_rate": 3e-3, "patience": 100, **settings}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


@pytest.mark.parametrize("method", ["linear", "probe", "full"])
def test_a_model_learns_and_survives_its_folder(prices: Parts, tiny: Encoder, tmp_path: Path, method: str) -> None:
    asked = Ask(
        task=TASK.name, encoder=None if method == "linear" else tiny.name, method=method, settings={"epochs": 3.0}
    )
    trained = climb(prices, asked)
    assert trained.metrics.figures["r2"] > max(0.3, trained.baselines["majority"]["r2"])
    assert trained.metrics.figures["mae"] < trained.baselines["majority"]["mae"]
    loaded = load(save(trained.model, tmp_path / "m"))
    assert loaded.predict(prices.test.inputs).labels == pytest.approx(
        trained.model.predict(prices.test.inputs).labels, rel=1e-3
    )
    found = trained.to_json()["metrics"]
    assert loaded.metrics == found
    assert {"r2", "mae", "rmse", "spearman", "interval", "rows", "against", "errors"} == set(found)
    assert found["interval"]["mae"][0] <= found["mae"] <= found["interval"]["mae"][1]
    assert "answers a number" in (tmp_path / "m" / "README.md").read_text()


def test_fine_tuning_learns_in_the_labels_own_unit_and_transformers_agrees(
    prices: Parts, tiny: Encoder, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    start = METHODS.get("probe").fit(job(prices, tiny, "probe", strength=1e-4))  # a poor head, so that there is room
    done = METHODS.get("full").fit(replace(job(prices, tiny, "full"), start=begun_from(start)))
    rows = prices.validation
    assert TASK.value(done.validation, rows, prices.outputs) > TASK.value(start.validation, rows, prices.outputs)
    assert 1000 < done.fitted.logits(rows.inputs).mean() < 10_000
    done.fitted.save(tmp_path, prices.outputs)
    with quiet():
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
        shown = AutoTokenizer.from_pretrained(tmp_path)(list(rows.inputs), padding=True, return_tensors="pt")
    assert model.config.problem_type == "regression"
    with torch.no_grad():
        theirs = model(**shown).logits.double().numpy()
    assert theirs == pytest.approx(done.fitted.logits(rows.inputs), rel=2e-3)


def test_a_killed_training_goes_on_to_the_last_decimal(prices: Parts, tiny: Encoder, tmp_path: Path) -> None:
    ends_the_same(job(prices, tiny, "full", epochs=4), 11, tmp_path / "c")


def test_figures_are_those_of_scikit_learn_and_scipy() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=100)
    said = truth + random.normal(size=100)
    found = TASK.figures(truth, said)
    assert found == pytest.approx(
        {
            "r2": r2_score(truth, said),
            "spearman": spearmanr(truth, said).statistic,
            "mae": mean_absolute_error(truth, said),
            "rmse": root_mean_squared_error(truth, said),
        }
    )


def test_the_paired_test_tells_a_better_model_from_an_equal_one() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=200)
    near, far = truth + random.normal(size=200) / 5, truth + random.normal(size=200)
    assert TASK.versus(truth, near, far)["p_value"] < 0.01
    assert TASK.versus(truth, near, far)["difference"] > 0
    assert TASK.versus(truth, near, near)["p_value"] == 1.0


def test_a_label_that_is_no_number_is_refused_with_its_row(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    cells = ["1.5", "cheap", "3"] * 5
    pd.DataFrame({"body": [f"text {i}" for i in range(15)], "price": cells}).to_csv(file, index=False)
    with pytest.raises(DataError, match=r"row 2 has 'cheap' in 'price', which is no number"):
        TASK.rows(read(file), "price", "body")


def test_a_constant_is_nothing_to_learn() -> None:
    same = Rows(("a", "b"), (2.0, 2.0))
    with pytest.raises(DataError, match="is 2 in every row"):
        climb(Parts(same, same, same), Ask(task=TASK.name))


def test_rows_without_a_number_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    pd.DataFrame({"body": ["a text", "b text", None], "price": [1.5, None, 2]}).to_csv(file, index=False)
    rows, left_out = TASK.rows(read(file), "price", "body")
    assert (rows.answers, left_out) == ((1.5,), 2)
