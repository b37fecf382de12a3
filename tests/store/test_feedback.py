"""What people said is stored once, in order, and survives a kill."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.core.errors import StorageError
from dongcha.store.feedback import Feedback, Feedbacks, feedback_of
from dongcha.store.state import open_state


@pytest.fixture
def feedback(tmp_path: Path) -> Feedbacks:
    return feedback_of(open_state(tmp_path / "s.db"))


def said(label: object, **more: object) -> Feedback:
    return Feedback(**{"model": "m", "input": "a text", "label": label, "by": "ann", **more})  # type: ignore[arg-type]


def test_feedback_comes_back_as_it_was_given_with_a_number_and_a_moment(feedback: Feedbacks) -> None:
    given = said("好", input=["问", "答"], prediction="p1", version=3, predicted="bad")
    stored, fresh = feedback.append(given)
    assert fresh
    assert stored.number == 1
    assert stored.at.endswith("+00:00")
    assert feedback.after() == [stored]
    assert (stored.input, stored.label, stored.prediction, stored.version, stored.predicted) == (
        ["问", "答"],
        "好",
        "p1",
        3,
        "bad",
    )


def test_the_same_key_is_stored_once_whatever_comes_with_it(feedback: Feedbacks) -> None:
    first, _ = feedback.append(said("a", key="k"))
    again, fresh = feedback.append(said("b", key="k"))
    assert not fresh
    assert again == first
    assert feedback.count("m") == 1


def test_without_a_key_who_said_what_of_what_is_the_key(feedback: Feedbacks) -> None:
    one, two = said("a"), said("a", by="ben")
    stored, fresh = feedback.append_many([one, one, two, said("b")])
    assert fresh == 3
    assert [row.number for row in stored] == [1, 1, 2, 3]
    assert not feedback.append(one)[1]


def test_it_is_read_on_from_a_number_and_by_model(feedback: Feedbacks) -> None:
    feedback.append_many([said(str(i), model="m" if i % 2 else "n") for i in range(10)])
    assert [row.label for row in feedback.after(4, model="m")] == ["5", "7", "9"]
    assert [row.label for row in feedback.after(0, most=2)] == ["0", "1"]
    assert [row.label for row in feedback.last(2, model="n")] == ["6", "8"]


@settings(max_examples=40, deadline=None)
@given(text=st.text(), label=st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_any_text_can_be_stored(text: str, label: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    feedback = feedback_of(open_state(tmp_path_factory.mktemp("f") / "s.db"))
    stored, _ = feedback.append(said(label, input=text))
    assert feedback.after() == [stored]


def test_half_a_surrogate_pair_is_stored_as_a_question_mark(feedback: Feedbacks) -> None:
    stored, _ = feedback.append(said("a", input="x\ud800y"))
    assert feedback.after()[0].input == "x?y"
    assert stored.number == 1


def test_two_writers_get_numbers_in_turn(tmp_path: Path) -> None:
    feedback = feedback_of(open_state(tmp_path / "s.db"))

    def write(name: str) -> None:
        for i in range(25):
            feedback.append(said(str(i), by=name))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row.number for row in feedback.after()] == list(range(1, 76))


def test_a_locked_database_is_said_in_one_sentence(tmp_path: Path) -> None:
    feedback = feedback_of(open_state(tmp_path / "s.db"))
    with feedback.state.engine.connect() as warm:
        warm.exec_driver_sql("PRAGMA busy_timeout=50")
        holder = sqlite3.connect(tmp_path / "s.db")
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match=r"in use by another process"):
            feedback.append(said("a"))
        holder.rollback()
    assert feedback.append(said("a"))[1]


WRITER = """
import sys
from pathlib import Path
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.state import open_state
feedback = feedback_of(open_state(Path(sys.argv[1])))
for i in range(100000):
    key = f"{sys.argv[2]}-{i}"
    feedback.append(Feedback(model="m", input=key, label="x", by="ann", key=key))
    print(key, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill_and_is_there_once(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for turn in range(4):
        call = [sys.executable, "-c", WRITER, str(tmp_path / "s.db"), str(turn)]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=os.environ) as writer:
            assert writer.stdout is not None
            acknowledged.append(writer.stdout.readline().strip())
            time.sleep(random.Random(turn).uniform(0.01, 0.2))
            writer.send_signal(signal.SIGKILL)
            acknowledged += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert len(acknowledged) > 8
    with closing(sqlite3.connect(tmp_path / "s.db")) as connection:
        keys = [key for (key,) in connection.execute("SELECT key FROM feedback ORDER BY number")]
        inputs = [json.loads(text) for (text,) in connection.execute("SELECT input FROM feedback ORDER BY number")]
    assert set(acknowledged) <= set(keys)
    assert len(keys) == len(set(keys))
    assert inputs == keys
