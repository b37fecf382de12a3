"""Read the facts of one insight as text: amounts, counts, shares, periods and changes."""

from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.insight.insight import Cell, Insight
from dongcha.report.names import conditions, value_text
from dongcha.report.numbers import number, percent, period, times
from dongcha.report.subject import PARTS, amount, group_pairs


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
        return amount(self.insight.subject, self.insight.facts.get(name))

    def count(self, name: str) -> str:
        """The fact as a whole number."""
        return number(self.number(name))

    def share(self, name: str) -> str:
        """The fact, a part of a whole (1 is all), in per cent."""
        return percent(self.number(name))

    def period(self, name: str) -> Words:
        """The fact as a period at the subject's grain."""
        return period(self.insight.facts.get(name), self.insight.subject.grain)

    def group(self) -> Words:
        """The group that the insight is about: `“state” is “TX”`."""
        return conditions(group_pairs(self.insight))

    def ratio(self) -> str:
        """The fact `times`; empty where there is none, it is 0, or it would read as 1."""
        value = self.number("times")
        said = times(value) if value > 0 else ""
        return "" if said == "1" else said

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
