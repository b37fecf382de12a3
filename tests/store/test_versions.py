"""Versions get numbers, aliases move and go back, and nothing is rewritten."""

import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.core.errors import ConfigError, UnknownName
from dongcha.store.state import open_state
from dongcha.store.versions import CHALLENGER, CHAMPION, Versions, versions_of


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return versions_of(open_state(tmp_path / "s.db"))


def test_versions_are_numbered_by_model_and_keep_their_lineage(versions: Versions) -> None:
    first = versions.register("topic", "models/topic/{number}", {"data": "abc", "metrics": {"macro_f1": 0.5}})
    versions.register("topic", "models/topic/{number}", {"parent": 1})
    versions.register("情感", "models/情感/{number}", {})
    assert [(one.number, one.folder) for one in versions.versions("topic")] == [
        (1, "models/topic/1"),
        (2, "models/topic/2"),
    ]
    assert versions.version("topic", 1) == first
    assert versions.models() == ["topic", "情感"]


def test_a_version_that_is_not_there_is_named_with_those_that_are(versions: Versions) -> None:
    with pytest.raises(UnknownName, match="no model is registered yet"):
        versions.version("topic", 1)
    versions.register("topic", "x", {})
    with pytest.raises(UnknownName, match="has no version 7; 'topic' has the versions 1"):
        versions.point("topic", 7, by="ann")
    with pytest.raises(UnknownName, match="known models: 'topic'"):
        versions.version("topik", 1)
    assert versions.moves("topic") == []


def test_an_alias_is_where_it_was_last_pointed_and_goes_back_step_by_step(versions: Versions) -> None:
    for _ in range(3):
        versions.register("m", "x", {})
    for number in (1, 2, 2, 3):  # pointing where it points is no step
        versions.point("m", number, by="ann", why={"rule": "test"})
    versions.point("m", 1, CHALLENGER, by="ann")
    assert versions.aliases("m") == {CHAMPION: 3, CHALLENGER: 1}
    assert versions.back("m", by="ben").version == 2
    assert versions.back("m", by="ben").version == 1
    with pytest.raises(ConfigError, match="it has been 1 from the start"):
        versions.back("m", by="ben")
    found = versions.alias("m")
    assert found is not None
    assert found.number == 1
    assert [move.how for move in versions.moves("m")] == ["point", "point", "point", "point", "point", "back", "back"]


def test_after_going_back_a_new_step_starts_there(versions: Versions) -> None:
    for _ in range(3):
        versions.register("m", "x", {})
    versions.point("m", 1, by="a")
    versions.point("m", 2, by="a")
    versions.back("m", by="a")
    versions.point("m", 3, by="a")
    assert versions.back("m", by="a").version == 1


def test_a_dropped_alias_points_nowhere_and_cannot_go_back(versions: Versions) -> None:
    versions.register("m", "x", {})
    versions.point("m", 1, CHALLENGER, by="a")
    versions.drop("m", CHALLENGER, by="a")
    assert versions.alias("m", CHALLENGER) is None
    with pytest.raises(ConfigError, match="it was never set"):
        versions.back("m", CHALLENGER, by="a")


@settings(max_examples=50, deadline=None)
@given(steps=st.lists(st.sampled_from([1, 2, 3, 0]), max_size=15))
def test_going_back_is_taking_from_a_stack(steps: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    versions = versions_of(open_state(tmp_path_factory.mktemp("v") / "s.db"))
    for _ in range(3):
        versions.register("m", "x", {})
    stack: list[int] = []
    for step in steps:
        if step:
            versions.point("m", step, by="a")
            stack += [step] if stack[-1:] != [step] else []
        elif len(stack) > 1:
            versions.back("m", by="a")
            stack.pop()
    assert versions.aliases("m").get(CHAMPION) == (stack[-1] if stack else None)


def test_two_who_register_at_once_get_two_numbers(versions: Versions) -> None:
    threads = [
        threading.Thread(target=lambda: [versions.register("m", "x/{number}", {}) for _ in range(10)]) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in versions.versions("m")] == list(range(1, 31))
