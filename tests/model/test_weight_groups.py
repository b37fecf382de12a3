"""Every weight that learns is in one group, and a layer learns at a part of the rate of the one above it."""

import numpy as np
import pytest

from dongcha.model.course import course
from dongcha.model.encoder import Encoder
from dongcha.model.head import Head
from dongcha.model.learner import Learner
from dongcha.model.method import METHODS, Job
from dongcha.model.methods.tuned import TunedMethod
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.structure import built
from dongcha.model.tasks import TASKS


def learner(parts: Parts, encoder: Encoder, method: str, **settings: float) -> tuple[Learner, int]:
    recipe = Recipe("text-classification", method, encoder.name, 0, {"learning_rate": 1e-3, "steps": 10, **settings})
    job = Job(task=TASKS.get(recipe.task), parts=parts, recipe=recipe, budget_s=60, encoder=encoder)
    net = built(job)
    net.head = Head(np.zeros((len(parts.outputs), net.width)), np.zeros(len(parts.outputs)))
    chosen = METHODS.get(method)
    assert isinstance(chosen, TunedMethod)
    layers = len(net.layers)
    chosen.adapt(net, recipe)
    return Learner(net, job, course(recipe, 4, 60.0)), layers


@pytest.mark.parametrize("method", ["full", "lora", "adalora", "adapter", "contrastive"])
def test_rates_fall_from_layer_to_layer(parts: Parts, tiny: Encoder, method: str) -> None:
    made, layers = learner(parts, tiny, method, layer_decay=0.5, frozen_embeddings=False, warm_up=0.0)
    groups = made.optimiser.param_groups
    assert {id(w) for g in groups for w in g["params"]} == {id(w) for w in made.learning}
    assert sum(len(g["params"]) for g in groups) == len(made.learning)
    for name, weight in made.net.body.named_parameters():
        if weight.requires_grad:
            found = [n for n in range(layers) if f"layer.{n}." in name]
            above = layers - 1 - found[0] if found else layers
            (group,) = [g for g in groups if any(weight is w for w in g["params"])]
            assert group["initial_lr"] == pytest.approx(1e-3 * 0.5**above), name


def test_without_a_decay_all_layers_learn_alike(parts: Parts, tiny: Encoder) -> None:
    made, _ = learner(parts, tiny, "full", layer_decay=1.0)
    assert {group["initial_lr"] for group in made.optimiser.param_groups} == {1e-3}
    assert {group["weight_decay"] for group in made.optimiser.param_groups} == {0.0, 0.01}
