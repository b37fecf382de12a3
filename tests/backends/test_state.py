"""The state on a real PostgreSQL server: the same answers as in a file, in the order of commits, after a restart."""

import threading
from pathlib import Path

import pytest

from dongcha.core.errors import ConfigError, StorageError
from dongcha.core.events import Event
from dongcha.store.config import Config
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.memory import memory_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.project import create_project
from dongcha.store.state import open_state
from dongcha.store.versions import versions_of

pytestmark = pytest.mark.postgres


def said(label: str, **more: object) -> Feedback:
    return Feedback(**{"model": "m", "input": "文本 \0", "label": label, "by": "ann", **more})  # type: ignore[arg-type]


def test_a_project_remembers_on_the_server(server, tmp_path: Path) -> None:
    address = server.database("remembering")
    project = create_project(tmp_path / "p", Config(state=address))
    state = project.state
    assert not (tmp_path / "p" / "state.db").exists()
    state.finish("clean", "k", {"rows": 3})
    assert open_state(address).result("clean", "k") == {"rows": 3}
    memory_of(state).mark("star", "a", {"名": 1})
    assert memory_of(open_state(address)).marks() == [("star", "a", {"名": 1})]
    feedback = feedback_of(state)
    stored, fresh = feedback.append(said("好"))
    assert (fresh, feedback.append(said("好"))) == (True, (stored, False))
    assert feedback_of(open_state(address)).after() == [stored]
    versions = versions_of(state)
    versions.register("m", "models/m/{number}", {"parent": None})
    versions.register("m", "models/m/{number}", {})
    versions.point("m", 1, by="ann")
    versions.point("m", 2, by="ann")
    versions.back("m", by="ann")
    assert versions_of(open_state(address)).aliases("m") == {"champion": 1}
    predictions = predictions_of(state)
    one = Predicted(id="a", at="2026", model="m", version=1, input="文", label="x", score=0.25)
    predictions.append_many([one])
    assert predictions.find("a") == one
    assert predictions.forget("2027") == 1
    assert events_of(state).append(Event("trained", {"x": 1})) == 1


def test_numbers_stand_in_the_order_of_commits(server) -> None:
    address = server.database("in_order")
    feedback = feedback_of(open_state(address))
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while True:
            last = done.is_set()
            seen.extend(row.number for row in feedback.after(seen[-1] if seen else 0))
            if last:
                return

    def write(name: str) -> None:
        own = feedback_of(open_state(address))
        for i in range(40):
            own.append(said(str(i), by=name))

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert seen == [row.number for row in feedback.after()]
    assert len(seen) == 120


def test_it_goes_on_after_the_server_was_restarted(server) -> None:
    feedback = feedback_of(open_state(server.database("restarted")))
    feedback.append(said("a"))
    server.restart()
    assert feedback.append(said("b"))[1]
    assert [row.label for row in feedback.after()] == ["a", "b"]


def test_a_server_that_is_not_there_and_a_password_are_one_sentence() -> None:
    with pytest.raises(StorageError, match="check the disk and the rights of its folder, or the server"):
        open_state("postgresql://dongcha@127.0.0.1:1/none")
    with pytest.raises(ConfigError, match="leave the password out"):
        open_state("postgresql://dongcha:secret@127.0.0.1:1/none")
