"""The linear method, held against scikit-learn, and stored without pickle."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from dongcha.core.errors import DataError, StorageError
from dongcha.model.head import TOLERANCE, fit_heads
from dongcha.model.method import Job
from dongcha.model.methods.linear import LinearMethod
from dongcha.model.predictions import softmax
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS
from dongcha.model.terms import terms

TASK = TASKS.get("text-classification")


def job(parts: Parts, **settings: float) -> Job:
    return Job(task=TASK, parts=parts, recipe=Recipe("text-classification", "linear", settings=settings), budget_s=60)


def test_scores_are_those_of_scikit_learn(parts: Parts, tmp_path: Path) -> None:
    outcome = LinearMethod().fit(job(parts, strength=4.0))
    vectors = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
    model = LogisticRegression(C=4.0, max_iter=200, tol=TOLERANCE).fit(
        vectors.fit_transform(parts.train.inputs), parts.train.answers
    )
    wanted = model.predict_proba(vectors.transform(parts.test.inputs))
    outcome.fitted.save(tmp_path, parts.outputs)
    loaded = LinearMethod().load(tmp_path, TASK)
    assert list(model.classes_) == list(parts.outputs)
    assert softmax(outcome.fitted.logits(parts.test.inputs)) == pytest.approx(wanted, abs=1e-4)
    assert loaded.logits(parts.test.inputs) == pytest.approx(outcome.fitted.logits(parts.test.inputs), abs=1e-5)


def test_two_classes_are_scored_as_scikit_learn_scores_them() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 4))
    labels = ["no" if row[0] < 0 else "yes" for row in vectors]
    (head,) = fit_heads(vectors, np.array([name == "yes" for name in labels], dtype=int), [1.0])
    wanted = LogisticRegression(C=1.0, max_iter=200, tol=TOLERANCE).fit(vectors, labels).predict_proba(vectors)
    assert softmax(head.of(vectors)) == pytest.approx(wanted, abs=1e-6)


def test_nothing_stored_is_pickle(parts: Parts, tmp_path: Path) -> None:
    LinearMethod().fit(job(parts)).fitted.save(tmp_path, parts.outputs)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["linear.safetensors", "vocabulary.json"]


def test_the_penalty_is_chosen_on_validation_and_recorded(parts: Parts) -> None:
    outcome = LinearMethod().fit(job(parts))
    assert set(outcome.recipe.settings) == {"strength", "balanced"}
    again = LinearMethod().fit(Job(task=TASK, parts=parts, recipe=outcome.recipe, budget_s=60))
    assert again.fitted.logits(parts.test.inputs) == pytest.approx(outcome.fitted.logits(parts.test.inputs), abs=0.05)


def test_chinese_is_read_by_characters() -> None:
    good, bad = ("服务很好", "房间很好很大", "早餐不错"), ("服务太差", "房间又小又脏", "早餐难吃")
    rows = Rows(good * 5 + bad * 5, ("好评",) * 15 + ("差评",) * 15)
    outcome = LinearMethod().fit(job(TASK.checked(Parts(rows, rows, rows))))
    scores = outcome.fitted.logits(["前台服务很好", "卫生太差又脏"])
    classes = sorted({"好评", "差评"})
    assert [classes[i] for i in scores.argmax(axis=1)] == ["好评", "差评"]


def test_an_empty_text_and_no_text_at_all_are_scored(parts: Parts) -> None:
    fitted = LinearMethod().fit(job(parts)).fitted
    assert np.isfinite(fitted.logits([""])).all()
    assert fitted.logits([]).shape == (0, 3)


def test_texts_without_words_are_refused() -> None:
    rows = Rows(("!!!", "???", "…"), ("a", "b", "b"))
    with pytest.raises(DataError, match="no words"):
        LinearMethod().fit(job(TASK.checked(Parts(rows, rows, rows))))


@pytest.mark.parametrize("file", ["vocabulary.json", "linear.safetensors"])
def test_a_damaged_file_is_said(parts: Parts, tmp_path: Path, file: str) -> None:
    LinearMethod().fit(job(parts)).fitted.save(tmp_path, parts.outputs)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes()[:20])
    with pytest.raises(StorageError, match="damaged"):
        LinearMethod().load(tmp_path, TASK)
