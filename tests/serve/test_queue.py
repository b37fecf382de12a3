"""The queue: bounded, fair, in order, and nobody waits for what nobody wants any more."""

import threading
import time
from math import ceil
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.core.errors import ConfigError
from dongcha.serve.live.answers import Answer
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.queue import Job, Queue, QueueFull, Stopping, TooLate

FAR = time.monotonic() + 1e6
LIVE, OTHER, PARALLEL = (SimpleNamespace(parallel=parallel) for parallel in (False, False, True))


def job(size: int, live: SimpleNamespace = LIVE, deadline: float = FAR) -> Job:
    return Job(live, list(range(size)), deadline)


def queue(**limits: int) -> Queue:
    return Queue(Limits(**limits))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(1, 20), st.integers(1, 9))
def test_every_input_is_handed_out_once_and_answers_come_in_order(sizes, together, share) -> None:
    q = queue(together=together, share=share)
    jobs = [job(size) for size in sizes]
    for one in jobs:
        q.put(one, 1.0)
    q.close()
    while (parts := q.take()) is not None:
        assert sum(part.stop - part.start for part in parts) <= together
        for part in parts:
            part.job.fill(part.start, [Answer(value, None, {}) for value in part.inputs])
    assert q.length == 0
    for one in jobs:
        assert [answer.label for answer in one.done.result(0)] == one.inputs


def test_a_large_request_does_not_hold_up_a_small_one() -> None:
    q = queue(together=64, share=16)
    large, small = job(1000), job(1)
    q.put(large, 1.0)
    q.put(small, 1.0)
    parts = q.take()
    assert [(part.job, part.stop - part.start) for part in parts] == [(large, 16), (small, 1)]


def test_a_full_queue_says_when_to_come_back_and_a_request_larger_than_it_is_taken_when_it_is_empty() -> None:
    q = queue(waiting=10)
    q.put(job(25), 5.0)
    with pytest.raises(QueueFull) as full:
        q.put(job(1), 5.0)
    assert full.value.retry_s == 5.0
    assert q.length == 25


def test_what_is_late_or_abandoned_is_not_handed_out() -> None:
    q = queue()
    late, gone, good = job(3, deadline=time.monotonic() - 1), job(4), job(2)
    for one in (late, gone, good):
        q.put(one, 1.0)
    gone.abandoned = True
    assert [part.job for part in q.take()] == [good]
    assert isinstance(late.done.exception(0), TooLate)
    assert not gone.done.done()
    assert q.length == 0


def test_a_round_is_of_one_live_model() -> None:
    q = queue()
    jobs = [job(1), job(1, OTHER), job(1)]
    for one in jobs:
        q.put(one, 1.0)
    assert [[part.job for part in q.take()] for _ in range(3)] == [[jobs[0]], [jobs[1]], [jobs[2]]]


@pytest.mark.parametrize(("workers", "waiting"), [(1, 5), (2, 5), (2, 1), (4, 3), (3, 300)])
def test_workers_at_the_same_time_take_no_more_than_their_part_of_what_waits(workers, waiting) -> None:
    q = queue(workers=workers, together=64)
    for _ in range(waiting):
        q.put(job(1, PARALLEL), 1.0)
    assert len(q.take()) == min(64, ceil(waiting / workers))


def test_a_model_that_answers_one_round_after_the_other_takes_all_that_waits() -> None:
    q = queue(workers=4)
    for _ in range(8):
        q.put(job(1), 1.0)
    assert len(q.take()) == 8


def test_cores_are_shared_by_the_workers(monkeypatch) -> None:
    monkeypatch.setenv("DONGCHA_THREADS", "8")
    assert [Limits(workers=n).call_threads for n in (0, 1, 2, 3, 8, 20)] == [1, 8, 4, 2, 1, 1]


def test_a_closed_queue_hands_out_what_waits_and_takes_nothing_on() -> None:
    q = queue()
    q.put(job(1), 1.0)
    q.close()
    assert len(q.take()) == 1
    assert q.take() is None
    with pytest.raises(Stopping):
        q.put(job(1), 1.0)


def test_who_waits_is_woken() -> None:
    q, got = queue(), []
    thread = threading.Thread(target=lambda: got.append(q.take()))
    thread.start()
    one = job(1)
    q.put(one, 1.0)
    thread.join(5)
    assert [part.job for part in got[0]] == [one]


def test_two_workers_that_finish_a_request_together_answer_it_once() -> None:
    for _ in range(200):
        one = job(2)
        halves = [threading.Thread(target=one.fill, args=(i, [Answer(i, None, {})])) for i in range(2)]
        for half in halves:
            half.start()
        for half in halves:
            half.join()
        assert [answer.label for answer in one.done.result(0)] == [0, 1]


def test_limits_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ConfigError, match="deadline_s must be more than 0 seconds, got 0"):
        Limits(deadline_s=0)
    with pytest.raises(ConfigError, match="waiting must be at least 1"):
        Limits(waiting=0)


def test_a_jump_of_the_wall_clock_changes_nothing(monkeypatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    q = queue()
    q.put(job(1), 1.0)
    monkeypatch.setattr(time, "time", lambda: 1e12)
    assert len(q.take()) == 1
