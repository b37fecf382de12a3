"""What is told as even: by what it is contradicted, and how much of it where the goal asks."""

import numpy as np
import pandas as pd

import dongcha
from dongcha.insight.mine import mine


def desks() -> pd.DataFrame:
    """Ten desks with as many rows each, the kind of a row hanging on its desk."""
    random = np.random.default_rng(7)
    desk = np.repeat([*"abcd"], 300)
    kind = np.where(random.random(1200) < 0.7, np.char.add("k", desk), random.choice(["ka", "kb", "kc", "kd"], 1200))
    return pd.DataFrame({"desk": desk, "kind": kind})


def test_two_columns_that_go_together_leave_the_counts_of_one_as_even_as_they_are() -> None:
    mined = mine(dongcha.read(desks()), top=20)
    assert any({i.subject.measure, *i.subject.breakdown} >= {"desk", "kind"} for i in mined.insights)
    assert [i.subject.breakdown for i in mined.checked if i.subject.measure is None and not i.subject.grain] == [
        ("desk",),
        ("kind",),
    ]
    assert not [i for i in mined.checked if {i.subject.measure, *i.subject.breakdown} == {"desk", "kind"}]


def flat() -> pd.DataFrame:
    random, rows = np.random.default_rng(3), 6000
    names = ("desk", "area", "shift", "kind", "grade", "channel", "door")
    return pd.DataFrame({name: random.choice([*"abc"], rows) for name in names})


def test_more_is_told_of_what_the_goal_asks_for_and_that_alone() -> None:
    table = dongcha.read(flat())
    plain, asked = mine(table, top=9).checked, mine(table, top=9, goal="what differs between desks").checked
    assert len(plain) == 5
    assert 5 < len(asked) <= 9
    assert all("desk" in (i.subject.measure, *i.subject.breakdown) for i in asked)


def test_what_two_columns_of_one_meaning_say_is_told_once() -> None:
    data = flat()[["desk", "area"]]
    data["code"] = data["desk"].map({"a": "Aachen", "b": "Bonn", "c": "Celle"})
    told = mine(dongcha.read(data), top=9).checked
    counted = [i.subject.breakdown for i in told if i.subject.measure is None]
    assert len(counted) == 2
    assert ("area",) in counted
    assert not [i for i in told if {"desk", "code"} <= {i.subject.measure, *i.subject.breakdown}]
