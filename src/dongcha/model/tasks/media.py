"""Classification of pictures and of sounds, which a column names or holds."""

from collections.abc import Sequence
from typing import Any, ClassVar

from dongcha.data.schema import Role
from dongcha.model import pictures, sounds
from dongcha.model.task import TASKS
from dongcha.model.tasks.classification import Classification


class _FileClassification(Classification):
    files: ClassVar[bool] = True

    def read(self, value: Any) -> Any:
        """A reference, or the bytes themselves."""
        return value


class ImageClassification(_FileClassification):
    """One class a picture."""

    name: ClassVar[str] = "image-classification"
    reads: ClassVar[str] = "image"
    role: ClassVar[Role] = Role.IMAGE
    what: ClassVar[str] = "a picture that can be read"

    def usable(self, values: Sequence[Any]) -> list[bool]:
        """Files that can be decoded."""
        return pictures.readable(values)


class AudioClassification(_FileClassification):
    """One class a sound."""

    name: ClassVar[str] = "audio-classification"
    reads: ClassVar[str] = "audio"
    role: ClassVar[Role] = Role.AUDIO
    what: ClassVar[str] = "a sound that can be read"

    def usable(self, values: Sequence[Any]) -> list[bool]:
        """Files that can be decoded."""
        return sounds.readable(values)


TASKS(ImageClassification.name)(ImageClassification())
TASKS(AudioClassification.name)(AudioClassification())
