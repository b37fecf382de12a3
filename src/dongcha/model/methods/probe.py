"""`probe`: a frozen encoder, and a linear head on its vectors."""

import time
from pathlib import Path

import numpy as np

from dongcha.model.headed import Headed
from dongcha.model.memo import fingerprint
from dongcha.model.method import METHODS, Fitted, Job, Outcome, Plan, taught
from dongcha.model.network import NETWORKS, Network
from dongcha.model.onnx.reader import reading
from dongcha.model.rows import Parts
from dongcha.model.selection import choose_head
from dongcha.model.speed import tokens_per_s
from dongcha.model.structure import TOKEN_LIMIT
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

    def on_ladder(self, parts: Parts) -> bool:
        """Always."""
        return True

    def fits(self, task: Task) -> bool:
        """Every task that a network reads."""
        return task.reads in NETWORKS

    def plan(self, job: Job) -> Plan:
        """The longest texts that fit into the budget."""
        net, parts = reading(job), job.parts
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
        net = reading(job)
        train, validation = taught(job, MOST_UNITS), job.parts.validation
        inputs = (*train.inputs, *validation.inputs)
        kept = job.memo.get(mark(job, net), lambda: net.read(inputs, job.on_step).astype(np.float32))
        vectors = kept.astype(np.float64)  # kept as the encoder gave them, in half the memory
        targets = job.task.targets(train.answers, job.parts.outputs)
        shown, held = vectors[: len(targets)], vectors[len(targets) :]
        net.head, recipe = choose_head(job, (shown, targets), held, STRENGTHS)
        return Outcome(Headed(net), recipe, net.head.of(held), net.head.weight.size + net.head.bias.size)

    def load(self, folder: Path, task: Task) -> Fitted:
        """Read a Hugging Face folder."""
        return Headed(NETWORKS.get(task.reads).load(folder))


def read_speed(job: Job, net: Network) -> float:
    """Tokens a second that the network (its reader, where it has one) reads, measured on inputs of the job."""
    assert job.encoder is not None

    def measure() -> float:
        sample = job.parts.train.inputs[:64]
        net.read(sample[:8])  # the first batch also warms up
        start = time.perf_counter()
        net.read(sample)
        return sum(item.size for item in net.items(sample)) / (time.perf_counter() - start)

    how = f" {net.reader.name}" if net.reader is not None else ""
    return tokens_per_s(job.encoder, f"read {job.task.reads}{how}", measure)


def mark(job: Job, net: Network | None = None) -> tuple[object, ...]:
    """What the vectors depend on."""
    assert job.encoder is not None
    inputs = fingerprint(job.parts.train.inputs, job.parts.validation.inputs)
    how = net.reader.name if net is not None and net.reader is not None else ""
    limits = (job.recipe.whole("token_limit"), job.recipe.whole("kept_layers"), job.recipe.seed)
    return ("vectors", job.task.reads, job.encoder.folder, how, *limits, inputs)


METHODS("probe")(ProbeMethod())
