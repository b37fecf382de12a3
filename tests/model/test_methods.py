"""Every method that changes an encoder keeps the same contract; checkpoints; the structure a recipe asks for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.model.conftest import ends_the_same

from dongcha.core.errors import ConfigError, StorageError, UnknownName
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.knobs import KNOBS, checked_settings, reference
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.text import TextNetwork
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS

TUNED = ("full", "lora", "adalora", "adapter", "contrastive")
TASK = TASKS.get("text-classification")


def job(parts: Parts, encoder: Encoder, method: str, **settings: float | str) -> Job:
    settings = {"epochs": 6, "learning_rate": 3e-3, "dropout": 0.1, "patience": 100, **settings}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=settings)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


@pytest.mark.parametrize("method", TUNED)
def test_a_tuned_model_learns_and_survives_its_folder(parts: Parts, tiny: Encoder, tmp_path: Path, method: str) -> None:
    done = METHODS.get(method).fit(job(parts, tiny, method))
    probe = METHODS.get("probe").fit(job(parts, tiny, "probe"))
    rows = parts.validation
    assert TASK.value(done.validation, rows, parts.outputs) >= TASK.value(probe.validation, rows, parts.outputs)
    assert not np.allclose(done.fitted.logits(rows.inputs), probe.fitted.logits(rows.inputs))
    done.fitted.save(tmp_path, parts.outputs)
    loaded = TextNetwork.stored(tmp_path)
    assert loaded.logits(rows.inputs) == pytest.approx(done.fitted.logits(rows.inputs), abs=2e-3)
    assert not [file for file in tmp_path.iterdir() if file.suffix in (".bin", ".pt", ".pkl")]


@pytest.mark.parametrize("method", TUNED)
def test_plain_transformers_scores_a_tuned_model_alike(
    parts: Parts, tiny: Encoder, tmp_path: Path, method: str
) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    done = METHODS.get(method).fit(job(parts, tiny, method, epochs=2, frozen_layers=1))
    done.fitted.save(tmp_path, parts.outputs)
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
    shown = AutoTokenizer.from_pretrained(tmp_path)(list(parts.test.inputs), padding=True, return_tensors="pt")
    with torch.no_grad():
        theirs = model(**shown).logits.softmax(-1).double().numpy()
    ours = TASK.answer(done.fitted.logits(parts.test.inputs), parts.test.inputs, parts.outputs).all_scores
    assert theirs == pytest.approx(ours, abs=5e-3)


@pytest.mark.parametrize("method", ["lora", "adalora", "adapter"])
def test_the_light_methods_train_few_parameters(parts: Parts, tiny: Encoder, method: str) -> None:
    few = METHODS.get(method).fit(job(parts, tiny, method, epochs=1, rank=2, adapter_width=2)).trained
    full = METHODS.get("full").fit(job(parts, tiny, "full", epochs=1)).trained
    assert few < full / 4


@pytest.mark.parametrize("method", ["full", "lora", "adapter"])
def test_a_killed_training_goes_on_to_the_last_decimal(
    parts: Parts, tiny: Encoder, tmp_path: Path, method: str
) -> None:
    ends_the_same(job(parts, tiny, method, batch_rows=16), 13, tmp_path / "c")


def test_a_checkpoint_cut_short_is_one_sentence(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    (folder / "state.json").write_text("{")
    with pytest.raises(StorageError, match="damaged or cut short"):
        METHODS.get("full").fit(replace(job(parts, tiny, "full"), checkpoint=folder))


def test_accumulated_batches_teach_as_one_large_batch(parts: Parts, tiny: Encoder) -> None:
    large, small = (
        METHODS.get("full").fit(job(parts, tiny, "full", dropout=0.0, epochs=1, **how))
        for how in ({"batch_rows": 60, "batch_tokens": 100000}, {"batch_rows": 30, "accumulate": 2})
    )
    assert large.fitted.logits(parts.test.inputs) == pytest.approx(small.fitted.logits(parts.test.inputs), abs=1e-3)


def test_memory_that_runs_out_halves_what_is_computed_at_once(
    parts: Parts, tiny: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    whole = METHODS.get("full").fit(job(parts, tiny, "full", dropout=0.0, epochs=1))
    hidden = TextNetwork.hidden

    def small(self: TextNetwork, items: list) -> torch.Tensor:
        if torch.is_grad_enabled() and len(items) > 4:
            raise torch.OutOfMemoryError("no memory")
        return hidden(self, items)

    monkeypatch.setattr(TextNetwork, "hidden", small)
    done = METHODS.get("full").fit(job(parts, tiny, "full", dropout=0.0, epochs=1))
    assert done.fitted.logits(parts.test.inputs) == pytest.approx(whole.fitted.logits(parts.test.inputs), abs=1e-3)
    assert whole.notes == ()
    assert "computed in 8 parts" in done.notes[0].en


def test_fewer_layers_are_kept_and_stored(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    done = METHODS.get("full").fit(job(parts, tiny, "full", kept_layers=1))
    done.fitted.save(tmp_path, parts.outputs)
    assert len(TextNetwork.stored(tmp_path).layers) == 1
    with pytest.raises(ConfigError, match="at most 2"):
        METHODS.get("probe").fit(job(parts, tiny, "probe", kept_layers=9))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"epoch": 3}, UnknownName, "did you mean 'epochs'"),
        ({"epochs": "many"}, ConfigError, "must be a number, got 'many'"),
        ({"dropout": 2}, ConfigError, "must be -1 to 0.9"),
        ({"rank": 2.5}, ConfigError, "a whole number"),
        ({"balanced": "perhaps"}, ConfigError, "true or false"),
    ],
)
def test_a_wrong_setting_says_what_it_may_be(given: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        checked_settings(given)


def test_every_knob_takes_its_defaults() -> None:
    for knob in KNOBS.values():
        for value in (knob.default, *knob.by_method.values()):
            assert knob.checked(value) == value


def test_the_reference_of_recipes_is_the_table_of_settings() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "recipes.md"
    assert reference() in page.read_text(encoding="utf-8"), "write it again from dongcha.model.knobs.reference()"


def test_a_method_that_cannot_learn_a_task_is_refused(
    parts: Parts, tiny: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(METHODS.get("linear")), "fits", lambda self, task: False)
    with pytest.raises(ConfigError, match="'linear' cannot learn text-classification; choose one of"):
        climb(parts, Ask(method="linear"))
