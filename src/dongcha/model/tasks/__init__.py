"""What a model learns; each module registers itself in `TASKS`."""

from dongcha.model.task import TASKS
from dongcha.model.tasks import classification, multi_label, regression

__all__ = ["TASKS", "classification", "multi_label", "regression"]
