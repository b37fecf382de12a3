"""What is remembered is appended, and nothing a person said is rewritten."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.core.errors import StorageError
from dongcha.store.memory import Memory, memory_for, memory_of
from dongcha.store.project import create_project
from dongcha.store.state import open_state


@pytest.fixture
def memory(tmp_path) -> Memory:
    return memory_of(open_state(tmp_path / "m.db"))


def test_the_last_telling_and_the_last_before_a_moment(memory):
    assert memory.last() is None
    first = memory.tell({"told": ["一"]}, "mine")
    memory.tell({"told": ["two"]}, "run")
    assert memory.last()[1] == {"told": ["two"]}
    assert memory.last(by="mine") == (first, {"told": ["一"]})
    assert memory.last(datetime.now(UTC) - timedelta(hours=1)) is None
    assert memory.last(datetime.now().astimezone() + timedelta(hours=1))[1] == {"told": ["two"]}


def test_what_is_said_is_appended_and_the_last_word_holds(memory):
    memory.mark("dismiss", "a", {"n": 1})
    memory.mark("star", "b", {"n": 2})
    memory.mark("star", "a", {"n": 3})
    memory.mark("forget", "b", {"n": 2})
    assert memory.marks() == [("star", "a", {"n": 3})]
    with sqlite3.connect(memory.state.path) as connection:
        said = connection.execute("select verb, key from marks order by number").fetchall()
    connection.close()
    assert said == [("dismiss", "a"), ("star", "b"), ("star", "a"), ("forget", "b")]


def test_a_project_that_was_made_before_there_was_a_memory_gets_one(tmp_path):
    project = create_project(tmp_path / "p")
    project.state.finish("mine", "k", {"insights": 1})
    memory_of(project.state).mark("star", "a", {})
    assert project.state.result("mine", "k") == {"insights": 1}
    assert memory_of(open_state(project.folder / "state.db")).marks() == [("star", "a", {})]


def test_a_file_has_a_memory_of_its_own_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "投诉 1.csv").write_text("x\n1\n")
    one, two = (memory_for(str(tmp_path / name / "投诉 1.csv")) for name in ("a", "b"))
    one.mark("star", "k", {})
    monkeypatch.chdir(tmp_path / "a")
    assert memory_for("投诉 1.csv").marks() == [("star", "k", {})]
    assert two.marks() == []
    assert {path.parent for path in (one.state.path, two.state.path)} == {tmp_path / "home" / "dongcha" / "findings"}
    assert memory_for("https://example.com/x?a=1&b='\"").state.path.is_file()


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "home").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with pytest.raises(StorageError, match="cannot write"):
        memory_for("x.csv")


def test_a_damaged_memory_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    memory = memory_for("x.csv")
    memory.state.engine.dispose()
    for file in memory.state.path.parent.iterdir():
        file.write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match="move it away"):
        memory_for("x.csv")


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["dismiss", "star", "forget"]), st.sampled_from("abc"))))
def test_marks_are_what_a_dictionary_of_last_words_says(tmp_path_factory, said):
    memory = memory_of(open_state(tmp_path_factory.mktemp("m") / "m.db"))
    last = {}
    for verb, key in said:
        memory.mark(verb, key, {})
        last[key] = verb
    memory.state.engine.dispose()
    assert {key: verb for verb, key, _ in memory.marks()} == {k: v for k, v in last.items() if v != "forget"}
