"""Classes of sounds: formats, rates, channels, damage; a network without download."""

import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from tests.model.conftest import ends_the_same

from dongcha.core.errors import DataError, MissingExtra
from dongcha.loop.learn import Learning, fit, prepared
from dongcha.loop.predict import predict
from dongcha.model import sounds
from dongcha.model.ask import Ask
from dongcha.model.encoders import find_encoder
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.audio import load_audio_network
from dongcha.model.predictions import softmax
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("audio-classification")
PITCH = {"low": 200.0, "middle": 800.0, "high": 3000.0}


def tone(label: str, random: np.random.Generator, rate: int = 8000) -> bytes:
    time = np.arange(int(rate * random.uniform(0.2, 0.5))) / rate
    wave = 0.3 * np.sin(2 * np.pi * PITCH[label] * random.uniform(0.9, 1.1) * time) + random.normal(0, 0.02, len(time))
    return packed(wave, rate)


def packed(wave: np.ndarray, rate: int, kind: str = "WAV") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format=kind)
    return file.getvalue()


def some(count: int, seed: int) -> Rows:
    random = np.random.default_rng(seed)
    labels = tuple(list(PITCH)[i % 3] for i in range(count))
    return Rows(tuple(tone(label, random) for label in labels), labels)


@pytest.fixture
def parts() -> Parts:
    return TASK.checked(Parts(some(30, 1), some(12, 2), some(12, 3), "fingerprint"))


def job(parts: Parts, method: str, **settings: float) -> Job:
    encoder = find_encoder("tiny-audio")
    settings = {**encoder.settings, "epochs": 3, "batch_rows": 8, **settings}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


def test_a_network_learns_survives_its_folder_and_transformers_agrees(parts: Parts, tmp_path: Path) -> None:
    import torch
    from transformers import AutoFeatureExtractor, AutoModelForAudioClassification

    done = METHODS.get("full").fit(job(parts, "full"))
    rows = parts.test
    logits = done.fitted.logits(rows.inputs)
    assert TASK.value(logits, rows, parts.outputs) > 0.8
    done.fitted.save(tmp_path, parts.outputs)
    assert load_audio_network(tmp_path).logits(rows.inputs) == pytest.approx(logits, abs=1e-4)
    with quiet():
        model = AutoModelForAudioClassification.from_pretrained(tmp_path).eval()
        ready = AutoFeatureExtractor.from_pretrained(tmp_path)(
            sounds.waves(rows.inputs), sampling_rate=16_000, return_tensors="pt"
        )
    with torch.no_grad():
        theirs = model(**ready).logits.double().numpy()
    assert softmax(theirs) == pytest.approx(softmax(logits), abs=1e-3)


def test_a_killed_training_goes_on_to_the_last_decimal(parts: Parts, tmp_path: Path) -> None:
    ends_the_same(job(parts, "full", epochs=2), 6, tmp_path / "c")


def test_low_rank_updates_fit_in(parts: Parts) -> None:
    done = METHODS.get("lora").fit(job(parts, "lora", epochs=1, rank=2))
    assert done.fitted.logits(parts.test.inputs).shape == (12, 3)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG"])
@pytest.mark.parametrize("rate", [8000, 16_000, 44_100, 22_051])
def test_a_second_is_a_second_at_any_rate_and_in_any_format(kind: str, rate: int) -> None:
    time = np.arange(rate) / rate
    wave = 0.5 * np.sin(2 * np.pi * 440 * time)
    if kind == "OGG" and rate == 22_051:
        rate = 22_050  # Vorbis knows few rates
    found = sounds.decoded(packed(np.stack([wave, wave * 0.5], axis=1), rate, kind))
    assert found is not None
    assert len(found) == pytest.approx(16_000, rel=0.005)
    peak = np.abs(np.fft.rfft(found)).argmax() * 16_000 / len(found)
    assert peak == pytest.approx(440, rel=0.01)
    assert np.abs(found[4000:12_000]).max() == pytest.approx(0.375, rel=0.1), "the mean of both sides"


def test_silence_and_a_click_are_heard_and_damage_is_told() -> None:
    silent, click = packed(np.zeros(8000), 8000), packed(np.ones(3) * 0.5, 8000)
    empty = packed(np.zeros(0), 8000)
    assert sounds.readable([silent, click, empty, silent[:20], b"no sound", None]) == [True, True, *[False] * 4]
    found = sounds.Timbre().vectors([silent, click])
    assert np.isfinite(found).all()
    assert np.isfinite(sounds.listening(find_encoder("tiny-audio").folder).read([silent, click])).all()


def test_from_files_to_a_column(tmp_path: Path) -> None:
    rows = some(60, 5)
    names = [f"{i:03}.wav" for i in range(60)]
    for name, data in zip(names, rows.inputs, strict=True):
        (tmp_path / name).write_bytes(data)
    (tmp_path / names[7]).write_bytes(b"broken")
    pd.DataFrame({"file": names, "pitch": rows.answers}).to_csv(tmp_path / "t.csv", index=False)
    trained = fit(
        prepared(str(tmp_path / "t.csv"), Learning(label="pitch", text="file", task=TASK.name, method="linear"))
    )
    assert trained.metrics.accuracy > 0.9
    assert any("1 rows without a readable 'file'" in note.en for note in trained.notes)
    place = save(trained.model, tmp_path / "m")
    assert load(place).predict(some(6, 9).inputs).labels == some(6, 9).answers
    found = predict(place, str(tmp_path / "t.csv")).to_arrow().to_pydict()
    assert found["file"][0].endswith("000.wav")
    assert found["pitch_predicted"][7] is None


def test_without_soundfile_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MissingExtra, match=r'pip install "dongcha\[audio\]"'):
        sounds.readable([b"x"])


def test_no_sound_at_all_is_one_sentence() -> None:
    none = Rows((), ())
    with pytest.raises(DataError, match="a sound that can be read"):
        climb(Parts(none, none, none), Ask(task=TASK.name))
