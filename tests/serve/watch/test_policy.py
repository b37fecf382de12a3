"""A person is told once, again when it gets worse or after a while, and never while nothing can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dongcha.core.words import Words
from dongcha.serve.watch.policy import Policy, Told, take
from dongcha.store.alerts import Alert, Alerts, Severity, alerts_of
from dongcha.store.state import open_state

GROUPS = ("m/drift/inputs", "m/errors/rate")


@dataclass
class Postman:
    works: bool = True
    messages: list[list[str]] = field(default_factory=list)

    def __call__(self, alerts: Sequence[Alert]) -> bool:
        if self.works:
            self.messages.append([f"{one.group} {one.severity}" for one in alerts])
        return self.works


@pytest.fixture
def alerts(tmp_path: Path) -> Alerts:
    return alerts_of(open_state(tmp_path / "s.db"))


def drift(severity: Severity = "warning", group: str = GROUPS[0]) -> Alert:
    return Alert(group=group, severity=severity, sentence=Words("It drifted.", "发生漂移。"))


def look(alerts: Alerts, postman: Postman, *seen: Alert, policy: Policy | None = None) -> Told:
    return take(alerts, seen, GROUPS, policy or Policy(), postman)


def test_word_goes_out_once_and_again_when_it_gets_worse(alerts: Alerts) -> None:
    postman = Postman()
    assert look(alerts, postman, drift()) == Told(raised=GROUPS[:1], sent=GROUPS[:1])
    assert look(alerts, postman, drift()) == Told()
    assert look(alerts, postman, drift("critical")).sent == GROUPS[:1]
    assert look(alerts, postman, drift("warning")) == Told()
    assert postman.messages == [["m/drift/inputs warning"], ["m/drift/inputs critical"]]


def test_several_go_out_in_one_message_the_worst_first(alerts: Alerts) -> None:
    postman = Postman()
    look(alerts, postman, drift(), drift("critical", GROUPS[1]))
    assert postman.messages == [["m/errors/rate critical", "m/drift/inputs warning"]]


def test_it_goes_out_again_after_the_cool_down(alerts: Alerts) -> None:
    postman = Postman()
    for _ in range(3):
        look(alerts, postman, drift(), policy=Policy(cool_down_s=0))
    assert len(postman.messages) == 3


def test_what_could_not_be_sent_is_tried_at_the_next_look(alerts: Alerts) -> None:
    postman = Postman(works=False)
    assert look(alerts, postman, drift()).unsent == GROUPS[:1]
    postman.works = True
    assert look(alerts, postman, drift()).sent == GROUPS[:1]


def test_what_was_acknowledged_is_silent_unless_it_gets_worse(alerts: Alerts) -> None:
    postman = Postman()
    look(alerts, postman, drift())
    alerts.note(alerts.numbered(1), "acknowledged", by="ann")
    always = Policy(cool_down_s=0)
    assert look(alerts, postman, drift(), policy=always) == Told()
    assert look(alerts, postman, drift("critical"), policy=always).sent == GROUPS[:1]


def test_information_is_kept_and_not_sent(alerts: Alerts) -> None:
    postman = Postman()
    assert look(alerts, postman, drift("info")) == Told(raised=GROUPS[:1])
    assert postman.messages == []
    assert look(alerts, postman, drift("info"), policy=Policy(least="info")).sent == GROUPS[:1]


def test_it_is_over_after_two_looks_without_it_and_not_after_one(alerts: Alerts) -> None:
    postman = Postman()
    look(alerts, postman, drift())
    assert look(alerts, postman).resolved == ()
    assert look(alerts, postman, drift()) == Told()  # it came back: the count starts anew, nobody is told twice
    assert look(alerts, postman).resolved == ()
    assert look(alerts, postman).resolved == GROUPS[:1]
    assert alerts.open() == {}
    assert look(alerts, postman, drift()).sent == GROUPS[:1]


def test_what_a_look_could_not_see_stays_open(alerts: Alerts) -> None:
    postman = Postman()
    look(alerts, postman, drift())
    for _ in range(3):
        take(alerts, (), GROUPS[1:], Policy(), postman)
    assert list(alerts.open()) == [GROUPS[0]]
