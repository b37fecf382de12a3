"""Budgets: an outage is told within minutes, a slow leak within days, a short blip and a quiet night are not."""

from datetime import UTC, datetime, timedelta

import pytest

from dongcha.serve.watch.budgets import Budget, minute_of, over_budget
from dongcha.store.alerts import Alert
from dongcha.store.traffic import BOUNDS_MS, Minute, place

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
BUDGET = Budget(failing=0.01, latency_ms=200)


def traffic(hours: float, *, failed: int = 0, every: int = 100, late: int = 0, end: float = 0) -> list[Minute]:
    """Minutes that ended `end` hours ago, each with so many requests, of which some failed or were late."""
    found = []
    for minute in range(int(end * 60), int((end + hours) * 60)):
        latencies = [0] * (len(BOUNDS_MS) + 1)
        latencies[place(15)], latencies[place(900)] = every - failed - late, late
        at = minute_of(NOW - timedelta(minutes=minute))
        found.append(Minute("m", at, every - failed, 0, failed, tuple(latencies)))
    return found[::-1]


def told(minutes: list[Minute], budget: Budget = BUDGET) -> dict[str, Alert]:
    return {one.group: one for one in over_budget(minutes, budget, NOW)}


def test_all_is_well() -> None:
    assert told(traffic(72)) == {}
    assert told([]) == {}


def test_an_outage_is_critical() -> None:
    minutes = [*traffic(3, end=0.2), *traffic(0.2, failed=100)]
    alert = told(minutes)["m/failing/requests"]
    assert alert.severity == "critical"
    # The last hour has 61 minutes that are named, 12 of them with nothing but failures.
    assert alert.evidence["share"] == pytest.approx(12 / 61)
    assert "19.7% of 6,100 requests failed or were refused in the last hour, 19.7 times" in alert.sentence.en
    assert "最近 1 小时内 6,100 个请求中有 19.7% 失败或被拒绝" in alert.sentence.zh


def test_what_is_over_is_not_told_any_more() -> None:
    assert told([*traffic(3, end=0.4), *traffic(0.2, failed=100, end=0.2), *traffic(0.2)]) == {}


def test_a_service_of_an_hour_has_no_share_of_three_days() -> None:
    assert told([*traffic(1, failed=3, end=0.6), *traffic(0.6)]) == {}
    assert list(told([*traffic(40, failed=3, end=0.6), *traffic(0.6)])) == ["m/failing/requests"]


def test_one_bad_minute_is_not_told() -> None:
    assert told([*traffic(3, end=2 / 60), *traffic(2 / 60, failed=30)]) == {}


def test_a_slow_leak_is_a_warning() -> None:
    alert = told(traffic(80, failed=2))["m/failing/requests"]
    assert alert.severity == "warning"
    assert "in the last 3 days" in alert.sentence.en


def test_a_quiet_night_tells_nothing() -> None:
    assert told(traffic(0.2, every=2, failed=2)) == {}  # 24 requests, all failed: too few for a rate


def test_slow_answers() -> None:
    minutes = [*traffic(3, end=1.1), *traffic(1.1, late=20)]
    found = told(minutes)
    assert list(found) == ["m/slow/answers"]
    alert = found["m/slow/answers"]
    assert alert.severity == "critical"
    assert alert.evidence["share"] == pytest.approx(0.2)
    assert alert.evidence["p99_ms"] == 1000
    assert "took longer than 200 ms; 99 in 100 came within 1,000 ms" in alert.sentence.en
    assert told(minutes, Budget(failing=0.01)) == {}


def test_refused_requests_count_as_failed() -> None:
    minutes = [Minute("m", one.minute, 50, refused=50, latencies=one.latencies) for one in traffic(2)]
    assert told(minutes)["m/failing/requests"].evidence["refused"] == 50 * 61
