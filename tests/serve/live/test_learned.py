"""A service without HTTP that learns: what was corrected is answered so at once, and after a restart as well."""

import time

import numpy as np
import pytest
from tests.model.conftest import sentences

from dongcha.serve.live.correct import Correction
from dongcha.serve.live.learned import Learned
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.place import place_of
from dongcha.serve.live.service import serving
from dongcha.store.feedback import feedback_of
from dongcha.store.happened import events_of

TEXTS = list(sentences(40, 9).inputs)


def begun(model):
    return serving(place_of(model), Limits(workers=1, stop_s=5), learner=Learned())


def ask(service, texts):
    answering = service.live(None)
    return [one.label for one in service.submit(answering, texts, time.monotonic() + 1e6).done.result(10)]


@pytest.fixture
def service(model):
    found = begun(model)
    yield found
    found.close()


def test_before_any_feedback_it_answers_as_stored(service, first) -> None:
    assert np.abs(service.live(None).read(TEXTS) - first.fitted.logits(TEXTS)).max() <= 1e-9


def test_a_correction_is_answered_at_once(service, first) -> None:
    text = TEXTS[0]
    other = next(name for name in first.classes if name != first.predict([text]).labels[0])
    was = service.live(None)
    service.correct(Correction(label=other, by="ann", input=text))
    assert ask(service, [text]) == [other]
    assert service.live(None).version == was.version
    assert list(was.predict([text]).labels) == list(first.predict([text]).labels), "what had begun has changed"


def test_a_new_label_becomes_a_class(service, first) -> None:
    for i in range(5):
        service.correct(Correction(label="refund", by="ann", input=f"please refund the money number {i}"))
    assert service.live(None).classes == (*first.classes, "refund")
    assert ask(service, ["please refund the money number 9"]) == ["refund"]
    kept = [one == two for one, two in zip(ask(service, TEXTS), first.predict(TEXTS).labels, strict=True)]
    assert np.mean(kept) >= 0.9, "old classes were forgotten"


def test_a_restart_gives_the_same_head(model) -> None:
    service = begun(model)
    for i, text in enumerate(TEXTS[:12]):
        service.correct(Correction(label=("billing", "login", "refund")[i % 3], by=f"p{i % 2}", input=text))
    wanted, classes = service.live(None).read(TEXTS), service.live(None).classes
    service.close()
    again = begun(model)
    assert again.live(None).classes == classes
    assert np.abs(again.live(None).read(TEXTS) - wanted).max() <= 1e-9
    again.close()


def test_the_last_word_on_an_input_holds(service) -> None:
    for label in ("billing", "login", "shipping"):
        service.correct(Correction(label=label, by="ann", input=TEXTS[3]))
        assert ask(service, [TEXTS[3]]) == [label]


def test_feedback_that_a_version_was_trained_on_is_not_learned_again(model, first) -> None:
    service = begun(model)
    kept = service.correct(Correction(label="login", by="ann", input=TEXTS[0]))
    service.close()
    from dongcha.serve.live.place import register

    place = place_of(model)
    made = register(place, first.name, model, by="test", more={"feedback": kept.feedback.number})
    service = begun(model)
    service.versions.point(first.name, made.number, by="test", why={})
    service.follower.look()
    assert service.live(None).version == made.number
    assert np.abs(service.live(None).read(TEXTS) - first.fitted.logits(TEXTS)).max() <= 1e-9
    service.close()


def test_another_process_on_the_same_state_is_heard(service, model, first) -> None:
    other = begun(model)
    other.correct(Correction(label="login", by="ann", input=TEXTS[1]))
    service.correct(Correction(label="billing", by="bob", input=TEXTS[2]))
    assert feedback_of(service.place.state).count(first.name) == 2
    other.correct(Correction(label="shipping", by="cid", input=TEXTS[5]))
    service.correct(Correction(label="billing", by="cid", input=TEXTS[6]))
    other.correct(Correction(label="billing", by="cid", input=TEXTS[7]))
    service.correct(Correction(label="login", by="cid", input=TEXTS[8]))
    service.close()
    other.close()
    again = begun(model)
    wanted = again.live(None).read(TEXTS)
    assert np.abs(service.live(None).read(TEXTS) - wanted).max() <= 1e-9
    again.close()


def test_a_head_that_got_worse_is_given_up_and_said_once(service, model, first, monkeypatch) -> None:
    def judged(self, word, likely) -> bool:  # as if the fifth word had proven it
        self.prequential.add(True)
        return self.prequential.rows == 5

    monkeypatch.setattr("dongcha.learn.online.updating.Updating._judged", judged)
    updating = service.learner.updating(first.name)
    for i, text in enumerate(TEXTS[:5]):
        service.correct(Correction(label="refund", by=f"p{i}", input=text))
    assert np.abs(service.live(None).read(TEXTS) - first.fitted.logits(TEXTS)).max() <= 1e-9
    assert service.live(None).classes == first.classes
    service.correct(Correction(label="refund", by="p6", input=TEXTS[6]))
    assert ask(service, [TEXTS[6]]) == ["refund"], "it does not begin again"
    told = events_of(service.place.state).after(kind="learning-fell-back")
    assert updating.falls == len(told) == 1
    wanted = service.live(None).read(TEXTS)
    service.close()
    again = begun(model)
    assert again.learner.updating(first.name).falls == updating.falls
    assert np.abs(again.live(None).read(TEXTS) - wanted).max() <= 1e-9
    assert len(events_of(again.place.state).after(kind="learning-fell-back")) == len(told), "told twice"
    again.close()


def test_a_task_that_does_not_learn_at_once_says_so(service, first) -> None:
    class Other:
        name = "text-regression"

    class Shown:
        name, version, task = first.name, 1, Other()

    assert service.learner.begin(service, Shown()).__class__ is Shown
    _, event = events_of(service.place.state).last(1, kind="learning-waits")[0]
    assert event.data["task"] == "text-regression"
    assert service.learner.updating(first.name) is None
    answering = service.live(None)
    service.correct(Correction(label="login", by="ann", input=TEXTS[0]))
    assert service.live(None) is answering
