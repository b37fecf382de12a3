"""Sums a minute add up, whoever wrote them."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.store.state import open_state
from dongcha.store.traffic import BOUNDS_MS, Minute, added, place, traffic_of


def minute(at: str, latencies: list[float], refused: int = 0, failed: int = 0, model: str = "m") -> Minute:
    counts = [0] * (len(BOUNDS_MS) + 1)
    for one in latencies:
        counts[place(one)] += 1
    return Minute(model, at, len(latencies), refused, failed, tuple(counts))


def test_several_processes_of_one_minute_add_up(tmp_path: Path) -> None:
    traffic = traffic_of(open_state(tmp_path / "s.db"))
    traffic.append([minute("2026-01-01T00:01", [3, 4], refused=1), minute("2026-01-01T00:00", [1])])
    traffic.append([minute("2026-01-01T00:01", [300], failed=2), minute("2026-01-01T00:01", [1], model="n")])
    traffic.append([])
    found = traffic.between("m")
    assert [(one.minute[-2:], one.answered, one.refused, one.failed) for one in found] == [
        ("00", 1, 0, 0),
        ("01", 3, 1, 2),
    ]
    assert found[1].failing == pytest.approx(3 / 6)
    assert found[1].latency_ms(0.99) == 500
    assert [one.minute[-2:] for one in traffic.between("m", "2026-01-01T00:01")] == ["01"]
    assert traffic.forget("2026-01-01T00:01") == 1
    assert len(traffic.between("m")) == 1


@given(st.lists(st.floats(0.01, 30_000), min_size=1, max_size=60), st.sampled_from([0.5, 0.9, 0.99]))
def test_a_latency_is_the_bound_above_the_quantile(latencies: list[float], share: float) -> None:
    exact = float(np.quantile(latencies, share, method="inverted_cdf"))
    bound = next((bound for bound in BOUNDS_MS if exact <= bound), float("inf"))
    assert minute("", latencies).latency_ms(share) == bound


def test_nothing_has_no_latency_and_no_failures() -> None:
    assert minute("", []).latency_ms(0.99) is None
    assert minute("", []).failing == 0
    with pytest.raises(ValueError, match="no minutes"):
        added([])


def test_sums_do_not_depend_on_the_order() -> None:
    every = [minute(str(i), [float(i), 2.0 * i], refused=i) for i in range(1, 9)]
    shuffled = random.Random(1).sample(every, len(every))
    one, two = added(every), added(shuffled)
    assert (
        (one.answered, one.refused, one.latencies)
        == (two.answered, two.refused, two.latencies)
        == (
            16,
            36,
            one.latencies,
        )
    )


def test_hours_are_sums_of_all_requests(tmp_path: Path) -> None:
    traffic = traffic_of(open_state(tmp_path / "s.db"))
    traffic.append([minute("2026-01-01T00:01", [3], refused=1), minute("2026-01-01T00:59", [1], failed=2)])
    traffic.append([minute("2026-01-01T02:00", [1, 1]), minute("2026-01-01T02:00", [1], model="n")])
    assert traffic.hourly("m") == {"2026-01-01T00": 5, "2026-01-01T02": 2}
    assert traffic.hourly("m", "2026-01-01T01:00") == {"2026-01-01T02": 2}
