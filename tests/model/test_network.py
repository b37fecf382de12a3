"""Encoders with heads: reading, fine-tuning, storing as a Hugging Face folder."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dongcha.core.errors import ConfigError, StorageError
from dongcha.model.encoder import Encoder
from dongcha.model.encoders.hub import local
from dongcha.model.evaluate import macro_f1
from dongcha.model.method import METHODS, Job, Outcome
from dongcha.model.methods.tuned import begun_from
from dongcha.model.networks.text import TextNetwork
from dongcha.model.predictions import softmax
from dongcha.model.quiet import quiet
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS

TASK = TASKS.get("text-classification")


def job(parts: Parts, encoder: Encoder, method: str, **settings: float) -> Job:
    recipe = Recipe("text-classification", method, encoder.name, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


@pytest.fixture
def probe(parts: Parts, tiny: Encoder) -> Outcome:
    return METHODS.get("probe").fit(job(parts, tiny, "probe"))


def test_a_text_alone_and_in_a_batch_has_the_same_vector(tiny: Encoder, parts: Parts) -> None:
    net = TextNetwork.on(tiny, 40)
    together = net.vectors(parts.test.inputs)
    alone = np.concatenate([net.vectors([text]) for text in parts.test.inputs])
    assert together == pytest.approx(alone, abs=1e-5)
    assert together.mean(axis=1) == pytest.approx(0, abs=1e-5)
    assert together.var(axis=1) == pytest.approx(1, abs=1e-3)


def test_transformers_loads_the_folder_and_scores_alike(probe: Outcome, parts: Parts, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    probe.fitted.save(tmp_path, parts.outputs)
    with quiet():
        model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
        tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    shown = tokenizer(list(parts.test.inputs), padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        logits = model(**shown).logits.double().numpy()
    ours = probe.fitted.logits(parts.test.inputs)
    assert softmax(logits) == pytest.approx(softmax(ours), abs=2e-3)
    assert model.config.id2label == {0: "billing", 1: "login", 2: "shipping"}
    assert not [file for file in tmp_path.iterdir() if file.suffix in (".bin", ".pt", ".pkl")]


def test_a_stored_network_answers_as_before(probe: Outcome, parts: Parts, tmp_path: Path) -> None:
    probe.fitted.save(tmp_path, parts.outputs)
    loaded = TextNetwork.stored(tmp_path)
    assert loaded.logits(parts.test.inputs) == pytest.approx(probe.fitted.logits(parts.test.inputs), abs=1e-4)
    again = tmp_path / "again"
    again.mkdir()
    loaded.save(again, parts.outputs)
    assert (again / "model.safetensors").stat().st_size == (tmp_path / "model.safetensors").stat().st_size


def test_fine_tuning_moves_the_encoder_and_keeps_the_best(parts: Parts, tiny: Encoder, probe: Outcome) -> None:
    asked = job(parts, tiny, "full", epochs=15, learning_rate=3e-3)
    done = METHODS.get("full").fit(replace(asked, start=begun_from(probe)))
    rows = parts.test
    before = macro_f1(rows.answers, TASK.answer(probe.fitted.logits(rows.inputs), rows.inputs, parts.outputs).labels)
    after = macro_f1(rows.answers, TASK.answer(done.fitted.logits(rows.inputs), rows.inputs, parts.outputs).labels)
    assert after >= before
    assert after > 0.8
    assert 0 <= done.recipe.settings["best_at"] <= done.recipe.settings["stopped_at"]


def test_the_same_seed_gives_the_same_weights_and_the_recipe_replays_them(parts: Parts, tiny: Encoder) -> None:
    first, second = (METHODS.get("full").fit(job(parts, tiny, "full", epochs=2, learning_rate=1e-3)) for _ in range(2))
    wanted = first.fitted.logits(parts.test.inputs)
    assert np.array_equal(wanted, second.fitted.logits(parts.test.inputs))
    replayed = METHODS.get("full").fit(replace(job(parts, tiny, "full"), recipe=first.recipe, budget_s=0.001))
    assert np.array_equal(wanted, replayed.fitted.logits(parts.test.inputs))
    assert replayed.recipe == first.recipe


def test_the_budget_stops_it_and_the_best_weights_remain(parts: Parts, tiny: Encoder) -> None:
    asked = job(parts, tiny, "full", epochs=500, learning_rate=1e-3)
    done = METHODS.get("full").fit(replace(asked, budget_s=0.2))
    assert int(done.recipe.settings["stopped_at"]) < int(done.recipe.settings["steps"])
    assert done.validation == pytest.approx(done.fitted.logits(parts.validation.inputs), abs=1e-4)


def test_plans_shorten_the_texts_or_say_that_it_does_not_fit(parts: Parts, tiny: Encoder) -> None:
    plan = METHODS.get("probe").plan(job(parts, tiny, "probe"))
    assert plan.fits
    assert not METHODS.get("probe").plan(replace(job(parts, tiny, "probe"), budget_s=0.1)).fits
    few = METHODS.get("full").plan(job(parts, tiny, "full")).recipe
    assert few.number("epochs") == 50, "60 rows make two batches, and 100 steps are wanted"
    assert not METHODS.get("full").plan(replace(job(parts, tiny, "full"), budget_s=0.1)).fits


def test_a_plan_is_the_same_the_second_time(parts: Parts, tiny: Encoder) -> None:
    asked = replace(job(parts, tiny, "full"), budget_s=20)
    assert METHODS.get("full").plan(asked) == METHODS.get("full").plan(asked)


def test_a_long_text_is_cut_to_the_limit(tiny: Encoder) -> None:
    net = TextNetwork.on(tiny, 16)
    assert [len(row) for row in net.intake.tokens(["parcel " * 100_000, "parcel"])] == [16, 3]


def test_pickled_weights_are_refused(tiny: Encoder, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_bytes((tiny.folder / "config.json").read_bytes())
    (tmp_path / "tokenizer.json").write_bytes((tiny.folder / "tokenizer.json").read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ConfigError, match="safetensors"):
        local(str(tmp_path))


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}')
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigError, match="gpt2"):
        local(str(tmp_path))


def test_a_damaged_folder_is_said(probe: Outcome, parts: Parts, tmp_path: Path) -> None:
    probe.fitted.save(tmp_path, parts.outputs)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(StorageError, match="damaged"):
        TextNetwork.stored(tmp_path)
