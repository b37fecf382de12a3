"""Faults with real processes: killed, out of disk, locked out, slowly asked, swapped under load."""

import random
import socket
import sqlite3
import subprocess
import threading
import time

import httpx
import pytest
from tests.serve.running import CALL, Running, running

from dongcha.loop.models import registered
from dongcha.serve.live.place import place_of
from dongcha.store.feedback import feedback_of
from dongcha.store.versions import versions_of


def wait_for(what, seconds: float = 20.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def serves(found: Running) -> int:
    return found.http.get("/readyz").json()["serves"]["topic"]


@pytest.mark.slow
def test_kill_9_during_feedback_loses_and_doubles_nothing(model) -> None:
    acknowledged: set[str] = set()
    sent = iter(range(10_000))
    waiting: list[str] = []
    for turn in range(3):
        found = Running(model)

        def send(found: Running = found) -> None:
            try:
                while True:
                    text = waiting.pop() if waiting else f"text {next(sent)}"
                    waiting.append(text)
                    if found.correct(input=text, label="billing", by="ann", key=text).status_code == 202:
                        acknowledged.add(text)
                        waiting.remove(text)
            except httpx.HTTPError:
                return

        client = threading.Thread(target=send)
        client.start()
        time.sleep(random.Random(turn).uniform(0.2, 0.6))
        found.kill()
        client.join(20)
    with running(model) as found:  # what was not acknowledged is sent again
        for text in list(waiting):
            assert found.correct(input=text, label="billing", by="ann", key=text).status_code == 202
            acknowledged.add(text)
    kept = [one.input for one in feedback_of(place_of(model).state).after()]
    assert len(acknowledged) > 5
    assert len(kept) == len(set(kept)), "doubled"
    assert acknowledged == set(kept), "lost, or not acknowledged"


def test_kill_9_during_promotion_leaves_the_old_or_the_new(model, trained) -> None:
    place = place_of(model)
    registered(model, trained[1], None, "ann")
    for turn in range(3):
        number = 2 - turn % 2
        call = [*CALL, "models", "promote", str(model), str(number), "--json"]
        one = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.Random(turn).uniform(0.3, 1.2))
        one.kill()
        one.wait()
        assert versions_of(place.state).alias("topic").number in (1, 2)
    with running(model) as found:
        assert serves(found) == versions_of(place.state).alias("topic").number
        assert found.predict("a refund")["predictions"]


def test_a_promotion_by_another_process_is_followed_within_seconds_and_no_request_fails(model, trained) -> None:
    with running(model) as found:
        registered(model, trained[1], None, "ann")
        statuses: list[int] = []
        versions: set[int] = set()
        stop = threading.Event()

        def ask() -> None:
            with httpx.Client(base_url=found.url, trust_env=False, timeout=20) as http:
                while not stop.is_set():
                    answer = http.post("/v1/predict", json={"input": "my parcel is late"})
                    statuses.append(answer.status_code)
                    told = answer.json()
                    versions.add(told["version"])
                    assert (told["predictions"][0]["label"] == "parcels") is (told["version"] == 2)

        clients = [threading.Thread(target=ask) for _ in range(3)]
        for one in clients:
            one.start()
        for number in (2, 1, 2):
            call = [*CALL, "models", "promote", str(model), str(number), "--by", "ann"]
            subprocess.run(call, check=True, capture_output=True)
            start = time.monotonic()
            wait_for(lambda number=number: serves(found) == number)
            assert time.monotonic() - start < 5
        stop.set()
        for one in clients:
            one.join(20)
        assert versions == {1, 2}
        assert set(statuses) == {200}


def test_a_corrupted_version_is_not_served_and_an_event_says_why(model, trained) -> None:
    with running(model) as found:
        made = registered(model, trained[1], None, "ann")
        for file in (place_of(model).base / made.folder).glob("*.safetensors"):
            file.write_bytes(b"\0" * 64)
        found.http.post("/v1/models/topic/promote", json={"version": 2, "by": "ann"})
        (event,) = wait_for(lambda: found.http.get("/v1/events?kind=swap-refused").json()["events"])
        assert (event["data"]["version"], event["data"]["from"]) == (2, 1)
        assert event["data"]["why"]
        assert str(model.parent) not in str(event)
        assert serves(found) == 1
        assert found.predict("a refund")["version"] == 1


