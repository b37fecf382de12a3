"""When a model is to be trained anew: by the schedule, by an alert, and by what holds it back.

A pure rule of what was decided, the time, the past and the present.  Every moment bears the wall clock of its place,
so that a schedule means what a person reads there, also over a change of summer time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from dongcha.core.duration import seconds_of
from dongcha.core.words import Words
from dongcha.store.config import LearnConfig
from dongcha.store.schedule import Hours, Schedule, hours_of, schedule_of

How = Literal["counted", "ended", "failed"]
MOST_DOUBLINGS = 6
"""Of the cool-down after failures in a row: 6 hours become 16 days and no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What starts a refresh (`schedule`, alerts of the kinds `on`), and what holds it back."""

    schedule: Schedule | None = None
    on: frozenset[str] = frozenset()
    least: int = 1
    cool_down: timedelta = timedelta(hours=6)
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """An open alert: its number, its group (`model/kind/thing`) and kind."""

    number: int
    group: str

    @property
    def kind(self) -> str:
        """The middle of the group."""
        return self.group.rsplit("/", 2)[1]


@dataclass(frozen=True, slots=True)
class Past:
    """A run that began at a moment and how it went, or `counted`: from when time was counted where no run was."""

    at: datetime
    how: How
    alerts: tuple[int, ...] = ()  # the numbers of those that started it


@dataclass(frozen=True, slots=True)
class Begin:
    """It is due; `why` is what the event and the version's lineage keep."""

    why: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wait:
    """It is not, and why not."""

    reason: Words


@dataclass(frozen=True, slots=True)
class Count:
    """Time has to be counted from now: nothing was before, or the clock was set back and the last run lies ahead."""


def plan_of(config: LearnConfig) -> Plan:
    """What `dongcha.toml` says, read."""
    return Plan(
        schedule=None if config.schedule is None else schedule_of(config.schedule),
        on=frozenset(config.on),
        least=config.least,
        cool_down=timedelta(seconds=seconds_of(config.cool_down)),
        hours=None if config.hours is None else hours_of(config.hours),
    )


def when(
    plan: Plan, now: datetime, past: Sequence[Past], alerts: Sequence[Raised], corrections: int
) -> Begin | Wait | Count:
    """Whether a refresh is to begin; `past` is oldest first, `corrections` are those since the last training.

    However far the clock jumps ahead, what was missed is made up for by one run.  An alert starts one run that ends;
    after runs that failed the cool-down is doubled each time.
    """
    if not past or past[-1].at > now:
        return Count()
    why = _reason(plan, now, past, alerts)
    if not why:
        return Wait(Words("neither the schedule nor an alert asks for it", "既未到计划时间，也没有相应告警"))
    if corrections < max(1, plan.least):
        return Wait(
            Words(
                f"{corrections} of {max(1, plan.least)} new corrections that it needs",
                f"需要 {max(1, plan.least)} 条新纠正，目前有 {corrections} 条",
            )
        )
    until = _cooled(plan, past)
    if until is not None and now < until:
        return Wait(Words(f"it cools down until {until:%Y-%m-%d %H:%M}", f"冷却至 {until:%Y-%m-%d %H:%M}"))
    if plan.hours is not None and not plan.hours.holds(now):
        first, last = plan.hours.first, plan.hours.last
        return Wait(Words(f"it may begin from {first}:00 to {last}:00", f"只能在 {first}:00 至 {last}:00 之间开始"))
    return Begin({**why, "corrections": corrections})


def _reason(plan: Plan, now: datetime, past: Sequence[Past], alerts: Sequence[Raised]) -> dict[str, Any]:
    used = {number for one in past if one.how == "ended" for number in one.alerts}
    asking = [one for one in alerts if one.kind in plan.on and one.number not in used]
    why: dict[str, Any] = {}
    if asking:
        why["alerts"] = [{"number": one.number, "group": one.group} for one in asking]
    due = None if plan.schedule is None else plan.schedule.due(past[-1].at, now)
    if plan.schedule is not None and due is not None:
        why |= {"schedule": plan.schedule.text, "due": due.isoformat(timespec="minutes")}
    return why


def _cooled(plan: Plan, past: Sequence[Past]) -> datetime | None:
    """When the next run may begin; None where no run was, or the last one lies ahead of where time is counted from."""
    runs = [one for one in past if one.how != "counted"]
    if not runs or runs[-1].at > past[-1].at:
        return None
    failed = next((i for i, one in enumerate(reversed(runs)) if one.how != "failed"), len(runs))
    times: int = 2 ** min(failed, MOST_DOUBLINGS)
    return runs[-1].at + plan.cool_down * times
