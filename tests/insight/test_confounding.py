"""A difference that a third category makes is told as that, with figures that are recounted here."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.insight.test_strata import MEN, WOMEN

import dongcha
from dongcha.core.words import Words
from dongcha.insight.confounding import Confounded, caveat
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine
from dongcha.insight.reserved import mined_as
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers


def berkeley() -> pd.DataFrame:
    """One row an applicant."""
    cells = [(s, d, a) for s in (0, 1) for d in range(6) for a in (0, 1)]
    sizes = [int((MEN, WOMEN)[s][d][a]) for s, d, a in cells]
    rows = np.repeat(np.array(cells), sizes, axis=0)
    names = ["male", "female"], list("ABCDEF"), ["admitted", "rejected"]
    return pd.DataFrame({c: np.array(names[i])[rows[:, i]] for i, c in ((2, "outcome"), (0, "gender"), (1, "dept"))})


def of_gender(data: pd.DataFrame, gender: str = "gender", outcome: str = "outcome") -> list[Insight]:
    found = mine(dongcha.read(data), top=50, say=say).insights
    gender, outcome = mined_as(gender), mined_as(outcome)
    return [
        i
        for i in found
        if i.pattern == "outstanding" and {i.subject.measure, *i.subject.breakdown} == {gender, outcome}
    ]


def test_what_departments_make_of_admissions_is_said() -> None:
    """Bickel, Hammel & O'Connell 1975: 44.5 % of men were admitted and 30.4 % of women; within departments no less."""
    (found,) = of_gender(berkeley())
    (said,) = [c for c in found.caveats if "Confounded" in c.en]
    assert "Confounded with “dept”" in said.en
    assert "1.8 percentage points" in said.en
    assert "14.2 percentage points over all rows" in said.en
    assert "与“dept”混杂" in said.zh
    assert abs(float(str(found.facts["within"]))) == pytest.approx(0.0184252, abs=1e-6)
    assert check_numbers(found) == []


def test_a_figure_of_the_caveat_that_is_not_in_the_evidence_is_caught() -> None:
    (found,) = of_gender(berkeley())
    wrong = tuple(Words(c.en.replace("14.2", "24.2"), c.zh) for c in found.caveats)
    assert check_numbers(replace(found, caveats=wrong)) == [("en", "24.2 percentage points")]


def test_the_evidence_runs_as_it_is_shown_and_has_both_figures() -> None:
    import duckdb

    data = berkeley()
    (found,) = of_gender(data)
    con = duckdb.connect()
    con.register("data", data)
    rows = con.execute(found.evidence.sql).fetchdf()
    mine = rows[rows["is_subject"]].iloc[0]
    assert mine["within"] == pytest.approx(found.facts["within"])
    assert mine["overall"] == pytest.approx(found.facts["overall"])
    assert rows[~rows["is_subject"]]["within"].isna().all()


def test_a_true_difference_has_no_such_caveat() -> None:
    data = berkeley()
    rng = np.random.default_rng(1)
    data["dept"] = rng.permutation(data["dept"])
    (found,) = of_gender(data)
    assert "confounder" not in found.facts


def test_the_one_that_takes_most_away_is_named() -> None:
    data = berkeley()
    rng = np.random.default_rng(2)
    data["half"] = np.where(rng.random(len(data)) < 0.5, data["dept"], rng.permutation(data["dept"]))
    (found,) = of_gender(data)
    assert found.facts["confounder"] == "dept"


def test_a_third_category_that_is_mostly_unknown_is_not_asked() -> None:
    data = berkeley()
    data.loc[np.random.default_rng(3).random(len(data)) < 0.3, "dept"] = None
    (found,) = of_gender(data)
    assert "confounder" not in found.facts


def test_hostile_names_do_no_harm() -> None:
    names = {"gender": "性别<b>", "dept": "院系 “A”; DROP TABLE data--", "outcome": 'out"come'}
    (found,) = of_gender(berkeley().rename(columns=names), names["gender"], names["outcome"])
    assert found.facts["confounder"] == names["dept"]
    assert check_numbers(found) == []


def test_what_turns_round_is_said_to_do_so() -> None:
    said = caveat(Confounded("x", 0.18, -0.15))
    assert said.en == (
        "Confounded with “x”: within its values the difference is −15.0 percentage points on average, "
        "against +18.0 percentage points over all rows: the other way round."
    )
    assert said.zh.endswith("而在全部记录中为 +18.0 个百分点，方向相反。")
    assert "round" not in caveat(Confounded("x", 0.18, -0.01)).en
