"""One look at a model that serves: its answers against the reference, its traffic against the budgets, its quality.

Knows stores and statistics.  When a look is taken and who is told is not known here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from dongcha.core.words import Words
from dongcha.learn.drift.change import Change
from dongcha.learn.drift.compare import Compared, compare
from dongcha.learn.drift.rate import bound_of, rate_alarm
from dongcha.learn.estimate import Estimate, estimate
from dongcha.model.reference import Reference
from dongcha.serve.watch.budgets import LONGEST, Budget, groups, minute_of, over_budget
from dongcha.serve.watch.former import former_alert
from dongcha.serve.watch.former import group as former_group
from dongcha.serve.watch.volumes import SPAN, odd_hours
from dongcha.serve.watch.volumes import group as volume_group
from dongcha.serve.watch.window import Read, Window, window_of
from dongcha.store.alerts import Alert
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.looked import looks_of
from dongcha.store.predicted import predictions_of
from dongcha.store.state import State
from dongcha.store.traffic import traffic_of
from dongcha.store.versions import Version

TRAITS = {
    "inputs": Words("inputs", "输入"),
    "labels": Words("predictions", "预测"),
    "confidence": Words("confidence", "置信度"),
    "length": Words("length of texts", "文本长度"),
    "empty": Words("empty texts", "空文本"),
    "strange": Words("unknown characters", "未见过的字符"),
}
FIRST = 50
"""Feedback of a version from which it is known how often people find it right."""

SKEW = timedelta(minutes=1)  # by which the clocks of two machines may differ

SURE = 0.99  # that the version's error was no larger than what its first feedback is taken to allow

FALL = 0.03
"""Of estimated accuracy, from which on it is told."""

MOST_SAID = 5000
"""Feedback of a version that is looked at, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a look is to find: the version, what was normal for it, how to read, and what is wanted of it."""

    version: Version
    reference: Reference | None
    read: Read | None
    window: int = 500
    least: int = 100
    false_alarms: float = 0.05
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look found; `groups` are the alerts that it could have raised, `alerts` those that it did."""

    model: str
    version: int
    rows: int
    fresh: int
    compared: Compared | None
    skipped: Words | None  # why drift was not looked at
    estimated: Estimate | None  # accuracy without labels
    said: int  # feedback with what the model had answered
    right: float | None  # the share of it that was right
    alerts: tuple[Alert, ...]
    groups: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """What the state keeps of a look, and `dongcha monitor --json` prints."""
        return {
            "model": self.model, "version": self.version, "answers": self.rows, "fresh": self.fresh,
            "drift": None if self.compared is None else self.compared.to_json(),
            "skipped": None if self.skipped is None else self.skipped.to_json(),
            "estimated": None if self.estimated is None else asdict(self.estimated),
            "feedback": self.said, "right": self.right, "alerts": [one.group for one in self.alerts],
        }  # fmt: skip


def look(state: State, asked: Asked, now: datetime | None = None) -> Seen:
    """Look once; the comparison is stored and counted, so that many looks together keep one rate of false alarms."""
    at, model = now or datetime.now(UTC), asked.version.model
    looks = looks_of(state)
    before = [one for one in looks.last(model, 50) if one.version == asked.version.number]
    window = window_of(
        predictions_of(state), model, asked.version.number, after=before[0].until if before else "", most=asked.window,
        now=(at + SKEW).astimezone(UTC).isoformat(timespec="milliseconds"),
    )  # fmt: skip
    compared, skipped = _compared(asked, window, looks.count(model, asked.version.number) + 1)
    said = _said(state, asked.version)
    traffic = traffic_of(state)
    estimated = _estimated(asked.reference, window) if compared is not None else None
    alerts = (
        *(_drifted(model, one, window) for one in (compared.drifted if compared else ())),
        *over_budget(traffic.between(model, minute_of(at - LONGEST)), asked.budget, at),
        *odd_hours(model, traffic.hourly(model, minute_of(at - SPAN)), at),
        *_fallen(model, estimated),
        *_quality(asked.version, said),
        *former_alert(state, asked.version),
    )
    looked = [*groups(model), volume_group(model), f"{model}/quality/feedback", former_group(model)]
    looked += [*(_group(model, one) for one in TRAITS), f"{model}/quality/estimated"] if compared else []
    right = sum(one.predicted == one.label for one in said) / len(said) if said else None
    seen = Seen(
        model=model, version=asked.version.number, rows=len(window.answers), fresh=window.fresh, compared=compared,
        skipped=skipped, estimated=estimated, said=len(said), right=right, alerts=alerts, groups=tuple(looked),
    )  # fmt: skip
    if compared is not None:
        looks.append(model, asked.version.number, window.until, seen.to_json())
    return seen


