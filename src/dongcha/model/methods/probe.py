"""`probe`: a frozen encoder, and a linear head on its vectors."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from dongcha.model.headed import Headed
from dongcha.model.memo import fingerprint
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan
from dongcha.model.network import NETWORKS, Network
from dongcha.model.rows import spread
from dongcha.model.selection import choose_head
from dongcha.model.speed import tokens_per_s
from dongcha.model.structure import TOKEN_LIMIT, built
from dongcha.model.task import Task

STRENGTHS = (0.01, 0.1, 1.0)  # inverse regularisation over vectors of variance 1
TOKEN_LIMITS = (TOKEN_LIMIT, 128, 64)
LOADING_S = 4.0
HEAD_S = 1e-6  # of a value of the matrix of vectors, all strengths together
MOST_UNITS = 60_000
"""Vectors that a head is fitted on; words come by the hundred thousand, and more teach a linear head little."""


class ProbeMethod:
    """Frozen encoder + linear head."""

    name = "probe"
    rank = 1
    encoder = True
    on_ladder = True

    def fits(self, task: Task) -> bool:
        """Every task that a network reads."""
        return task.reads in NETWORKS

    def plan(self, job: Job) -> Plan:
        """The longest texts that fit into the budget."""
        net, parts = built(job), job.parts
        sizes = [item.size for part in parts for item in net.items(part.inputs)]
        speed = read_speed(job, net)
        head_s = HEAD_S * len(parts.train) * net.width * len(parts.outputs)
        asked = "token_limit" in job.recipe.settings
        limits = [job.recipe.whole("token_limit")] if asked else TOKEN_LIMITS
        for limit in limits:
            seconds = LOADING_S + head_s + sum(min(size, limit) for size in sizes) / speed
            if seconds <= job.budget_s:
                break
        return Plan(job.recipe.with_settings(token_limit=limit), seconds, seconds <= job.budget_s)

    def fit(self, job: Job) -> Outcome:
        """Read the inputs once and fit the head."""
        net = built(job)
        train = job.parts.train
        vectors = job.memo.get(mark(job), lambda: self._read(job, net)).astype(np.float64)
        targets = job.task.targets(train.answers, job.parts.outputs)
        held = vectors[len(targets) :]
        some = np.array(
            spread(targets.tolist() if targets.ndim == 1 else range(len(targets)), MOST_UNITS, job.recipe.seed)
        )
        net.head, recipe = choose_head(job, (vectors[some], targets[some]), held, STRENGTHS)
        return Outcome(Headed(net), recipe, net.head.of(held), net.head.weight.size + net.head.bias.size)

    def _read(self, job: Job, net: Network) -> "np.ndarray[Any, Any]":
        vectors = net.vectors((*job.parts.train.inputs, *job.parts.validation.inputs), job.on_step)
        return vectors.astype(np.float32)  # as the encoder gave them, in half the memory

    def load(self, folder: Path, task: Task) -> Fitted:
        """Read a Hugging Face folder."""
        return Headed(NETWORKS.get(task.reads).load(folder))


def read_speed(job: Job, net: Network) -> float:
    """Tokens a second that the network reads, measured on inputs of the job."""
    assert job.encoder is not None

    def measure() -> float:
        sample = job.parts.train.inputs[:64]
        net.vectors(sample[:8])  # the first batch also warms up
        start = time.perf_counter()
        net.vectors(sample)
        return sum(item.size for item in net.items(sample)) / (time.perf_counter() - start)

    return tokens_per_s(job.encoder, f"read {job.task.reads}", measure)


def mark(job: Job) -> tuple[object, ...]:
    """What the vectors depend on."""
    assert job.encoder is not None
    texts = fingerprint(job.parts.train.inputs, job.parts.validation.inputs)
    return ("vectors", job.encoder.folder, job.recipe.whole("token_limit"), job.recipe.whole("kept_layers"), texts)


METHODS("probe")(ProbeMethod())
