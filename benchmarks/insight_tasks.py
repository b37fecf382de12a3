"""The tasks of InsightBench that can be scored, and the third of them on which settings are chosen.

Left out: tasks whose table is the one that 31 tasks share by a defect of the source (most of them are not about it).
Tasks with the same table, or with the same insight or summary word for word, stay on one side.
"""

import ast
import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20
DEV = 1 / 3
LONG = 40  # characters from which an equal text is no accident


@dataclass(frozen=True, slots=True)
class Truth:
    """A planted insight: its sentence, the question that leads to it, and the data of its plot."""

    text: str
    question: str
    plot: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Task:
    """A goal over a table, and the tables that come with it (of its people), each a file."""

    name: str
    table: Path
    others: tuple[Path, ...]
    goal: str
    truths: tuple[Truth, ...]
    group: str


def tasks(data: Path, part: str) -> list[Task]:
    """The tasks of a part, `dev` or `test`: whole groups in a seeded order, a third of the tasks for `dev`."""
    folder = data / "insightbench"
    lines = (folder / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if not row["table_shared_by_31_tasks"]]
    groups: dict[str, list[Task]] = defaultdict(list)
    for row, group in zip(rows, _groups(folder, rows), strict=True):
        table = folder / row["table"]
        others = (folder / row["user_table"],) if row["user_table"] else ()
        groups[group].append(Task(row["task"], table, others, row["goal"], tuple(_truths(row)), group))
    order = [sorted(groups)[i] for i in np.random.default_rng(SEED).permutation(len(groups))]
    dev: list[Task] = []
    while len(dev) < DEV * len(rows):
        dev += groups[order.pop(0)]
    return dev if part == "dev" else [task for name in order for task in groups[name]]


def _truths(row: Mapping[str, object]) -> list[Truth]:
    """The truths that the published scoring reads, each with its plot where one belongs to it."""
    found = _list(row["insights"])
    listed = [item for item in _list(row["insight_list"]) if isinstance(item, Mapping)]
    questions = _list(row["questions"])
    truths = []
    for at, text in enumerate(found):
        item = next((item for item in listed if item.get("insight") == text), {})
        question = item.get("question") or (questions[at] if at < len(questions) else "")
        plot = item.get("plot")
        truths.append(Truth(str(text), str(question), plot if isinstance(plot, Mapping) else {}))
    return truths


def _list(value: object) -> list[object]:
    return list(ast.literal_eval(value) if isinstance(value, str) else value)  # type: ignore[call-overload]


def _groups(folder: Path, rows: Sequence[Mapping[str, object]]) -> list[str]:
    """The name of each row's group: rows joined by any table, insight or summary in common."""
    marks = [_marks(folder, row) for row in rows]
    place = list(range(len(rows)))
    for i, one in enumerate(marks):
        for j in range(i):
            if one & marks[j]:
                old, new = place[i], place[j]
                place = [new if at == old else at for at in place]
    return [str(rows[at]["task"]) for at in place]


def _marks(folder: Path, row: Mapping[str, object]) -> set[str]:
    content = gzip.decompress((folder / str(row["table"])).read_bytes())
    texts = [str(row["summary"]).strip(), *map(str, _list(row["insights"]))]
    return {hashlib.sha256(content).hexdigest(), *(text for text in texts if len(text) >= LONG)}
