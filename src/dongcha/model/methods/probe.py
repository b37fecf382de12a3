"""`probe`: a frozen encoder, and logistic regression on its mean-pooled vectors."""

import time
from pathlib import Path

from dongcha.core.errors import ConfigError
from dongcha.model.encoder import Encoder
from dongcha.model.hf_folder import Classifier, load_network
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan
from dongcha.model.network import TOKEN_LIMIT, Network, network
from dongcha.model.selection import choose_head
from dongcha.model.speed import tokens_per_s

STRENGTHS = (0.01, 0.1, 1.0)  # inverse regularisation over vectors of variance 1
TOKEN_LIMITS = (TOKEN_LIMIT, 128, 64)
LOADING_S = 4.0
HEAD_S = 1e-6  # of a value of the matrix of vectors, all strengths together


class ProbeMethod:
    """Frozen encoder + logistic regression."""

    name = "probe"
    rank = 1
    encoder = True

    def plan(self, job: Job) -> Plan:
        """The longest texts that fit into the budget."""
        encoder = needed_encoder(job)
        net = network(encoder)
        parts = job.parts
        lengths = [len(row) for row in net.tokens((*parts.train.texts, *parts.validation.texts, *parts.test.texts))]
        speed = read_speed(encoder, net, job)
        head_s = HEAD_S * len(parts.train) * int(net.body.config.hidden_size) * len(parts.classes)
        asked = job.recipe.settings.get("token_limit")
        limits = [limit for limit in TOKEN_LIMITS if limit <= net.token_limit] or [net.token_limit]
        for limit in limits if asked is None else [int(job.recipe.number("token_limit", TOKEN_LIMIT))]:
            seconds = LOADING_S + head_s + sum(min(length, limit) for length in lengths) / speed
            if seconds <= job.budget_s:
                break
        return Plan(job.recipe.with_settings(token_limit=limit), seconds, seconds <= job.budget_s)

    def fit(self, job: Job) -> Outcome:
        """Read the texts once and fit the head."""
        net = network(needed_encoder(job), int(job.recipe.number("token_limit", TOKEN_LIMIT)))
        train, validation = job.parts.train, job.parts.validation
        vectors = net.vectors((*train.texts, *validation.texts), job.on_step)
        held = vectors[len(train) :]
        net.head, recipe = choose_head(job, (vectors[: len(train)], train.labels), held, STRENGTHS)
        return Outcome(Classifier(net), recipe, net.head.of(held))

    def load(self, folder: Path) -> Fitted:
        """Read a Hugging Face folder that `save_network` wrote."""
        return Classifier(load_network(folder))


def needed_encoder(job: Job) -> Encoder:
    """The encoder of the job; raises `ConfigError` where there is none."""
    if job.encoder is None:
        raise ConfigError(f"method {job.recipe.method!r} needs an encoder: name one, for example 'minilm' or 'e5'")
    return job.encoder


def read_speed(encoder: Encoder, net: Network, job: Job) -> float:
    """Tokens a second that the network reads, measured on texts of the job."""

    def measure() -> float:
        sample = job.parts.train.texts[:64]
        net.vectors(sample[:8])  # the first batch also warms up
        start = time.perf_counter()
        net.vectors(sample)
        return sum(len(row) for row in net.tokens(sample)) / (time.perf_counter() - start)

    return tokens_per_s(encoder, "read", measure)


METHODS("probe")(ProbeMethod())
