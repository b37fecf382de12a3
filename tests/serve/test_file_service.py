"""A picture model and a sound model served, under files that mean harm: one clear 4xx each, and they go on."""

import base64
import io
import shutil
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
import soundfile
from PIL import Image
from tests.serve.live import hostile_files as bad
from tests.serve.running import running
from tests.serve.test_hostile import LEAKS

from dongcha.loop.learn import Learning
from dongcha.loop.train import Place, train_file

COLOURS = {"blue": (30, 60, 200), "red": (200, 40, 30)}
TONES = {"low": 300.0, "high": 2000.0}


def painted(label: str, draw: np.random.Generator) -> bytes:
    noise = draw.normal(0, 30, size=(40, 48, 3))
    return bad.saved(Image.fromarray(np.clip(noise + COLOURS[label], 0, 255).astype(np.uint8)), "JPEG")


def tone(label: str, draw: np.random.Generator) -> bytes:
    file, at = io.BytesIO(), np.arange(8000) / 16_000
    wave = np.sin(2 * np.pi * TONES[label] * draw.uniform(0.9, 1.1) * at) + draw.normal(0, 0.05, 8000)
    soundfile.write(file, wave, 16_000, format="FLAC")
    return file.getvalue()


KINDS = {"image": (COLOURS, painted, "jpg", bad.IMAGES), "audio": (TONES, tone, "flac", bad.SOUNDS)}


def table_of(kind: str, home: Path, rows: int = 60) -> Path:
    names, make, end, _ = KINDS[kind]
    draw, told = np.random.default_rng(7), []
    (home / "files").mkdir()
    for i in range(rows):
        label = list(names)[i % 2]
        (home / "files" / f"{i}.{end}").write_bytes(make(label, draw))
        told.append({"file": f"files/{i}.{end}", "kind": label})
    pd.DataFrame(told).to_csv(home / "rows.csv", index=False)
    return home / "rows.csv"


@pytest.fixture(scope="module", params=list(KINDS))
def served(request, tmp_path_factory):
    kind, home = request.param, tmp_path_factory.mktemp(request.param)
    file = table_of(kind, home)
    train_file(str(file), Learning(label="kind", method="linear", task=f"{kind}-classification"), Place(out=home / "m"))
    with running(home / "m") as found:
        found.kind, found.home = kind, home
        yield found
        assert "error" not in {line["level"] for line in found.lines()}


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_it_answers_as_the_model_does_on_the_files(served) -> None:
    end, paths = KINDS[served.kind][2], sorted((served.home / "files").iterdir())[:8]
    given = [encoded(path.read_bytes()) for path in paths]
    told = served.predict(*given)["predictions"]
    assert {one["label"] for one in told} == set(KINDS[served.kind][0])
    rows = pd.read_csv(served.home / "rows.csv").set_index("file")
    right = [one["label"] == rows.kind[f"files/{path.name}"] for one, path in zip(told, paths, strict=True)]
    assert sum(right) >= 7
    assert paths[0].suffix == f".{end}"


def test_files_that_mean_harm_are_refused_and_it_goes_on(served) -> None:
    good = encoded(KINDS[served.kind][1](next(iter(KINDS[served.kind][0])), np.random.default_rng(1)))
    for name, (make, _) in KINDS[served.kind][3].items():
        answer = served.http.post("/v1/predict", json={"inputs": [good, encoded(make())]})
        assert answer.status_code == 422, (name, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "inputs[1]" in answer.json()["detail"]
        assert not [leak for leak in LEAKS if leak in answer.text], answer.text
        assert served.predict(good)["predictions"]


def test_feedback_on_a_file_is_held_to_the_same(served) -> None:
    name, (make, _) = next(iter(KINDS[served.kind][3].items()))
    label = next(iter(KINDS[served.kind][0]))
    assert served.correct(input=encoded(make()), label=label, by="ann").status_code == 422, name
    good = encoded(KINDS[served.kind][1](label, np.random.default_rng(2)))
    assert served.correct(input=good, label=label, by="ann").status_code == 202


def test_other_paths_answer_while_bombs_are_read(served) -> None:
    bomb = encoded(next(iter(KINDS[served.kind][3].values()))[0]())
    statuses: list[int] = []

    def send() -> None:
        statuses.append(served.http.post("/v1/predict", json={"inputs": [bomb] * 20}).status_code)

    threads = [threading.Thread(target=send) for _ in range(12)]
    for one in threads:
        one.start()
    assert served.http.get("/readyz").status_code == 200
    assert served.http.get("/metrics").status_code == 200
    for one in threads:
        one.join(60)
    assert set(statuses) <= {422, 429}
    assert len(statuses) == 12


def test_readers_end_with_a_service_that_is_killed(served) -> None:
    good = encoded(KINDS[served.kind][1](next(iter(KINDS[served.kind][0])), np.random.default_rng(3)))
    place = Path(shutil.copytree(served.home / "m", served.home / "killed"))
    with running(place) as found:
        found.predict(good)
        readers = psutil.Process(found.process.pid).children()
        assert readers
        found.kill()
    gone, alive = psutil.wait_procs(readers, timeout=20)
    assert len(gone) == len(readers)
    assert not alive
