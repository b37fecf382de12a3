"""A training in the middle, on disk: safetensors and JSON, no pickle; whole or not there."""

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import StorageError
from dongcha.core.files import atomic_folder
from dongcha.model.together import random_states

if TYPE_CHECKING:
    import torch

    from dongcha.model.best import Best
    from dongcha.model.learner import Learner

MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW remembers of each weight."""


def store(folder: Path, learner: "Learner", best: "Best", step: int) -> None:
    """Write weights, optimiser, random states and the best weights so far; called in all processes of a training."""
    import torch
    from safetensors.torch import save_file

    states = random_states(learner.ranks)
    if not learner.ranks.first:
        return
    tensors: dict[str, torch.Tensor] = {_random(rank): state for rank, state in enumerate(states)}
    state = learner.optimiser.state
    for i, weight in enumerate(learner.learning):
        tensors[f"now.{i}"] = weight.detach()
        for name in MOMENTS:
            tensors[f"{name}.{i}"] = state[weight][name]
    for i, kept in enumerate(best.kept or ()):
        tensors[f"best.{i}"] = kept
    if best.logits is not None:
        tensors["logits"] = torch.from_numpy(best.logits)
    record = {
        "step": step,
        "value": best.value,
        "at": best.at,
        "waited": best.waited,
        "micro": learner.micro,
        "scheduler": learner.scheduler.state_dict(),
        "recipe": learner.course.recipe.to_json(),
    }
    with atomic_folder(folder) as temporary:
        save_file(
            {name: tensor.contiguous().cpu() for name, tensor in tensors.items()}, temporary / "state.safetensors"
        )
        (temporary / "state.json").write_text(json.dumps(_plain(record)), encoding="utf-8")


def restore(folder: Path, learner: "Learner", best: "Best") -> int:
    """Put a stored state back and give its step; raises `StorageError` where it is damaged or of another recipe."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        record = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "state.safetensors")
        if record["recipe"] != _plain(learner.course.recipe.to_json()):
            raise StorageError(f"the checkpoint {str(folder)!r} is of another recipe; delete it to train anew")
        with torch.no_grad():
            _put(learner, tensors)
        best.kept = [tensors[f"best.{i}"].to(w.device) for i, w in enumerate(learner.learning)]
        best.logits = tensors["logits"].numpy()
        best.value, best.at, best.waited = record["value"], record["at"], record["waited"]
        learner.micro = record["micro"]
        learner.scheduler.load_state_dict(record["scheduler"])
        for group, rate in zip(learner.optimiser.param_groups, learner.scheduler.get_last_lr(), strict=True):
            group["lr"] = rate
        if (own := _random(learner.ranks.rank)) in tensors:  # else it was stored by fewer processes
            torch.set_rng_state(tensors[own])
        return int(record["step"])
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(
            f"the checkpoint {str(folder)!r} is damaged or cut short ({str(error)[:100]}); delete it to train anew"
        ) from error


def _random(rank: int) -> str:
    return f"random.{rank}" if rank else "random"


def _put(learner: "Learner", tensors: "dict[str, torch.Tensor]") -> None:
    for i, weight in enumerate(learner.learning):
        weight.copy_(tensors[f"now.{i}"])
        moments = {name: tensors[f"{name}.{i}"] for name in MOMENTS}
        learner.optimiser.state[weight] = {
            name: moment if name == "step" else moment.to(weight.device) for name, moment in moments.items()
        }


def reached(folder: Path) -> int:
    """The step of the state in a folder; 0 where there is none that can be read."""
    try:
        found = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        return int(found["step"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def forget(folder: Path) -> None:
    """Remove a checkpoint that is no longer needed."""
    shutil.rmtree(folder, ignore_errors=True)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=float))
