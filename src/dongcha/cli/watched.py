"""Events of jobs as lines for a person."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from dongcha.core.events import Event
from dongcha.core.words import Words


def line(event: Event) -> Words | None:
    """What to say of an event of the worker; None where it is not of a job."""
    told: Mapping[str, Any] = event.data
    if event.kind == "watching":
        return Words("Watching; Ctrl-C stops.", "监视中；Ctrl-C 停止。")
    job, _, verb = event.kind.partition("-")
    if job == "judge" and verb == "ended":
        return judged(told)
    if job != "refresh":
        return None
    name, run = told["model"], told["run"]
    why = because(told["because"])
    said = {
        "begun": Words(f"training begins: {why.en}", f"开始训练：{why.zh}"),
        "taken-up": Words("training is taken up again", "继续训练"),
        "stopped": Words("training is stopped, and goes on later", "训练已停止，稍后继续"),
        "lost": Words("training was killed", "训练进程被终止"),
        "ended": ended(told),
        "failed": Words(f"training failed: {told.get('why')}", f"训练失败：{told.get('why')}"),
    }[verb]
    return Words(f"{name}, run {run}: {said.en}.", f"{name} 第 {run} 次作业：{said.zh}。")


def because(why: Mapping[str, Any]) -> Words:
    """Why a run was begun."""
    alerts = ", ".join(f"{one['number']} ({one['group']})" for one in why.get("alerts", ()))
    found = [Words(f"alert {alerts}", f"告警 {alerts}")] if alerts else []
    if "schedule" in why:
        found.append(Words(f"schedule {why['schedule']}", f"计划 {why['schedule']}"))
    count = why.get("corrections", 0)
    found.append(Words(f"{count} new corrections", f"{count} 条新纠正"))
    return Words("; ".join(one.en for one in found), "；".join(one.zh for one in found))


def ended(told: Mapping[str, Any]) -> Words:
    """What came of a run."""
    version = told.get("version")
    if told.get("promoted"):
        return Words(f"version {version} is trained and serves", f"第 {version} 版已训练并提供服务")
    return Words(f"version {version} is trained, as challenger", f"第 {version} 版已训练，作为挑战者")


def judged(told: Mapping[str, Any]) -> Words | None:
    """What came of judging a challenger again; None where none stood any more."""
    name, version = told["model"], told.get("challenger")
    said: dict[Any, Words] = {
        "promoted": Words("is better and serves now", "更好，现已提供服务"),
        "withdrawn": Words("is worse and is withdrawn", "更差，已撤下"),
        "left": Words("stands on", "继续作为挑战者"),
    }
    if version is None:
        return None
    done = said[told["done"]]
    return Words(f"{name}: challenger {version} {done.en}.", f"{name}：挑战者第 {version} 版{done.zh}。")


def refreshes(runs: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    """A line each of the newest trainings that jobs began: when, why, and what came of it."""
    for one in runs:
        why, at, told = (
            because(one["why"]),
            f"{datetime.fromisoformat(one['at']).astimezone():%Y-%m-%d %H:%M}",
            one["told"],
        )
        failed = Words(f"failed: {told.get('why')}", f"失败：{told.get('why')}")
        going = Words("is not finished", "尚未完成")
        end = {"ended": ended(told), "failed": failed}.get(one["state"], going)
        yield Words(f"refresh {at} ({why.en}): {end.en}", f"重新训练 {at}（{why.zh}）：{end.zh}")
