"""Alerts open, change and close by appended moves; what is closed can open anew."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import dongcha.store.alerts as store
from dongcha.core.errors import UnknownName
from dongcha.core.words import Words
from dongcha.store.alerts import Alert, Alerts, Severity, alerts_of
from dongcha.store.state import open_state


@pytest.fixture
def alerts(tmp_path: Path) -> Alerts:
    return alerts_of(open_state(tmp_path / "s.db"))


def drift(severity: Severity = "warning", thing: str = "inputs") -> Alert:
    return Alert(
        group=f"m/drift/{thing}", severity=severity, sentence=Words("It drifted.", "发生漂移。"), evidence={"p": 0.001}
    )


def see(alerts: Alerts, alert: Alert) -> None:
    alerts.see(alert, alerts.open().get(alert.group))


def test_an_alert_is_open_until_it_is_resolved_and_can_open_anew(alerts: Alerts) -> None:
    see(alerts, drift())
    (one,) = alerts.open().values()
    assert (one.alert, one.number, one.sent, one.unseen) == (drift(), 1, None, 0)
    alerts.note(one, "resolved")
    assert alerts.open() == {}
    see(alerts, drift())
    assert alerts.open()["m/drift/inputs"].number == 3


def test_what_is_still_there_is_not_written_at_every_look(alerts: Alerts) -> None:
    for _ in range(5):
        see(alerts, drift())
    assert alerts.open()["m/drift/inputs"].raised == alerts.open()["m/drift/inputs"].last
    see(alerts, drift("critical"))
    assert alerts.open()["m/drift/inputs"].alert.severity == "critical"
    assert alerts.open()["m/drift/inputs"].number == 1


@pytest.mark.parametrize("later", [timedelta(minutes=11), timedelta(days=-1)])
def test_it_is_written_again_after_ten_minutes_and_where_the_clock_went_back(
    alerts: Alerts, later: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    see(alerts, drift())
    first = alerts.open()["m/drift/inputs"].last
    now = datetime.now(UTC) + later
    monkeypatch.setattr(store, "datetime", type("Clock", (datetime,), {"now": classmethod(lambda _, tz: now)}))
    monkeypatch.setattr(store, "moment", lambda: now.isoformat(timespec="milliseconds"))
    see(alerts, drift())
    assert alerts.open()["m/drift/inputs"].last != first


def test_the_worst_come_first_and_numbers_name_them(alerts: Alerts) -> None:
    for severity, thing in (("info", "volume"), ("critical", "errors"), ("warning", "inputs")):
        see(alerts, drift(severity, thing))
    assert [one.alert.severity for one in alerts.open().values()] == ["critical", "warning", "info"]
    assert alerts.numbered(2).alert.group == "m/drift/errors"
    with pytest.raises(UnknownName, match=r"no alert 9 is open; open are 2 \(m/drift/errors\), 3 \(m/drift/inputs\)"):
        alerts.numbered(9)


def test_word_and_acknowledgement_are_kept_with_it(alerts: Alerts) -> None:
    see(alerts, drift())
    one = alerts.numbered(1)
    alerts.note(one, "unsent")
    assert alerts.numbered(1).sent is None
    alerts.note(one, "sent")
    alerts.note(one, "acknowledged", by="李")
    found = alerts.numbered(1)
    assert (found.told, found.acknowledged) == ("warning", "李")
    assert found.to_json()["sentence"] == {"en": "It drifted.", "zh": "发生漂移。"}
