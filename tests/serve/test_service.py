"""The service without HTTP: answers as the model gives them, swaps, what is kept, and what people correct."""

import json
import shutil
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from tests.model.conftest import sentences

from dongcha.core.errors import ConfigError, DataError, StorageError, UnknownName
from dongcha.loop.models import Told, copied, listed, promoted, registered, rolled_back, shown
from dongcha.model.folder import RECORD
from dongcha.serve.live.correct import Correction, KeyConflict
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import live
from dongcha.serve.live.place import place_of
from dongcha.serve.live.service import Forgetful, serving
from dongcha.serve.live.writer import PAUSE_S, Writer
from dongcha.store.feedback import feedback_of
from dongcha.store.happened import events_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.versions import versions_of

FAR_S = 1e6
TEXTS = list(sentences(40, 9).inputs)


@pytest.fixture
def service(model):
    found = serving(place_of(model), Limits(workers=2, stop_s=5))
    yield found
    found.close()


def ask(service, texts, name=None):
    one = service.live(name)
    job = service.submit(one, texts, time.monotonic() + FAR_S)
    return job, job.done.result(10)


def test_it_answers_as_the_model_does(service, first) -> None:
    _, found = ask(service, TEXTS)
    wanted = first.predict(TEXTS)
    assert [one.label for one in found] == list(wanted.labels)
    assert [one.score for one in found] == [round(score, 6) for score in wanted.scores.tolist()]
    assert [list(one.scores) for one in found] == [list(wanted.classes)] * len(TEXTS)
    got = np.array([list(one.scores.values()) for one in found])
    assert np.abs(got - wanted.all_scores).max() <= 5e-7


