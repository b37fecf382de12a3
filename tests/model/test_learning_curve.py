"""The learning curve: points from parts of the rows, and a forecast that a power law gives."""

from dataclasses import replace

import numpy as np
import pytest
from tests.model.conftest import sentences

from dongcha.core.errors import DataError
from dongcha.model.ask import Ask
from dongcha.model.ladder import climb
from dongcha.model.learning_curve import learning_curve, power_law
from dongcha.model.rows import Parts, Rows


def noisy(count, seed):
    """Sentences of which a tenth have another label, so that no number of rows teaches all of them."""
    rows, random = sentences(count, seed), np.random.default_rng(seed)
    answers = [a if random.random() > 0.1 else str(random.choice(["billing", "login"])) for a in rows.answers]
    return Rows(rows.inputs, tuple(answers))


@pytest.mark.parametrize("method", ["linear", "probe"])
def test_points_grow_and_the_forecast_goes_on_from_the_last(tiny, method):
    parts = Parts(noisy(400, 1), noisy(120, 2), noisy(60, 3))
    order = Ask(method=method, encoder=None if method == "linear" else tiny.name)
    found = learning_curve(parts, order, climb(parts, order).model)
    assert [point.rows for point in found.points] == [50, 100, 200, 400]
    assert [point.rows for point in found.forecast] == [800, 1600]
    assert all(0 <= point.low <= point.value <= point.high <= 1 for point in (*found.points, *found.forecast))
    assert found.points[-1].value >= found.points[0].value - 0.05
    assert found.forecast[1].value >= found.forecast[0].value >= found.points[0].value - 0.05
    assert found.to_json()["figure"] == "macro_f1"


def test_the_last_point_is_the_model_itself():
    parts = Parts(noisy(400, 1), noisy(120, 2), noisy(60, 3))
    trained = climb(parts, Ask(method="linear"))
    last = learning_curve(parts, Ask(method="linear"), trained.model).points[-1]
    rung = next(rung for rung in trained.rungs if rung.chosen)
    assert last.value == pytest.approx(rung.figures["macro_f1"])


def test_too_few_rows_are_one_sentence():
    parts = Parts(sentences(60, 1), sentences(30, 2), sentences(30, 3))
    trained = climb(parts, Ask(method="linear"))
    with pytest.raises(DataError, match="60 train rows are too few"):
        learning_curve(replace(parts, train=sentences(60, 1)), Ask(method="linear"), trained.model)


def test_a_power_law_is_met_and_a_fall_is_forecast_as_level():
    sizes = [50, 100, 200, 400]
    assert power_law(sizes, [0.9 - 2 * n**-0.7 for n in sizes], [800]) == pytest.approx([0.9 - 2 * 800**-0.7])
    assert power_law(sizes, [0.8, 0.7, 0.6, 0.5], [800]) == pytest.approx([0.65])
