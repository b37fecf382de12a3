"""The order of texts for a query."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import ndcg_score
from tests.model.conftest import FILLER, THINGS, ends_the_same

from dongcha.core.errors import DataError, UnknownName
from dongcha.data.source import read
from dongcha.loop.learn import Learning, fit, prepared, readable, split_for
from dongcha.loop.predict import predict
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.predictions import sigmoid
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS
from dongcha.model.tasks.ranking import query_figures

TASK = TASKS.get("text-ranking")
ALL = [word for group in THINGS.values() for word in group]


def some(count: int, seed: int) -> Rows:
    """Four texts a query: one with both of its words, one with one of them, two with none."""
    random = np.random.default_rng(seed)
    inputs, answers = [], []
    for _ in range(count):
        words = random.choice(ALL, 6, replace=False)
        query = f"{words[0]} {words[1]}"
        for told, value in ((words[:2], 2.0), (words[1:3], 1.0), (words[2:4], 0.0), (words[4:6], 0.0)):
            inputs.append((query, " ".join([*random.choice(FILLER, 2), *told])))
            answers.append((query, value))
    return Rows(tuple(inputs), tuple(answers))


@pytest.fixture
def pairs() -> Parts:
    return TASK.checked(Parts(some(30, 1), some(10, 2), some(10, 3), "fingerprint"))


def job(parts: Parts, encoder: Encoder, method: str, **settings: float) -> Job:
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings={"epochs": 3, "learning_rate": 3e-3, **settings})
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


def test_figures_by_hand() -> None:
    # Ranked: 0, 2, 0, 1.  nDCG: (3/log2(3) + 1/log2(5)) / (3/log2(2) + 1/log2(3)); AP: (1/2 + 2/4) / 2.
    ndcg, mrr, precision, recall = query_figures([2, 0, 1, 0], [0.8, 0.9, 0.1, 0.5])
    assert ndcg == pytest.approx((3 / np.log2(3) + 1 / np.log2(5)) / (3 + 1 / np.log2(3)))
    assert (mrr, precision, recall) == (0.5, 0.5, 1.0)
    values, scores = np.arange(20) % 2, np.random.default_rng(0).random(20)
    assert query_figures(values, scores)[0] == pytest.approx(ndcg_score([values], [scores], k=10))
    assert query_figures([1, 0, 0], [0.5, 0.5, 0.5])[1] == pytest.approx(1 / 3), "a tie is not to its advantage"
    assert query_figures([1] * 20, [0.1] * 20)[3] == 0.5


def test_queries_without_a_relevant_text_are_left_out() -> None:
    truth = [("a", 1.0), ("a", 0.0), ("b", 0.0)]
    assert TASK.figures(truth, [0.9, 0.1, 0.5])["mrr"] == 1.0
    with pytest.raises(DataError, match="no query has a relevant text"):
        TASK.figures([("b", 0.0)], [0.5])


@pytest.mark.parametrize("method", ["linear", "probe", "full"])
def test_a_model_learns_and_survives_its_folder(pairs: Parts, tiny: Encoder, tmp_path: Path, method: str) -> None:
    trained = climb(
        pairs,
        Ask(task=TASK.name, encoder=None if method == "linear" else tiny.name, method=method, settings={"epochs": 1.0}),
    )
    if method == "linear":
        assert trained.metrics.figures["ndcg@10"] > 0.9
    assert {"ndcg@10", "mrr", "map", "recall@10"} == set(trained.metrics.figures)
    assert trained.metrics.to_json()["queries"] == 10
    loaded = load(save(trained.model, tmp_path / "m"))
    ours = trained.model.predict(pairs.test.inputs).labels
    assert loaded.predict(pairs.test.inputs).labels == pytest.approx(ours, abs=1e-3)


def test_plain_transformers_scores_alike(pairs: Parts, tiny: Encoder, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    done = METHODS.get("full").fit(job(pairs, tiny, "full"))
    done.fitted.save(tmp_path, pairs.outputs)
    queries, texts = (list(side) for side in zip(*pairs.test.inputs, strict=True))
    with quiet():
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
        shown = AutoTokenizer.from_pretrained(tmp_path)(queries, texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        theirs = model(**shown).logits.sigmoid().double().numpy()
    assert theirs == pytest.approx(sigmoid(done.fitted.logits(pairs.test.inputs)), abs=5e-3)


def test_a_killed_training_goes_on_to_the_last_decimal(pairs: Parts, tiny: Encoder, tmp_path: Path) -> None:
    ends_the_same(job(pairs, tiny, "full"), 9, tmp_path / "c")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = some(40, 4)
    path = tmp_path / "pairs.csv"
    pd.DataFrame(rows.inputs, columns=["asked", "told"]).assign(good=[v for _, v in rows.answers]).to_csv(
        path, index=False
    )
    return path


def test_a_query_stays_in_one_part(file: Path) -> None:
    ask = Learning(label="good", text="told", query="asked", task=TASK.name)
    parts = split_for(readable(str(file), ask), ask)
    queries = [set(part.texts("asked")) for part in (parts.train, parts.validation, parts.test)]
    assert all(queries)
    assert not queries[0] & queries[1]
    assert not queries[0] & queries[2]
    assert not queries[1] & queries[2]


def test_from_a_file_to_a_column_of_scores(file: Path, tmp_path: Path) -> None:
    trained = fit(
        prepared(str(file), Learning(label="good", text="told", query="asked", task=TASK.name, method="linear"))
    )
    assert json.dumps(trained.to_json(), allow_nan=False)
    table = predict(save(trained.model, tmp_path / "m"), str(file))
    assert table.schema.names == ["asked", "told", "good", "good_predicted"]
    found = table.to_pandas()
    assert found[["good", "good_predicted"]].corr().iloc[0, 1] > 0.7


def test_columns_are_named_or_the_mistake_is(file: Path) -> None:
    table = read(str(file))
    assert TASK.columns(table, "asked,told") == ("asked", "told")
    with pytest.raises(DataError, match="--query"):
        TASK.source(table, "good", None)
    with pytest.raises(DataError, match="--query"):
        TASK.source(table, "good", "told")
    with pytest.raises(UnknownName, match="did you mean 'asked'"):
        TASK.source(table, "good", "askd,told")


def test_a_relevance_below_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    pd.DataFrame({"q": ["a b", "c d"], "t": ["e f", "g h"], "good": [1, -1]}).to_csv(path, index=False)
    with pytest.raises(DataError, match="below 0"):
        TASK.rows(read(str(path)), "good", "q,t")
