"""A promoted version that is worse on live feedback than the one before it: an alert, and the way back where asked."""

import time

import pytest

from dongcha.loop.models import registered
from dongcha.loop.monitor import watching
from dongcha.serve.live.place import Place, place_of
from dongcha.serve.watch.former import worse_than_former
from dongcha.serve.watch.monitor import Monitor
from dongcha.store.alerts import alerts_of
from dongcha.store.config import MonitorConfig
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.versions import CHALLENGER, CHAMPION, versions_of


@pytest.fixture
def place(model, trained) -> Place:
    found = place_of(model)
    registered(model, trained[1], None, by="ann")
    return found


def say(place: Place, version: int, right: int, wrong: int) -> None:
    given = [
        Feedback(model="topic", input=f"{version} {i}", label="billing", by="ann", version=version,
                 predicted="login" if i * wrong // (right + wrong) != (i + 1) * wrong // (right + wrong) else "billing")
        for i in range(right + wrong)
    ]  # fmt: skip
    feedback_of(place.state).append_many(given)


def promote(place: Place) -> None:
    versions = versions_of(place.state)
    for alias in (CHALLENGER, CHAMPION):
        versions.point("topic", 2, alias, by="rule")
    time.sleep(0.002)  # moments are told to the millisecond


def monitor(place: Place, rollback: str) -> Monitor:
    return Monitor(place=place, wanted=MonitorConfig(rollback=rollback))


def test_a_worse_version_is_an_alert_and_goes_on_unless_told_otherwise(place) -> None:
    say(place, 1, 95, 5)
    promote(place)
    say(place, 2, 40, 60)
    seen, told = monitor(place, "alert").look()
    assert "topic/quality/former" in told.raised
    (alert,) = [one for one in seen[0].alerts if one.group == "topic/quality/former"]
    assert alert.severity == "critical"
    assert alert.evidence["former_wrong"] == 0.05
    assert "version 2 is worse than version 1 was" in alert.sentence.en
    assert versions_of(place.state).aliases("topic") == {CHAMPION: 2, CHALLENGER: 2}


def test_automatic_goes_back_once_and_says_why(place) -> None:
    say(place, 1, 95, 5)
    promote(place)
    say(place, 2, 40, 60)
    watch = monitor(place, "automatic")
    watch.look()
    assert versions_of(place.state).aliases("topic") == {CHAMPION: 1}
    (event,) = [event for _, event in events_of(place.state).after(kind="rolled-back")]
    assert (event.data["version"], event.data["from"], event.data["why"]["former"]) == (1, 2, 1)
    watch.look()
    watch.look()
    assert len(events_of(place.state).after(kind="rolled-back")) == 1
    assert alerts_of(place.state).open() == {}  # it ends by itself


def test_as_good_as_before_or_unknown_is_left(place) -> None:
    say(place, 1, 80, 20)
    promote(place)
    say(place, 2, 80, 20)
    versions = versions_of(place.state)
    assert worse_than_former(place.state, versions.version("topic", 2)) is None
    assert worse_than_former(place.state, versions.version("topic", 1)) is None  # it does not serve


def test_without_enough_feedback_of_the_former_nothing_is_said(place) -> None:
    say(place, 1, 49, 0)
    promote(place)
    say(place, 2, 0, 60)
    version = versions_of(place.state).version("topic", 2)
    assert worse_than_former(place.state, version) is None
    say(place, 1, 60, 0)
    found = worse_than_former(place.state, version)
    assert found is not None
    assert (found.version, found.former) == (2, 1)
    assert found.wrong == 1.0


def test_the_decision_is_read_from_the_project(tmp_path, model) -> None:
    from dongcha.loop.models import copied
    from dongcha.store.config import Config
    from dongcha.store.project import create_project

    project = create_project(tmp_path / "p", Config(monitor=MonitorConfig(rollback="automatic")))
    copied(Place(project.folder, project.state, True), model, "topic", "ann")
    assert watching(project.folder).monitor.wanted.rollback == "automatic"
