"""Schemathesis against a running service: does it do what its OpenAPI document says, whatever is sent?

Every constraint of the document is kept and broken by turns (coverage), values are drawn (fuzzing), and paths are
followed from one answer to the next request (stateful).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.serve.running import Running

ROOT = Path(__file__).parents[2]
PHASES = ("examples", "coverage", "fuzzing", "stateful")
# What an input or a name may be is said by the model and by Unicode, which no schema can: a request that the schema
# takes may get a 422.  Requests that it does not take must be refused, which is another check.
# Whoever sends wrong tokens fast gets a 429, which the check of tokens takes for an open door: `test_described` asks
# every operation without one.
LEFT_OUT = "positive_data_acceptance,ignored_auth"


def schemathesis(
    found: Running, *, examples: int, phases: Sequence[str] = PHASES, seed: int = 0, token: str | None = None
) -> dict[str, Any]:
    """The record of a run; `record["failures"]` is what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        call = [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "--no-color", "run",
            f"{found.url}/openapi.json", "--phases", ",".join(phases), "--checks", "all", "--exclude-checks", LEFT_OUT,
            "--max-examples", str(examples), "--seed", str(seed), "--generation-database", "none",
            "--suppress-health-check", "all", "--request-timeout", "30", "--continue-on-failure", "--no-shrink",
            "--report-json-path", str(report),
            *([] if token is None else ["--header", f"Authorization: Bearer {token}"]),
        ]  # fmt: skip
        env = os.environ | {"SCHEMATHESIS_HOOKS": "tests.serve.checks", "PYTHONPATH": _path(), "NO_PROXY": "*"}
        done = subprocess.run(call, capture_output=True, text=True, cwd=folder, env=env, timeout=3600, check=False)
        if not report.exists():
            raise AssertionError(f"schemathesis did not run: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        record: dict[str, Any] = json.loads(report.read_text())
        record["told"] = done.stdout
        return record


def _path() -> str:
    there = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(ROOT), *([there] if there else [])])
