"""Columns that say the same: related to each other they tell nothing, and what either says is told once."""

from dataclasses import replace

import numpy as np
import pandas as pd

import dongcha
from dongcha.data.schema import ReadBy
from dongcha.insight.cube import cube
from dongcha.insight.mine import mine
from dongcha.insight.twins import Pair, twins


def table() -> pd.DataFrame:
    random = np.random.default_rng(4)
    kind = random.choice(["paper", "screen", "mouse"], 600)
    team = np.where(random.random(600) < 0.02, "paper", kind)
    late = random.random(600) < 0.2 + 0.4 * (kind == "screen")
    return pd.DataFrame({"kind": kind, "team": team, "late": np.where(late, "yes", "no"), "other": [*"ab"] * 300})


def test_a_column_that_repeats_another_is_its_twin() -> None:
    found = twins(cube(dongcha.read(table())))
    assert found == {"team": Pair("kind", {"paper": "paper", "screen": "screen", "mouse": "mouse"})}


def test_a_column_that_renames_one_of_the_values_is_a_twin_and_its_value_the_same_fact() -> None:
    data = table()
    data["team"] = data["team"].replace("screen", "display desk")
    found = twins(cube(dongcha.read(data)))
    assert found["team"].values["display desk"] == "screen"
    told = mine(dongcha.read(data), top=50).insights
    late = [i for i in told if i.subject.measure == "late" and i.facts.get("group") in ("screen", "display desk")]
    assert [i.folded for i in late] == [3]


def test_a_code_is_the_twin_of_what_it_stands_for_and_a_near_one_of_other_names_is_not() -> None:
    random = np.random.default_rng(2)
    land = random.choice(["France", "Spain", "Italy", "Peru"], 800)
    code = pd.Series(land).map({"France": "FR", "Spain": "ES", "Italy": "IT", "Peru": "PE"})
    near = np.where(random.random(800) < 0.05, "FR", code)
    frame = pd.DataFrame({"land": land, "code": code, "near": near})
    assert twins(cube(dongcha.read(frame[["land", "code"]])))["code"].values["ES"] == "Spain"
    assert twins(cube(dongcha.read(frame[["land", "near"]]))) == {}


def test_twins_are_not_told_of_each_other_and_what_they_say_is_told_once() -> None:
    found = mine(dongcha.read(table()), top=50).insights
    about = [{i.subject.measure, *i.subject.breakdown} for i in found]
    assert {"kind", "team"} not in about
    screen = [i for i in found if i.subject.measure == "late" and i.facts.get("group") == "screen"]
    assert len(screen) == 1
    assert screen[0].folded == 3  # late or not, of the kind or of the team


def test_two_columns_with_the_same_answers_are_no_twins() -> None:
    random = np.random.default_rng(1)
    data = pd.DataFrame({"one": random.choice(["yes", "no"], 300), "two": random.choice(["yes", "no"], 300)})
    assert twins(cube(dongcha.read(data))) == {}


def test_a_label_and_what_a_model_that_learned_it_reads_tell_one_fact() -> None:
    random, data = np.random.default_rng(2), table()
    wrong = random.random(600) < 0.25
    data["team"] = np.where(wrong, random.choice(["paper", "screen", "mouse"], 600), data["kind"])
    read = dongcha.read(data, roles={"kind": "label"})
    assert twins(cube(read)) == {}
    by = ReadBy("model", "text", 0.8, 100)
    read = read.with_column(read.expr, replace(read.schema["team"], read_by=by))
    assert twins(cube(read))["team"].column == "kind"
    found = mine(read, top=50).insights
    screen = [i for i in found if i.subject.measure == "late" and i.facts.get("group") == "screen"]
    assert [i.subject.breakdown for i in screen] == [("kind",)]
    assert {"kind", "team"} not in [{i.subject.measure, *i.subject.breakdown} for i in found]
