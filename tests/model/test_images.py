"""Classes of pictures: files in folders, in zip files and in cells; damage; networks without download."""

import io
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.model.conftest import ends_the_same

from dongcha.core.errors import ConfigError, DataError, MissingExtra, StorageError
from dongcha.loop.evaluate import evaluate
from dongcha.loop.learn import Learning, fit, prepared
from dongcha.loop.predict import predict
from dongcha.model import pictures
from dongcha.model.encoder import Encoder
from dongcha.model.encoders.hub import local
from dongcha.model.folder import load, save
from dongcha.model.media import contents
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.image import load_image_network
from dongcha.model.predictions import softmax
from dongcha.model.quiet import quiet, steady
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.tasks import TASKS

TASK = TASKS.get("image-classification")
COLOURS = {"blue": (30, 60, 200), "red": (200, 40, 30), "green": (40, 180, 60)}


def painted(label: str, random: np.random.Generator) -> bytes:
    noise = random.normal(0, 30, size=(40, 48, 3))
    file = io.BytesIO()
    Image.fromarray(np.clip(noise + COLOURS[label], 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def some(count: int, seed: int) -> Rows:
    random = np.random.default_rng(seed)
    labels = tuple(list(COLOURS)[i % 3] for i in range(count))
    return Rows(tuple(painted(label, random) for label in labels), labels)


@pytest.fixture
def parts() -> Parts:
    return TASK.checked(Parts(some(30, 1), some(12, 2), some(12, 3), "fingerprint"))


@pytest.fixture(scope="module", params=["vit", "convnext", "resnet"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A network of a family, of 16 pixels a side, with random weights."""
    import transformers as hf

    make = {
        "vit": lambda: hf.ViTModel(
            hf.ViTConfig(
                hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16, image_size=16,
                patch_size=8,
            )
        ),
        "convnext": lambda: hf.ConvNextModel(
            hf.ConvNextConfig(
                depths=[1, 1], hidden_sizes=[8, 16], num_stages=2, patch_size=2, image_size=16,
                layer_scale_init_value=0.0
            )
        ),
        "resnet": lambda: hf.ResNetModel(
            hf.ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic")
        ),
    }  # fmt: skip
    folder = tmp_path_factory.mktemp(request.param)
    with quiet(), steady(0):
        make[request.param]().save_pretrained(folder)
    pictures.Preparation(16).save(folder)
    found = local(str(folder))
    assert found is not None
    return found


def job(parts: Parts, encoder: Encoder, method: str, **settings: float) -> Job:
    settings = {"epochs": 4, "learning_rate": 3e-3, "frozen_embeddings": False, **settings}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


def test_a_family_learns_survives_its_folder_and_transformers_agrees(
    parts: Parts, small: Encoder, tmp_path: Path
) -> None:
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    done = METHODS.get("full").fit(job(parts, small, "full"))
    rows = parts.test
    logits = done.fitted.logits(rows.inputs)
    assert TASK.value(logits, rows, parts.outputs) > 0.8
    done.fitted.save(tmp_path, parts.outputs)
    assert load_image_network(tmp_path).logits(rows.inputs) == pytest.approx(logits, abs=1e-4)
    with quiet():
        model = AutoModelForImageClassification.from_pretrained(tmp_path).eval()
        shown = [Image.open(io.BytesIO(data)).convert("RGB") for data in rows.inputs]
        ready = AutoImageProcessor.from_pretrained(tmp_path)(shown, return_tensors="pt")
    with torch.no_grad():
        theirs = model(**ready).logits.double().numpy()
    assert softmax(theirs) == pytest.approx(softmax(logits), abs=1e-3)
    assert model.config.id2label == {0: "blue", 1: "green", 2: "red"}


def test_a_killed_training_goes_on_to_the_last_decimal(parts: Parts, small: Encoder, tmp_path: Path) -> None:
    ends_the_same(job(parts, small, "full", batch_rows=8), 5, tmp_path / "c")


def test_the_low_rank_method_works_where_there_are_linear_layers(parts: Parts, small: Encoder) -> None:
    if "vit" in small.name:
        done = METHODS.get("lora").fit(job(parts, small, "lora", rank=2))
        assert done.fitted.logits(parts.test.inputs).shape == (12, 3)
        return
    with pytest.raises(ConfigError, match="use method 'full'"):
        METHODS.get("lora").fit(job(parts, small, "lora"))


def odd() -> dict[str, bytes]:
    grey = np.tile(np.linspace(0, 65535, 32), (32, 1)).astype(np.uint16)
    red = Image.new("RGB", (32, 20), "red")
    made = {
        "cmyk.jpg": (Image.new("CMYK", (32, 32), (0, 255, 255, 0)), {}),
        "deep.png": (Image.fromarray(grey), {}),
        "clear.png": (Image.new("RGBA", (32, 32), (255, 0, 0, 0)), {}),
        "palette.gif": (red.convert("P"), {"save_all": True, "append_images": [Image.new("P", (32, 20))]}),
        "one.png": (Image.new("1", (8, 8)), {}),
        "dot.png": (Image.new("L", (1, 1), 9), {}),
    }
    found = {}
    for name, (picture, how) in made.items():
        file = io.BytesIO()
        picture.save(file, {"jpg": "JPEG"}.get(name[-3:], name[-3:].upper()), **how)
        found[name] = file.getvalue()
    return found


def test_odd_pictures_are_read() -> None:
    files = odd()
    assert all(pictures.readable(list(files.values())))
    found = dict(zip(files, pictures.squares(list(files.values()), 16), strict=True))
    assert found["cmyk.jpg"].mean(axis=(0, 1))[0] > found["cmyk.jpg"].mean(axis=(0, 1))[1] + 100
    assert found["deep.png"][0, 0, 0] < 10
    assert found["deep.png"][0, -1, 0] > 240
    assert found["clear.png"].min() == 255, "what is clear is white"
    assert found["palette.gif"].mean(axis=(0, 1)).tolist() == [255, 0, 0], "the first picture of several"


def test_a_turned_picture_is_turned_back() -> None:
    halves = np.zeros((32, 32, 3), np.uint8)
    halves[:16] = 255
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    file = io.BytesIO()
    Image.fromarray(halves).save(file, "JPEG", exif=exif)
    found = pictures.squares([file.getvalue()], 16)[0]
    assert found[:4].mean() < 30 < 220 < found[-4:].mean()


def test_broken_and_huge_pictures_are_told_from_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    good = painted("red", np.random.default_rng(0))
    assert pictures.readable([good, good[: len(good) // 2], b"", b"no picture", None]) == [True, *[False] * 4]
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    assert pictures.readable([good]) == [False]


def written(folder: Path, packed: bool) -> Path:
    """A table of names beside its pictures, one of which is broken and one missing."""
    rows = some(60, 5)
    names = [f"p/{i:03}.png" for i in range(60)]
    files = dict(zip(names, rows.inputs, strict=True))
    files[names[7]] = b"broken"
    del files[names[8]]
    if packed:
        with zipfile.ZipFile(folder / "files.zip", "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    else:
        (folder / "p").mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
    table = folder / "t.csv"
    pd.DataFrame({"file": names, "colour": rows.answers}).to_csv(table, index=False)
    return table


@pytest.mark.parametrize("packed", [False, True])
def test_from_files_to_a_column(tmp_path: Path, packed: bool) -> None:
    table = written(tmp_path, packed)
    files = str(tmp_path / "files.zip") if packed else None
    ask = Learning(label="colour", text="file", files=files, task=TASK.name, method="linear")
    trained = fit(prepared(str(table), ask))
    assert trained.metrics.accuracy > 0.9
    assert any("2 rows without a readable 'file'" in note.en for note in trained.notes)
    place = save(trained.model, tmp_path / "m")
    assert load(place).predict(some(6, 9).inputs).labels == some(6, 9).answers
    assert evaluate(load(place), str(table), files=files).accuracy > 0.9
    found = predict(place, str(table), files=files).to_arrow().to_pydict()
    assert found["colour_predicted"][7:9] == [None, None]
    assert set(found["colour_predicted"]) == {*COLOURS, None}


def test_pictures_in_cells_are_read(tmp_path: Path) -> None:
    rows = some(60, 5)
    table = tmp_path / "t.parquet"
    pd.DataFrame({"picture": rows.inputs, "colour": rows.answers}).to_parquet(table)
    trained = fit(prepared(str(table), Learning(label="colour", text="picture", task=TASK.name, method="linear")))
    assert trained.metrics.accuracy > 0.9


def test_without_pillow_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingExtra, match=r'pip install "dongcha\[image\]"'):
        pictures.readable([b"x"])


def test_no_picture_at_all_is_one_sentence(tmp_path: Path) -> None:
    pd.DataFrame({"file": [f"{i}.png" for i in range(40)], "colour": ["a", "b"] * 20}).to_csv(
        tmp_path / "t.csv", index=False
    )
    ask = Learning(label="colour", text="file", task=TASK.name, method="linear")
    with pytest.raises(DataError, match="a picture that can be read"):
        fit(prepared(str(tmp_path / "t.csv"), ask))
    with pytest.raises(StorageError, match="--files"):
        fit(prepared(str(tmp_path / "t.csv"), replace(ask, files=str(tmp_path / "absent"))))


def test_members_and_files_that_are_not_there_read_as_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x", "1")
    base = f"{tmp_path}/a.zip::"
    assert list(contents([base + "x", base + "y", str(tmp_path / "z"), b"2", "no.zip::x"])) == [
        b"1", None, None, b"2", None
    ]  # fmt: skip


def test_a_text_encoder_is_refused(tiny: Encoder, parts: Parts) -> None:
    with pytest.raises(ConfigError, match="of type 'bert'"):
        METHODS.get("probe").fit(job(parts, tiny, "probe"))


def test_the_network_without_download_learns(parts: Parts) -> None:
    from dongcha.model.ask import Ask
    from dongcha.model.ladder import climb

    trained = climb(parts, Ask(task=TASK.name, method="full", settings={"epochs": 2.0, "batch_rows": 8}))
    assert trained.recipe.encoder == "tiny-image"
    assert trained.recipe.settings["frozen_embeddings"] is False
    assert trained.metrics.accuracy > 0.6