def _compared(asked: Asked, window: Window, number: int) -> tuple[Compared | None, Words | None]:
    if asked.reference is None:
        return None, Words(
            "the model keeps no record of what was normal; train it again to have one",
            "模型没有保存正常情况的记录；重新训练后才有",
        )
    if window.fresh < asked.least:
        return None, Words(
            f"{window.fresh} of {asked.least} new answers that a look needs",
            f"需要 {asked.least} 条新回答，目前有 {window.fresh} 条",
        )
    profile = window.profile(asked.reference, asked.read)
    return compare(asked.reference.profile, profile, look=number, alpha=asked.false_alarms), None


def _estimated(reference: Reference | None, window: Window) -> Estimate | None:
    if reference is None or reference.right is None:
        return None
    scores = np.array([np.nan if one.score is None else one.score for one in window.answers])
    return estimate(reference.profile.scores, reference.right, scores)


def _fallen(model: str, found: Estimate | None) -> Iterator[Alert]:
    """An alert where accuracy is estimated to have fallen, also at the upper end of what the estimate allows."""
    if found is not None and found.high < found.reference - FALL:
        yield Alert(
            group=f"{model}/quality/estimated",
            severity="warning",
            sentence=Words(f"{model}: {found.words.en}", f"{model}：{found.words.zh}"),
            evidence=asdict(found),
        )


def _said(state: State, version: Version) -> list[Feedback]:
    found = feedback_of(state).last(MOST_SAID, model=version.model)
    return [one for one in found if one.version == version.number and one.predicted is not None]


def _group(model: str, trait: str) -> str:
    return f"{model}/drift/{trait}"


def _drifted(model: str, change: Change, window: Window) -> Alert:
    trait = TRAITS[change.trait]
    shown = [window.answers[row].id for row in change.rows]
    return Alert(
        group=_group(model, change.trait),
        severity="warning",
        sentence=Words(
            f"{model}: drift of {trait.en}. {change.sentence.en}", f"{model}：{trait.zh}发生漂移。{change.sentence.zh}"
        ),
        evidence={**change.to_json(), "from": window.answers[0].at, "until": window.until, "predictions": shown},
    )


def _quality(version: Version, said: Sequence[Feedback]) -> Iterator[Alert]:
    """An alert where feedback says that the version has become worse than it was.

    People speak up about wrong answers, so that feedback is worse than the test rows from the first day.  What is
    known is therefore the most errors that the first feedback of the version allows, or the test rows if they had more.
    """
    wrong = np.array([one.predicted != one.label for one in said], dtype=bool)
    if len(wrong) <= FIRST:
        return
    tested = version.lineage.get("metrics", {}).get("accuracy")
    known = bound_of(int(wrong[:FIRST].sum()), FIRST, side="up", confidence=SURE)
    known = max(known, 1.0 - float(tested) if isinstance(tested, int | float) else 0.0)
    alarm = rate_alarm(wrong[FIRST:], known, side="up")
    if alarm is None:
        return
    since, model = said[FIRST + alarm.since].at[:16], version.model
    yield Alert(
        group=f"{model}/quality/feedback",
        severity="critical",
        sentence=Words(
            f"{model}: answers have become worse: {alarm.rate:.0%} of those with feedback since {since} were wrong, at "
            f"most {known:.0%} before.",
            f"{model}：回答质量下降：自 {since} 起有反馈的回答中 {alarm.rate:.0%} 有误，此前至多 {known:.0%}。",
        ),
        evidence={
            "feedback": len(said),
            "since": since,
            "wrong": alarm.rate,
            "known": known,
            "evidence": alarm.evidence,
        },
    )
