"""Numbers that cannot be squared twice stop nothing: they are no measures, and what is near the limit still is one."""

import warnings

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.data.roles import BEYOND
from dongcha.data.schema import Role
from dongcha.insight.measurable import measurable
from dongcha.insight.mine import mine
from dongcha.report.charts.draw import draw
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers

ROWS = 600


def table(scale: float, signs: tuple[int, ...] = (1,)) -> pd.DataFrame:
    """A measure of that size which is twice as large in one group."""
    rng = np.random.default_rng(4)
    group = rng.choice(list("abcd"), ROWS)
    amount = scale * (0.2 + 0.2 * rng.random(ROWS)) * (1 + (group == "a")) * rng.choice(signs, ROWS)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 365, ROWS), unit="D").as_unit("s")
    return pd.DataFrame({"group": group, "day": day, "amount": amount, "price": rng.lognormal(3, 1, ROWS).round(2)})


@pytest.mark.parametrize(("scale", "signs"), [(1e150, (1,)), (1.7e308, (1, -1)), (1e-300, (1,)), (1e71, (1,))])
def test_what_cannot_be_reckoned_with_is_no_measure_and_stops_nothing(scale, signs):
    data = dongcha.read(table(scale, signs))
    assert data.schema["amount"].role is None
    assert data.schema["amount"].reason == BEYOND
    stated = data.with_roles({"amount": "measure"})
    assert list(measurable(stated).schema.of(Role.MEASURE)) == [data.schema["price"]]
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = mine(stated, top=20, say=say, draw=draw)
    assert all("amount" not in (one.subject.measure, *one.subject.breakdown) for one in found.insights)


@pytest.mark.parametrize("scale", [1e69, 1e-69])
def test_what_is_just_within_is_mined_as_any_other(scale):
    data = dongcha.read(table(scale))
    assert measurable(data) is data
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = mine(data, top=20, say=say, draw=draw).insights
    first = next(one for one in found if one.subject.measure == "amount" and one.subject.aggregation == "mean")
    assert first.facts["group"] == "a"
    assert first.facts["times"] == pytest.approx(2, rel=0.05)
    if scale > 1:  # figures with a negative power of ten are not among those that sentences are checked for yet
        assert not [fault for one in found for fault in check_numbers(one)]
