"""Every kind of network as a graph: parity with PyTorch, the folder with and without it, the verb on real inputs."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image
from tests.model.conftest import FILLER, THINGS

from dongcha.cli.export import command
from dongcha.core.errors import DataError
from dongcha.loop.export import Exporting, export_model
from dongcha.loop.predict import predict
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.encoders import find_encoder
from dongcha.model.folder import load, save
from dongcha.model.headed import Headed
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.shapes import spelled, spellings
from dongcha.model.onnx import parity
from dongcha.model.onnx.export import Shown, export
from dongcha.model.onnx.parity import FULL, SMALL, differences
from dongcha.model.onnx.sentences import SENTENCES, built_in
from dongcha.model.onnx.served import Served
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Predictions
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.task import Task
from dongcha.model.tasks import TASKS

ALL = [word for group in THINGS.values() for word in group]
METHOD = {"token-classification": "full"}  # so that what stands beside the encoder has learned something
PLAIN = {
    "token-classification": "AutoModelForTokenClassification",
    "image-classification": "AutoModelForImageClassification",
    "audio-classification": "AutoModelForAudioClassification",
}


def kinds_in(text: str) -> tuple[str, ...]:
    return tuple(sorted(kind for kind, words in THINGS.items() if set(words) & set(text.split())))


def picture(number: int) -> bytes:
    noise = np.random.default_rng(number).normal(0, 20, (20, 24, 3))
    colour = [(220, 30, 30), (30, 30, 220)][number % 2]
    file = io.BytesIO()
    Image.fromarray(np.clip(noise + colour, 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def sound(number: int) -> bytes:
    time = np.arange(1600 + 10 * (number % 70)) / 8000
    file = io.BytesIO()
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * (300, 2000)[number % 2] * time), 8000, format="WAV")
    return file.getvalue()


def some(task: Task, count: int, seed: int) -> Rows:
    random = np.random.default_rng(seed)
    texts = [" ".join([*random.choice(FILLER, 3), *random.choice(ALL, 2, replace=False)]) for _ in range(count)]
    inputs: list[object] = list(texts)
    if task.files:
        made = picture if task.reads == "image" else sound
        inputs, answers = [made(seed * 1000 + i) for i in range(count)], ["ab"[i % 2] for i in range(count)]
    elif task.name == "text-ranking":
        inputs = [(texts[i].split()[-1 - i % 2], texts[i - i % 4 // 2]) for i in range(count)]
        answers = [(query, float(query in text.split())) for query, text in inputs]
    elif task.name == "token-classification":
        inputs = [tuple(text.title().split()) for text in texts]
        answers = [tuple("B-T" if word.lower() in ALL else "O" for word in words) for words in inputs]
    elif task.name == "multi-label-classification":
        answers = [kinds_in(text) for text in texts]
    elif task.name == "text-regression":
        answers = [1e5 + 1e3 * len(kinds_in(text)) + i for i, text in enumerate(texts)]
    else:
        answers = [kinds_in(text)[0] for text in texts]
    return Rows(tuple(inputs), tuple(answers))


def parts_of(task: Task) -> Parts:
    return task.checked(Parts(some(task, 36, 1), some(task, 18, 2), some(task, 18, 3), "fingerprint"))


def written(task: Task, rows: Rows, folder: Path, *, answers: bool = True) -> str:
    """The rows as a file, with the files that they name in a folder `f` beside it."""
    columns: dict[str, object] = {"read": rows.inputs}
    if task.files:
        (folder / "f").mkdir(exist_ok=True)
        columns["read"] = [f"{i}.bin" for i in range(len(rows))]
        for name, data in zip(columns["read"], rows.inputs, strict=True):
            (folder / "f" / name).write_bytes(data)
    elif task.reads == "pair":
        columns = {"query": [query for query, _ in rows.inputs], "read": [text for _, text in rows.inputs]}
    if answers:
        said = [value for _, value in rows.answers] if task.reads == "pair" else list(rows.answers)
        columns["learned"] = ["|".join(one) for one in said] if task.gives == "labels" else said
    pd.DataFrame(columns).to_parquet(folder / "rows.parquet")
    return str(folder / "rows.parquet")


def stored(task: Task, parts: Parts, tiny: Encoder, folder: Path) -> Path:
    encoder = None if task.files else tiny.name
    settings = {"epochs": 1.0, "batch_rows": 12, "learning_rate": 3e-3, "checks": 1.0}
    method = METHOD.get(task.name, "probe")
    ask = Ask(
        task=task.name, encoder=encoder, method=method, budget_s=600, settings=settings if method == "full" else {}
    )
    trained = climb(parts, ask)
    assert trained.onnx is not None
    full, small = (trained.onnx["variants"][name] for name in (FULL, SMALL))
    assert full["holds"], trained.onnx
    assert small["mean_difference"] < 0.2
    assert "too few" in small["refused"]["en"]
    text = "query,read" if task.reads == "pair" else "read"
    return save(replace(trained.model, text=text, label="learned"), folder)


@pytest.mark.parametrize("name", list(TASKS))
def test_a_model_of_each_task_answers_by_its_graph(
    name: str, tiny: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    monkeypatch.setattr(parity, "SLOWER", 0.0)  # which way is faster differs from run to run
    task = TASKS.get(name)
    parts = parts_of(task)
    folder = stored(task, parts, tiny, tmp_path / "m")
    inputs, files = parts.test.inputs, str(tmp_path / "f") if task.files else None
    asked = Exporting(format=FULL, file=written(task, parts.test, tmp_path), files=files)
    found = export_model(folder, asked)[1]
    full = found.variants[FULL]
    assert (found.use, found.rows, found.labelled) == (FULL, len(inputs), len(inputs))
    assert full.figure == pytest.approx(found.torch_figure, abs=1e-3)
    model, plain = load(folder), METHODS.get("probe").load(folder, task)
    assert isinstance(model.fitted, Served)
    ours, theirs = (model.task.answer(one.logits(inputs), inputs, model.classes) for one in (model.fitted, plain))
    assert ours.all_scores == pytest.approx(theirs.all_scores, abs=1e-4, rel=1e-5)
    alone = [model.fitted.logits([one]) for one in inputs]
    assert np.concatenate(alone) == pytest.approx(model.fitted.logits(inputs), abs=1e-3, rel=1e-5), "in any batch"
    with quiet():
        getattr(transformers, PLAIN.get(name, "AutoModelForSequenceClassification")).from_pretrained(folder)


@pytest.mark.parametrize("name", ["token-classification", "text-ranking", "image-classification"])
def test_inputs_without_answers_are_enough(
    name: str, tiny: Encoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = TASKS.get(name)
    parts = parts_of(task)
    folder = stored(task, parts, tiny, tmp_path / "m")
    file = written(task, parts.test, tmp_path, answers=False)
    files = str(tmp_path / "f") if task.files else None
    found = export_model(folder, Exporting(format=FULL, file=file, files=files))[1]
    assert (found.rows, found.labelled, found.variants[FULL].refused) == (18, 0, None)
    if task.files:
        with pytest.raises(DataError, match="needs a FILE"):
            export_model(folder, Exporting())
        command(str(folder), file, files=files, form="onnx")
        assert capsys.readouterr().out.strip() == str(folder)
        answers = predict(folder, file, files=files).to_arrow().column("learned").to_pylist()
        assert set(answers) <= {"a", "b"}
    else:
        assert export_model(folder, Exporting(format=FULL))[1].rows == len(built_in(task.reads)) >= 200


def test_windows_and_odd_words_go_through_the_graph(tiny: Encoder) -> None:
    task = TASKS.get("token-classification")
    parts = parts_of(task)
    recipe = Recipe(task.name, "full", tiny.name, settings={"epochs": 1.0, "token_limit": 16, "context_words": 3})
    done = METHODS.get("full").fit(Job(task=task, parts=parts, recipe=recipe, budget_s=60, encoder=tiny)).fitted
    assert isinstance(done, Headed)
    assert done.net.beside is not None
    shown = Shown(task=task, outputs=parts.outputs, rows=parts.test)
    exported = export(done.net, shown, (FULL,))  # its folder goes when nobody holds it
    graph = Session(exported.file(FULL), done.net.intake)
    inputs = [("Parcel", "late") * 40, (), ("\x00", "", "REFUND", "x" * 5000), ("a",)]
    assert graph.read(inputs) == pytest.approx(done.logits(inputs), abs=1e-4)


def test_a_word_is_the_mean_of_its_n_grams() -> None:
    words = ["Ada", "a", "Ada-1", ""]
    found = spellings(words, [True, False, False, False])
    for word, marks, shares in zip(words, found["marks"], found["shares"], strict=True):
        own, grams = spelled(word)
        assert marks[:-1].astype(bool).tolist() == list(own)
        assert tuple(found["grams"][shares > 0]) == grams
        assert shares[shares > 0] == pytest.approx(1 / len(grams))
    assert found["marks"][:, -1].tolist() == [1, 0, 0, 0]


def test_agreement_is_counted_where_something_is_said() -> None:
    def said(*labels: object, scores: float = 0.9) -> Predictions:
        return Predictions(labels, np.full(len(labels), scores), np.zeros((len(labels), 1)), ("a",))

    tags = said(("O", "B-T", "O", "O"), ("O", "O")), said(("O", "B-T", "B-T", "O"), ("O", "O"))
    assert differences(*tags, per_word=True)[2] == 0.5
    assert differences(tags[0], tags[0], per_word=True)[2] == 1.0
    assert differences(said("a", "b"), said("a", "a"))[2] == 0.5
    one, other = said(100.0, 102.0, scores=np.nan), said(100.04, 101.9, scores=np.nan)
    assert differences(one, other)[2] == 0.5, "a twentieth of the spread, which is 1"


def test_numbers_are_held_against_their_spread() -> None:
    values = np.array([[1e6], [1e6 + 100.0]])

    def said(shift: float) -> Predictions:
        return Predictions(tuple((values[:, 0] + shift).tolist()), np.full(2, np.nan), values + shift, ("value",))

    assert differences(said(0), said(0.5))[0] == pytest.approx(0.01)


def test_what_is_kept_of_files_keeps_to_its_room() -> None:
    from dongcha.model.networks.image import image_intake, image_network

    encoder = find_encoder("tiny-image")
    net, bare = image_network(encoder, 0), image_intake(encoder.folder)
    for intake in (net.intake, bare):
        intake.arrays(intake.items([picture(1), picture(2)]))
    assert (len(net.intake.kept), len(bare.kept)) == (2, 0)


def test_built_in_inputs_are_those_of_the_kind() -> None:
    assert built_in("text") == SENTENCES
    assert built_in("words")[0][:2] == ("the", "report")
    assert built_in("pair")[0] == SENTENCES[:2]
    assert built_in("image") == built_in("audio") == ()
