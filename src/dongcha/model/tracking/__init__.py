"""Where trainings are written down for other tools; each module registers itself in `TRACKERS`."""

from dongcha.model.tracking import mlflow, tensorboard, wandb
from dongcha.model.tracking.tracker import NONE, TRACKERS, Log, Note, opener, tracked

__all__ = ["NONE", "TRACKERS", "Log", "Note", "mlflow", "opener", "tensorboard", "tracked", "wandb"]
