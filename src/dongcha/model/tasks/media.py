"""Classification of pictures and of sounds, which a column names or holds."""

from collections.abc import Sequence
from typing import Any, ClassVar

from dongcha.data.schema import Role
from dongcha.model import pictures
from dongcha.model.task import TASKS
from dongcha.model.tasks.classification import Classification


class ImageClassification(Classification):
    """One class a picture."""

    name: ClassVar[str] = "image-classification"
    reads: ClassVar[str] = "image"
    role: ClassVar[Role] = Role.IMAGE
    what: ClassVar[str] = "a picture that can be read"
    files: ClassVar[bool] = True

    def usable(self, values: Sequence[Any]) -> list[bool]:
        """Files that can be decoded."""
        return pictures.readable(values)

    def read(self, value: Any) -> Any:
        """A reference, or the bytes themselves."""
        return value


TASKS(ImageClassification.name)(ImageClassification())
