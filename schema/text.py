"""One sentence in the two languages of the gateway: what every refusal is said in (R11.1)."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Language", "Text"]

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the two languages of the gateway.

    >>> Text("Not found", "未找到").of("zh")
    '未找到'
    """

    english: str
    chinese: str

    def of(self, language: Language) -> str:
        """Give the sentence in *language*."""
        return self.chinese if language == "zh" else self.english
