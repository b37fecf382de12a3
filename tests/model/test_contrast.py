"""Learning from pairs: the loss, the batches, and the method that takes them."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.model.test_methods import TASK, job

from dongcha.core.errors import ConfigError
from dongcha.model.ask import Ask
from dongcha.model.batching import paired_batches
from dongcha.model.contrast import TEMPERATURE, contrast
from dongcha.model.encoder import Encoder
from dongcha.model.knobs import KNOBS
from dongcha.model.ladder import climb
from dongcha.model.learner import classes_of
from dongcha.model.method import METHODS
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS


def by_hand(vectors: np.ndarray, classes: np.ndarray) -> float:
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = np.exp(units @ units.T / TEMPERATURE)
    losses = []
    for i, own in enumerate(classes):
        others = [j for j in range(len(classes)) if j != i]
        same = [j for j in others if classes[j] == own]
        if same:
            total = sum(alike[i, j] for j in others)
            losses.append(-np.mean([np.log(alike[i, j] / total) for j in same]))
    return float(np.mean(losses))


def test_the_loss_is_that_of_the_paper() -> None:
    random = np.random.default_rng(0)
    vectors, classes = random.normal(size=(9, 5)), np.array([0, 0, 1, 1, 1, 2, 0, 2, 3])
    found = contrast(torch.tensor(vectors), torch.tensor(classes))
    assert float(found) == pytest.approx(by_hand(vectors, classes), rel=1e-6)
    unknown = np.array([0, 0, 1, 1, 1, 2, 0, 2, -1])
    found = contrast(torch.tensor(vectors), torch.tensor(unknown))
    assert float(found) == pytest.approx(by_hand(vectors[:-1], classes[:-1]), rel=1e-6)


def test_inputs_without_company_teach_nothing_and_break_nothing() -> None:
    vectors = torch.randn(3, 4, requires_grad=True)
    found = contrast(vectors, torch.tensor([0, 1, 2]))
    found.backward()
    assert float(found.detach()) == 0
    assert vectors.grad is not None
    assert not vectors.grad.any()


@pytest.mark.parametrize("seed", range(5))
def test_every_text_comes_once_and_has_company(seed: int) -> None:
    random = np.random.default_rng(seed)
    classes = np.array([0] * 7 + [1] * 2 + [2] * 12 + [3])
    lengths = random.integers(1, 20, len(classes)).tolist()
    found = list(paired_batches(lengths, classes, 100, 8, random))
    assert sorted(np.concatenate(found).tolist()) == list(range(len(classes)))
    for batch in found:
        assert len(batch) <= 8
        assert max(lengths[i] for i in batch) * len(batch) <= 100
        counts = np.bincount(classes[batch], minlength=4)
        assert not (counts[:3] == 1).any()


def test_memory_grows_with_the_texts_and_not_with_their_pairs() -> None:
    def peak(texts: int) -> int:
        classes, lengths = np.arange(texts) % 2, [10] * texts
        random = np.random.default_rng(0)
        tracemalloc.start()
        for _ in paired_batches(lengths, classes, 1000, 32, random):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(5_000), peak(50_000)
    assert many < 15 * few  # pairs would be a hundred times as many


def test_learning_from_pairs_brings_classes_apart(parts: Parts, tiny: Encoder) -> None:
    def lost(method: str, **settings: float) -> float:
        done = METHODS.get(method).fit(job(parts, tiny, method, epochs=10, checks=0.5, **settings))
        vectors = done.fitted.net.vectors(parts.train.inputs)  # type: ignore[attr-defined]
        return float(contrast(torch.tensor(vectors), torch.tensor(TASK.targets(parts.train.answers, parts.outputs))))

    assert lost("contrastive", contrast=1.0) < lost("full")


def test_a_task_without_classes_cannot_learn_from_pairs(parts: Parts, tiny: Encoder) -> None:
    tokens = TASKS.get("token-classification")
    assert not METHODS.get("contrastive").fits(tokens)
    wanted = job(parts, tiny, "full", contrast=0.5)
    assert classes_of(wanted, wanted.recipe).tolist() == TASK.targets(parts.train.answers, parts.outputs).tolist()
    with pytest.raises(ConfigError, match="'contrast' needs one class an input"):
        classes_of(replace(wanted, task=tokens), wanted.recipe)


def test_few_rows_are_passed_many_times_with_few_checks(parts: Parts, tiny: Encoder) -> None:
    few = climb(parts, Ask(method="contrastive", encoder=tiny.name, budget_s=1e6)).recipe
    batches = len(list(paired_batches([9] * 60, np.arange(60) % 3, 2048, 32, np.random.default_rng(0))))
    assert few.number("epochs") * batches >= 100
    assert few.number("epochs") * few.number("checks") <= 20
    assert "learning_rate" not in few.settings


def test_the_default_learning_rate_falls_with_the_root_of_the_steps(parts: Parts, tiny: Encoder) -> None:
    def rate(epochs: float, **stated: float) -> float:
        recipe = Recipe(TASK.name, "full", tiny.name, settings={"epochs": epochs, **stated})
        return METHODS.get("full").plan(replace(job(parts, tiny, "full"), recipe=recipe)).recipe.number("learning_rate")

    assert rate(10) == KNOBS["learning_rate"].default
    assert rate(800) == pytest.approx(rate(200) / 2)
    assert rate(800, learning_rate=1e-3) == 1e-3
