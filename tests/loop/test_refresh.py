"""A challenger learns what people said, is judged on what it did not learn, and goes to work only by the rule."""

import csv
import random
import shutil
from pathlib import Path

import pytest
from tests.cli.call import dongcha

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.learn.corrections import FEWEST_OF_NEW, settled
from dongcha.loop.refresh import Order, refresh
from dongcha.loop.run import run
from dongcha.model.folder import load
from dongcha.store.config import Config
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.project import Project, create_project, open_project
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of

THINGS = {"billing": ("invoice", "charge", "refund", "fee"), "login": ("password", "account", "locked", "code")}
FILLER = ("the", "my", "please", "help", "with", "again", "today", "is", "wrong", "now", "why", "this", "never")


def text(words: tuple[str, ...], random_: random.Random) -> str:
    return " ".join([*random_.sample(FILLER, 5), *random_.sample(words, 2), str(random_.randint(0, 9999))])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that was run, to be copied."""
    tmp_path, random_ = tmp_path_factory.mktemp("ran"), random.Random(1)
    rows = [(text(THINGS[kind], random_), kind) for kind in sorted(THINGS) * 800]
    with (tmp_path / "tickets.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("text", "topic"), *rows])
    config = Config(sources=(str(tmp_path / "tickets.csv"),), label="topic", text="text", method="linear", budget="5s")
    made = create_project(tmp_path / "p", config)
    run(made)
    return made.folder


@pytest.fixture
def project(ran: Path, tmp_path: Path) -> Project:
    return open_project(shutil.copytree(ran, tmp_path / "p"))


def correct(project: Project, words: tuple[str, ...], label: str, count: int, predicted: str) -> None:
    random_ = random.Random(label)
    given = [
        Feedback(model="topic", input=text(words, random_), label=label, by="ann", predicted=predicted)
        for _ in range(count)
    ]
    feedback_of(project.state).append_many(given)


NEW = ("parcel", "courier", "delivery", "address")


def test_a_run_registers_its_model_as_champion(project: Project) -> None:
    versions = versions_of(project.state)
    assert versions.aliases("topic") == {CHAMPION: 1}
    assert versions.version("topic", 1).lineage["metrics"]["macro_f1"] > 0.9


def test_a_new_class_is_learned_and_promoted_by_the_rule(project: Project) -> None:
    correct(project, NEW, "shipping", 150, predicted="login")
    done = refresh(project, Order(promote=True))
    assert done.joined.new == ("shipping",)
    assert done.promoted
    versions = versions_of(project.state)
    assert versions.aliases("topic") == {CHAMPION: 2, CHALLENGER: 2}
    assert versions.version("topic", 2).lineage["parent"] == 1
    assert versions.version("topic", 2).lineage["feedback"] == 150
    serving = load(project.folder / versions.version("topic", 2).folder)
    assert serving.classes == ("billing", "login", "shipping")
    judges = settled(feedback_of(project.state).after()).judged_by
    assert done.decision.figures["recent_rows"] == len(judges) > 20
    assert done.to_json()["promoted"] is True
    assert [event.kind for _, event in events_of(project.state).after()][-1] == "promoted"
    assert versions.back("topic", by="ann").version == 1


def test_a_person_promotes_where_the_rule_may_not(project: Project) -> None:
    correct(project, NEW, "shipping", 150, predicted="login")
    done = refresh(project, Order())
    assert done.decision.promoted
    assert not done.promoted
    assert versions_of(project.state).aliases("topic") == {CHAMPION: 1, CHALLENGER: 2}


def test_corrections_that_the_champion_had_right_promote_nobody(project: Project) -> None:
    correct(project, THINGS["login"], "login", 150, predicted="login")
    done = refresh(project, Order(promote=True))
    assert not done.promoted
    assert "Not yet better on recent feedback" in done.decision.reasons[1].en


def test_wrong_teaching_is_caught_by_the_test_rows(project: Project) -> None:
    correct(project, THINGS["login"], "billing", 1500, predicted="login")
    done = refresh(project, Order(promote=True))
    assert not done.promoted
    assert done.decision.verdict == "refuse"
    assert "Not shown to be no worse" in done.decision.reasons[0].en


def test_too_few_of_a_new_class_are_said_and_not_learned(project: Project) -> None:
    correct(project, NEW, "shipping", FEWEST_OF_NEW - 2, predicted="login")
    correct(project, THINGS["login"], "login", 30, predicted="billing")
    done = refresh(project, Order())
    assert done.joined.too_few == ("shipping",) or not done.joined.new
    assert "shipping" not in load(project.folder / versions_of(project.state).version("topic", 2).folder).classes


def test_without_anything_new_nothing_is_trained(project: Project) -> None:
    with pytest.raises(ConfigError, match="0 corrections are new since version 1 of 'topic' was trained"):
        refresh(project, Order())
    correct(project, NEW, "shipping", 60, predicted="login")
    with pytest.raises(ConfigError, match=r"60 corrections are new .* 100 are wanted"):
        refresh(project, Order(least=100))
    refresh(project, Order())
    versions_of(project.state).point("topic", 2, by="ann")
    with pytest.raises(ConfigError, match="0 corrections are new since version 2"):
        refresh(project, Order())


def test_a_model_that_is_not_there_and_rows_that_are_gone(project: Project) -> None:
    with pytest.raises(UnknownName, match="topik"):
        refresh(project, Order(model="topik"))
    correct(project, NEW, "shipping", 20, predicted="login")
    (project.data / "train.parquet").unlink()
    with pytest.raises(DataError, match="make it again with dongcha run"):
        refresh(project, Order())


def test_who_says_anything_is_not_learned_from(project: Project) -> None:
    random_ = random.Random(4)
    given = []
    for i in range(60):
        kind = sorted(THINGS)[i % 2]
        said, other = text(THINGS[kind], random_), sorted(THINGS)[1 - i % 2]
        given += [
            Feedback(model="topic", input=said, label=label, by=by, predicted=kind)
            for by, label in (("ann", kind), ("ben", kind), ("bot", other))
        ]
    feedback_of(project.state).append_many(given)
    done = refresh(project, Order())
    assert {one.by for one in done.said.words} == {"ben"}  # the last word of those who are trusted
    assert "What bot said was left out" in done.notes[0].en


def test_by_the_command_line(project: Project) -> None:
    correct(project, NEW, "shipping", 150, predicted="login")
    done = dongcha("learn", project.folder, "--promote", "--quiet", "--lang", "en")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("topic version 2: learned ")
    assert "New classes: shipping." in lines
    assert lines[-1] == "It serves from now on, in the place of version 1; undo with dongcha models rollback."
    again = dongcha("learn", project.folder, "--quiet")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("dongcha: 0 corrections are new since version 2")
    assert dongcha("learn").returncode == 2