def test_many_clients_at_once_each_get_their_own_answers(service, first) -> None:
    wanted = dict(zip(TEXTS, first.predict(TEXTS).labels, strict=True))
    wrong = []

    def client(seed: int) -> None:
        for i in range(20):
            some = TEXTS[(seed + i) % 30 :][: 1 + (seed * i) % 9]
            _, found = ask(service, some)
            if [one.label for one in found] != [wanted[text] for text in some]:
                wrong.append(seed)

    clients = [threading.Thread(target=client, args=(seed,)) for seed in range(8)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    assert wrong == []


def test_a_request_that_has_begun_ends_with_the_model_it_began_with(service, second) -> None:
    old = service.live(None)
    release = threading.Event()

    def slow(inputs):
        release.wait(10)
        return old.read(inputs)

    service.put(replace(old, read=slow))
    job = service.submit(service.live(None), TEXTS, time.monotonic() + FAR_S)
    service.put(live("topic", 2, second))
    release.set()
    before = job.done.result(10)
    _, after = ask(service, TEXTS)
    assert {one.label for one in before} <= set(old.classes)
    assert {one.label for one in after} <= {"money", "access", "parcels"}


def test_an_input_that_breaks_the_model_fails_alone(service) -> None:
    old = service.live(None)

    def fussy(inputs):
        if "poison" in inputs:
            raise ZeroDivisionError
        return old.read(inputs)

    service.put(replace(old, read=fussy))
    one = service.live(None)
    jobs = [service.submit(one, [text], time.monotonic() + FAR_S) for text in ("a card", "poison", "a parcel")]
    assert [isinstance(job.done.exception(10), ZeroDivisionError) for job in jobs] == [False, True, False]
    assert len(ask(service, ["still at work"])[1]) == 1


def test_predictions_are_kept_and_found_at_once(service) -> None:
    job, found = ask(service, TEXTS[:3])
    ids = service.remember(job, TEXTS[:3], found)
    assert len(set(ids)) == 3
    kept = service.writer.find(ids[1])
    assert (kept.input, kept.label, kept.model, kept.version) == (TEXTS[1], found[1].label, "topic", 1)
    service.close()
    stored = predictions_of(service.place.state)
    assert [stored.find(id).input for id in ids] == TEXTS[:3]


def test_a_full_writer_drops_and_counts_and_never_waits(model) -> None:
    told = []
    store = predictions_of(place_of(model).state)
    lock = store.state.engine.connect()
    lock.exec_driver_sql("BEGIN IMMEDIATE")  # nobody can write now
    writer = Writer(store, Limits(pending=5), lambda written, dropped: told.append((written, dropped)))
    one = Predicted(id="", at="2026-01-01", model="m", version=1, input="x", label="y")
    start = time.monotonic()
    writer.put([replace(one, id=f"p{i}") for i in range(9)])
    assert time.monotonic() - start < 1
    assert told == [(0, 4)]
    lock.exec_driver_sql("ROLLBACK")
    lock.close()
    writer.close(20)
    assert store.count("m") == 5
    assert told[1:] == [(5, 0)]


def test_what_is_answered_within_a_moment_is_committed_together(model) -> None:
    told = []
    store = predictions_of(place_of(model).state)
    writer = Writer(store, Limits(), lambda written, dropped: told.append(written))
    one = Predicted(id="", at="2026-01-01", model="m", version=1, input="x", label="y")
    start = time.monotonic()
    for i in range(50):
        writer.put([replace(one, id=f"p{i}")])
        time.sleep(0.01)
    seconds = time.monotonic() - start
    writer.close(20)
    assert sum(told) == store.count("m") == 50
    assert len(told) <= 2 + seconds / PAUSE_S


def test_a_promotion_is_followed_and_taken_back(service, trained) -> None:
    made = registered(service.place.base / "topic", trained[1], None, "ann")
    assert made.number == 2
    assert service.follower.look() == []
    assert service.live("topic").version == 1  # registered is not promoted
    promoted(service.place.base / "topic", 2, Told(by="ann", reason="better"))
    service.follower.look()
    assert service.live("topic").version == 2
    assert ask(service, ["the parcel is late"])[1][0].label == "parcels"
    rolled_back(service.place.base / "topic", Told(by="ann"))
    service.follower.look()
    assert service.live("topic").version == 1
    kinds = [event.kind for _, event in events_of(service.place.state).after()]
    assert kinds == ["swapped", "registered", "promoted", "swapped", "rolled-back", "swapped"]


def broken(place, folder, how):
    made = copied(place, folder, "topic", "ann")
    target = place.base / made.folder
    if how == "cut":
        for file in target.glob("*.safetensors"):
            file.write_bytes(file.read_bytes()[:100])
    elif how == "gone":
        shutil.rmtree(target)
    elif how == "record":
        (target / RECORD).write_text("{")
    elif how == "classes":
        found = json.loads((target / RECORD).read_text())
        (target / RECORD).write_text(json.dumps({**found, "labels": ["one", "two"]}))
    elif how == "nan":
        from safetensors.numpy import load_file, save_file

        for file in target.glob("*.safetensors"):
            arrays = load_file(file)
            save_file({n: a * np.nan if a.dtype.kind == "f" else a for n, a in arrays.items()}, file)
    return made


@pytest.mark.parametrize("how", ["cut", "gone", "record", "classes", "nan"])
def test_a_version_that_is_broken_is_left_alone_and_an_event_says_why(service, trained, how) -> None:
    made = broken(service.place, trained[1], how)
    service.versions.point("topic", made.number, by="ann")
    assert service.follower.look()
    assert service.live("topic").version == 1
    assert ask(service, TEXTS)[1]
    (_, event), *_ = events_of(service.place.state).last(kind="swap-refused")
    assert (event.data["model"], event.data["version"], event.data["from"]) == ("topic", 2, 1)
    assert event.data["why"]
    assert service.follower.look() == []  # it is not tried again and again
    service.versions.point("topic", 1, by="ann")
    assert service.follower.look() == []
    assert service.live("topic").version == 1


def test_a_broken_champion_at_the_start_gives_way_to_the_one_before(model, trained) -> None:
    place = place_of(model)
    made = broken(place, trained[1], "cut")
    versions_of(place.state).point("topic", made.number, by="ann")
    found = serving(place, Limits(workers=1))
    try:
        assert found.live(None).version == 1
    finally:
        found.close()


def test_nothing_that_can_be_served_is_said(model) -> None:
    place = place_of(model)
    (model / RECORD).write_text("{")
    with pytest.raises(ConfigError, match=r"no model that can be served: topic version 1: .*cannot be read"):
        serving(place, Limits(workers=1))


def test_feedback_on_a_prediction_and_on_an_input(service) -> None:
    job, found = ask(service, TEXTS[:1])
    (id,) = service.remember(job, TEXTS[:1], found)
    first = service.correct(Correction(label="login", by="ann", prediction=id))
    assert (first.new, first.new_class, first.contradicts) == (True, False, ())
    assert (first.feedback.input, first.feedback.predicted, first.feedback.version) == (TEXTS[0], found[0].label, 1)
    again = service.correct(Correction(label="login", by="ann", prediction=id))
    assert (again.new, again.feedback.number) == (False, first.feedback.number)
    other = service.correct(Correction(label="a class of my own", by="bob", prediction=id))
    assert (other.new, other.new_class, other.contradicts) == (True, True, (first.feedback.number,))
    byhand = service.correct(Correction(label="billing", by="ann", input="a fee", model="topic"))
    assert (byhand.feedback.input, byhand.feedback.prediction) == ("a fee", None)
    assert feedback_of(service.place.state).count("topic") == 3


def test_a_key_is_of_one_feedback_and_of_one_sender(service) -> None:
    said = Correction(label="billing", by="ann", input="a fee", key="k", sender="app")
    assert service.correct(said).new
    assert not service.correct(said).new
    with pytest.raises(KeyConflict, match="used for other feedback"):
        service.correct(replace(said, label="login"))
    assert service.correct(replace(said, sender="other app", label="login")).new


@pytest.mark.parametrize(
    ("label", "wrong"),
    [(3, "name"), ("", "name"), (" ", "name"), ("a\0b", "name"), ("x" * 201, "name"), (["a"], "name"), ({}, "name")],
)
def test_a_label_that_cannot_be_one_is_refused(service, label, wrong) -> None:
    with pytest.raises(DataError, match=f"label must be a {wrong}"):
        service.correct(Correction(label=label, by="ann", input="a fee"))


def test_feedback_on_nothing_that_is_known_is_refused(service) -> None:
    with pytest.raises(UnknownName, match="no prediction of that id is known"):
        service.correct(Correction(label="billing", by="ann", prediction="0" * 27))
    with pytest.raises(UnknownName, match="no model named 'topik'; did you mean 'topic'"):
        service.correct(Correction(label="billing", by="ann", input="x", model="topik"))


def test_what_learns_is_told_after_feedback_is_durable_and_cannot_break_it(model) -> None:
    seen = []

    class Stumbling(Forgetful):
        def learn(self, service, kept) -> None:
            seen.append((kept.feedback.number, feedback_of(service.place.state).count("topic")))
            raise ValueError("a learner's own trouble")

    found = serving(place_of(model), Limits(workers=1), learner=Stumbling())
    try:
        for label in ("billing", "billing", "login"):
            found.correct(Correction(label=label, by="ann", input="a fee"))
    finally:
        found.close()
    assert seen == [(1, 1), (2, 2)]


def test_a_learner_may_add_a_class_while_the_model_serves(model) -> None:
    class Adding(Forgetful):
        def begin(self, service, live):
            classes = (*live.classes, "new")
            return replace(live, classes=classes, read=lambda inputs: np.pad(live.read(inputs), ((0, 0), (0, 1))))

        def learn(self, service, kept) -> None:
            old = service.live("topic")
            bias = np.array([0.0, 0.0, 0.0, 99.0])
            service.put(replace(old, read=lambda inputs: old.read(inputs) + bias))

    found = serving(place_of(model), Limits(workers=1), learner=Adding())
    try:
        assert ask(found, ["a refund"])[1][0].label != "new"
        assert found.correct(Correction(label="new", by="ann", input="a fee")).new_class
        assert ask(found, ["a refund"])[1][0].label == "new"
    finally:
        found.close()


def test_the_verbs_list_and_show(model, trained) -> None:
    with pytest.raises(StorageError, match="has no versions yet"):
        listed(model)
    place_of(model)
    registered(model, trained[1], None, "ann")
    (found,) = listed(model)
    assert (found["name"], found["aliases"]) == ("topic", {"champion": 1})
    assert [one["version"] for one in found["versions"]] == [1, 2]
    one = shown(model, None, None)
    assert (one["version"], one["aliases"], one["moves"][0]["by"]) == (1, ["champion"], "serve")
    assert one["lineage"]["recipe"]["method"] == "linear"
    with pytest.raises(ConfigError, match="cannot go back"):
        rolled_back(model, Told())


def test_several_models_have_to_be_named(model, trained) -> None:
    place = place_of(model)
    copied(place, trained[1], "andere 类", "ann")
    found = serving(place, Limits(workers=1))
    try:
        with pytest.raises(UnknownName, match="name the model: there are 'andere 类', 'topic'"):
            found.live(None)
        assert ask(found, ["the parcel"], "andere 类")[1][0].label == "parcels"
    finally:
        found.close()
