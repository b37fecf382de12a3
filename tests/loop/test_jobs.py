"""The worker as an operator runs it: an alert starts a training, a killed one goes on, two workers do one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Flag

import psutil
import pytest
from tests.cli.call import dongcha
from tests.loop.test_refresh import NEW, correct, ran  # noqa: F401

from dongcha.core.events import Event
from dongcha.core.words import Words
from dongcha.loop.jobs.queue import queue_at
from dongcha.loop.jobs.refreshing import REFRESH
from dongcha.loop.jobs.runs import MOST_LOST, alone, one_run, wanted
from dongcha.loop.models import listed
from dongcha.model.folder import load
from dongcha.store.alerts import Alert, alerts_of
from dongcha.store.config import load_config
from dongcha.store.happened import events_of
from dongcha.store.jobs import jobs_of
from dongcha.store.project import Project, open_project
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of

CALL = [sys.executable, "-c", "from dongcha.cli.main import main; main()"]
LEARN = '\n[learn]\non = ["drift"]\nleast = 20\ncool_down = "1m"\n'


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> Project:  # noqa: F811
    folder = Path(shutil.copytree(ran, tmp_path / "p"))
    with (folder / "dongcha.toml").open("a") as file:
        file.write(LEARN)
    made = open_project(folder)
    correct(made, NEW, "shipping", 60, predicted="login")
    return made


def alarm(project: Project, kind: str = "drift") -> int:
    alert = Alert(group=f"topic/{kind}/inputs", severity="warning", sentence=Words("drift", "漂移"))
    alerts_of(project.state).see(alert, None)
    return alerts_of(project.state).open()[alert.group].number


def worker(project: Project) -> subprocess.Popen[str]:
    call = [*CALL, "learn", str(project.folder), "--watch", "--json"]
    return subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))


def kinds(project: Project) -> list[str]:
    found = [event.kind for _, event in events_of(project.state).after()]
    return [kind for kind in found if kind.startswith("refresh-")]


def wait_for(what, seconds: float = 60.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def ended(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def run_once(project: Project, **more) -> list[str]:
    told: list[Event] = []
    one_run(project, REFRESH, more.get("now", datetime.now().astimezone()), more.get("stop", Flag()), told.append)
    return [event.kind for event in told]


@pytest.mark.slow
def test_an_alert_starts_a_training_and_a_second_worker_does_not_start_another(project: Project) -> None:
    number = alarm(project)
    workers = [worker(project), worker(project)]
    try:
        wait_for(lambda: "refresh-ended" in kinds(project))
        time.sleep(1.5)
    finally:
        found = [ended(one) for one in workers]
    assert found == [(0, ""), (0, "")]
    assert kinds(project) == ["refresh-begun", "refresh-ended"]
    (event,) = [event for _, event in events_of(project.state).after() if event.kind == "refresh-ended"]
    assert event.data["because"]["alerts"] == [{"number": number, "group": "topic/drift/inputs"}]
    assert (event.data["version"], event.data["promoted"]) == (2, False)
    assert versions_of(project.state).aliases("topic") == {CHAMPION: 1, CHALLENGER: 2}
    assert "shipping" in load(project.folder / versions_of(project.state).version("topic", 2).folder).classes
    assert listed(project.folder)[0]["refreshes"][-1]["why"]["alerts"][0]["number"] == number
    told = dongcha("models", "list", project.folder, "--lang", "en").stdout
    assert f"alert {number} (topic/drift/inputs)" in told
    assert not list(project.models.glob(".*run-*"))


@pytest.mark.slow
def test_kill_9_of_the_worker_in_the_middle_and_the_next_one_goes_on(project: Project) -> None:
    alarm(project)
    for turn in range(2):
        process = worker(project)
        mark = "refresh-begun" if turn == 0 else "refresh-taken-up"
        wait_for(lambda mark=mark: mark in kinds(project))
        (child,) = wait_for(lambda process=process: psutil.Process(process.pid).children())
        time.sleep(0.4 * turn)
        process.kill()
        process.communicate()
        wait_for(lambda child=child: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 20)
        assert versions_of(project.state).aliases("topic")[CHAMPION] == 1
    process = worker(project)
    wait_for(lambda: "refresh-ended" in kinds(project))
    assert ended(process)[0] == 0
    assert kinds(project).count("refresh-begun") == 1
    assert kinds(project).count("refresh-lost") == 2
    made = [one for one in versions_of(project.state).versions("topic") if one.lineage.get("run")]
    assert [one.number for one in made] == [2]
    assert load(project.folder / made[0].folder).classes == ("billing", "login", "shipping")


@pytest.mark.slow
def test_sigterm_stops_a_training_which_goes_on_later(project: Project) -> None:
    alarm(project)
    process = worker(project)
    wait_for(lambda: "refresh-begun" in kinds(project))
    start = time.monotonic()
    assert ended(process) == (0, "")
    assert time.monotonic() - start < 10
    assert kinds(project) == ["refresh-begun", "refresh-stopped"]
    assert run_once(project) == ["refresh-taken-up", "refresh-ended"]


def test_killed_after_it_was_registered_the_version_is_not_made_twice(project: Project) -> None:
    alarm(project)
    run_once(project)
    run = jobs_of(project.state).runs("refresh")[-1]
    versions_of(project.state).drop("topic", CHALLENGER, by="test")
    before = len(versions_of(project.state).moves("topic"))
    REFRESH.work(project, run)  # as a process would that was killed between registering and its end
    assert [one.number for one in versions_of(project.state).versions("topic")] == [1, 2]
    assert len(versions_of(project.state).moves("topic")) == before, "a person's move is not undone"


def test_what_is_killed_each_time_is_given_up_and_said(project: Project) -> None:
    alarm(project)
    jobs = jobs_of(project.state)
    assert wanted(project, REFRESH, datetime.now().astimezone())
    due = REFRESH.due(project, datetime.now().astimezone())
    run = jobs.begin("refresh", due.model, due.why)
    assert jobs.begin("refresh", due.model, due.why) is None, "two at once"
    for _ in range(MOST_LOST):
        jobs.note(run, "lost")
    assert run_once(project) == ["refresh-failed"]
    assert not wanted(project, REFRESH, datetime.now().astimezone()), "it cools down"
    assert wanted(project, REFRESH, datetime.now().astimezone() + timedelta(minutes=3))


def test_a_training_that_fails_says_why_and_cools_down(project: Project) -> None:
    alarm(project)
    (project.data / "train.parquet").unlink()
    assert run_once(project) == ["refresh-begun", "refresh-failed"]
    (_, event) = events_of(project.state).last(1)[0]
    assert "dongcha run" in str(event.data["why"])
    assert run_once(project) == []


def test_who_else_works_in_the_project_is_waited_for(project: Project) -> None:
    alarm(project)
    now = datetime.now().astimezone()
    with project.locked():
        assert not wanted(project, REFRESH, now)
    with alone(project, REFRESH) as mine:
        assert mine
        assert run_once(project) == []
    assert wanted(project, REFRESH, now)


def test_another_alert_or_nothing_new_said_starts_nothing(project: Project) -> None:
    alarm(project, "slow")
    assert run_once(project) == []
    alarm(project)
    assert run_once(project) == ["refresh-begun", "refresh-ended"]
    assert run_once(project, now=datetime.now().astimezone() + timedelta(days=400)) == []


def test_the_queue_holds_json_and_a_pickle_in_it_runs_nothing(tmp_path: Path) -> None:
    import pickle

    queue = queue_at(tmp_path / "jobs.db")
    seen: list[str] = []

    @queue.task(name="work")
    def work(name: str) -> None:
        seen.append(name)

    work("重")
    assert json.loads(bytes(queue.storage.enqueued_items()[0]))["args"] == ["重"]
    queue.execute(queue.dequeue())
    assert seen == ["重"]
    queue.storage.enqueue(pickle.dumps(exec))
    with pytest.raises(ValueError):
        queue.dequeue()
    queue.storage.close()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('schedule = "0 3 * *"', "learn.schedule: a schedule is five fields of cron"),
        ('schedule = "61 3 * * *"', "learn.schedule"),
        ('on = ["drfit"]', "learn.on.0: input should be 'drift' or 'quality'"),
        ('cool_down = "soon"', "learn.cool_down"),
        ('hours = "25-3"', "learn.hours: hours are two of 0 to 24"),
        ('budget = "0"', "learn.budget"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(project: Project, line: str, said: str) -> None:
    path = project.folder / "dongcha.toml"
    path.write_text(path.read_text().replace(LEARN, f"\n[learn]\n{line}\n"))
    done = dongcha("learn", project.folder, "--watch")
    assert done.returncode == 1
    assert said in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_project_that_nothing_starts_is_said_and_watch_goes_alone(project: Project) -> None:
    path = project.folder / "dongcha.toml"
    path.write_text(path.read_text().replace(LEARN, ""))
    assert load_config(path).learn.on == ()
    done = dongcha("learn", project.folder, "--watch")
    assert (done.returncode, "nothing starts a training" in done.stderr) == (1, True)
    assert dongcha("learn", project.folder, "--watch", "--promote").returncode == 2
    assert dongcha("learn", "--watch").returncode == 2


@pytest.mark.slow
def test_a_worker_beside_the_service_ends_with_it_also_by_kill_9(project: Project) -> None:
    from tests.serve.running import Running

    for kill in (False, True):
        found = Running(project.folder, "--learn")
        (beside,) = psutil.Process(found.process.pid).children()
        wait_for(lambda beside=beside: "beside" in " ".join(beside.cmdline()))
        if kill:
            alarm(project)
            found.kill()
        else:
            assert found.stop() == 0
        wait_for(lambda beside=beside: not beside.is_running() or beside.status() == psutil.STATUS_ZOMBIE, 30)


@pytest.mark.slow
def test_the_service_answers_while_the_worker_beside_it_trains(project: Project) -> None:
    from tests.serve.running import running

    alarm(project)
    with running(project.folder, "--learn") as found:
        while "refresh-ended" not in kinds(project):
            assert found.predict("the invoice has a wrong charge")["predictions"]
            time.sleep(0.1)
        assert found.predict("the invoice has a wrong charge")["version"] == 1
    assert "refresh-ended" in kinds(project)
