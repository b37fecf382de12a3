"""When word of an alert goes out: once for a group, again after a cool-down or where it gets worse, not once a look.

Knows alerts and moments.  Knows nothing of how an alert is found out or how word is sent.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dongcha.store.alerts import SEVERITIES, Alert, Alerts, Open, Severity

Send = Callable[[Sequence[Alert]], bool]


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a person is told, and when an alert is over."""

    cool_down_s: float = 3600.0
    clear_looks: int = 2  # looks in a row without it, after which it is resolved
    least: Severity = "warning"  # severity from which word goes out


@dataclass(frozen=True, slots=True)
class Told:
    """What one look changed: alerts that are new, that were sent, that could not be, that are over."""

    raised: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    unsent: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()


def take(alerts: Alerts, seen: Sequence[Alert], looked: Collection[str], policy: Policy, send: Send) -> Told:
    """Note what one look saw, resolve what is over, and send one message about what a person has to know.

    `looked` are the groups that the look could have seen: another alert stays as it is.  What could not be sent is
    tried again at the next look.
    """
    now = datetime.now(UTC)
    before = alerts.open()
    for one in seen:
        alerts.see(one, before.get(one.group))
    there = {one.group for one in seen}
    gone = [one for group, one in before.items() if group in looked and group not in there]
    resolved = tuple(one.alert.group for one in gone if _over(alerts, one, policy))
    due = [one for group, one in alerts.open().items() if group in there and _due(one, policy, now)]
    done = bool(due) and send([one.alert for one in due])
    for known in due:
        alerts.note(known, "sent" if done else "unsent")
    groups = tuple(one.alert.group for one in due)
    raised = tuple(one.group for one in seen if one.group not in before)
    return Told(raised, groups if done else (), () if done else groups, resolved)


def _over(alerts: Alerts, one: Open, policy: Policy) -> bool:
    """Note that it was not seen; resolve it where that has been so for long enough."""
    alerts.note(one, "unseen")
    if one.unseen + 1 < policy.clear_looks:
        return False
    alerts.note(one, "resolved")
    return True


def _due(one: Open, policy: Policy, now: datetime) -> bool:
    """Whether a person is to be told now: never told, told of something milder, or told too long ago."""
    rank = SEVERITIES.index(one.alert.severity)
    if rank < SEVERITIES.index(policy.least):
        return False
    if one.told is not None and rank > SEVERITIES.index(one.told):
        return True
    if one.acknowledged is not None:
        return False
    # A clock that was set back must not silence an alert: what was sent in the future counts as long ago.
    since = now - datetime.fromisoformat(one.sent or one.raised)
    return one.told is None or not timedelta(0) <= since < timedelta(seconds=policy.cool_down_s)
