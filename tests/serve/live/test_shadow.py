"""Challengers in shadow: beside what is served, never before it, and gone when they fail or are withdrawn."""

import threading
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.conftest import sentences

from dongcha.loop.models import registered
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.place import place_of
from dongcha.serve.live.service import Watched, serving
from dongcha.serve.live.shadow import is_drawn
from dongcha.serve.standing import standing, standing_words
from dongcha.store.happened import events_of
from dongcha.store.predicted import predictions_of
from dongcha.store.shadowed import shadows_of
from dongcha.store.versions import CHALLENGER, versions_of

TEXTS = list(sentences(40, 9).inputs)
NAMES = {"billing": "money", "login": "access", "shipping": "parcels"}


def until(found, within_s=15.0):
    end = time.monotonic() + within_s
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return value


@pytest.fixture
def counts():
    return {"agreed": 0, "differed": 0, "dropped": 0}


@pytest.fixture
def service(model, trained, counts):
    for folder in trained:
        registered(model, folder, None, by="ann")

    def counted(name, what, inputs):
        assert name == "topic"
        counts[what] += inputs

    limits = Limits(workers=2, stop_s=5, shadow=1.0, shadow_waiting=30)
    found = serving(place_of(model), limits, Watched(shadowed=counted))
    yield found
    found.close()


def point(service, version):
    versions_of(service.place.state).point("topic", version, CHALLENGER, by="ann")


def ask(service, texts):
    job = service.submit(service.live(None), texts, time.monotonic() + 1e6)
    found = job.done.result(10)
    return service.remember(job, texts, found), found


def shadowed(service, number):
    return service.shadow.lives.get("topic") is not None and service.shadow.lives["topic"].version == number


def kinds(service, kind):
    return [event.data for _, event in events_of(service.place.state).after(kind=kind)]


def test_it_answers_what_was_served_and_is_kept_apart(service, second, first, counts) -> None:
    point(service, 3)
    until(lambda: shadowed(service, 3))
    ids, found = ask(service, TEXTS[:20])
    assert [one.label for one in found] == list(first.predict(TEXTS[:20]).labels)
    until(lambda: counts["differed"] == 20)
    said = shadows_of(service.place.state).said("topic", 3, ids)
    assert [said[one] for one in ids] == list(second.predict(TEXTS[:20]).labels)
    until(lambda: predictions_of(service.place.state).count("topic") == 20)
    assert {one.version for one in predictions_of(service.place.state).between("topic")} == {1}
    told = standing(service.place.state, "topic")
    assert (told["version"], told["champion"], told["answered"], told["agreed"], told["agreement"]) == (
        3,
        1,
        20,
        0,
        0.0,
    )
    assert "v3: agrees with v1 on 0.0% of 20 live answers; not judged yet" in standing_words("topic", told).en


def test_one_that_is_the_same_model_agrees(service, counts) -> None:
    point(service, 2)
    until(lambda: shadowed(service, 2))
    ask(service, TEXTS[:10])
    until(lambda: counts["agreed"] == 10)
    assert shadows_of(service.place.state).agreement("topic", 2, 1).share == 1.0


def test_what_it_has_no_room_for_is_dropped_and_counted(service, counts) -> None:
    point(service, 3)
    until(lambda: shadowed(service, 3))
    release = threading.Event()
    slow = service.shadow.lives["topic"]

    def read(inputs):
        release.wait(10)
        return slow.read(inputs)

    service.shadow.lives = {"topic": replace(slow, read=read)}
    start = time.monotonic()
    for _ in range(5):
        ask(service, TEXTS[:20])
    assert time.monotonic() - start < 5  # nobody waited for it
    assert counts["dropped"] >= 100 - 30 - 8  # of those that wait and those it has in its hands
    release.set()
    until(lambda: sum(counts.values()) == 100)


def test_inputs_that_come_one_by_one_are_answered_together(service, counts) -> None:
    point(service, 2)
    until(lambda: shadowed(service, 2))
    live, rounds = service.shadow.lives["topic"], []

    def read(inputs):
        rounds.append(len(inputs))
        return live.read(inputs)

    service.shadow.lives["topic"] = replace(live, read=read)
    for text in TEXTS[:16]:
        ask(service, [text])
        time.sleep(0.01)
    until(lambda: counts["agreed"] == 16)
    assert sum(rounds) == 16
    assert len(rounds) <= 8


def test_it_waits_while_requests_do(service, counts) -> None:
    point(service, 3)
    until(lambda: shadowed(service, 3))
    service.desks["topic"].queue.length += 1  # as if one waited
    ask(service, TEXTS[:5])
    time.sleep(0.3)
    assert counts["differed"] == 0
    service.desks["topic"].queue.length -= 1
    until(lambda: counts["differed"] == 5)


def test_one_that_fails_gives_one_event_and_is_tried_again_when_the_alias_moves(service, counts) -> None:
    point(service, 3)
    until(lambda: shadowed(service, 3))

    def broken(inputs):
        raise RuntimeError("no")

    service.shadow.lives = {"topic": replace(service.shadow.lives["topic"], read=broken)}
    ask(service, TEXTS[:20])
    until(lambda: kinds(service, "shadow-refused"))
    service.shadow.look()
    service.shadow.look()
    assert [data["why"] for data in kinds(service, "shadow-refused")] == ["RuntimeError"]
    _, found = ask(service, TEXTS[:5])
    assert len(found) == 5
    point(service, 3)
    until(lambda: shadowed(service, 3))


def test_one_that_cannot_be_loaded_gives_one_event(service, model) -> None:
    versions = versions_of(service.place.state)
    folder = service.place.base / versions.version("topic", 3).folder
    (folder / "dongcha.json").write_text("{")
    point(service, 3)
    until(lambda: kinds(service, "shadow-refused"))
    for _ in range(3):
        service.shadow.look()
    (refused,) = kinds(service, "shadow-refused")
    assert (refused["version"], "cannot be read" in refused["why"]) == (3, True)
    assert service.shadow.lives == {}
    assert len(ask(service, TEXTS[:5])[1]) == 5


def test_one_that_is_withdrawn_or_promoted_answers_no_more(service) -> None:
    versions = versions_of(service.place.state)
    point(service, 2)
    until(lambda: shadowed(service, 2))
    point(service, 3)
    until(lambda: shadowed(service, 3))
    versions.drop("topic", CHALLENGER, by="ann")
    until(lambda: not service.shadow.lives)
    assert standing(service.place.state, "topic") is None
    point(service, 3)
    until(lambda: shadowed(service, 3))
    versions.point("topic", 3, by="ann")
    until(lambda: service.live(None).version == 3 and not service.shadow.lives)


def test_without_a_share_there_is_no_shadow(model, trained) -> None:
    registered(model, trained[1], None, by="ann")
    found = serving(place_of(model), Limits(workers=1, stop_s=5, shadow=0.0))
    try:
        versions_of(found.place.state).point("topic", 2, CHALLENGER, by="ann")
        assert len(ask(found, TEXTS[:5])[1]) == 5
        assert found.shadow.lives == {}
    finally:
        found.close()


@settings(deadline=None)
@given(text=st.text(max_size=50), low=st.floats(0, 1), high=st.floats(0, 1))
def test_an_input_that_is_in_a_share_is_in_every_larger_one(text, low, high) -> None:
    low, high = sorted((low, high))
    assert is_drawn(text, low) <= is_drawn(text, high)
    assert is_drawn(text, low) == is_drawn(text, low)


def test_the_share_is_about_what_is_asked_for() -> None:
    assert 850 < sum(is_drawn(f"text {i}", 0.1) for i in range(10_000)) < 1150
