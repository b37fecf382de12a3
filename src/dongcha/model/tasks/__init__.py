"""What a model learns; each module registers itself in `TASKS`."""

from dongcha.model.task import TASKS
from dongcha.model.tasks import classification

__all__ = ["TASKS", "classification"]
