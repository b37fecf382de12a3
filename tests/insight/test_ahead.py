"""What is worked out ahead on another core is what is worked out when it is asked for."""

import threading
import time

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight import ahead
from dongcha.insight.cube import cube
from dongcha.insight.mine import mine
from dongcha.insight.once import Once
from dongcha.insight.patterns import correlation


def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    size = 4_000
    shop = rng.choice(["a", "b", "c", "d"], size)
    amount = rng.lognormal(2, 0.7, size).round(2) * np.where(shop == "b", 1.4, 1)
    amount[rng.random(size) < 0.03] = np.nan
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2023-01-02") + pd.to_timedelta(rng.integers(0, 365, size), unit="D").as_unit("s"),
            "shop": shop,
            "kind": rng.choice(["x", "y", "z"], size, p=[0.6, 0.3, 0.1]),
            "amount": amount,
            "weight": (amount + rng.normal(0, 6, size)).round(1),
        }
    )


def test_findings_are_the_same_with_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    work = ahead.Cube.work

    def counted(self):  # type: ignore[no-untyped-def]
        for one in work(self):
            begun.append(1)
            yield one

    table = dongcha.read(data())
    alone = mine(table)
    monkeypatch.setattr(ahead.Cube, "work", counted)
    monkeypatch.setattr(ahead, "LEAST_ROWS", 1_000)
    monkeypatch.setenv("DONGCHA_THREADS", "2")
    beside = mine(table)
    assert len(begun) > 5
    assert len(alone.insights) >= 3
    assert beside == alone


def test_all_work_is_what_would_be_asked_for() -> None:
    made, asked = (cube(dongcha.read(data())) for _ in range(2))
    for work in made.work():
        work()
    assert made.correlation("amount", "weight") == asked.correlation("amount", "weight")
    for name in ("shop", "kind"):
        assert np.array_equal(made.counts[(name,)].array, asked.counts[(name,)].array)
        for one, other in zip(made.rank_sums(name), asked.rank_sums(name), strict=True):
            assert np.array_equal(one, other)
        for one, other in zip(made.daily(name), asked.daily(name), strict=True):
            assert np.array_equal(one, other)


def test_one_thread_or_few_rows_ask_for_nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cube(dongcha.read(data()))
    monkeypatch.setattr(type(made), "work", lambda self: pytest.fail("asked ahead"))
    with ahead.ahead([made]):
        pass
    monkeypatch.setattr(ahead, "LEAST_ROWS", 1)
    monkeypatch.setattr(ahead, "thread_count", lambda: 1)
    with ahead.ahead([made]):
        pass


def test_an_error_ahead_is_met_by_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cube(dongcha.read(data()))
    met = threading.Event()

    def fails() -> None:
        met.set()
        raise MemoryError("no memory")

    monkeypatch.setattr(ahead, "LEAST_ROWS", 1)
    monkeypatch.setattr(ahead, "thread_count", lambda: 2)
    monkeypatch.setattr(type(made), "work", lambda self: iter([fails]))
    with ahead.ahead([made]):
        assert met.wait(10)
    assert made.correlation("amount", "weight")[0] > 3_000


def test_an_answer_is_made_once_though_two_threads_ask() -> None:
    known, calls = Once[str, int](), []

    def make() -> int:
        calls.append(1)
        time.sleep(0.05)
        return len(calls)

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(known.of("a", make))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1, 1, 1, 1]


def test_what_raised_is_asked_anew() -> None:
    known = Once[str, int]()
    with pytest.raises(ZeroDivisionError):
        known.of("a", lambda: 1 // 0)
    assert known.of("a", lambda: 5) == 5


def test_tenths_that_are_shown_are_worked_out_once_and_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    table = dongcha.read(data())
    alone = mine(table)
    asked: list[tuple[str, str, int]] = []
    work = correlation.deciles

    def counted(held, rows, x, y):  # type: ignore[no-untyped-def]
        asked.append((x, y, threading.get_ident()))
        return work(held, rows, x, y)

    monkeypatch.setattr(correlation, "deciles", counted)
    monkeypatch.setattr(correlation, "LARGE", 1_000)
    monkeypatch.setenv("DONGCHA_THREADS", "2")
    beside = mine(table)
    assert [(x, y) for x, y, _ in asked] == [("amount", "weight")]
    assert asked[0][2] != threading.get_ident()
    (one,), (other,) = ([i for i in some.insights if i.pattern == "correlation"] for some in (alone, beside))
    for line, same in zip(one.evidence.rows, other.evidence.rows, strict=True):
        assert line == pytest.approx(same, rel=1e-9)
