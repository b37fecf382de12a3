from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.core.errors import DataError, LeakError
from dongcha.data.clean import clean
from dongcha.data.schema import ROW
from dongcha.data.split import PARTS, check_leak, split, without_repeats


def frame(labels, seed=0):
    texts = [f"text number {i} says {i * 7919 % 1009} and {i * 104729 % 997} things" for i in range(len(labels))]
    days = pd.date_range("2023-01-01", periods=len(labels)).as_unit("s")
    return pd.DataFrame({"text": texts, "kind": labels, "day": days})


def table(data):
    return dongcha.read(data, roles={"text": "text", "kind": "label"})


def rows(part):
    return set(part.values().column(ROW).to_pylist())


def test_parts_are_disjoint_whole_stratified_and_the_same_for_the_same_seed():
    data = table(frame(["a"] * 600 + ["b"] * 300 + ["c"] * 100))
    parts, again, other = split(data, label="kind"), split(data, label="kind"), split(data, label="kind", seed=1)
    found = [rows(getattr(parts, name)) for name in PARTS]
    assert sum(map(len, found)) == len(set.union(*found)) == 1000
    counts = Counter(parts.test.values("kind").column("kind").to_pylist())
    assert counts == {"a": 90, "b": 45, "c": 15}
    assert rows(again.test) == rows(parts.test) != rows(other.test)
    assert parts.fingerprint == again.fingerprint != other.fingerprint
    check_leak(parts)


def test_like_texts_stay_on_one_side():
    data = frame(["a", "b"] * 100)
    data["text"] = [
        f"{text} and a long tail of equal words that follows every time {i // 4}"
        for i, text in enumerate(t for t in data["text"][:50] for _ in range(4))
    ]
    check_leak(split(clean(table(data), rules=["near_duplicates"]).table, label="kind"))


def test_by_time_the_latest_rows_are_the_test():
    parts = split(table(frame(["a", "b"] * 50)), label="kind", time="day")
    days = [part.values("day").column("day").to_pylist() for part in (parts.train, parts.validation, parts.test)]
    assert max(days[0]) < min(days[1]) <= max(days[1]) < min(days[2])


def test_a_shared_text_is_a_leak():
    parts = split(table(frame(["a", "b"] * 50)), label="kind")
    with pytest.raises(LeakError, match="train and test parts share a text"):
        check_leak(replace(parts, test=parts.train))


def test_rows_without_a_label_are_in_no_part_and_too_few_are_refused():
    data = table(frame(["a", None, "b", None] * 20))
    parts = split(data, label="kind")
    assert sum(len(rows(getattr(parts, name))) for name in PARTS) == 40
    with pytest.raises(DataError, match="needs at least 10"):
        split(table(frame(["a", "b", None] * 4)), label="kind")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=10, max_size=60), st.integers(0, 5))
def test_every_label_has_a_row_to_learn_from(labels, seed):
    parts = split(table(frame([*labels, "d"])), label="kind", seed=seed)
    assert set(parts.train.values("kind").column("kind").to_pylist()) == {*labels, "d"}


def test_train_rows_that_recur_in_the_test_are_left_out_with_a_note():
    parts = split(table(frame(["a", "b"] * 50)), label="kind")
    mixed = replace(parts, train=parts.train.with_expr(parts.train.expr.union(parts.test.expr)))
    cut, notes = without_repeats(mixed, "text")
    assert rows(cut.train) == rows(parts.train)
    assert rows(cut.test) == rows(parts.test)
    assert [note.en for note in notes] == [
        f"{parts.test.rows} train rows were left out: their text recurs in the rows that judge the model."
    ]
    with pytest.raises(DataError, match="every train row recurs"):
        without_repeats(replace(parts, test=parts.train), "text")
