"""Every number of every finding, worked out anew by pandas from the rows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from planted import PLANTED
from tests.insight.second_engine.engine import HOW, MADE_BY, RECOMPUTED, differing

import dongcha
from dongcha.insight.mine import PATTERNS, mine

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "complaints" / "complaints.parquet"


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_every_pattern_has_a_recomputation(name):
    assert name in MADE_BY, f"pattern {name!r} has no recomputation: {HOW}"
    missing = [kind for kind in MADE_BY[name] if kind not in RECOMPUTED]
    assert not missing, f"findings {missing} of pattern {name!r} have no recomputation: {HOW}"


def test_no_recomputation_is_of_a_pattern_that_is_gone():
    assert set(MADE_BY) == set(PATTERNS)
    assert {kind for kinds in MADE_BY.values() for kind in kinds} == set(RECOMPUTED)


def hostile(seed: int) -> pd.DataFrame:
    """Ties, missing values, Chinese and hostile names, yes and no, whole numbers as groups, a month without rows."""
    rng = np.random.default_rng(seed)
    size = 900
    days = rng.choice([*range(0, 120), *range(151, 400)], size)
    group = rng.choice(["沪", 'a"b', "<b>", "x'; --", "d"], size)
    amount = np.round(rng.lognormal(2, 1, size) * (1 + (group == "沪")), 1)
    start = pd.Timestamp("2022-03-03") + pd.to_timedelta(days, unit="D")
    data = pd.DataFrame(
        {
            "开始": start.as_unit("s"),
            "ended": (start + pd.to_timedelta(rng.integers(0, 9, size) + 3 * (group == "d"), unit="D")).as_unit("s"),
            'gro"up': group,
            "stars": rng.integers(1, 6, size).astype("int64"),
            "late": rng.random(size) < np.where(group == "<b>", 0.5, 0.1 + days / 1500),
            "金额": amount,
            "other": np.round(amount + rng.normal(0, 8, size)),
        }
    )
    for name in ('gro"up', "金额", "ended"):
        data.loc[rng.random(size) < 0.06, name] = None
    return data


@pytest.mark.parametrize("seed", range(4))
def test_hostile_tables_say_what_pandas_says(seed):
    table = dongcha.read(hostile(seed))
    mined = mine(table, top=40)
    assert len(mined.insights) >= 5
    assert not differing(table, (*mined.insights, *mined.checked))


def test_the_example_says_what_pandas_says():
    table = dongcha.read(EXAMPLE)
    mined = mine(table, top=12)
    assert any(insight.phrases for insight in mined.insights)
    assert not differing(table, (*mined.insights, *mined.checked))


def test_a_number_that_is_wrong_is_seen():
    table = dongcha.read(PLANTED["outstanding"](np.random.default_rng(2))[0])
    first = mine(table, top=1).insights[0]
    spoilt = replace(first, facts={**first.facts, "value": float(str(first.facts["value"])) * (1 + 1e-7)})
    assert not differing(table, [first])
    assert differing(table, [spoilt])
