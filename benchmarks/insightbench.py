"""InsightBench (Sahu et al. 2024, arXiv 2407.06423) without a language model.

    DONGCHA_DATA=… python benchmarks/insightbench.py [--part dev] [--verbose]

For every task the table is read, joined to the table of people where one comes with it, and mined with the task's
goal; its findings are the 15 best-ranked of what is true and
of what was checked and is even, by rank, each as its English headline, the title of a finding in the report.  Printed
a task: seconds (reading, mining, wording and drawing; all, and of the processor), ROUGE-1 as published
(`insight_rouge.py`), and recall and precision of the stricter match (`insight_match.py`).  Some truths of the set are
empty texts, which no finding can match: the published scoring counts each as 0; a second mean leaves them out.

Settings are chosen on `--part dev`, a third of the tasks (`insight_tasks.py`); `--part test` is the rest.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from insight_match import Matcher, strict
from insight_rouge import best
from insight_tasks import Task, tasks

import dongcha
from dongcha.core.errors import DataError
from dongcha.data.table import Table
from dongcha.insight.insight import Insight
from dongcha.loop.mine import mine
from dongcha.report.headlines import headline
from dongcha.report.rows import rows_called

MOST = 15


@dataclass(frozen=True, slots=True)
class Score:
    """One task: `filled` is the mean over truths that are not empty, None where all are."""

    seconds: float
    busy: float  # seconds of processor time
    rouge: float
    filled: float | None
    recall: float | None
    precision: float | None


def findings(task: Task) -> tuple[list[Insight], list[str], Matcher]:
    """The best-ranked findings of a task with their headlines, and who can compare them with its truths."""
    table = read(task)
    mined = mine(table, top=MOST, goal=task.goal)
    both = sorted((*mined.insights, *mined.checked), key=lambda found: found.rank)
    rows = rows_called(task.goal, table.name, table.schema.names)
    return both[:MOST], [headline(found, rows).en for found in both[:MOST]], Matcher(table)


def read(task: Task) -> Table:
    """The table of a task, joined to those that come with it where a key of theirs is found (`dongcha mine --with`)."""
    table = dongcha.read(task.table)
    for path in task.others:
        try:
            table = dongcha.join(table, dongcha.read(path))
        except DataError as error:
            print(f"{task.name}: {path.name} is left out: {error}")
    return table


def scored(task: Task, *, verbose: bool) -> Score:
    """Mine a task and compare."""
    start = time.perf_counter(), time.process_time()
    found, sentences, matcher = findings(task)
    seconds, busy = time.perf_counter() - start[0], time.process_time() - start[1]
    each = [best(sentences, truth.text) for truth in task.truths]
    if verbose:
        _show(task, sentences, each)
    filled = [score for (score, _), truth in zip(each, task.truths, strict=True) if truth.text.strip()]
    told = [matcher.truth(truth) for truth in task.truths if truth.text.strip()]
    recall, precision = strict(told, [matcher.finding(one) for one in found]) if told else (None, None)
    mean = statistics.fmean(score for score, _ in each)
    return Score(seconds, busy, mean, statistics.fmean(filled) if filled else None, recall, precision)


def _show(task: Task, sentences: list[str], each: list[tuple[float, str]]) -> None:
    print(f"\n{task.name}: {task.goal}")
    for at, sentence in enumerate(sentences, 1):
        print(f"  {at:>2}. {sentence}")
    for truth, (score, sentence) in zip(task.truths, each, strict=True):
        print(f"  {score:.2f} {truth.text}\n       <- {sentence}")


def main() -> None:
    """Print a line a task, and the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("dev", "test"), default="dev")
    parser.add_argument("--verbose", action="store_true", help="also print the findings and the best for each truth")
    parser.add_argument("--tasks", nargs="*", help="only these of the part")
    options = parser.parse_args()
    wanted = tasks(Path(os.environ["DONGCHA_DATA"]), options.part)
    scores = []
    for task in wanted:
        if options.tasks and task.name not in options.tasks:
            continue
        scores.append(scored(task, verbose=options.verbose))
        print(f"{task.name:<9}{_line(scores[-1])}", flush=True)
    print(f"{options.part}: {len(scores)} of {len(wanted)} tasks")
    for name in ("rouge", "filled", "recall", "precision"):
        known = [value for value in (getattr(score, name) for score in scores) if value is not None]
        print(f"{NAMES[name]:<50} {statistics.fmean(known):.3f}")
    for name in ("seconds", "busy"):
        spent = [getattr(score, name) for score in scores]
        print(f"{NAMES[name]:<50} {statistics.fmean(spent):.1f} {max(spent):.1f}")


NAMES = {
    "seconds": "seconds a table, mean and most",
    "busy": "seconds of processor time a table, mean and most",
    "rouge": "ROUGE-1, as published (an empty truth is 0)",
    "filled": "ROUGE-1 of truths that are not empty",
    "recall": "strict recall",
    "precision": "strict precision",
}


def _line(score: Score) -> str:
    parts = (score.rouge, score.filled, score.recall, score.precision)
    said = "  ".join(f"{'–' if part is None else f'{part:.3f}':>5}" for part in parts)
    return f"{score.seconds:5.1f} s, {score.busy:4.1f} s busy   ROUGE-1 / filled / strict recall / precision  {said}"


if __name__ == "__main__":
    main()
