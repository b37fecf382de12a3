"""Imports point one way.  An edge missing from MAY_IMPORT is a design decision, not an oversight."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "src" / "dongcha"
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "core": (),
    "store": ("core",),
    "data": ("core", "store"),
    "model": ("core", "data"),
    "insight": ("core", "data"),
    "report": ("core", "data", "insight"),
    "learn": ("core", "store", "data", "model"),
    "serve": ("core", "store", "data", "model", "learn", "insight", "report"),
    "loop": ("core", "store", "data", "model", "learn", "insight", "report", "serve"),
    "cli": ("core", "store", "data", "model", "learn", "insight", "report", "serve", "loop"),
}
FILES = sorted(ROOT.rglob("*.py"))


def imported(path: Path) -> set[str]:
    here = ("dongcha", *path.relative_to(ROOT).parent.parts)
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            module = ".".join([*base, *filter(None, [node.module])])
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return {name for name in names if name.split(".")[0] == "dongcha"}


@pytest.mark.parametrize("path", [p for p in FILES if p.parent != ROOT], ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.split(".")[1] for name in imported(path) if "." in name}
    wrong = rooms - {room, *MAY_IMPORT[room]}
    assert not wrong, f"{path.name} is in {room!r} and may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", [p for p in FILES if p.parent != ROOT], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_module_imports_the_package_root(path: Path) -> None:
    assert "dongcha" not in imported(path)


def test_no_import_circles() -> None:
    def module(path: Path) -> str:
        parts = ("dongcha", *path.relative_to(ROOT).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    graph = {module(path): imported(path) for path in FILES}
    graph = {name: {other for other in names if other in graph and other != name} for name, names in graph.items()}
    while leaves := {name for name, names in graph.items() if not names}:
        graph = {name: names - leaves for name, names in graph.items() if name not in leaves}
    assert not graph, f"in a circle, or above one: {sorted(graph)}"
