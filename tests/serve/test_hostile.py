"""Hostile requests: no 5xx, no path, no traceback, no echo of what was sent, and the service goes on."""

import json
import shutil
import socket
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.serve.hostile import FEEDBACK, HEADERS, PREDICT, cases
from tests.serve.running import running

POST = b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
LEAKS = ("/tmp/", "/usr/", "/home/", "site-packages", "Traceback", ".py", "sqlite", "SELECT", "root:")


@pytest.fixture(scope="module")
def served(trained, tmp_path_factory):
    place = tmp_path_factory.mktemp("hostile") / "topic"
    shutil.copytree(trained[0], place)
    with running(place, "--max-body", 2_000_000) as found:
        yield found
        assert found.predict("a refund")["predictions"]
        levels = {line["level"] for line in found.lines()}
        assert "error" not in levels, [line for line in found.lines() if line["level"] == "error"]


def harmless(answer) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.content) < 6000
        assert not [leak for leak in LEAKS if leak in answer.text], answer.text


def test_a_list_of_hostile_requests(served) -> None:
    all_of_them = list(cases())
    assert len(all_of_them) >= 200
    refused = 0
    for method, path, body, headers in all_of_them:
        answer = served.http.request(method, path, content=body, headers=headers)
        harmless(answer)
        refused += answer.status_code >= 400
    assert refused >= 200


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["inputs", "input", "model", "top", "label", "by", "prediction_id"]) | st.text(max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([PREDICT, FEEDBACK]), st.dictionaries(NAMES, JSON_VALUES, max_size=5))
def test_bodies_of_any_shape(served, path, body) -> None:
    harmless(served.http.post(path, content=json.dumps(body).encode(), headers=HEADERS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=300))
def test_bytes_that_are_no_http(served, sent) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as one:
        one.sendall(sent + b"\r\n\r\n")
        one.settimeout(2)
        got = one.recv(4000)
    assert b" 5" not in got.split(b"\r\n")[0]
    assert not [leak for leak in LEAKS if leak.encode() in got]


@pytest.mark.parametrize(
    "head",
    [
        POST + b"Content-Length: 99999999999\r\n\r\n",
        POST + b"Content-Length: -5\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nZZZ\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"b" * 300_000 + b"\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
    ],
)
def test_heads_that_lie(served, head) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as one:
        one.sendall(head)
        one.settimeout(5)
        got = one.recv(4000)
    assert got.split(b" ")[1][:1] == b"4" or b"/healthz" in head or b"aaaa" in head, got
    assert b" 5" not in got.split(b"\r\n")[0]


def test_a_body_without_a_length_is_cut_at_the_limit(served) -> None:
    def drip():
        for _ in range(40):
            yield b"x" * 100_000

    answer = served.http.post(PREDICT, content=drip(), headers=HEADERS)
    harmless(answer)
    assert answer.status_code == 413


def test_it_answers_in_time_after_all_that(served) -> None:
    start = time.monotonic()
    served.predict("a refund")
    assert time.monotonic() - start < 5
