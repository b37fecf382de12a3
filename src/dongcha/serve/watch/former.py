"""Whether a promoted version is worse on live feedback than the one before it, and the way back.

The former version's errors are taken as the most that its feedback allows (Clopper-Pearson); the detector of `rate`
then watches the present one's, since it was last put to work.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dongcha.core.events import Event
from dongcha.core.words import Words
from dongcha.learn.drift.rate import bound_of, rate_alarm
from dongcha.store.alerts import Alert
from dongcha.store.feedback import feedback_of
from dongcha.store.happened import events_of
from dongcha.store.state import State
from dongcha.store.versions import CHALLENGER, CHAMPION, Move, Version, versions_of

FEWEST = 50
"""Feedback of the former version from which it is known how often people found it right."""

SURE = 0.99  # that the former version's errors were no more than what is taken
MOST = 5000  # feedback that is looked at, the newest


@dataclass(frozen=True, slots=True)
class Worse:
    """A version that is worse than the one before it: shares of feedback that was wrong, and the evidence."""

    version: int
    former: int
    wrong: float
    known: float  # the most that the former version's feedback allows
    figures: Mapping[str, Any]


def group(model: str) -> str:
    """The group of the alert."""
    return f"{model}/quality/former"


def worse_than_former(state: State, version: Version) -> Worse | None:
    """What says so; None where nothing does, there is no version to go back to, or too little was said of it."""
    model = version.model
    versions = versions_of(state)
    stack = versions.stack(model)
    if len(stack) < 2 or stack[-1] != version.number:
        return None
    former = stack[-2]
    since = [one.at for one in versions.moves(model) if one.alias == CHAMPION][-1]
    said = [one for one in feedback_of(state).last(MOST, model=model) if one.predicted is not None]
    before = [one.predicted != one.label for one in said if one.version == former]
    now = np.array(
        [one.predicted != one.label for one in said if one.version == version.number and one.at >= since],
        dtype=bool,
    )
    if len(before) < FEWEST or not len(now):
        return None
    known = bound_of(sum(before), len(before), side="up", confidence=SURE)
    alarm = rate_alarm(now, known, side="up")
    if alarm is None:
        return None
    figures = {
        "feedback": len(now), "wrong": alarm.rate, "former": former, "former_feedback": len(before),
        "former_wrong": sum(before) / len(before), "known": known, "evidence": alarm.evidence,
    }  # fmt: skip
    return Worse(version.number, former, alarm.rate, known, figures)


def former_alert(state: State, version: Version) -> Iterator[Alert]:
    """An alert where the version is worse than the one before it."""
    found = worse_than_former(state, version)
    if found is not None:
        yield Alert(
            group=group(version.model),
            severity="critical",
            sentence=Words(
                f"{version.model}: version {found.version} is worse than version {found.former} was: {found.wrong:.0%} "
                f"of its answers with feedback are wrong, at most {found.known:.0%} before.",
                f"{version.model}：第 {found.version} 版不如之前的第 {found.former} 版：有反馈的回答中 "
                f"{found.wrong:.0%} 有误，此前至多 {found.known:.0%}。",
            ),
            evidence=found.figures,
        )


def roll_back(state: State, model: str, why: Mapping[str, Any]) -> Move:
    """Point the champion where it pointed before, with an event that says why; what was given up does not stand again.

    Raises `ConfigError` where there is no step to go back.
    """
    versions = versions_of(state)
    given_up = versions.aliases(model).get(CHAMPION)
    made = versions.back(model, by="monitor", why=dict(why))
    if versions.aliases(model).get(CHALLENGER) == given_up:
        versions.drop(model, CHALLENGER, by="monitor", why={"reason": "rolled back"})
    facts = {"model": model, "alias": CHAMPION, "version": made.version, "from": given_up, "by": "monitor"}
    events_of(state).append(Event("rolled-back", {**facts, "why": dict(why)}))
    return made
