"""Workers on several machines with one state on PostgreSQL: a training is begun once, and goes on when one dies."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from tests.loop.test_jobs import alarm, ended, kinds, wait_for, worker
from tests.loop.test_refresh import NEW, correct, ran  # noqa: F401

from dongcha.store.alone import held_in
from dongcha.store.project import Project, open_project
from dongcha.store.state import open_state
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of

pytestmark = pytest.mark.postgres
HOLD = """
import sys, time
from dongcha.store.alone import held_in
from dongcha.store.state import open_state
with held_in(open_state(sys.argv[1]), "refresh") as mine:
    print(mine, flush=True)
    time.sleep(60)
"""


def test_the_server_takes_the_lock_back_from_the_dead(server) -> None:
    address = server.database("locks")
    state = open_state(address)
    other = subprocess.Popen([sys.executable, "-c", HOLD, address], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "True\n"
        with held_in(state, "refresh") as mine:
            assert not mine
        with held_in(state, "another job") as mine:
            assert mine
    finally:
        other.kill()
        other.communicate()

    def free() -> bool:
        with held_in(state, "refresh") as mine:
            return mine

    wait_for(free, 10)
    with held_in(state, "refresh") as mine:
        assert mine
        server.restart()  # the connection breaks while the lock is held
    assert free()
    state.engine.dispose()


@pytest.fixture
def machines(server, ran, tmp_path) -> list[Project]:  # noqa: F811
    """The same project on two machines: two folders, one state."""
    address = server.database(f"jobs_{tmp_path.name}")
    found = []
    for name in ("one", "two"):
        folder = Path(shutil.copytree(ran, tmp_path / name))
        (folder / "state.db").unlink()
        path = folder / "dongcha.toml"
        told = f'state = "{address}"\n' + path.read_text() + '\n[learn]\non = ["drift"]\nleast = 20\ncool_down = "1h"\n'
        path.write_text(told)
        found.append(open_project(folder))
    register(found[0])
    correct(found[0], NEW, "shipping", 60, predicted="login")
    yield found
    for one in found:
        one.state.engine.dispose()


def register(project: Project) -> None:
    versions = versions_of(project.state)
    (model,) = {path.parent for path in (project.folder / "models").glob("*/1/dongcha.json")}
    versions.register("topic", str(model.relative_to(project.folder)), {"feedback": 0})
    versions.point("topic", 1, CHAMPION, by="ann")


@pytest.mark.slow
def test_two_machines_begin_a_training_once(machines) -> None:
    alarm(machines[0])
    workers = [worker(one) for one in machines]
    try:
        wait_for(lambda: "refresh-ended" in kinds(machines[0]), 120)
        time.sleep(2)
    finally:
        told = [ended(one) for one in workers]
    assert told == [(0, ""), (0, "")]
    assert kinds(machines[0]) == ["refresh-begun", "refresh-ended"]
    versions = versions_of(machines[0].state)
    assert [one.number for one in versions.versions("topic")] == [1, 2]
    assert versions.aliases("topic") == {CHAMPION: 1, CHALLENGER: 2}


@pytest.mark.slow
def test_the_other_machine_goes_on_when_one_dies(machines) -> None:
    alarm(machines[0])
    first = worker(machines[0])
    wait_for(lambda: "refresh-begun" in kinds(machines[0]))
    (child,) = wait_for(lambda: psutil.Process(first.pid).children())
    first.kill()
    first.communicate()
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 30)
    second = worker(machines[1])
    try:
        wait_for(lambda: "refresh-ended" in kinds(machines[1]), 120)
    finally:
        assert ended(second)[0] == 0
    assert kinds(machines[1]) == ["refresh-begun", "refresh-lost", "refresh-taken-up", "refresh-ended"]
    assert [one.number for one in versions_of(machines[1].state).versions("topic")] == [1, 2]
