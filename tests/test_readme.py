import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_code_runs(name, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    assert code
    monkeypatch.chdir(ROOT)
    exec(compile(code[1], name, "exec"), {})
    printed = capsys.readouterr().out
    assert "narrative text" in printed
    assert "2827" in printed
