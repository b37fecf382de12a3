"""Slices: a part that is worse than the rest is found, chance is not, and the test is that of SciPy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from tests.model.conftest import sentences

from dongcha.core.errors import UnknownName
from dongcha.loop.evaluate import judge
from dongcha.loop.learn import Learning, fit, prepared
from dongcha.model.gain import gain
from dongcha.model.rows import Rows
from dongcha.model.slices import Answered, judged_slice
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")


@pytest.fixture
def table(tmp_path):
    """Rows of three kinds; in one branch, a third of the labels are wrong; the shop has nothing to do with it."""
    rows = sentences(600, 5)
    random = np.random.default_rng(0)
    branch = random.choice(["north", "south", "west"], 600)
    kinds = [
        "login" if place == "west" and kind == "billing" else kind
        for place, kind in zip(branch, rows.answers, strict=True)
    ]
    texts = [f"{text} {i}" for i, text in enumerate(rows.inputs)]
    shop = random.choice(["a", "b"], 600)
    path = tmp_path / "t.csv"
    pd.DataFrame({"body": texts, "kind": kinds, "branch": branch, "shop": shop}).to_csv(path, index=False)
    return path


@pytest.fixture
def model(tmp_path):
    rows = sentences(300, 6)
    texts = [f"{text} {i}" for i, text in enumerate(rows.inputs)]
    pd.DataFrame({"body": texts, "kind": rows.answers}).to_csv(tmp_path / "clean.csv", index=False)
    return fit(prepared(str(tmp_path / "clean.csv"), Learning(label="kind", text="body", method="linear"))).model


def test_the_branch_with_wrong_labels_is_found_and_no_other(model, table):
    found = judge(model, str(table))
    worse = [(one.column, one.value) for one in found.slices if one.q_value < 0.05 and one.gap < 0]
    assert worse == [("branch", "west")]
    assert {one.column for one in found.slices} == {"branch", "shop"}
    assert all(error.said == "billing" and error.truth == "login" for error in found.errors)
    scores = [error.score for error in found.errors]
    assert len(scores) == 20
    assert scores == sorted(scores, reverse=True)


def test_slices_are_those_of_the_named_columns(model, table):
    assert {one.column for one in judge(model, str(table), by=["shop"]).slices} == {"shop"}
    assert judge(model, str(table), by=[]).slices == ()
    with pytest.raises(UnknownName, match="did you mean 'shop'"):
        judge(model, str(table), by=["shopp"])


def test_the_test_of_a_slice_is_fishers():
    truth, said = ["a"] * 40 + ["b"] * 60, ["a"] * 30 + ["b"] * 10 + ["b"] * 55 + ["a"] * 5
    part, whole = Answered(truth[:40], said[:40]), Answered(truth, said)
    found = judged_slice(TASK, ("c", 1), part, whole)
    assert found.p_value == pytest.approx(fisher_exact([[30, 10], [55, 5]]).pvalue)
    assert found.gap == pytest.approx(30 / 40 - 55 / 60)
    assert found.rows == 40


def test_a_gain_counts_only_beyond_its_standard_error():
    random = np.random.default_rng(1)
    truth = tuple(random.choice(["a", "b"], 400))
    good = [t if random.random() < 0.9 else "a" for t in truth]
    slightly = list(good)
    slightly[0] = truth[0]
    poor = [t if random.random() < 0.7 else "a" for t in truth]
    rows = Rows(truth, truth)
    clear, chance = gain(TASK, rows, good, poor), gain(TASK, rows, slightly, good)
    assert clear.counts
    assert clear.value > 0.1
    assert clear.error == pytest.approx(0.025, abs=0.012)
    assert not gain(TASK, rows, poor, good).counts
    assert chance.value <= chance.error or chance.value == 0


def test_rows_of_the_same_text_count_where_they_stand(model, tmp_path):
    texts = [f"{text} {i % 40}" for i, text in enumerate(sentences(40, 9).inputs * 3)]
    kinds = list(sentences(40, 9).answers * 3)
    branch = ["north"] * 40 + ["south"] * 80
    kinds[:40] = ["login" if kind == "billing" else kind for kind in kinds[:40]]
    pd.DataFrame({"body": texts, "kind": kinds, "branch": branch}).to_csv(tmp_path / "t.csv", index=False)
    found = {one.value: one for one in judge(model, str(tmp_path / "t.csv"), by=["branch"]).slices}
    assert (found["north"].rows, found["south"].rows) == (40, 80)
    assert found["north"].gap < -0.2
