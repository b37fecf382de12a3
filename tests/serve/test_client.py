"""The Python client: answers, corrections that survive, and tries that end."""

import httpx
import pytest
from tests.serve.running import running

from dongcha import Client
from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.serve.client import Prediction, ServiceError
from dongcha.serve.live.place import place_of
from dongcha.store.feedback import feedback_of


def test_against_a_service(model) -> None:
    with running(model) as found, Client(found.url) as client:
        first, second = client.predict(["please refund the payment", "my parcel is late"])
        assert (first.model, first.version, first.input) == ("topic", 1, "please refund the payment")
        assert client.predict([]) == []
        told = client.correct(second, "shipping", by="ann")
        assert told["new"]
        lost = Prediction("0" * 27, "x", None, {}, "topic", 1, "an input of a prediction that was lost")
        assert client.correct(lost, "login", by="ann")["new"], "corrected by its input"
        with pytest.raises(UnknownName, match="no prediction of that id is known"):
            client.correct("0" * 27, "login", by="ann")
        assert client.label("a fee", "billing", by="ann")["new"]
        with pytest.raises(DataError, match=r"inputs\[1\] holds a NUL"):
            client.predict(["a", "b\0"])
        with pytest.raises(UnknownName, match="no model named 'topik'"):
            client.predict(["a"], model="topik")
        with pytest.raises(ConfigError, match="cannot go back"):
            client.rollback("topic", by="ann")
        assert client.models()[0]["serves"] == 1
        assert client.events(kind="swapped")[0]["data"]["version"] == 1
    kept = feedback_of(place_of(model).state).after()
    assert [one.input for one in kept] == ["my parcel is late", lost.input, "a fee"]


def answering(*answers: httpx.Response | Exception) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    left, seen = list(answers), []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return httpx.MockTransport(answer), seen


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    waits = []
    monkeypatch.setattr("dongcha.serve.client.time.sleep", waits.append)
    return waits


def test_feedback_is_sent_again_with_the_same_key(no_waiting) -> None:
    good = httpx.Response(202, json={"number": 1, "new": True})
    transport, seen = answering(httpx.ConnectError("away"), httpx.Response(503), good)
    with Client("http://service", transport=transport) as client:
        assert client.label("a", "b", by="ann") == {"number": 1, "new": True}
    assert len({request.headers["idempotency-key"] for request in seen}) == 1
    assert len(seen) == 3
    assert no_waiting == sorted(no_waiting)


def test_it_waits_as_long_as_it_is_told_to(no_waiting) -> None:
    busy = httpx.Response(429, headers={"retry-after": "7"}, json={"title": "busy"})
    transport, _ = answering(busy, httpx.Response(200, json={"models": []}))
    with Client("http://service", transport=transport) as client:
        assert client.models() == []
    assert 7 <= no_waiting[0] <= 9


def test_it_gives_up_and_says_why() -> None:
    transport, seen = answering(*[httpx.Response(503, json={"title": "T", "detail": "D"})] * 3)
    with (
        Client("http://service", transport=transport, tries=3) as client,
        pytest.raises(ServiceError, match="after 3 tries: T: D"),
    ):
        client.models()
    assert len(seen) == 3


def test_a_rollback_is_sent_once() -> None:
    transport, seen = answering(httpx.ConnectError("away"))
    with (
        Client("http://service", transport=transport) as client,
        pytest.raises(ServiceError, match="cannot be reached"),
    ):
        client.rollback("m", by="ann")
    assert len(seen) == 1


def test_a_token_is_sent_and_a_name_cannot_leave_its_place() -> None:
    transport, seen = answering(httpx.Response(200, json={}))
    with Client("http://service", token="dct_x", transport=transport) as client:
        client.promote("../../admin", 1, by="ann")
    assert seen[0].headers["authorization"] == "Bearer dct_x"
    assert seen[0].url.raw_path == b"/v1/models/..%2F..%2Fadmin/promote"
