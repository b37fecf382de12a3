"""A service whose state is on PostgreSQL, which is restarted under it."""

import time

import pytest
from tests.serve.conftest import trained
from tests.serve.running import running

from dongcha import Client
from dongcha.loop.models import registered
from dongcha.store.config import Config
from dongcha.store.feedback import feedback_of
from dongcha.store.project import create_project

pytestmark = pytest.mark.postgres
__all__ = ["trained"]


def test_a_server_that_restarts_loses_and_doubles_nothing(server, trained, tmp_path) -> None:
    project = create_project(tmp_path / "p", Config(state=server.database("live")))
    registered(project.folder, trained[0], None, "ann")
    with running(project.folder) as found, Client(found.url, tries=8) as client:
        first = client.predict([f"refund {i}" for i in range(20)])
        for one in first[:10]:
            assert client.correct(one, "login", by="ann")["new"]
        time.sleep(1)
        server.restart()
        for one in first[10:]:
            assert client.correct(one, "login", by="ann")["new"]
        assert client.predict(["still here"])
        registered(project.folder, trained[1], None, "ann")
        client.promote("topic", 2, by="ann")
        until = time.monotonic() + 20
        while client.models()[0]["serves"] != 2 and time.monotonic() < until:
            time.sleep(0.2)
        assert client.predict(["a refund"])[0].version == 2
    kept = feedback_of(project.state).after()
    assert [one.input for one in kept] == [f"refund {i}" for i in range(20)]
    project.state.engine.dispose()