def test_a_locked_database_is_503_and_nothing_is_half_done(model) -> None:
    with running(model) as found:
        lock = sqlite3.connect(place_of(model).state.path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        answer = found.correct(input="a", label="billing", by="ann", key="k")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["type"] == "urn:dongcha:problem:storage"
        assert str(model.parent) not in answer.text
        assert found.predict("a refund")["predictions"], "answers do not wait for the disk"
        lock.execute("ROLLBACK")
        lock.close()
        assert found.correct(input="a", label="billing", by="ann", key="k").json()["new"]
        assert found.http.get("/readyz").status_code == 200


def test_a_full_disk_is_503_for_feedback_and_answers_go_on(model) -> None:
    with running(model):  # which makes every table
        pass
    size = max(file.stat().st_size for file in place_of(model).state.path.parent.iterdir())
    with running(model, most_bytes=size + 150_000) as found:
        kept, refused = [], None
        for i in range(400):
            answer = found.correct(input=f"{i} " + "x" * 3000, label="billing", by="ann")
            if answer.status_code == 202:
                kept.append(answer.json()["number"])
            else:
                refused = answer
                break
        assert refused is not None
        assert refused.status_code == 503, refused.text
        assert found.predict("a refund")["predictions"]
    stored = [one.number for one in feedback_of(place_of(model).state).after()]
    assert stored == kept, "what was acknowledged is there, and nothing else"


def test_slow_clients_are_let_go_and_hold_up_nobody(model) -> None:
    with running(model, "--body-time", 2, "--head-time", 2) as found:
        slow = [socket.create_connection(("127.0.0.1", found.port), timeout=30) for _ in range(20)]
        for i, one in enumerate(slow):
            head = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            one.sendall(head + (b"Content-Length: 100\r\n\r\n{" if i % 2 else b""))
        start = time.monotonic()
        assert found.predict("a refund")["predictions"]
        assert time.monotonic() - start < 2
        got = [one.recv(4000) for one in slow]
        assert time.monotonic() - start < 15
        assert [answer.split(b" ")[1] for answer in got] == [b"408"] * 20
        for one in slow:
            one.close()


def test_too_many_connections_are_refused_and_room_comes_back(model) -> None:
    with running(model, "--connections", 5, "--head-time", 2) as found:
        held = [socket.create_connection(("127.0.0.1", found.port), timeout=30) for _ in range(8)]
        told = [one.recv(2000) for one in held[5:]]
        assert all(b"429" in one.split(b"\r\n")[0] for one in told)
        for one in held:
            one.close()
        assert wait_for(lambda: httpx.get(f"{found.url}/healthz", trust_env=False).status_code == 200)


LARGE_REQUEST = {"inputs": ["please refund the payment " * 400] * 400}


def test_a_full_queue_is_429_with_a_time(model) -> None:
    with running(model, "--waiting", 40, "--workers", 1) as found:
        statuses: list[httpx.Response] = []

        def ask() -> None:
            url = f"{found.url}/v1/predict"
            statuses.append(httpx.post(url, json=LARGE_REQUEST, timeout=60, trust_env=False))

        clients = [threading.Thread(target=ask) for _ in range(6)]
        for one in clients:
            one.start()
        for one in clients:
            one.join(60)
        kinds = {answer.status_code for answer in statuses}
        assert 429 in kinds
        assert kinds <= {200, 429, 504}
        assert all(int(one.headers["retry-after"]) >= 1 for one in statuses if one.status_code == 429)
        assert found.http.get("/healthz").status_code == 200


def test_an_answer_that_comes_too_late_is_504(model) -> None:
    with running(model, "--workers", 1, "--deadline", 0.1) as found:
        late = found.http.post("/v1/predict", json=LARGE_REQUEST, timeout=60)
        assert late.status_code == 504
        assert found.http.get("/healthz").status_code == 200


def test_requests_under_way_are_finished_when_it_is_told_to_stop(model) -> None:
    found = Running(model)
    got: list[int] = []
    body = {"inputs": ["please refund the payment " * 50] * 200}

    def ask() -> None:
        got.append(httpx.post(f"{found.url}/v1/predict", json=body, timeout=60, trust_env=False).status_code)

    client = threading.Thread(target=ask)
    client.start()
    wait_for(lambda: "dongcha_requests_in_flight 2" in found.http.get("/metrics").text or got)
    assert found.stop() == 0
    client.join(30)
    assert got == [200]
