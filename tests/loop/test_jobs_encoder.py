"""A refresh that trains an encoder is killed with kill -9 and goes on from its checkpoint; one version comes of it."""

import json
import shutil
from pathlib import Path

import psutil
import pytest
from tests.loop.test_jobs import alarm, ended, kinds, wait_for, worker
from tests.loop.test_refresh import NEW, correct, ran  # noqa: F401
from tests.model.conftest import tiny  # noqa: F401

from dongcha.loop.learn import Learning
from dongcha.loop.models import registered
from dongcha.loop.train import Place, train_file
from dongcha.model.encoder import Encoder
from dongcha.model.folder import load
from dongcha.store.project import Project, open_project
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of

SETTINGS = {"epochs": 5, "checks": 4, "patience": 1000, "batch_rows": 16}


@pytest.fixture
def project(ran: Path, tiny: Encoder, tmp_path: Path) -> Project:  # noqa: F811
    """A project whose champion is an encoder of two layers, all of whose weights learn."""
    folder = Path(shutil.copytree(ran, tmp_path / "p"))
    with (folder / "dongcha.toml").open("a") as file:
        file.write('\n[learn]\non = ["drift"]\nleast = 20\ncool_down = "1m"\n')
    made = open_project(folder)
    ask = Learning(label="topic", text="text", method="full", encoder=str(tiny.folder), settings=SETTINGS)
    train_file(str(ran.parent / "tickets.csv"), ask, Place(out=tmp_path / "m"))
    assert load(tmp_path / "m").recipe.method == "full"
    champion = registered(made.folder, tmp_path / "m", "topic", "ann")
    versions_of(made.state).point("topic", champion.number, CHAMPION, by="ann")
    correct(made, NEW, "shipping", 60, predicted="login")
    return made


def step(project: Project) -> int:
    """The step of the training that is on the disk; 0 while there is none."""
    try:
        (file, *_) = [*project.models.glob(".topic.run-*/**/state.json"), None]
        return 0 if file is None else int(json.loads(file.read_text())["step"])
    except (OSError, ValueError, KeyError):  # it is being replaced, or is another state
        return 0


@pytest.mark.slow
def test_kill_9_in_the_middle_of_an_encoder(project: Project) -> None:
    alarm(project)
    first = worker(project)
    wait_for(lambda: step(project), 120)
    (child,) = psutil.Process(first.pid).children()
    child.kill()  # both at once, as when a machine loses its power
    first.kill()
    first.communicate()
    wait_for(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 20)
    stored, seen = step(project), set()
    assert stored > 0
    assert versions_of(project.state).aliases("topic") == {CHAMPION: 2}

    second = worker(project)

    def over() -> bool:
        seen.add(step(project))
        return "refresh-ended" in kinds(project)

    wait_for(over, 180)
    assert ended(second)[0] == 0
    assert {one for one in seen if 0 < one < stored} == set(), "it began again"
    assert max(seen) > stored
    assert kinds(project) == ["refresh-begun", "refresh-lost", "refresh-taken-up", "refresh-ended"]
    versions = versions_of(project.state)
    assert [one.number for one in versions.versions("topic")] == [1, 2, 3]
    assert versions.aliases("topic") == {CHAMPION: 2, CHALLENGER: 3}
    made = load(project.folder / versions.version("topic", 3).folder)
    assert (made.recipe.method, made.classes) == ("full", ("billing", "login", "shipping"))
    assert not list(project.models.glob(".topic.run-*"))
