"""One fine-tuning over several processes, which Ray Train starts: batches are split, gradients added up.

What is chosen by the clock, and the head that training starts from, are found in the driver before.
"""

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, DongchaError
from dongcha.core.events import silent
from dongcha.model.cluster.desk import Desk, Line, Word
from dongcha.model.cluster.session import Session, connected, ray_module
from dongcha.model.encoder import Encoder
from dongcha.model.encoders import find_encoder
from dongcha.model.headed import Headed
from dongcha.model.method import METHODS, Begun, Job, Outcome
from dongcha.model.methods.tuned import TunedMethod
from dongcha.model.network import device_name
from dongcha.model.ranks import Ranks
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.tasks import TASKS
from dongcha.model.watch import Moment, unwatched
from dongcha.model.workers import Workers

LONGEST_S = 24 * 3600
"""How long a process waits for another, which may be reading the validation rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A job as plain data, for all processes; it is put into the object store once."""

    task: str
    parts: Parts
    recipe: Recipe
    budget_s: float
    encoder: Encoder
    start: Begun
    checkpoint: Path | None
    watched: bool
    threads: int

    def job(self, ranks: Ranks) -> Job:
        """The job of one process."""
        encoder = self.encoder
        if not encoder.folder.exists():  # another machine
            encoder = find_encoder(encoder.name)
        return Job(
            task=TASKS.get(self.task), parts=self.parts, recipe=self.recipe, budget_s=self.budget_s, encoder=encoder,
            start=self.start, checkpoint=self.checkpoint, ranks=ranks,
        )  # fmt: skip


def learns_together(method: str) -> bool:
    """Whether several processes can learn it."""
    return isinstance(METHODS.get(method), TunedMethod)


def fit_together(job: Job, workers: Workers) -> Outcome:
    """Fit a planned recipe on the workers; near to what one process gives.

    Raises `MissingExtra` without Ray and `ConfigError` where there are too few GPUs or a worker died.
    """
    ray = ray_module()
    method = METHODS.get(job.recipe.method)
    assert isinstance(method, TunedMethod)
    assert job.encoder is not None
    start = job.start or method.start(job)
    with connected(workers) as session:
        shared = Shared(
            task=job.task.name, parts=job.parts, recipe=job.recipe, budget_s=job.budget_s,
            encoder=replace(job.encoder, folder=job.encoder.folder.absolute()), start=start,
            checkpoint=None if job.checkpoint is None else job.checkpoint.absolute(),
            watched=job.watch is not unwatched, threads=session.threads,
        )  # fmt: skip
        outcome = _run(ray, session, shared, job)
    return replace(outcome, notes=(*outcome.notes, *workers.notes(session.cores)))


def _run(ray: Any, session: Session, shared: Shared, job: Job) -> Outcome:
    desk = ray.remote(Desk).options(num_cpus=0).remote()
    resources = _resources(session)
    kept = ray.put(shared)
    running = ray.remote(_train).options(num_cpus=0, max_retries=0).remote([kept], desk, resources)
    while not ray.wait([running], timeout=0.2)[0]:
        _relay(ray, desk, job)
    _relay(ray, desk, job)
    outcome, error = ray.get(desk.ending.remote())
    if error is not None:
        raise error
    why = ray.get(running)
    if outcome is None:
        raise ConfigError(
            f"the training stopped because a worker died ({why}); the same command goes on from its last check, "
            "with fewer --workers where memory ran out"
        )
    found: Outcome = outcome
    if isinstance(found.fitted, Headed):
        found.fitted.net.body.to(device_name())
    return found


def _resources(session: Session) -> dict[str, Any]:
    count = session.workers.count
    if 0 < session.gpus < count:
        raise ConfigError(f"each worker needs a GPU, and there are {session.gpus:g}; ask for no more with --workers")
    own = {"CPU": session.processors, **({"GPU": 1.0} if session.gpus else {})}
    return {"num_workers": count, "use_gpu": bool(session.gpus), "resources_per_worker": own}


def _relay(ray: Any, desk: Any, job: Job) -> None:
    """Tell those who look on what the first process told."""
    words: list[Word] = ray.get(desk.take.remote())
    for word in words:
        if not isinstance(word, Moment):
            job.on_step(word)
        elif job.watch(word):
            desk.halt.remote()


def _train(kept: list[Any], desk: Any, resources: dict[str, Any]) -> str:
    """Start the processes and wait for them, in a process of its own; why they failed, or an empty text."""
    import logging

    from ray.train import RunConfig, ScalingConfig, TrainingFailedError
    from ray.train.torch import TorchConfig, TorchTrainer

    logging.getLogger("ray").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="dongcha-ray-train-") as folder:
        trainer = TorchTrainer(
            _learn,
            train_loop_config={"kept": kept, "desk": desk},
            scaling_config=ScalingConfig(**resources),
            torch_config=TorchConfig(backend="nccl" if resources["use_gpu"] else "gloo", timeout_s=LONGEST_S),
            run_config=RunConfig(name="train", storage_path=folder),
        )
        try:
            trainer.fit()
        except TrainingFailedError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            return next((line for line in lines if "memory" in line.lower()), lines[-1] if lines else "unknown")[:200]
    return ""


def _learn(config: dict[str, Any]) -> None:
    """One of the processes."""
    import ray
    from ray import train

    context, desk = train.get_context(), config["desk"]
    ranks = Ranks(context.get_world_rank(), context.get_world_size())
    shared: Shared = ray.get(config["kept"][0])
    os.environ["DONGCHA_THREADS"] = str(shared.threads)
    line = Line(desk)
    first = ranks.first
    job = replace(
        shared.job(ranks),
        on_step=line.step if first else silent,
        watch=line.see if first and shared.watched else unwatched,
    )
    try:
        outcome = METHODS.get(job.recipe.method).fit(job)
    except DongchaError as error:
        ray.get(desk.fail.remote(error))
        raise
    if first:
        line.close()
        if isinstance(outcome.fitted, Headed):
            outcome.fitted.net.body.cpu()  # the driver may have no GPU
        ray.get(desk.deliver.remote(outcome))
