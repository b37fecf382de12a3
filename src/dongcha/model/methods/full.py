"""`full`: fine-tuning of the encoder, from the probe's head on.

Starting from a fitted head keeps the first steps from spoiling the encoder (LP-FT, Kumar et al. 2022,
https://arxiv.org/abs/2202.10054).  Word embeddings stay frozen: most of the weights, most of the optimiser's time.
"""

import math
from dataclasses import replace
from pathlib import Path

from dongcha.model.hf_folder import Classifier, load_network
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan
from dongcha.model.methods.probe import LOADING_S, needed_encoder, read_speed
from dongcha.model.network import TOKEN_LIMIT, network
from dongcha.model.speed import tokens_per_s
from dongcha.model.tuning import BATCH, Tuning, train_speed, tune

EPOCHS = (4.0, 3.0, 2.0, 1.0, 0.5)
LEARNING_RATE = 1e-4
CHECKS = 2  # an epoch
KEPT_BACK = 0.8  # of the budget is planned for; the rest is for a slow moment


class FullMethod:
    """Fine-tuning of all layers but the word embeddings."""

    name = "full"
    rank = 2
    encoder = True

    def plan(self, job: Job) -> Plan:
        """The most epochs that fit into the budget, on shorter texts where not even one fits."""
        encoder = needed_encoder(job)
        net = network(encoder)
        train = [len(row) for row in net.tokens(job.parts.train.texts)]
        held = [len(row) for row in net.tokens(job.parts.validation.texts)]
        reading = read_speed(encoder, net, job)
        training = tokens_per_s(encoder, "train", lambda: train_speed(net, job))
        best: Plan | None = None
        for limit in [n for n in (TOKEN_LIMIT, 128, 64) if n <= net.token_limit] or [net.token_limit]:
            epoch = sum(min(n, limit) for n in train) / training + CHECKS * sum(min(n, limit) for n in held) / reading
            for epochs in EPOCHS:
                seconds = LOADING_S + epochs * epoch
                fits = seconds <= job.budget_s * KEPT_BACK
                settings = {"token_limit": limit, "epochs": epochs, "learning_rate": LEARNING_RATE}
                best = Plan(job.recipe.with_settings(**settings, **dict(job.recipe.settings)), seconds, fits)
                if fits and epochs >= 1:
                    return best
        assert best is not None
        return best

    def fit(self, job: Job) -> Outcome:
        """Train in batches of like length; the best weights on validation macro F1 are kept."""
        start = job.start if job.start is not None else self._start(job)
        recipe = job.recipe.with_settings(balanced=bool(start.recipe.settings.get("balanced", False)))
        net = network(needed_encoder(job), int(recipe.number("token_limit", TOKEN_LIMIT)))
        assert isinstance(start.fitted, Classifier)
        net.head = start.fitted.net.head
        steps = math.ceil(recipe.number("epochs", 1.0) * math.ceil(len(job.parts.train) / BATCH))
        replayed = int(recipe.number("stopped_at", 0)) or None
        tuning = Tuning(
            steps=steps,
            check_every=max(1, math.ceil(len(job.parts.train) / BATCH / CHECKS)),
            learning_rate=recipe.number("learning_rate", LEARNING_RATE),
            seed=recipe.seed,
            balanced=bool(recipe.settings["balanced"]),
            stop_at=replayed,
            budget_s=math.inf if replayed else job.budget_s,
        )
        done = tune(net, job, tuning)
        return Outcome(
            Classifier(net),
            recipe.with_settings(steps=steps, stopped_at=done.steps, best_at=done.best_at),
            done.validation,
        )

    def load(self, folder: Path) -> Fitted:
        """Read a Hugging Face folder that `save_network` wrote."""
        return Classifier(load_network(folder))

    def _start(self, job: Job) -> Outcome:
        limit = job.recipe.number("token_limit", TOKEN_LIMIT)
        recipe = replace(job.recipe, method="probe", settings={"token_limit": int(limit)})
        return METHODS.get("probe").fit(replace(job, recipe=recipe))


METHODS("full")(FullMethod())
