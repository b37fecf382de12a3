"""What a model learns; each module registers itself in `TASKS`."""

from dongcha.model.task import TASKS
from dongcha.model.tasks import classification, media, multi_label, ranking, regression, tokens

__all__ = ["TASKS", "classification", "media", "multi_label", "ranking", "regression", "tokens"]
