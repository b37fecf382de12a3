"""Text that a person reads, always in both languages."""

from dataclasses import dataclass
from typing import Literal

Lang = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence or label in English and Chinese.

    >>> Words("rows", "行").at("zh")
    '行'
    """

    en: str
    zh: str

    def at(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def to_json(self) -> dict[str, str]:
        """`{"en": …, "zh": …}`."""
        return {"en": self.en, "zh": self.zh}
