"""A standing challenger is judged by what people say of live answers, taken over, withdrawn, or left."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag

import pytest
from tests.cli.call import dongcha
from tests.loop.test_refresh import ran  # noqa: F401

from dongcha.cli.watched import line
from dongcha.learn.corrections import judging
from dongcha.loop.jobs.judging import JUDGE, LEAST
from dongcha.loop.jobs.runs import one_run
from dongcha.loop.models import copied
from dongcha.loop.rejudge import Judging, rejudge
from dongcha.model.folder import load
from dongcha.serve.live.place import Place
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.judgements import judgements_of
from dongcha.store.project import open_project
from dongcha.store.shadowed import Shadowed, shadows_of
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of

PROMOTE = Judging(promote=True)


@pytest.fixture(scope="module")
def home(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """A project with a champion and a challenger that read the same rows, to be copied."""
    project = open_project(shutil.copytree(ran, tmp_path_factory.mktemp("standing") / "p"))
    versions = versions_of(project.state)
    first = project.folder / versions.version("topic", 1).folder
    copied(Place(project.folder, project.state, True), first, "topic", "ann")
    versions.point("topic", 2, CHALLENGER, by="ann")
    return project.folder


@pytest.fixture
def project(home: Path, tmp_path: Path):
    return open_project(shutil.copytree(home, tmp_path / "p"))


def say(project, count, start=0, *, champion="login", truth="billing", shadow=None, version=1):
    """So many corrections that judge; `shadow` is what the challenger answered in shadow, None for nothing."""
    given = (
        Feedback(model="topic", input=f"my invoice charge refund {i}", label=truth, by="ann", predicted=champion,
                 prediction=f"p{i}", version=version)
        for i in range(start, start + 100_000)
    )  # fmt: skip
    some = [one for one in given if judging(one)][:count]
    feedback_of(project.state).append_many(some)
    shadowed(project, [one.prediction for one in some], shadow, champion)


def shadowed(project, predictions, label, champion):
    """What the challenger answered in shadow, beside `champion`; nothing where `label` is None."""
    if label is not None:
        shadows_of(project.state).append_many(
            [
                Shadowed(at="2026-01-01", model="topic", version=2, beside=1, prediction=one, label=label,
                         agrees=label == champion)
                for one in predictions
            ]
        )  # fmt: skip


def kinds(project):
    return [event.kind for _, event in events_of(project.state).after()]


def test_a_better_one_takes_over_and_an_event_says_why(project) -> None:
    say(project, 12, shadow="billing")
    found = rejudge(project.folder, PROMOTE)
    assert found is not None
    assert (found.done, found.in_shadow, found.fresh) == ("promoted", 12, 12)
    assert {name: found.ruling.figures[name] for name in ("recent_won", "recent_lost", "test_won", "test_lost")} == {
        "recent_won": 12, "recent_lost": 0, "test_won": 0, "test_lost": 0,
    }  # fmt: skip
    assert versions_of(project.state).aliases("topic") == {CHAMPION: 2, CHALLENGER: 2}
    (event,) = [event for _, event in events_of(project.state).after(kind="promoted")]
    assert (event.data["version"], event.data["from"]) == (2, 1)
    assert event.data["why"]["verdict"] == "promote"
    assert rejudge(project.folder, PROMOTE) is None  # there is no challenger beside it any more


def test_what_it_did_not_answer_in_shadow_it_reads_now(project) -> None:
    say(project, 12)
    found = rejudge(project.folder, PROMOTE)
    assert (found.done, found.in_shadow, found.ruling.figures["recent_won"]) == ("promoted", 0, 12)


def test_a_person_decides_unless_the_rule_may(project) -> None:
    say(project, 12, shadow="billing")
    found = rejudge(project.folder, Judging())
    assert (found.done, found.ruling.verdict) == ("left", "promote")
    assert versions_of(project.state).aliases("topic")[CHAMPION] == 1
    toml = project.folder / "dongcha.toml"
    toml.write_text(toml.read_text() + '\n[learn]\npromote = "rule"\n')
    assert rejudge(project.folder, Judging()) is None  # nothing is new
    say(project, 1, start=5000, shadow="billing")
    assert rejudge(project.folder, Judging()).done == "promoted"


def test_a_worse_one_is_withdrawn_whoever_promotes(project) -> None:
    say(project, 12, champion="billing", shadow="login")
    found = rejudge(project.folder, Judging())
    assert (found.done, found.ruling.verdict) == ("withdrawn", "withdraw")
    assert versions_of(project.state).aliases("topic") == {CHAMPION: 1}
    assert kinds(project)[-1] == "withdrawn"


def test_it_waits_for_evidence_and_says_how_far_it_is(project) -> None:
    say(project, 4, shadow="billing")
    found = rejudge(project.folder, PROMOTE)
    assert (found.done, found.ruling.verdict) == ("left", "wait")
    assert 0 < found.ruling.figures["progress"] < 1
    say(project, 3, start=3000, shadow="billing")
    assert rejudge(project.folder, Judging(promote=True, least=4)) is None
    again = rejudge(project.folder, Judging(promote=True, least=3))
    assert (again.fresh, again.ruling.figures["recent_won"]) == (3, 7)
    assert again.ruling.figures["progress"] > found.ruling.figures["progress"]


def test_what_says_nothing_of_this_pair_is_not_counted(project) -> None:
    say(project, 12, shadow="billing", version=7)  # of answers of another version
    teaching = [
        Feedback(model="topic", input=f"my fee {i}", label="billing", by="ann", predicted="login", version=1)
        for i in range(100)
    ]
    feedback_of(project.state).append_many([one for one in teaching if not judging(one)])
    found = rejudge(project.folder, PROMOTE)
    assert (found.done, found.ruling.figures["recent_rows"]) == ("left", 0)


def test_the_first_word_on_an_input_counts(project) -> None:
    say(project, 12, shadow="billing")
    say(project, 12, truth="login")  # the same inputs, the other way round
    assert rejudge(project.folder, PROMOTE).ruling.figures["recent_won"] == 12


def test_without_test_rows_nobody_is_promoted(project) -> None:
    shutil.rmtree(project.data)
    say(project, 12, shadow="billing")
    found = rejudge(project.folder, PROMOTE)
    assert (found.done, found.ruling.verdict) == ("left", "refuse")
    assert found.ruling.reasons[0].en == "The frozen test rows are gone."


def test_the_verb(project) -> None:
    say(project, 4, shadow="billing")
    done = dongcha("models", "judge", project.folder)
    assert done.returncode == 0
    assert "version 2 against version 1, on 4 corrections" in done.stdout
    assert "Version 1 goes on serving." in done.stdout
    assert "nothing new" in dongcha("models", "judge", project.folder).stdout
    listed = dongcha("models", "list", project.folder).stdout
    assert "topic challenger v2: agrees with v1 on 0.0% of 4 live answers; judged on 4 corrections (4 only" in listed
    say(project, 8, start=4000, shadow="billing")
    assert "第 2 版从现在起提供服务" in dongcha("models", "judge", project.folder, "--promote", "--lang", "zh").stdout
    assert dongcha("models", "judge", project.folder, "--json").stdout == '{"judged": null}\n'
    assert judgements_of(project.state).last("topic", 1, 2).told["done"] == "promoted"
    assert load(project.folder / versions_of(project.state).alias("topic").folder).predict(["invoice fee"])


def by_job(project):
    """What the worker tells when it looks once."""
    told = []
    one_run(project, JUDGE, datetime.now(UTC), Flag(), told.append)
    return told


def promoting(project):
    with (project.folder / "dongcha.toml").open("a") as file:
        file.write('\n[learn]\npromote = "rule"\n')
    return open_project(project.folder)


def test_the_worker_judges_when_enough_was_said_and_not_before(project) -> None:
    project = promoting(project)
    say(project, LEAST - 1, shadow="billing")
    assert by_job(project) == []
    say(project, LEAST, start=50_000, shadow="billing")
    told = by_job(project)
    assert [event.kind for event in told] == ["judge-begun", "judge-ended"]
    assert told[-1].data["done"] == "promoted"
    assert line(told[-1]).en == "topic: challenger 2 is better and serves now."
    assert versions_of(project.state).alias("topic", CHAMPION).number == 2
    assert by_job(project) == []  # none stands any more


def test_a_challenger_that_cannot_be_read_is_not_judged_each_minute(project) -> None:
    say(project, LEAST)
    shutil.rmtree(project.folder / versions_of(project.state).version("topic", 2).folder)
    told = by_job(project)
    assert [event.kind for event in told] == ["judge-begun", "judge-failed"]
    assert "\n" not in told[-1].data["why"]
    assert by_job(project) == []
    say(project, LEAST, start=50_000)
    assert [event.kind for event in by_job(project)] == ["judge-begun", "judge-failed"]
