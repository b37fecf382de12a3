"""Sizes that keep the code readable; the figures are those of the field's best-kept projects."""

import ast
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "dongcha"
FILES = sorted(ROOT.rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def code_lines(node: Function) -> int:
    docstring = ast.get_docstring(node, clean=False)
    return (node.end_lineno or 0) - node.lineno + 1 - (docstring.count("\n") + 1 if docstring else 0)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_holds_one_idea(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (30 if path.name == "__init__.py" else 300)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_are_short_and_take_few_positional_arguments(path: Path) -> None:
    for node in functions(path):
        assert code_lines(node) <= 40, f"{node.name} has {code_lines(node)} lines"
        positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
        assert len(positional) <= 5, f"{node.name} takes {len(positional)} positional arguments"


def test_nine_functions_in_ten_fit_on_a_page() -> None:
    sizes = [code_lines(node) for path in FILES for node in functions(path)]
    assert statistics.quantiles(sizes, n=10)[-1] <= 25


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_broad_except(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else "everything"
            assert caught not in ("everything", "Exception", "BaseException"), f"line {node.lineno} catches {caught}"


def test_importing_does_nothing_and_is_light() -> None:
    code = (
        "import os, sys, warnings; env = dict(os.environ); seen = list(warnings.filters)\n"
        "import dongcha\n"
        "assert env == dict(os.environ) and seen == warnings.filters\n"
        "heavy = {'torch', 'pandas', 'ibis', 'sklearn', 'transformers', 'altair', 'scipy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
