"""Clean and profile a CSV of a million rows beside `pandas.read_csv` and `describe`, each in its own process.

    python benchmarks/clean_profile.py [rows]

Prints seconds, peak memory (of the process, as the kernel counted it), rows, and the ratio of the two times.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 1_000_000
LIMIT_S, LIMIT_MB = 60.0, 2048.0


def write(path: Path, rows: int) -> None:
    """Three categories, two numbers, a date and a short text; one row in fifty has something to mend."""
    import numpy as np
    import polars as pl

    random = np.random.default_rng(0)
    words = np.array([f"{a}{b}" for a in ("par", "let", "sho", "bil", "tru", "wai") for b in ("cel", "ter", "ping")])
    parts = [words[random.integers(0, len(words), rows)] for _ in range(5)]
    numbered = random.integers(0, rows * 2, rows).astype(str)
    text = [" ".join(run) for run in zip(*parts, numbered, strict=True)]
    for at in range(0, rows, 50):
        text[at] = ("donâ€™t {}", "{}<br>again &amp; again", "  {} \u00a0 late", "...")[at // 50 % 4].format(text[at])
    days = np.datetime64("2022-01-01") + random.integers(0, 700, rows)
    columns = {
        "region": random.choice(["north", "south", "east", "west"], rows),
        "product": random.choice([f"product {i}" for i in range(40)], rows),
        "channel": random.choice(["web", "shop", "phone"], rows),
        "amount": random.lognormal(3, 1, rows).round(2),
        "quantity": random.integers(1, 20, rows),
        "day": days.astype(str),
        "comment": text,
    }
    pl.DataFrame(columns).write_csv(path)


def ours(path: Path) -> int:
    """Read, clean and profile; the rows that are left."""
    from dongcha.data.clean import clean
    from dongcha.data.profile import profile
    from dongcha.data.source import read

    at = time.perf_counter()
    table = read(path, roles={"comment": "text"})
    at = told("read", at)
    cleaned = clean(table)
    at = told("clean", at)
    found = profile(cleaned.table)
    told("profile", at)
    return found.rows


def told(what: str, since: float) -> float:
    """Say on standard error how long a step took; the time now."""
    now = time.perf_counter()
    print(f"  {what}: {now - since:.1f} s", file=sys.stderr)
    return now


def theirs(path: Path) -> int:
    """What a person would type in pandas."""
    import pandas as pd

    frame = pd.read_csv(path, parse_dates=["day"])
    frame.describe(include="all")
    return len(frame)


def measured(which: str, path: Path) -> dict[str, float]:
    """Seconds (imports included), peak MB and rows of `ours` or `theirs` in a fresh process."""
    done = subprocess.run([sys.executable, __file__, which, str(path)], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    """Measure both; 1 where the target is missed."""
    if sys.argv[1:2] in (["ours"], ["theirs"]):
        start = time.perf_counter()
        rows = {"ours": ours, "theirs": theirs}[sys.argv[1]](Path(sys.argv[2]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": time.perf_counter() - start, "peak_mb": peak, "rows": rows}))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.csv"
        write(path, int(sys.argv[1]) if sys.argv[1:] else ROWS)
        found, other = measured("ours", path), measured("theirs", path)
    for name, figures in (("dongcha read + clean + profile", found), ("pandas read_csv + describe", other)):
        print(f"{name}: {figures['seconds']:.1f} s, peak {figures['peak_mb']:.0f} MB, {figures['rows']:,.0f} rows")
    print(f"ratio: {found['seconds'] / other['seconds']:.2f}")
    return int(found["seconds"] > LIMIT_S or found["peak_mb"] > LIMIT_MB)


if __name__ == "__main__":
    sys.exit(main())
