"""Cleaning and profiling a CSV of a million rows, beside pandas reading and describing the same file.

    python benchmarks/clean_profile.py [--rows 1000000]

Each part runs in its own process, so that its peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

WORDS = ["card", "loan", "late", "fee", "payment", "refund", "broken", "order", "parcel", "delivery", "answer", "wrong"]


def write(path: Path, rows: int) -> None:
    """A CSV with an identifier, a date, three categories, two measures and a short text."""
    rng = np.random.default_rng(0)
    picked = rng.choice(WORDS, (rows, 6))
    pd.DataFrame(
        {
            "id": np.arange(rows),
            "day": (pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D")).astype(str),
            "area": rng.choice(list("abcdefgh"), rows),
            "kind": rng.choice(["new", "old", "lost"], rows),
            "shop": rng.choice([f"shop {i}" for i in range(300)], rows),
            "amount": rng.lognormal(4, 1, rows).round(2),
            "count": rng.integers(0, 50, rows),
            "text": [
                " ".join(row) + f" <br> case {i}" if i % 50 == 0 else " ".join(row) for i, row in enumerate(picked)
            ],
        }
    ).to_csv(path, index=False)


def ours(path: str) -> None:
    """Read, clean, profile."""
    import dongcha

    cleaned = dongcha.clean(dongcha.read(path, roles={"text": "text"}))
    found = dongcha.profile(cleaned.table)
    assert found.rows == cleaned.rows_after


def pandas(path: str) -> None:
    """Read and describe."""
    pd.read_csv(path).describe(include="all")


def main() -> None:
    """Print seconds and peak memory of both, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        start = time.perf_counter()
        globals()[asked.part[0]](asked.part[1])
        print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write(path, asked.rows)
        found = {}
        for part in ("ours", "pandas"):
            call = [sys.executable, __file__, "--part", part, str(path)]
            seconds, peak = map(float, subprocess.run(call, capture_output=True, text=True, check=True).stdout.split())
            found[part] = seconds
            size = path.stat().st_size / 1e6
            print(f"{part:<7} {asked.rows:,} rows ({size:.0f} MB): {seconds:.1f} s, peak {peak:,.0f} MB")
        print(f"ratio to pandas read + describe: {found['ours'] / found['pandas']:.1f}")


if __name__ == "__main__":
    main()
