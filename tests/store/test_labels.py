"""Labels are appended, and what was taken back stays in the table."""

import pytest
from sqlalchemy import text

from dongcha.store.labels import key_of, labels_of
from dongcha.store.state import open_state


@pytest.fixture
def labels(tmp_path):
    return labels_of(open_state(tmp_path / "s.db"), "kind")


def told(labels):
    return [(one.text, one.label, one.by) for one in labels.standing()]


def test_the_last_word_of_each_person_stands_and_nothing_is_rewritten(labels):
    labels.append("one", "a", "ann")
    labels.append("one", "b", "ann")
    labels.append("one", "a", "bob")
    labels.append("two", None, "ann")
    assert told(labels) == [("one", "b", "ann"), ("one", "a", "bob"), ("two", None, "ann")]
    assert labels.undo("ann").text == "two"
    assert labels.undo("ann").label == "b"
    assert told(labels) == [("one", "a", "ann"), ("one", "a", "bob")]
    assert labels.undo("ann").label == "a"
    assert labels.undo("ann") is None
    assert told(labels) == [("one", "a", "bob")]
    with labels.state.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM labels")).scalar() == 7


def test_labels_of_another_column_are_others(labels):
    labels.append("one", "a", "ann")
    assert labels_of(labels.state, "other").standing() == []
    assert labels_of(labels.state, "other").undo("ann") is None


def test_odd_texts_and_classes_come_back(labels):
    for odd in ("'; DROP TABLE labels; --", "<b>\0x", "\ud800 half", "洞察", "a" * 100_000):
        labels.append(odd, odd.replace("\0", "").replace("\ud800", "?"), "ann\n")
    found = labels.standing()
    assert [one.label for one in found][:2] == ["'; DROP TABLE labels; --", "<b>x"]
    assert found[1].text == "<b>\ufffdx"
    assert found[1].key == key_of("<b>\0x")
    assert len({one.key for one in found}) == 5


def test_numbers_ascend(labels):
    numbers = [labels.append("t", str(i), "ann").number for i in range(5)]
    assert numbers == sorted(set(numbers))
