"""Looks at a served model: what stays as it was is silent, what changed is told, with its evidence."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.call import dongcha

from dongcha.loop.monitor import watching
from dongcha.model.ask import Ask
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.rows import Parts, Rows
from dongcha.serve.live.place import Place, place_of
from dongcha.store.alerts import alerts_of
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.looked import looks_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.traffic import BOUNDS_MS, Minute, traffic_of
from dongcha.store.versions import versions_of

THINGS = {
    "billing": ("invoice", "charge", "refund", "payment", "fee"),
    "login": ("password", "account", "locked", "reset", "code"),
    "shipping": ("parcel", "courier", "late", "delivery", "address"),
}
FILLER = ("the", "my", "please", "help", "with", "again", "today", "is", "wrong", "now")


def texts(count: int, seed: int, kinds: Sequence[str] = tuple(THINGS)) -> Rows:
    random_ = random.Random(seed)
    labels = [random_.choice(kinds) for _ in range(count)]
    said = [
        " ".join(random_.sample(FILLER, random_.randint(2, 6)) + random_.sample(THINGS[label], 2)) for label in labels
    ]
    return Rows(tuple(said), tuple(labels))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parts = Parts(texts(300, 1), texts(200, 2), texts(300, 3), "f", outputs=tuple(THINGS))
    trained = climb(parts, Ask(method="linear", budget_s=60))
    return save(trained.model, tmp_path_factory.mktemp("models") / "topic")


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> Place:
    model = save(load(folder), tmp_path / "topic")
    (model / "reference.safetensors").write_bytes((folder / "reference.safetensors").read_bytes())
    return place_of(model)


def answer(place: Place, rows: Rows, start: int = 0) -> None:
    """Answers as the service writes them, one a second from a day ago on."""
    model = load(place.base / versions_of(place.state).version("model", 1).folder)
    said = model.predict(rows.inputs)
    begin = datetime.now(UTC) - timedelta(days=1)
    predictions_of(place.state).append_many(
        [
            Predicted(
                id=f"p{start + i}", at=(begin + timedelta(seconds=start + i)).isoformat(timespec="milliseconds"),
                model="model", version=1, input=text, label=label, score=score,
            )
            for i, (text, (label, score)) in enumerate(zip(rows.inputs, said, strict=True))
        ]
    )  # fmt: skip


def test_what_stays_as_it_was_is_silent(place: Place) -> None:
    watched = watching(place.base / "topic", lang="en")
    for turn in range(4):
        answer(place, texts(150, 10 + turn), 150 * turn)
        found = watched.look()
        (seen,) = found.seen
        assert seen.compared is not None
        assert seen.compared.look == turn + 1
        assert (seen.fresh, seen.alerts) == (150, ())
        assert not found.wrong


def test_a_shift_is_told_once_with_its_evidence_and_ends(place: Place) -> None:
    watched = watching(place.base / "topic", lang="en")
    answer(place, texts(300, 20, ("shipping",)))
    found = watched.look()
    assert found.told.raised == ("model/drift/labels",)
    (alert,) = found.open
    assert found.wrong
    assert "drift of predictions" in alert.alert.sentence.en
    assert "shipping" in alert.alert.sentence.en
    assert "预测发生漂移" in alert.alert.sentence.zh
    assert alert.alert.evidence["window"] == 300
    assert [event.kind for _, event in events_of(place.state).after()][-1] == "drifted"
    answer(place, texts(110, 21, ("shipping",)), 300)
    assert watched.look().told.raised == ()  # the same alert is still open
    for turn in range(2):
        answer(place, texts(500, 30 + turn), 1000 + 500 * turn)
        found = watched.look()
    assert found.told.resolved == ("model/drift/labels",)
    assert alerts_of(place.state).open() == {}


def test_strange_characters_are_told(place: Place) -> None:
    rows = texts(200, 40)
    answer(place, Rows(tuple(f"{text} ☃ 雪" for text in rows.inputs), rows.answers))
    told = watching(place.base / "topic").look().told.raised
    assert "model/drift/strange" in told


def test_too_few_new_answers_are_no_look(place: Place) -> None:
    answer(place, texts(60, 1))
    (seen,) = watching(place.base / "topic").look().seen
    assert seen.compared is None
    assert seen.skipped is not None
    assert seen.skipped.en == "60 of 100 new answers that a look needs"
    assert looks_of(place.state).count("model", 1) == 0


def test_a_model_that_was_trained_before_keeps_no_record_of_what_was_normal(place: Place) -> None:
    (place.base / "topic" / "reference.safetensors").unlink()
    answer(place, texts(200, 1))
    (seen,) = watching(place.base / "topic").look().seen
    assert seen.skipped is not None
    assert "train it again" in seen.skipped.en


def said(place: Place, right: list[bool]) -> None:
    given = [
        Feedback(
            model="model", input=f"t{i}", label="billing", predicted="billing" if ok else "login", by="ann", version=1,
            key=f"k{i}",
        )
        for i, ok in enumerate(right)
    ]  # fmt: skip
    feedback_of(place.state).append_many(given)


def test_a_fall_of_quality_is_critical_and_complaints_as_ever_are_not(place: Place) -> None:
    random_ = random.Random(1)
    said(place, [random_.random() < 0.4 for _ in range(300)])  # people report mistakes: 40 % right from the first day
    found = watching(place.base / "topic").look()
    assert found.open == ()
    assert found.seen[0].right == pytest.approx(0.4, abs=0.07)
    feedback = [random_.random() < 0.05 for _ in range(200)]
    feedback_of(place.state).append_many(
        [
            Feedback(model="model", input=f"u{i}", label="billing", predicted="billing" if ok else "login", by="ann",
                     version=1, key=f"u{i}")
            for i, ok in enumerate(feedback)
        ]
    )  # fmt: skip
    found = watching(place.base / "topic").look()
    assert [one.alert.group for one in found.open] == ["model/quality/feedback"]
    assert found.open[0].alert.severity == "critical"


def test_failing_requests_are_told(place: Place) -> None:
    now = datetime.now(UTC)
    minutes = [
        Minute(
            "model", (now - timedelta(minutes=i)).strftime("%Y-%m-%dT%H:%M"), 50, 0, 50, (50,) + (0,) * len(BOUNDS_MS)
        )
        for i in range(30)
    ]
    traffic_of(place.state).append(minutes)
    assert watching(place.base / "topic").look().told.raised == ("model/failing/requests",)


def test_a_surge_and_a_silence_are_told(place: Place) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    random_ = random.Random(1)

    def hour(ago: int, count: int) -> Minute:
        at = (now - timedelta(hours=ago)).strftime("%Y-%m-%dT%H:%M")
        return Minute("model", at, count, latencies=(count,) + (0,) * len(BOUNDS_MS))

    def usual(ago: int) -> int:
        day = 400 if 8 <= (now - timedelta(hours=ago)).hour < 20 else 60
        return day + random_.randint(-20, 20)

    traffic_of(place.state).append([hour(ago, usual(ago)) for ago in range(24 * 21, 1, -1)])
    traffic_of(place.state).append([hour(1, usual(1))])
    assert watching(place.base / "topic").look().told.raised == ()
    traffic_of(place.state).append([hour(1, 3000)])
    found = watching(place.base / "topic").look()
    assert found.told.raised == ("model/volume/requests",)
    assert "a surge" in found.open[0].alert.sentence.en


def test_check_says_by_its_exit_status_whether_something_is_wrong(place: Place) -> None:
    folder = place.base / "topic"
    answer(place, texts(150, 50))
    well = dongcha("monitor", folder, "--check", "--lang", "en")
    assert (well.returncode, well.stderr) == (0, "")
    first, second = well.stdout.splitlines()
    assert first.startswith("model v1: no drift in the last 150 answers; accuracy without labels about 1")
    assert second == "No alert is open."
    answer(place, texts(300, 51, ("shipping",)), 200)
    wrong = dongcha("monitor", folder, "--check", "--lang", "zh")
    assert wrong.returncode == 1
    assert "严重" in wrong.stdout or "警告" in wrong.stdout
    shown = json.loads(dongcha("monitor", folder, "--json").stdout)
    assert shown["looks"][0]["skipped"]["en"].startswith("0 of 100 new answers")
    assert [one["group"] for one in shown["alerts"]] == ["model/drift/labels"]
    dongcha("alerts", "ack", folder, str(shown["alerts"][0]["number"]), "--by", "ann")
    assert dongcha("monitor", folder, "--check", "--quiet").returncode == 0  # somebody takes care of it


def test_a_damaged_model_does_not_stop_the_look(place: Place) -> None:
    (place.base / "topic" / "vocabulary.json").write_text("{")
    found = watching(place.base / "topic").look()
    assert found.seen == ()
