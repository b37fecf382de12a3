"""The process of one run: `python -m dongcha.loop.jobs.child PROJECT JOB RUN`.

The last line of stdout is what came of it, as JSON; a mistake is one sentence on stderr and exit status 1.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dongcha.core.errors import DongchaError
from dongcha.loop.jobs.known import job_of
from dongcha.loop.jobs.tied import end_with_parent
from dongcha.store.jobs import jobs_of
from dongcha.store.project import Project, open_project

BUSY = 75  # exit status: somebody else works in the project
PATIENCE_S = 10.0


@contextmanager
def _free(project: Project) -> Iterator[bool]:
    """Whether nobody works in the project, after a while: a run that was killed may take a moment to be gone."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with project.locked():
                pass
        except DongchaError:
            if time.monotonic() > until:
                yield False
                return
            time.sleep(0.2)
        else:
            yield True
            return


def _done(folder: str, job: str, number: int) -> Mapping[str, Any] | None:
    project = open_project(folder)
    run = next(one for one in jobs_of(project.state).runs(job) if one.number == number)
    with _free(project) as free:
        return job_of(job).work(project, run) if free else None


def main() -> None:
    """Do the work of a run."""
    end_with_parent()
    folder, job, number = sys.argv[1:4]
    try:
        done = _done(folder, job, int(number))
    except (DongchaError, OSError, MemoryError) as error:
        sys.stderr.write(" ".join(f"{error}".split()) + "\n")
        sys.exit(1)
    if done is None:
        sys.exit(BUSY)
    sys.stdout.write("\n" + json.dumps(done, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
