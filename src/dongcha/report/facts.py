"""Read the facts of one insight as text: amounts, counts, shares, periods and changes."""

from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.names import conditions, value_text
from dongcha.report.numbers import number, percent, period, times
from dongcha.report.subject import PARTS, amount, group_pairs

FAR = 1.25
"""Ratio from which it is told."""
SMALL = (
    (0.1, Words("less than a tenth", "不到十分之一")),
    (0.25, Words("less than a quarter", "不到四分之一")),
    (0.5, Words("less than half", "不到一半")),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of `insight`, each written the way its kind is written."""

    insight: Insight

    def has(self, name: str) -> bool:
        """Whether the fact is there and not missing."""
        return self.insight.facts.get(name) is not None

    def number(self, name: str) -> float:
        """The fact as a number; NaN where it is none."""
        value = self.insight.facts.get(name)
        return float(value) if isinstance(value, int | float) else float("nan")

    def text(self, name: str) -> str:
        """The fact as one line of text."""
        return value_text(self.insight.facts.get(name))

    def amount(self, name: str) -> str:
        """The fact as a value of the subject's aggregation."""
        value = self.insight.facts.get(name)
        if self.insight.subject.aggregation == "mean" and isinstance(value, int | float):
            return number(value, self.digits)
        return amount(self.insight.subject, value)

    @property
    def digits(self) -> int:
        """Digits of a mean that tell it from the rest."""
        return 3 if abs(self.number("times") - 1) >= 0.05 else 4

    def count(self, name: str) -> str:
        """The fact as a whole number."""
        return number(self.number(name))

    def share(self, name: str) -> str:
        """The fact, a part of a whole (1 is all), in per cent."""
        return percent(self.number(name))

    def period(self, name: str) -> Words:
        """The fact as a period at the subject's grain."""
        return period(self.insight.facts.get(name), self.insight.subject.grain)

    def when(self, name: str) -> Words:
        """The fact as a time at which something is: `in May 2023`, `on 9 May 2023`."""
        said, preposition = self.period(name), "on" if self.insight.subject.grain == "day" else "in"
        return Words(f"{preposition} {said.en}", said.zh)

    def group(self) -> Words:
        """The group that the insight is about: `state is “TX”`."""
        return conditions(group_pairs(self.insight))

    def ratio(self) -> str:
        """The fact `times`; empty where there is none or the two are so near that it tells nothing."""
        value = self.number("times")
        return times(value) if value >= FAR else ""

    def part_of(self) -> Words:
        """How small the fact `times` is, in words; empty where it is half or more."""
        value = self.number("times")
        return next((said for limit, said in SMALL if 0 < value < limit), Words("", ""))

    def rises(self, before: str, after: str) -> bool:
        """Whether the fact `after` is at least the fact `before`."""
        return self.number(after) >= self.number(before)

    def change(self, before: str, after: str) -> Words:
        """The fact `change` in brackets, with its sign: relative if it is a part of `before`, else in its own unit."""
        value: Cell = self.insight.facts.get("change")
        if not isinstance(value, int | float):
            return Words("", "")
        sign, first, last = "+" if value >= 0 else "−", self.number(before), self.number(after)
        if first and abs(value - (last / first - 1)) < abs(value - (last - first)):
            text = Words(sign + percent(abs(value)), sign + percent(abs(value)))
        elif self.insight.subject.aggregation in PARTS:
            points = percent(abs(value)).removesuffix("%")
            text = Words(f"{sign}{points} percentage points", f"{sign}{points} 个百分点")
        else:
            text = Words(sign + number(abs(value)), sign + number(abs(value)))
        return Words(f" ({text.en})", f"（{text.zh}）")
