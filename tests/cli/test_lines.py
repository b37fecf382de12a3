import io

import pytest
from rich.console import Console

from dongcha.cli.lines import say
from dongcha.report.fit import room

ENGLISH = (
    "Sub product is “Title loan” in 91.2% of the 148 rows where company is “TMX Finance LLC”, against 5.4% elsewhere."
)
CHINESE = "客户等级为“金卡”的 143 条记录中，金额（元）的平均值为 301，是其余记录（167）的 1.8 倍；处理天数没有差别。"


def printed(text: str, width: int, *, terminal: bool) -> list[str]:
    out = io.StringIO()
    say(Console(file=out, width=width, force_terminal=terminal, color_system=None), "  1. ", text)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_does_not_fit_hangs_below_its_own_beginning(text: str, width: int) -> None:
    told = printed(text, width, terminal=True)
    assert len(told) > 1
    assert told[0].startswith("  1. ")
    assert all(line.startswith("     ") and line[5] not in " ，。；）”" for line in told[1:])
    assert all(room(line) <= width for line in told)
    assert "".join(line[5:] for line in told).replace(" ", "") == text.replace(" ", "")


def test_a_pipe_gets_one_line_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert printed(ENGLISH, 40, terminal=False) == [f"  1. {ENGLISH}"]
