"""Claims about a column that a model read are made only where they hold when its errors are corrected for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.data.schema import Confusion, ReadBy
from dongcha.data.table import Table
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import cube
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine
from dongcha.insight.record import to_json
from dongcha.insight.restore import insight_from
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers

RIGHT = np.array([[0.85, 0.1, 0.05], [0.3, 0.65, 0.05], [0.05, 0.05, 0.9]])
"""Parts of each true value (down) that the model reads as each value: a third of b is taken for a."""
VALUES = np.array(["a", "b", "c"])


def table(truth: np.ndarray, rng: np.random.Generator, held_out: int | None = 3000, **columns: object) -> Table:
    """A table whose column `topic` is what a model reads of the truth; `held_out` rows a value tell its errors."""
    seen = VALUES[[rng.choice(3, p=RIGHT[t]) for t in truth]]
    found = dongcha.read(pd.DataFrame({"topic": seen, **columns}))
    counts = None
    if held_out is not None:
        lines = [rng.multinomial(held_out, line) for line in RIGHT]
        counts = Confusion(("a", "b", "c"), tuple(tuple(int(n) for n in line) for line in lines))
    by = ReadBy("model", "text", 0.8, 9000, counts)
    column = replace(found.schema["topic"], read_by=by)
    return found.with_column(found.expr, column)


def claims(of: Table, pattern: str) -> dict[tuple[object, ...], Claim]:
    return {(*one.fact[1:], one.subject.category): one for one in PATTERNS.get(pattern)(cube(of))}


def of_group(found: tuple[Insight, ...], group: str, category: str) -> Insight:
    return next(i for i in found if i.facts.get("group") == group and i.subject.category == category)


def test_a_claim_that_the_correction_overturns_is_not_made() -> None:
    rng, rows = np.random.default_rng(0), 6000
    group = rng.choice(["north", "south", "east"], rows)
    shares = {"north": [0.3, 0.6, 0.1], "south": [0.3, 0.1, 0.6], "east": [0.3, 0.1, 0.6]}  # a is as common everywhere
    truth = np.array([rng.choice(3, p=shares[g]) for g in group])
    read = claims(table(truth, rng, region=group), "outstanding")
    raw = claims(table(truth, rng, None, region=group), "outstanding")
    asked = "topic", "region", "north", "a"
    assert raw[asked].p_value < 1e-6, "more of b, a third of which is taken for a"
    assert read[asked].p_value > 0.01
    assert read["topic", "region", "north", "b"].p_value < 1e-6


def test_a_true_difference_is_told_with_its_corrected_rates() -> None:
    rng, rows = np.random.default_rng(1), 4000
    group = rng.choice(["north", "south", "east", "west"], rows)
    shares = {"north": [0.1, 0.1, 0.8]}
    truth = np.array([rng.choice(3, p=shares.get(g, [0.5, 0.3, 0.2])) for g in group])
    found = of_group(mine(table(truth, rng, region=group), say=say).insights, "north", "c")
    facts = found.facts
    assert facts["value"] == pytest.approx(0.8 * 0.9 + 0.2 * 0.05, abs=0.03)
    assert facts["corrected"] == pytest.approx(0.8, abs=0.05)
    assert facts["corrected_rest"] == pytest.approx(0.2, abs=0.03)
    assert facts["corrected_low"] < 0.8 < facts["corrected_high"]
    assert "corrected for errors of reading" in found.sentence.en
    assert "校正读取误差后" in found.sentence.zh
    assert any("errors of reading" in caveat.en for caveat in found.caveats)
    assert not check_numbers(found)
    assert insight_from(to_json(found)).facts.keys() == facts.keys()


def test_the_evidence_gives_the_corrected_rates_again() -> None:
    rng, rows = np.random.default_rng(2), 3000
    group = rng.choice(["north", "south", "east"], rows)
    truth = np.array([rng.choice(3, p=[0.7, 0.1, 0.2] if g == "north" else [0.2, 0.4, 0.4]) for g in group])
    of = table(truth, rng, region=group)
    found = of_group(mine(of).insights, "north", "a")
    how = cube(of).corrections["topic"]
    assert how is not None
    rows_read = of.expr.select("topic", "region").to_pyarrow().to_pylist()
    weights = dict(zip(how.values, how.weights[0], strict=True))
    weight = np.array([weights[row["topic"]] for row in rows_read])
    here = np.array([row["region"] == "north" for row in rows_read])
    assert found.facts["corrected"] == pytest.approx(weight[here].mean(), abs=1e-9)
    assert found.facts["corrected_rest"] == pytest.approx(weight[~here].mean(), abs=1e-9)


def test_groups_that_a_model_read_are_corrected_too() -> None:
    rng, rows = np.random.default_rng(3), 6000
    truth = rng.choice(3, rows, p=[0.4, 0.3, 0.3])
    late = np.where(rng.random(rows) < np.array([0.5, 0.1, 0.1])[truth], "late", "on time")
    of = table(truth, rng, state=late, size=rng.normal(10, 1, rows) + (truth == 0))
    found = [i for i in mine(of, top=20).insights if i.facts.get("group") == "a"]
    rate = next(i for i in found if i.subject.aggregation == "rate")
    assert rate.facts["value"] < 0.46 < rate.facts["corrected_low"] < 0.5 < rate.facts["corrected_high"]
    assert any(i.subject.measure == "size" for i in found)


def test_a_change_over_time_is_one_of_what_is_true() -> None:
    rng, days = np.random.default_rng(4), pd.date_range("2023-01-01", "2023-12-31", freq="h")
    later = days >= pd.Timestamp("2023-07-01")
    mixed = np.array([rng.choice(3, p=[0.3, 0.6, 0.1] if one else [0.3, 0.1, 0.6]) for one in later])
    true = np.array([rng.choice(3, p=[0.5, 0.2, 0.3] if one else [0.3, 0.2, 0.5]) for one in later])
    for truth, held in ((mixed, False), (true, True)):
        raw, read = (
            {
                c.subject.category: c.p_value
                for c in PATTERNS.get("over_time")(cube(of))
                if (c.pattern, c.subject.grain) == ("change_point", "month")
            }
            for of in (table(truth, rng, rows, day=days) for rows in (None, 3000))
        )
        assert raw["a"] < 1e-4
        assert (read["a"] < 1e-3) is held


def test_a_majority_is_one_of_what_is_true() -> None:
    rng = np.random.default_rng(5)
    truth = rng.choice(3, 3000, p=[0.44, 0.5, 0.06])  # read as a: 0.44 · 0.85 + 0.5 · 0.3 + … = 0.53
    (raw,), (read,) = (
        list(PATTERNS.get("majority")(cube(table(truth, rng, rows, size=rng.random(3000))))) for rows in (None, 3000)
    )
    assert raw.p_value < 0.05 < 0.9 < read.p_value


def test_unknown_errors_are_said_to_be_unknown() -> None:
    rng = np.random.default_rng(6)
    group = rng.choice(["north", "south", "east"], 2000)
    truth = np.array([rng.choice(3, p=[0.8, 0.1, 0.1] if g == "north" else [0.2, 0.4, 0.4]) for g in group])
    found = of_group(mine(table(truth, rng, None, region=group), say=say).insights, "north", "a")
    assert "corrected" not in found.facts
    assert any("not known well enough" in caveat.en for caveat in found.caveats)


def test_columns_out_of_one_text_are_not_corrected_and_say_so() -> None:
    """Where groups are made of the same text, the model errs otherwise in each of them."""
    rng = np.random.default_rng(8)
    group = rng.choice(["north", "south", "east"], 2000)
    truth = np.array([rng.choice(3, p=[0.8, 0.1, 0.1] if g == "north" else [0.2, 0.4, 0.4]) for g in group])
    of = table(truth, rng, region=group)
    of = of.with_column(of.expr, replace(of.schema["region"], from_text="text"))
    found = of_group(mine(of, say=say).insights, "north", "a")
    assert "corrected" not in found.facts
    assert any("the same text" in caveat.en for caveat in found.caveats)
    other = of.with_column(of.expr, replace(of.schema["region"], from_text="another text"))
    assert "corrected" in of_group(mine(other).insights, "north", "a").facts


def test_a_column_of_the_table_itself_is_not_corrected() -> None:
    rng = np.random.default_rng(7)
    group = rng.choice(["north", "south", "east"], 2000)
    answer = np.where(rng.random(2000) < np.where(group == "north", 0.5, 0.2), "yes", "no")
    of = dongcha.read(pd.DataFrame({"region": group, "answer": answer}))
    found = mine(of, say=say).insights[0]
    assert cube(of).corrections == {}
    assert "corrected" not in found.facts
    assert not found.caveats
