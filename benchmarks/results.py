"""Run every benchmark and write `benchmarks/RESULTS.md`: output as printed, with machine, versions and date.

    python benchmarks/results.py [noise planted …]

Named ones are run again; what the file says of the others stays.
"""

import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
FILE = HERE / "RESULTS.md"
BENCHMARKS: dict[str, tuple[str, ...]] = {  # each with what is called
    "noise": ("noise.py",),
    "noise_shuffled": ("noise.py --shuffled --seeds 10",),
    "second_engine": ("second_engine.py",),
    "insightbench": ("insightbench.py --part dev", "insightbench.py --part test"),
    "planted": ("planted.py --sizes 1",),
    "forecast": ("forecast.py",),
    "mining_speed": ("mining_speed.py --large",),
    "clean_profile": ("clean_profile.py",),
    "text_classification": ("text_classification.py",),
    "training_speed": ("training_speed.py",),
    "training_speed_factors": ("training_speed.py --seeds 1 --ablate",),
    "inference": ("inference.py",),
    "methods": ("methods.py",),
    "few_shot": (
        "few_shot.py --sets mr sst2 trec banking77 --shots 8 16",
        "few_shot.py --sets mr sst2 trec --shots 64",
    ),
    "few_shot_gpu": ("few_shot.py --sets chnsenticorp",),
    "active_learning": ("active_learning.py",),
    "tokens": ("tokens.py --arms linear shapes --epochs 2",),
    "tokens_gpu": (
        "tokens.py --arms cased-shapes-document --epochs 8 --refit --set context_words=64 --set batch_tokens=2048",
        "tokens.py --arms cased-shapes-document --epochs 5 --refit --set precision=fp32 --set checks=0.4",
    ),
    "tuning": ("tuning.py",),
    "serving": ("serving.py --soak 10m", "serving.py --shadow"),
    "faults": ("faults.py",),
    "online": ("online.py",),
    "drift": ("drift.py",),
}
GPU = "_gpu"  # how the names of those end that take hours without one; they run when they are named
VERSIONS = ("duckdb", "ibis-framework", "torch", "onnxruntime", "scikit-learn", "scipy", "pandas")


def main() -> None:
    """Run and write."""
    wanted = sys.argv[1:] or [name for name in BENCHMARKS if not name.endswith(GPU)]
    old = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    sections = dict(re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", old, re.DOTALL | re.MULTILINE))
    for name in wanted:
        printed = []
        for script, *options in map(str.split, BENCHMARKS[name]):
            call = [sys.executable, str(HERE / script), *options]
            printed.append(subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip())
            print(printed[-1], flush=True)
        sections[name] = section(name, machine(), "\n".join(printed))
    body = "".join(f"## {name}\n\n{sections[name].strip()}\n\n" for name in BENCHMARKS if name in sections)
    FILE.write_text(f"# Results\n\nWritten by `benchmarks/results.py`; each script says what it measures.\n\n{body}")


def section(name: str, where: str, printed: str) -> str:
    """A benchmark's part of the file: where it ran, what was called, and what that printed."""
    return f"{where}\n\n{', '.join(f'`{call}`' for call in BENCHMARKS[name])}\n\n```\n{printed}\n```\n\n"


def machine() -> str:
    """Date, processor, cores and versions, in one line."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    cores = len(os.sched_getaffinity(0))
    python = f"Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {cores} cores, {python}, {versions}"


if __name__ == "__main__":
    main()
