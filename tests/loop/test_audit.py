"""Answers drawn at random are put to a person, and then judge the challenger alone."""

import io
import json
import random
import shutil
import subprocess
import sys

import pytest
from rich.console import Console
from tests.cli.call import dongcha
from tests.loop.test_refresh import THINGS, ran, text  # noqa: F401
from tests.loop.test_rejudge import home, project, say, shadowed  # noqa: F401

from dongcha.cli.labelling import Session
from dongcha.core.errors import ConfigError, DataError
from dongcha.learn.audit import audited
from dongcha.learn.corrections import judges, judging
from dongcha.loop.audit import open_audit
from dongcha.loop.refresh import RULE, Order, refresh
from dongcha.loop.rejudge import Judging, rejudge, spoken
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.predicted import Predicted, predictions_of


def answered(project, count, *, label="login", shadow=None, start=0, version=1):  # noqa: F811
    """So many answers of the champion on inputs that judge, and those of the challenger in shadow."""
    texts = [one for i in range(start, start + 100_000) if judges(one := f"invoice charge {i}")][:count]
    made = [
        Predicted(id=f"a{start}-{i}", at="2026-01-01", model="topic", version=version, input=one, label=label)
        for i, one in enumerate(texts)
    ]
    predictions_of(project.state).append_many(made)
    shadowed(project, [one.id for one in made], shadow, label)
    return made


def audit(project, label, count):  # noqa: F811
    found = open_audit(project.folder, "ann")
    for _ in range(count):
        found.give(found.queue.next(), label)
    found.close()
    return found


def test_an_answer_is_stored_with_the_next_and_can_be_taken_back_until_then(project) -> None:  # noqa: F811
    answered(project, 5)
    found = open_audit(project.folder, "ann")
    store = feedback_of(project.state)
    first = found.queue.next()
    found.give(first, "billing")
    assert store.after() == []
    assert found.undo() == first == found.queue.next()
    found.give(first, "login")
    found.give(found.queue.next(), found.add("parcel"))
    (kept,) = store.after()
    assert (kept.label, kept.predicted, kept.by, kept.prediction) == ("login", "login", "ann", found.answers[first].id)
    assert audited(kept)
    assert judging(kept)
    found.skip(found.queue.next())
    assert found.undo() is None, "what is stored judges for good"
    assert found.to_json() == {
        "audited": 2, "skipped": 1, "left": 2, "classes": ["billing", "login", "parcel"], "by": "ann",
    }  # fmt: skip
    again = open_audit(project.folder, "bob")
    assert again.queue.left == 3, "what was skipped is asked again, what was audited is not"
    with pytest.raises(ConfigError, match="printable"):
        again.add("a\x1bb")


def test_drawn_answers_judge_alone_once_there_are_enough(project) -> None:  # noqa: F811
    say(project, 8, shadow="billing")  # people chose these: the challenger is right in all
    before = rejudge(project.folder, Judging())
    assert (before.judges.drawn, before.ruling.figures["recent_won"]) == (False, 8)
    assert "favours the challenger" in " ".join(one.en for one in spoken(before))
    answered(project, RULE.least + 5, shadow="billing")
    audit(project, "login", RULE.least - 1)
    few = rejudge(project.folder, Judging())
    assert (few.judges.drawn, few.judges.audits, few.ruling.figures["recent_rows"]) == (False, 19, 27)
    audit(project, "login", 1)
    found = rejudge(project.folder, Judging())
    assert (found.judges.drawn, found.fresh, found.done) == (True, 1, "withdrawn")
    figures = found.ruling.figures
    assert (figures["recent_won"], figures["recent_lost"], figures["recent_rows"]) == (0, 20, 20)
    assert "favours" not in " ".join(one.en for one in spoken(found))
    assert found.to_json()["drawn"] is True


def test_who_says_anything_does_not_judge(project) -> None:  # noqa: F811
    given = []
    teach = [one for i in range(1000) if not judges(one := f"my password {i}")]
    for one in teach[:60]:
        for by in ("ann", "bob", "spam"):
            given.append(Feedback(model="topic", input=one, by=by, version=1, predicted="billing", key=f"{by}{one}",
                                  label="billing" if by == "spam" else "login"))  # fmt: skip
    feedback_of(project.state).append_many(given)
    judge = [one for i in range(1000) if judges(one := f"my fee {i}")]
    feedback_of(project.state).append_many(
        [Feedback(model="topic", input=one, by=by, label="billing", version=1, predicted="login", prediction=f"x{one}")
         for by, one in zip(["spam"] * 6 + ["ann"] * 3, judge, strict=False)]
    )  # fmt: skip
    found = rejudge(project.folder, Judging())
    assert found.judges.left_out == ("spam",)
    assert found.ruling.figures["recent_rows"] == 3
    assert any("spam" in one.en and "spam" in one.zh for one in spoken(found))


def test_a_new_challenger_is_judged_by_drawn_answers_where_there_are_enough(project) -> None:  # noqa: F811
    answered(project, RULE.least + 2)
    audit(project, "billing", RULE.least)
    say(project, 6, champion="login", truth="login", start=700)
    given = [
        Feedback(model="topic", input=text(THINGS["billing"], random.Random(i)), label="billing", by="ann",
                 predicted="login", key=f"t{i}")
        for i in range(40)
    ]  # fmt: skip
    feedback_of(project.state).append_many(given)
    done = refresh(project, Order())
    assert done.decision.figures["recent_rows"] == RULE.least
    assert done.decision.figures["recent_won"] == RULE.least


def test_bad_places_are_said(project, tmp_path) -> None:  # noqa: F811
    with pytest.raises(DataError, match="no answer of version 1"):
        open_audit(project.folder, "ann")
    answered(project, 3, version=7)
    with pytest.raises(DataError, match="no answer of version 1"):
        open_audit(project.folder, "ann")
    shutil.rmtree(project.folder / "models")
    answered(project, 3, start=50_000)
    assert dongcha("label", project.folder, "--audit").returncode == 1


def typed(lines, *words):
    call = [sys.executable, "-c", "from dongcha.cli.main import main; main()", *map(str, words)]
    return subprocess.run(call, input=lines, capture_output=True, text=True, check=False)


def test_the_verb_and_what_is_seen(project) -> None:  # noqa: F811
    answered(project, 4)
    shown = io.StringIO()
    found = open_audit(project.folder, "ann")
    session = Session(found, Console(file=shown, width=100), "en")
    assert session._line(found.queue.next(), "2", 1) == "2"
    found.close()
    done = typed(":skip\nbilling\n:undo\nlogin\n", "label", project.folder, "--audit", "--by", "eve", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["audited"], told["skipped"], told["left"], told["by"]) == (1, 1, 1, "eve")
    assert "guess" not in done.stderr
    last = feedback_of(project.state).after()[-1]
    assert (last.label, last.by) == ("login", "eve")
    wrong = dongcha("label", project.folder, "--audit", "--strategy", "margin")
    assert wrong.returncode == 2
    assert "--audit goes with" in wrong.stderr
    done = typed("nothing\n", "label", project.folder, "--audit", "--lang", "zh")
    assert done.returncode in (1, 2)
    assert "no class and no command" in done.stderr
