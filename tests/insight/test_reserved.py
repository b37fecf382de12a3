"""Columns of the data that are called like those of the evidence."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.reserved import EVIDENCE, mined_as, own_name
from dongcha.loop.mine import mine


def made(names, rows=1500):
    """A table of seven columns: a group, an answer that depends on it, two measures, a time."""
    rng = np.random.default_rng(1)
    group = rng.choice(list("uvwxyz"), rows, p=[0.4, 0.2, 0.1, 0.1, 0.1, 0.1])
    size = rng.normal(0, 1, rows) + (group == "v")
    columns = [
        group,
        np.where(rng.random(rows) < np.where(group == "u", 0.5, 0.2), "yes", "no"),
        size,
        0.5 * size + rng.normal(0, 1, rows),
        pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 360, rows), unit="D"),
    ]
    return pd.DataFrame(dict(zip(names, columns, strict=True)))


PLAIN = mine(dongcha.read(made(["area", "answer", "size", "cost", "day"])), top=40)


@pytest.mark.parametrize(
    "names",
    [
        ["value", "n", "share", "rest", "period"],
        ["is_subject", "times", "whole", "Rows", "decile"],
        ["groups", "VALUE", "lowest", "r", "complete"],
        ["value_", "value", "value__", "N", "n_"],
    ],
)
def test_they_are_mined_as_any_other(names):
    data = made(names)
    found = mine(dongcha.read(data), top=40)
    assert [one.pattern for one in found.insights] == [one.pattern for one in PLAIN.insights]
    assert len(found.checked) == len(PLAIN.checked)
    said = {name for one in found.insights for name in (one.subject.measure, *one.subject.breakdown) if name}
    assert {own_name(name) for name in said} <= set(names)
    con = duckdb.connect()
    con.register("data", data)
    for one in (*found.insights, *found.checked):
        rows = con.execute(one.evidence.sql).fetchall()  # on the data as the user has it
        assert len(rows) == len(one.evidence.rows)


@pytest.mark.parametrize("name", ["value", "value_", "Value", "N", "n__", "amount", "values", "value2"])
def test_a_name_comes_back(name):
    assert own_name(mined_as(name)) == name
    assert mined_as(name).casefold() not in EVIDENCE
