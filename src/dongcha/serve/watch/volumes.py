"""How many requests came in an hour, against the time of day and the recent level: surges, and silence."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import numpy as np

from dongcha.core.words import Words
from dongcha.learn.drift.volume import unusual
from dongcha.store.alerts import Alert

SPAN = timedelta(days=28)
LEVEL = 1e-4
"""An hour, so that a quiet service is told of a surge or a silence by chance about once in a year."""

DAY = 24


def group(model: str) -> str:
    """The group of alerts of volume."""
    return f"{model}/volume/requests"


def odd_hours(model: str, hourly: Mapping[str, int], now: datetime) -> Iterator[Alert]:
    """An alert where the last whole hour had more or fewer requests than its time of day explains."""
    end = now.replace(minute=0, second=0, microsecond=0)
    counts = hours(hourly, end)
    found = [one for one in unusual(counts, season=DAY, level=LEVEL) if one.at == len(counts) - 1]
    for one in found:
        at = end - timedelta(hours=1)
        spoken = f"{at.astimezone():%Y-%m-%d %H:00}"
        yield Alert(
            group=group(model),
            severity="warning",
            sentence=Words(
                f"{model}: requests in the hour from {spoken}: {one.words.en}",
                f"{model}：{spoken} 起一小时的请求数：{one.words.zh}",
            ),
            evidence={"hour": at.isoformat(), "count": one.count, "expected": one.expected, "p": one.p},
        )


def hours(hourly: Mapping[str, int], end: datetime) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Requests in each hour from the first until `end`; hours without any are 0."""
    starts = [datetime.fromisoformat(f"{hour}:00+00:00") for hour in hourly]
    if not starts or end <= starts[0]:
        return np.zeros(0, dtype=np.int64)
    counts = np.zeros(int((end - starts[0]).total_seconds() // 3600), dtype=np.int64)
    for start, requests in zip(starts, hourly.values(), strict=True):
        place = int((start - starts[0]).total_seconds() // 3600)
        if place < len(counts):
            counts[place] = requests
    return counts
