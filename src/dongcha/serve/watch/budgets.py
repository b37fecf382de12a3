"""Budgets of failure and of slowness: how fast they are used up, over a long and a short window at once.

An alert needs both windows: the long one says that it matters, the short one that it still goes on, so that it ends
soon after its cause does.  These are the multiwindow, multi-burn-rate alerts of the Site Reliability Workbook (Beyer
et al. 2018, chapter 5), with its rates for a budget of 30 days.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dongcha.core.words import Words
from dongcha.store.alerts import Alert, Severity
from dongcha.store.traffic import BOUNDS_MS, Minute, added, place

SLOW_SHARE = 0.01
"""Of the answers, which may take longer than the budget of latency: it is one of the 99th percentile."""

FEWEST = 30
"""Requests of the long window under which no rate is told."""


@dataclass(frozen=True, slots=True)
class Burn:
    """So many times the rate that uses the budget up in 30 days, over both windows, is an alert."""

    times: float
    long: timedelta
    short: timedelta
    severity: Severity


BURNS = (
    Burn(14.4, timedelta(hours=1), timedelta(minutes=5), "critical"),
    Burn(6.0, timedelta(hours=6), timedelta(minutes=30), "critical"),
    Burn(1.0, timedelta(days=3), timedelta(hours=6), "warning"),
)
SOON = timedelta(hours=1)
LONGEST = max(burn.long for burn in BURNS)


@dataclass(frozen=True, slots=True)
class Budget:
    """What a model's requests may cost: the share that fails, and the milliseconds of 99 in 100 answers."""

    failing: float = 0.01
    latency_ms: float | None = None


def minute_of(at: datetime) -> str:
    """The minute of a moment, as traffic names it.

    >>> minute_of(datetime(2026, 1, 31, 23, 59, 58, tzinfo=UTC))
    '2026-01-31T23:59'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def over_budget(minutes: Sequence[Minute], budget: Budget, now: datetime) -> Iterator[Alert]:
    """The alerts that the traffic of a model up to `now` gives, at most one of failure and one of slowness."""
    failing = _burning(minutes, now, lambda one: one.failing, budget.failing)
    if failing is not None:
        yield _failing(*failing, budget)
    late_ms = budget.latency_ms
    late = None if late_ms is None else _burning(minutes, now, lambda one: _slow(one, late_ms), SLOW_SHARE)
    if late is not None and late_ms is not None:
        yield _late(*late, late_ms)


def _burning(
    minutes: Sequence[Minute], now: datetime, share: Callable[[Minute], float], allowed: float
) -> tuple[tuple[Minute, Minute], Burn] | None:
    """The first burn whose both windows spend so fast, and their sums."""
    for burn in BURNS:
        found = _both(minutes, burn, now)
        if found is not None and min(map(share, found)) >= burn.times * allowed:
            return found, burn
    return None


def groups(model: str) -> tuple[str, str]:
    """The groups that a look at the budgets could raise."""
    return f"{model}/failing/requests", f"{model}/slow/answers"


def _both(minutes: Sequence[Minute], burn: Burn, now: datetime) -> tuple[Minute, Minute] | None:
    """The sums of the long and the short window; None where one has too few requests to tell.

    Of days or hours only part of which have any traffic yet, the share says nothing about all of them.
    """
    start, late = minute_of(now - burn.long), minute_of(now - burn.short)
    if burn.long > SOON and not any(one.minute < minute_of(now - burn.long / 2) for one in minutes):
        return None
    long = [one for one in minutes if start <= one.minute <= minute_of(now)]
    short = [one for one in long if one.minute >= late]
    if not short or sum(one.requests for one in long) < FEWEST:
        return None
    return added(long), added(short)


def _slow(one: Minute, latency_ms: float) -> float:
    """The share of answers beyond the first bound that is at least the budget."""
    late = sum(one.latencies[place(latency_ms) + 1 :])
    return late / sum(one.latencies) if sum(one.latencies) else 0.0


def _spoken(span: timedelta) -> Words:
    minutes = int(span.total_seconds() // 60)
    if minutes % 60:
        return Words(f"{minutes} minutes", f"{minutes} 分钟")
    hours = minutes // 60
    if hours == 1:
        return Words("hour", "1 小时")
    return Words(f"{hours} hours", f"{hours} 小时") if hours < 48 else Words(f"{hours // 24} days", f"{hours // 24} 天")


def _failing(found: tuple[Minute, Minute], burn: Burn, budget: Budget) -> Alert:
    long, short = found
    span, times = _spoken(burn.long), long.failing / budget.failing
    return Alert(
        group=groups(long.model)[0],
        severity=burn.severity,
        sentence=Words(
            f"{long.model}: {long.failing:.1%} of {long.requests:,} requests failed or were refused in the last "
            f"{span.en}, {times:.1f} times what the budget of {budget.failing:.1%} allows.",
            f"{long.model}：最近 {span.zh}内 {long.requests:,} 个请求中有 {long.failing:.1%} 失败或被拒绝，"
            f"是预算（{budget.failing:.1%}）的 {times:.1f} 倍。",
        ),
        evidence={
            "requests": long.requests, "failed": long.failed, "refused": long.refused, "share": long.failing,
            "share_now": short.failing, "budget": budget.failing, "window_s": burn.long.total_seconds(),
        },
    )  # fmt: skip


def _late(found: tuple[Minute, Minute], burn: Burn, latency_ms: float) -> Alert:
    long, short = found
    span, p99 = _spoken(burn.long), long.latency_ms(0.99)
    bound = f"{p99:,.0f} ms" if p99 is not None and p99 <= BOUNDS_MS[-1] else f"> {BOUNDS_MS[-1]:,} ms"
    share = _slow(long, latency_ms)
    return Alert(
        group=groups(long.model)[1],
        severity=burn.severity,
        sentence=Words(
            f"{long.model}: {share:.1%} of {long.answered:,} answers in the last {span.en} took longer than "
            f"{latency_ms:g} ms; 99 in 100 came within {bound}.",
            f"{long.model}：最近 {span.zh}内 {long.answered:,} 个回答中有 {share:.1%} 超过 {latency_ms:g} 毫秒；"
            f"99% 在 {bound} 以内。",
        ),
        evidence={
            "answers": long.answered, "share": share, "share_now": _slow(short, latency_ms), "budget_ms": latency_ms,
            "p99_ms": p99 if p99 != float("inf") else None, "window_s": burn.long.total_seconds(),
        },
    )  # fmt: skip
